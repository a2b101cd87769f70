"""The shipment of an invoice is noted from its card; what is paid after the shipment falls due from then."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import day_of, utc_now
from app.models.agreements import DayKind, PaymentEvent
from app.models.ledger import DueItem
from app.models.sales import Invoice
from app.permissions import Role
from app.services.invoices import cancel_invoice, post_invoice
from tests.conftest import ClientAs
from tests.factories import make_agreement, make_invoice
from tests.services.invoices.documents import CALENDAR, new_stages

TODAY = day_of(utc_now(), ZoneInfo("Europe/Moscow"))


@pytest.fixture
def invoice(session: Session) -> Invoice:
    """A posted invoice, all of it to be paid ten days after the shipment."""
    agreement = make_agreement(session, stages=new_stages((100, PaymentEvent.SHIPMENT, 10, DayKind.CALENDAR)))
    made = make_invoice(session, organisation=agreement.organisation, agreement=agreement, day=TODAY)
    return post_invoice(session, made.id, today=TODAY, calendar=CALENDAR)


def due(session: Session, invoice: Invoice) -> date | None:
    session.expire_all()
    return session.scalars(select(DueItem.due_on).where(DueItem.document_id == invoice.id)).one()


def test_the_card_leads_to_it_and_the_debt_falls_due(client_as: ClientAs, session: Session, invoice: Invoice) -> None:
    office = client_as(Role.BACK_OFFICE)
    assert f'href="/invoices/ship/{invoice.id}"' in office.get(f"/invoices/show/{invoice.id}").text
    assert f'max="{TODAY}"' in office.get(f"/invoices/ship/{invoice.id}").text
    assert due(session, invoice) is None

    answer = office.post(f"/invoices/ship/{invoice.id}", data={"day": TODAY.isoformat()})
    assert answer.location == f"/invoices/show/{invoice.id}"
    assert (due(session, invoice) or TODAY) >= TODAY + timedelta(days=10)

    assert "Ещё не отгружено" in office.get(f"/invoices/ship/{invoice.id}").text
    office.post(f"/invoices/ship/{invoice.id}", data={"day": ""})
    assert due(session, invoice) is None


def test_what_has_not_happened_is_not_noted(client_as: ClientAs, session: Session, invoice: Invoice) -> None:
    office = client_as(Role.BACK_OFFICE)
    tomorrow = (TODAY + timedelta(days=2)).isoformat()
    assert "не может быть позже" in office.post(f"/invoices/ship/{invoice.id}", data={"day": tomorrow}).text
    assert office.post(f"/invoices/ship/{invoice.id}", data={"day": "вчера"}).status_code == 400
    assert due(session, invoice) is None

    cancel_invoice(session, invoice.id)
    assert office.get(f"/invoices/ship/{invoice.id}").status_code == 302
    assert f"/invoices/ship/{invoice.id}" not in office.get(f"/invoices/show/{invoice.id}").text


def test_it_takes_the_right_to_post(client_as: ClientAs, session: Session, invoice: Invoice) -> None:
    buyer = client_as(Role.PURCHASING)
    assert buyer.post(f"/invoices/ship/{invoice.id}", data={"day": ""}).status_code == 403
