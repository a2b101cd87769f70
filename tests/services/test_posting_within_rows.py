"""Whoever sees only their own clients still posts right figures: the registers look past the viewer's rows."""

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.database import ALL_ROWS
from app.errors import NotVisibleError
from app.models.agreements import AgreementKind, AgreementStage, DayKind, PaymentEvent
from app.models.interactions import Interaction, InteractionState
from app.models.ledger import DueItem
from app.models.sales import Invoice
from app.permissions import Scope, Viewer
from app.services.activity import count_interaction
from app.services.invoices import cancel_invoice, post_invoice, ship_invoice
from app.services.ledger import check_registers
from app.services.payments import cancel_payment, post_payment
from app.services.working_days import WorkingCalendar
from tests.factories import (
    TODAY,
    make_agreement,
    make_client,
    make_employee,
    make_interaction,
    make_invoice,
    make_payment,
    make_user,
)

CALENDAR = WorkingCalendar()


@pytest.fixture
def look(session):
    """Makes the session see as a manager with own clients only; what was loaded before is forgotten."""

    def see(employee):
        user = make_user(session)
        session.flush()
        session.expunge_all()
        session.info["viewer"] = Viewer(user_id=user.id, employee_id=employee.id, scope=Scope.OWN_CLIENTS)

    return see


def _differences(session):
    session.info.pop("viewer")
    return check_registers(session)


def test_an_invoice_of_an_unseen_client_is_posted_by_its_responsible_with_all_its_terms(session, look):
    manager = make_employee(session)
    client = make_client(session)
    stages = [
        AgreementStage(position=1, percent=Decimal(50), event=PaymentEvent.INVOICE, day_kind=DayKind.CALENDAR),
        AgreementStage(position=2, percent=Decimal(50), event=PaymentEvent.SHIPMENT, day_kind=DayKind.CALENDAR),
    ]
    terms = make_agreement(session, kind=AgreementKind.INDIVIDUAL, client=client, stages=stages)
    invoice = make_invoice(
        session, client=client, organisation=terms.organisation, agreement=terms, responsible=manager
    )
    payment = make_payment(session, account=invoice.bank_account, client=client, amount=Decimal(700))
    post_payment(session, payment.id, today=TODAY)
    look(manager)
    assert session.get_one(Invoice, invoice.id).agreement is None  # what the manager would see of the terms
    session.expunge_all()

    post_invoice(session, invoice.id, today=TODAY, calendar=CALENDAR)
    ship_invoice(session, invoice.id, date(2026, 11, 24), today=date(2026, 11, 24), calendar=CALENDAR)

    items = select(DueItem).where(DueItem.document_kind == "invoice").order_by(DueItem.stage)
    found = session.scalars(items, execution_options=ALL_ROWS).all()
    assert [(item.balance, item.due_on) for item in found] == [
        (0, TODAY),
        (Decimal(520), date(2026, 11, 24)),
    ]
    assert _differences(session) == []


def test_an_invoice_of_somebody_else_is_not_there(session, look):
    invoice = make_invoice(session)
    look(make_employee(session))

    for act in (
        lambda: post_invoice(session, invoice.id, today=TODAY, calendar=CALENDAR),
        lambda: cancel_invoice(session, invoice.id),
        lambda: ship_invoice(session, invoice.id, TODAY, today=TODAY, calendar=CALENDAR),
    ):
        with pytest.raises(NotVisibleError):
            act()


def test_a_payment_of_an_unseen_client_is_not_there(session, look):
    payment = make_payment(session, client=make_client(session))
    look(make_employee(session))

    for act in (
        lambda: post_payment(session, payment.id, today=TODAY),
        lambda: cancel_payment(session, payment.id),
    ):
        with pytest.raises(NotVisibleError):
            act()


def test_a_manager_posts_a_payment_though_cash_is_hidden_from_managers(session, look):
    manager = make_employee(session)
    client = make_client(session, responsible=manager)
    payment = make_payment(session, client=client)
    look(manager)

    post_payment(session, payment.id, today=TODAY)
    cancel_payment(session, payment.id)

    assert _differences(session) == []


def test_an_interaction_handed_over_by_its_owner_is_still_counted(session, look):
    manager = make_employee(session)
    call = make_interaction(session, responsible=manager, state=InteractionState.DONE)
    other = make_employee(session)
    look(manager)
    call = session.get_one(Interaction, call.id)
    count_interaction(session, call, zone=ZoneInfo("Europe/Moscow"))
    call.responsible_id = other.id

    count_interaction(session, call, zone=ZoneInfo("Europe/Moscow"))

    assert call.responsible_id == other.id
    assert _differences(session) == []
