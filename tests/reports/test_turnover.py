from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.models.money import MoneyDirection
from app.permissions import Scope, Viewer
from app.reports.turnover import TurnoverQuestion, turnover
from app.services.payments import cancel_payment, post_payment
from tests.factories import TODAY, make_bank_account, make_client, make_payment

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def pay(session):
    account = make_bank_account(session)

    def made(client, amount, direction=MoneyDirection.IN, **changes):
        payment = make_payment(
            session, client=client, account=account, amount=Decimal(amount), direction=direction, **changes
        )
        return post_payment(session, payment.id, today=TODAY)

    return made


def ask(session, first=YEAR[0], last=YEAR[1], **changes):
    return turnover(session, TurnoverQuestion(first, last, **changes))


def test_nobody_paid(session):
    found = ask(session)

    assert found.rows == ()
    assert (found.totals.clients, found.totals.turnover) == (0, 0)


def test_turnover_is_payments_less_refunds(session, pay):
    client = make_client(session)
    pay(client, "1000.50")
    pay(client, "200", MoneyDirection.OUT)

    (row,) = ask(session).rows

    assert (row.received, row.refunded, row.turnover) == (Decimal("1000.50"), 200, Decimal("800.50"))
    assert (row.client, row.responsible) == (client.name, str(client.responsible))


def test_days_at_both_ends_count_and_those_outside_do_not(session, pay):
    client = make_client(session)
    for days in range(4):
        pay(client, 10**days, day=TODAY - timedelta(days=days))

    found = ask(session, TODAY - timedelta(days=2), TODAY - timedelta(days=1))

    assert found.totals.turnover == 110


def test_cancelled_payment_is_as_if_it_had_never_been(session, pay):
    client = make_client(session)
    pay(client, 100)
    cancel_payment(session, pay(client, 50).id)

    found = ask(session)

    assert (found.totals.received, found.totals.refunded) == (100, 0)


def test_money_without_a_client_is_no_turnover(session, pay):
    pay(None, 100)

    assert ask(session).rows == ()


def test_greatest_turnover_comes_first_and_totals_are_of_all_pages(session, pay):
    small, great = make_client(session), make_client(session)
    pay(small, 10)
    pay(great, 20)

    found = ask(session, limit=1)

    assert [row.client_id for row in found.rows] == [great.id]
    assert (found.totals.clients, found.totals.turnover) == (2, 30)


def test_clients_of_one_responsible_or_named_ones(session, pay):
    one, other = make_client(session), make_client(session)
    pay(one, 10)
    pay(other, 20)

    assert ask(session, responsible_id=one.responsible_id).totals.turnover == 10
    assert ask(session, client_ids=[other.id]).totals.turnover == 20


def test_manager_sees_the_turnover_of_own_clients(session, pay):
    own, foreign = make_client(session), make_client(session)
    pay(own, 10)
    pay(foreign, 20)
    session.info["viewer"] = Viewer(1, own.responsible_id, Scope.OWN_CLIENTS)

    assert ask(session).totals.turnover == 10
