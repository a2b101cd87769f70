from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.errors import RuleError
from app.models.clients import ClientBankAccount
from app.models.ledger import CashMovement
from app.models.money import MoneyDirection, StatementLine, StatementStatus
from app.models.sales import DocumentStatus
from app.services.allocations import own_item
from app.services.payments import cancel_payment, post_payment
from app.services.statements import choose, post_statement, take_back
from tests.factories import TODAY, make_bank_account, make_payment
from tests.services.statements.files import SECOND, moved, paid, spent
from tests.services.statements.posted import NAMED, balance, payments

# --- taking back -----------------------------------------------------------------------------------------------


def test_statement_taken_back_leaves_no_trace_in_the_balances(load, owe, post, take, session, account):
    item = owe()
    statement = load(paid(), spent("2"))
    post(statement)

    assert take(statement) == 2

    assert payments(session) == []
    assert (item.balance, balance(session, account)) == (Decimal(1220), 0)
    assert statement.status is StatementStatus.TAKEN_BACK


def test_take_back_leaves_other_payments_alone(load, post, take, session, client, account):
    other = make_payment(session, account=account, client=client)
    post_payment(session, other.id, today=TODAY)
    statement = load(spent())
    post(statement)

    take(statement)

    assert payments(session) == [other]
    assert other.status is DocumentStatus.POSTED


def test_take_back_frees_the_keys_and_keeps_what_was_learnt(load, owe, post, take, session):
    owe()
    statement = load(paid(НазначениеПлатежа=NAMED))
    post(statement)

    take(statement)

    assert session.scalars(select(StatementLine.key)).all() == [None]
    assert session.scalar(select(func.count(ClientBankAccount.id))) == 1
    assert post(load(paid(НазначениеПлатежа=NAMED))).posted == 1


def test_statement_is_taken_back_once(load, take, session, account):
    statement = load(spent())
    take(statement)

    with pytest.raises(RuleError, match="taken back before"):
        take_back(session, statement)


def test_statement_taken_back_cannot_be_posted(load, take, session, account):
    statement = load(spent())
    take(statement)

    with pytest.raises(RuleError, match="load the file again"):
        post_statement(session, statement, today=TODAY)


def test_take_back_frees_a_refund_set_against_the_payment_and_takes_its_own_refund_back(
    load, post, take, session, client, account
):
    statement = load(paid("1"), spent("2", "200.00", НазначениеПлатежа="Возврат аванса"))
    for line in statement.lines:
        choose(session, line, client)
    post(statement)
    later = make_payment(
        session, account=account, client=client, direction=MoneyDirection.OUT, amount=Decimal(300), day=TODAY
    )
    post_payment(session, later.id, today=TODAY)

    assert take(statement) == 2

    assert own_item(session, later).balance == Decimal(300)
    assert payments(session) == [later]


def test_transfer_taken_back_gives_both_accounts_their_balance(load, post, take, session, account):
    second = make_bank_account(session, account=SECOND, organisation=account.organisation)
    statement = load(moved())
    post(statement)

    take(statement)

    assert (balance(session, account), balance(session, second)) == (0, 0)
    assert session.scalar(select(func.count(CashMovement.id)).where(CashMovement.is_reversal)) == 2


def test_payment_cancelled_by_hand_is_removed_with_the_others(load, post, take, session, account):
    statement = load(spent("1"), spent("2"))
    post(statement)
    cancel_payment(session, payments(session)[0].id)

    assert take(statement) == 2
    assert payments(session) == []
