"""What clients asked about, and what came of it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from app.models.catalogue import ProductGroup
from app.models.interactions import InteractionState, InteractionSubject
from app.models.sales import DocumentStatus, InvoiceLine, QuoteLine
from app.permissions import Scope, Viewer
from app.reports.interest import By, Interest, InterestQuestion, interest
from tests import factories as make
from tests.factories.documents import make_quote

MOSCOW = ZoneInfo("Europe/Moscow")
LATE = datetime(2026, 11, 1, 20, 59, tzinfo=UTC)
"""One minute to midnight in Moscow, on the first day of the period."""


def asked(**changes) -> InterestQuestion:
    return InterestQuestion(**{"first": date(2026, 11, 1), "last": date(2026, 11, 30), "zone": MOSCOW} | changes)


def talk(session: Session, *products, **changes):
    """A talk about the products, done unless said otherwise."""
    made = make.make_interaction(session, **{"state": InteractionState.DONE, "starts_at": LATE} | changes)
    made.subjects = [InteractionSubject(product=product) for product in products]
    session.flush()
    return made


def invoice(session: Session, client, product, amount="500.00", **changes):
    line = InvoiceLine(position=1, product=product, name=product.name, amount=Decimal(amount))
    return make.make_invoice(session, **{"client": client, "lines": [line], "status": DocumentStatus.POSTED} | changes)


@pytest.fixture
def pump(session: Session):
    return make.make_product(session, name="Насос", sku="Н-1")


def only(session: Session, **changes) -> Interest:
    (row,) = interest(session, asked(**changes)).rows
    return row


def test_nobody_asked(session: Session):
    found = interest(session, asked())

    assert found.rows == ()
    assert (found.total.interactions, found.total.invoiced, found.total.last_at) == (0, 0, None)
    assert found.total.conversion is None


def test_done_talks_of_the_period_count_by_the_companys_day(session: Session, pump):
    first = talk(session, pump)
    talk(session, pump, client=first.client, starts_at=datetime(2026, 11, 30, 20, 59, tzinfo=UTC))
    talk(session, pump, starts_at=datetime(2026, 11, 30, 21, 0, tzinfo=UTC))
    talk(session, pump, starts_at=datetime(2026, 10, 31, 20, 59, tzinfo=UTC))
    talk(session, pump, state=InteractionState.PLANNED)
    talk(session, pump, state=InteractionState.CANCELLED)

    row = only(session)

    assert (row.name, row.sku, row.interactions, row.clients) == ("Насос", "Н-1", 2, 1)
    assert row.last_at == datetime(2026, 11, 30, 20, 59, tzinfo=UTC)


def test_only_what_was_asked_about_counts_as_quoted_and_invoiced(session: Session, pump):
    other = make.make_product(session)
    bought, offered, silent = (talk(session, pump).client for _talk in range(3))
    invoice(session, bought, pump)
    invoice(session, bought, pump, "250.00")
    invoice(session, bought, other, "9000.00")
    invoice(session, silent, pump, status=DocumentStatus.DRAFT)
    invoice(session, silent, pump, day=date(2026, 10, 31))
    invoice(session, make.make_client(session), pump)
    for sent_on, client in ((date(2026, 11, 1), offered), (None, silent), (date(2026, 10, 31), silent)):
        make_quote(session, client=client, sent_on=sent_on, lines=[QuoteLine(position=1, product=pump, name="Насос")])

    row = only(session)

    assert (row.clients, row.clients_quoted, row.clients_invoiced) == (3, 1, 1)
    assert (row.invoiced, row.conversion) == (Decimal("750.00"), Decimal("33.3"))


def test_a_client_is_counted_once_in_the_total(session: Session, pump):
    other = make.make_product(session, name="Вентилятор")
    both = talk(session, pump, other)
    talk(session, pump, client=both.client)
    invoice(session, both.client, pump)
    invoice(session, both.client, other)

    found = interest(session, asked())

    assert [row.name for row in found.rows] == ["Насос", "Вентилятор"]
    total = found.total
    assert (total.interactions, total.clients, total.clients_invoiced) == (2, 1, 1)
    assert total.invoiced == sum(row.invoiced for row in found.rows) == 1000


def test_by_groups_of_products(session: Session, pump):
    group = ProductGroup(name="Насосы")
    session.add(group)
    pump.group = group
    single = make.make_product(session)
    talked = talk(session, pump, make.make_product(session, group=group))
    talk(session, single)
    invoice(session, talked.client, pump)

    rows = {row.name: row for row in interest(session, asked(by=By.GROUP)).rows}

    assert (rows["Насосы"].key, rows["Насосы"].interactions, rows["Насосы"].invoiced) == (group.id, 1, 500)
    assert (rows[""].key, rows[""].interactions) == (None, 1)


def test_a_long_report_says_that_it_is_cut(session: Session, pump, monkeypatch: pytest.MonkeyPatch):
    talk(session, pump, make.make_product(session))
    assert not interest(session, asked()).is_cut

    monkeypatch.setattr("app.reports.interest.MOST_ROWS", 1)

    found = interest(session, asked())
    assert (len(found.rows), found.is_cut, found.total.interactions) == (1, True, 1)


def test_talks_of_one_person(session: Session, pump):
    one = talk(session, pump)
    talk(session, pump)

    assert only(session, responsible_id=one.responsible_id).interactions == 1


def test_a_manager_sees_the_interest_of_own_clients(session: Session, pump):
    mine = talk(session, pump)
    foreign = talk(session, pump)
    invoice(session, foreign.client, pump)
    session.info["viewer"] = Viewer(1, mine.responsible_id, Scope.OWN_CLIENTS)

    row = only(session)

    assert (row.interactions, row.invoiced) == (1, 0)
