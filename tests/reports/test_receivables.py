from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from app import database
from app.models.interactions import InteractionKind, InteractionState
from app.models.ledger import DocumentKind, DueItem, SettlementMovement
from app.permissions import Scope, Viewer
from app.reports.overdue import overdue_debts
from app.reports.receivables import (
    MOST_ROWS,
    ReceivablesQuestion,
    all_receivables,
    client_receivables,
    receivables,
)
from app.services.invoices import post_invoice
from app.services.payments import allocate, post_payment
from app.services.visibility import ROW_RULES
from app.services.working_days import WorkingCalendar
from tests.factories import (
    NOON,
    TODAY,
    make_agreement,
    make_bank_account,
    make_client,
    make_employee,
    make_interaction,
    make_invoice,
    make_organisation,
    make_payment,
)

KOPECKS = st.integers(1, 10**9).map(lambda kopecks: Decimal(kopecks).scaleb(-2))


@pytest.fixture
def organisation(session):
    return make_organisation(session)


@pytest.fixture
def rules():
    before = dict(database._row_rules)
    database.install_row_rules(ROW_RULES)
    yield
    database.install_row_rules(before)


@pytest.fixture
def debt(session, organisation):
    """A due item of so many roubles, due so many days ago (None: no due date yet), charged 100 days ago."""
    numbers = iter(range(1, 1000))

    def made(client, amount, days_ago=None, *, charged=100, **changes):
        amount = Decimal(amount)
        item = DueItem(
            **{"client": client, "organisation": organisation, "document_kind": DocumentKind.INVOICE}
            | {"document_id": next(numbers), "stage": 1, "document_number": "КС-1", "balance": amount}
            | {"document_day": TODAY - timedelta(days=charged)}
            | {"due_on": None if days_ago is None else TODAY - timedelta(days=days_ago)}
            | changes
        )
        session.add(item)
        session.flush()
        move(item, amount, charged)
        return item

    def move(item, amount, days_ago):
        session.add(
            SettlementMovement(
                day=TODAY - timedelta(days=days_ago),
                client_id=item.client_id,
                due_item=item,
                document_kind=item.document_kind,
                document_id=item.document_id,
                amount=amount,
            )
        )
        session.flush()

    made.move = move
    return made


def ask(session, as_of=TODAY, **changes):
    return receivables(session, ReceivablesQuestion(as_of=as_of, today=TODAY, **changes))


def buckets(row):
    return [int(amount) for amount in row.overdue_by]


# --- ageing ----------------------------------------------------------------------------------------------------


def test_nobody_owes_anything(session):
    found = ask(session)

    assert found.rows == ()
    assert (found.totals.clients, found.totals.total, found.totals.overdue_by) == (0, 0, (0, 0, 0, 0))


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [
        (1, [100, 0, 0, 0]),
        (30, [100, 0, 0, 0]),
        (31, [0, 100, 0, 0]),
        (60, [0, 100, 0, 0]),
        (61, [0, 0, 100, 0]),
        (90, [0, 0, 100, 0]),
        (91, [0, 0, 0, 100]),
        (4000, [0, 0, 0, 100]),
    ],
)
def test_debt_stands_in_the_interval_of_its_overdue_days(session, debt, days_ago, expected):
    debt(make_client(session), 100, days_ago)

    (row,) = ask(session).rows

    assert buckets(row) == expected
    assert (row.not_due, row.overdue, row.days) == (0, 100, days_ago)


@pytest.mark.parametrize("days_ago", [0, -5, None])
def test_debt_due_today_later_or_not_yet_dated_is_not_overdue(session, debt, days_ago):
    debt(make_client(session), 100, days_ago)

    (row,) = ask(session).rows

    assert (row.not_due, row.overdue, row.days, row.oldest_due_on, row.is_red) == (100, 0, 0, None, False)


def test_intervals_are_as_asked(session, debt):
    client = make_client(session)
    debt(client, 100, 40)
    debt(client, 200, 46)

    (row,) = ask(session, buckets=(45, 90)).rows

    assert buckets(row) == [100, 200, 0]


def test_oldest_debt_gives_the_days(session, debt):
    client = make_client(session)
    debt(client, 1, 5)
    debt(client, 1, 12)

    (row,) = ask(session).rows

    assert (row.days, row.oldest_due_on) == (12, TODAY - timedelta(days=12))


def test_advance_stands_apart_and_lowers_nothing(session, debt):
    client = make_client(session)
    debt(client, 100, 5)
    debt(client, -30, document_kind=DocumentKind.PAYMENT)

    found = ask(session)

    assert (found.rows[0].total, found.rows[0].overdue, found.rows[0].advance) == (100, 100, 30)
    assert found.totals.advance == 30


def test_client_with_an_advance_only_owes_nothing(session, debt):
    debt(make_client(session), -30, document_kind=DocumentKind.PAYMENT)

    assert ask(session).rows == ()


def test_overdue_pennies_below_the_threshold_of_the_client_are_not_red(session, debt):
    client = make_client(session, debt_threshold=Decimal(100))
    debt(client, 100, 5)

    found = ask(session)

    assert (found.rows[0].is_red, found.totals.red_clients) == (False, 0)
    assert ask(session, overdue_only=True).rows == ()


def test_red_clients_are_those_marked_red_everywhere_else(session, debt):
    pennies, debtor = make_client(session, debt_threshold=Decimal(100)), make_client(session)
    debt(pennies, 99, 5)
    debt(debtor, 99, 5)

    red = {row.client_id for row in ask(session).rows if row.is_red}

    assert red == set(overdue_debts(session, [pennies.id, debtor.id], TODAY)) == {debtor.id}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    items=st.lists(st.tuples(KOPECKS, st.none() | st.integers(-400, 400), st.integers(0, 400)), min_size=1, max_size=8),
    ends=st.lists(st.integers(1, 365), min_size=1, max_size=4, unique=True),
    ago=st.integers(0, 300),
)
def test_intervals_add_up_to_the_total_whatever_is_owed(session, debt, items, ends, ago):
    with session.begin_nested() as example:
        client = make_client(session)
        for amount, days_ago, charged in items:
            debt(client, amount, days_ago, charged=charged)

        found = ask(session, TODAY - timedelta(days=ago), buckets=tuple(ends))

        for row in (*found.rows, found.totals):
            assert row.total == row.not_due + sum(row.overdue_by)
            assert row.overdue == sum(row.overdue_by)
        charged = sum((amount for amount, _days, charged in items if charged >= ago), Decimal(0))
        assert found.totals.total == charged
        example.rollback()


# --- as of a day -----------------------------------------------------------------------------------------------


def test_invoice_paid_later_is_still_owed_on_a_past_day(session):
    account = make_bank_account(session)
    client = make_client(session)
    agreement = make_agreement(session, organisation=account.organisation)
    long_ago = TODAY - timedelta(days=60)
    invoice = make_invoice(
        session,
        client=client,
        organisation=account.organisation,
        bank_account=account,
        agreement=agreement,
        day=long_ago,
    )
    post_invoice(session, invoice.id, today=long_ago, calendar=WorkingCalendar())
    payment = make_payment(session, client=client, account=account, day=TODAY - timedelta(days=3))
    post_payment(session, payment.id, today=TODAY)
    item = session.query(DueItem).filter_by(document_kind=DocumentKind.INVOICE).one()
    allocate(session, payment, item, Decimal(1220), "paid late")

    (row,) = ask(session, TODAY - timedelta(days=4)).rows

    assert (row.total, row.overdue, row.advance) == (1220, 1220, 0)
    assert row.days == (TODAY - timedelta(days=4) - item.due_on).days
    assert ask(session, TODAY - timedelta(days=3)).rows == ()
    assert ask(session).rows == ()


def test_past_day_before_the_invoice_knows_no_debt(session, debt):
    debt(make_client(session), 100, 5, charged=10)

    assert ask(session, TODAY - timedelta(days=11)).rows == ()


def test_today_reads_kept_balances_only(session, debt):
    debt(make_client(session), 100, 5)
    asked = []
    session.flush()

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    event.listen(session.connection(), "before_cursor_execute", note)
    ask(session)
    event.remove(session.connection(), "before_cursor_execute", note)

    assert len(asked) == 3
    assert not any("settlement_movement" in statement for statement in asked)


def test_past_day_gives_the_same_as_today_when_nothing_happened_since(session, debt):
    client = make_client(session)
    debt(client, 100, 5)
    debt(client, 50, 95)

    today, computed = ask(session), receivables(session, ReceivablesQuestion(TODAY, TODAY + timedelta(days=1)))

    assert today == computed


# --- filters, order, page --------------------------------------------------------------------------------------


@pytest.fixture
def three(session, debt):
    anna = make_employee(session, family_name="Аннова")
    boris = make_employee(session, family_name="Борисов")
    for name, employee, amount, days in (("Бета", anna, 10, 50), ("Альфа", boris, 30, 5), ("Гамма", boris, 20, None)):
        debt(make_client(session, name=name, responsible=employee, search_key=name.lower()), amount, days)
    return anna


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("-overdue", ["Альфа", "Бета", "Гамма"]),
        ("client", ["Альфа", "Бета", "Гамма"]),
        ("-total", ["Альфа", "Гамма", "Бета"]),
        ("-days", ["Бета", "Альфа", "Гамма"]),
        ("responsible", ["Бета", "Альфа", "Гамма"]),
        ("no such order", ["Альфа", "Бета", "Гамма"]),
    ],
)
def test_clients_come_in_the_order_asked_for(session, three, order, names):
    assert [row.client for row in ask(session, order=order).rows] == names


def test_clients_of_one_responsible_and_their_totals(session, three):
    found = ask(session, responsible_id=three.id)

    assert [row.client for row in found.rows] == ["Бета"]
    assert (found.totals.clients, found.totals.total) == (1, 10)


def test_clients_are_found_by_name(session, three):
    assert [row.client for row in ask(session, q="АЛЬФА").rows] == ["Альфа"]


def test_text_without_a_word_finds_nobody(session, three):
    assert ask(session, q="«»").rows == ()


def test_only_red_clients_may_be_asked_for(session, three):
    found = ask(session, overdue_only=True)

    assert [row.client for row in found.rows] == ["Альфа", "Бета"]
    assert found.totals.red_clients == 2


def test_debts_to_another_organisation_may_be_left_out(session, debt, organisation):
    debt(make_client(session), 10, 5, organisation=make_organisation(session))
    own = make_client(session)
    debt(own, 20, 5)

    assert [row.client_id for row in ask(session, organisation_id=organisation.id).rows] == [own.id]


def test_totals_are_of_all_pages(session, three):
    found = ask(session, limit=1, offset=1)

    assert ([row.client for row in found.rows], found.totals.clients, found.totals.total) == (["Бета"], 3, 60)


def test_page_is_bounded(session, debt):
    responsible = make_employee(session)
    for _ in range(MOST_ROWS + 1):
        debt(make_client(session, responsible=responsible), 1, 5)

    assert len(ask(session, limit=10_000).rows) == MOST_ROWS
    assert len(list(all_receivables(session, ReceivablesQuestion(TODAY, TODAY)))) == MOST_ROWS + 1


def test_manager_sees_own_clients_and_their_totals_only(session, three, rules):
    session.info["viewer"] = Viewer(1, three.id, Scope.OWN_CLIENTS)

    found = ask(session)
    past = ask(session, TODAY - timedelta(days=1))

    assert [row.client for row in found.rows] == [row.client for row in past.rows] == ["Бета"]
    assert found.totals.total == past.totals.total == 10


# --- contacts and details --------------------------------------------------------------------------------------


def test_last_contact_is_the_latest_that_took_place(session, debt):
    client = make_client(session)
    debt(client, 10, 5)
    made = {"client": client, "state": InteractionState.DONE}
    make_interaction(session, **made, starts_at=NOON - timedelta(days=9))
    make_interaction(session, **made, starts_at=NOON - timedelta(days=3), kind=InteractionKind.MEETING)
    make_interaction(session, client=client, starts_at=NOON + timedelta(days=3))

    (row,) = ask(session).rows

    assert (row.contact_at, row.contact_kind) == (NOON - timedelta(days=3), InteractionKind.MEETING)


def test_client_never_contacted_has_no_last_contact(session, debt):
    debt(make_client(session), 10, 5)

    assert ask(session).rows[0].contact_at is None


def test_details_tell_what_each_stage_owes(session, debt):
    client = make_client(session)
    paid = debt(client, 100, 12)
    paid.balance = Decimal(60)
    other = DueItem(
        client=client, organisation=paid.organisation, document_kind=DocumentKind.PAYMENT,
        document_id=1, stage=0, document_day=TODAY, balance=Decimal(-5),
    )  # fmt: skip
    session.add(other)
    session.flush()

    late, advance = client_receivables(session, client.id, TODAY, TODAY)

    assert (late.charged, late.paid, late.left, late.days) == (100, 40, 60, 12)
    assert (advance.kind, advance.charged, advance.paid, advance.left, advance.days) == (
        DocumentKind.PAYMENT,
        -5,
        0,
        -5,
        0,
    )


def test_details_of_a_past_day_are_of_that_day(session, debt):
    client = make_client(session)
    item = debt(client, 100, 12)
    debt.move(item, Decimal(7), 2)
    item.balance = Decimal(107)

    (row,) = client_receivables(session, client.id, TODAY - timedelta(days=3), TODAY)

    assert (row.charged, row.left, row.days) == (100, 100, 9)


def test_details_come_oldest_due_first_and_undated_last(session, debt):
    client = make_client(session)
    for days in (None, 3, 40, -10):
        debt(client, 10, days)

    found = client_receivables(session, client.id, TODAY, TODAY)

    assert [row.due_on for row in found] == [
        date(2026, 10, 14),
        date(2026, 11, 20),
        date(2026, 12, 3),
        None,
    ]
