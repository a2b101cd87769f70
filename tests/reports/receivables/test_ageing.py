from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from app.models.ledger import DocumentKind, DueItem
from app.reports.overdue import overdue_debts
from app.reports.receivables import ReceivablesQuestion, _debts_of, receivables
from app.services.invoices import post_invoice
from app.services.payments import allocate, post_payment
from app.services.working_days import WorkingCalendar
from tests.factories import TODAY, make_agreement, make_bank_account, make_client, make_invoice, make_payment
from tests.reports.receivables.asking import ask, buckets

KOPECKS = st.integers(1, 10**9).map(lambda kopecks: Decimal(kopecks).scaleb(-2))


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


def test_whoever_paid_between_the_two_questions_is_left_out(session, debt):
    client, paid = make_client(session), make_client(session)
    debt(client, 100, 5)

    rows = list(_debts_of(session, [paid.id, client.id], ReceivablesQuestion(TODAY, TODAY)))

    assert [row.client_id for row in rows] == [client.id]
