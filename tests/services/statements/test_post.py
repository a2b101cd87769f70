from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.errors import RuleError
from app.models.clients import ClientBankAccount
from app.models.ledger import CashMovement, DocumentKind, DueItem, SettlementMovement
from app.models.money import Allocation, CashArticle, MatchState, MoneyDirection, Payment
from app.models.sales import DocumentStatus
from app.services.allocations import own_item
from app.services.payments import allocate, post_payment
from app.services.statements import choose, post_statement
from tests.factories import TODAY, make_bank_account, make_payment
from tests.services.statements.files import PAYER, PAYER_INN, SECOND, moved, paid, spent
from tests.services.statements.posted import NAMED, balance, payments

# --- posting ---------------------------------------------------------------------------------------------------


def test_matched_payment_settles_its_invoice(load, owe, post, session, account, client):
    item = owe()

    result = post(load(paid(НазначениеПлатежа=NAMED)))

    (payment,) = payments(session)
    assert (result.posted, result.left) == (1, 0)
    assert (payment.status, payment.client_id, payment.amount) == (DocumentStatus.POSTED, client.id, Decimal(1220))
    assert (payment.day, payment.payer_inn, payment.article.name) == (
        date(2026, 11, 20),
        PAYER_INN,
        "Оплата от покупателей",
    )
    assert item.balance == 0
    assert balance(session, account) == Decimal(1220)


def test_allocation_keeps_the_reasons_in_words(load, owe, post, session):
    owe()

    post(load(paid(НазначениеПлатежа=NAMED)))

    assert (
        session.scalars(select(Allocation.reason)).one() == "INN; invoice no. КС-2026-000015 in the purpose; exact sum"
    )


def test_payment_of_a_statement_writes_the_same_rows_as_one_posted_by_hand(load, owe, post, session, account, client):
    first, second = owe("КС-2026-000015"), owe("КС-2026-000016")
    post(load(paid(amount="1500.00")))
    by_hand = make_payment(session, account=account, client=client, amount=Decimal(940), day=date(2026, 11, 20))
    post_payment(session, by_hand.id, today=TODAY)
    allocate(session, by_hand, second, Decimal(940), "by hand")

    def rows(payment):
        written = select(SettlementMovement).where(
            SettlementMovement.document_kind == DocumentKind.PAYMENT, SettlementMovement.document_id == payment.id
        )
        movements = [
            (row.day, row.client_id, row.due_item_id == own_item(session, payment).id, row.amount > 0, row.is_reversal)
            for row in session.scalars(written.order_by(SettlementMovement.id))
        ]
        cash = select(CashMovement).where(CashMovement.document_id == payment.id)
        flows = [(row.day, row.account_id, row.client_id, row.amount > 0) for row in session.scalars(cash)]
        own = own_item(session, payment)
        return movements[:3], flows, (own.client_id, own.organisation_id, own.stage, own.document_day, own.balance)

    assert rows(payments(session)[0]) == rows(by_hand)
    assert (first.balance, second.balance) == (0, 0)


def test_line_to_choose_is_not_posted_and_is_counted_as_left(load, owe, post, session):
    owe()

    result = post(load(paid("1"), paid("2", ПлательщикИНН="7736050003", ПлательщикСчет="", ПлательщикРасчСчет="")))

    assert (result.posted, result.left) == (1, 1)
    assert len(payments(session)) == 1


def test_posting_again_posts_only_what_was_chosen_since(load, owe, post, session, client):
    owe()
    statement = load(paid("1"), paid("2"))
    post(statement)
    choose(session, statement.lines[1], client)

    assert post(statement).posted == 1
    assert session.scalar(select(func.count(Payment.id))) == 2


def test_nothing_to_post_is_said(load, session, account):
    statement = load(paid())

    with pytest.raises(RuleError, match="nothing to post"):
        post_statement(session, statement, today=TODAY)


def test_money_that_is_no_income_moves_only_the_account(load, post, session, account):
    post(load(paid("1", "500.00", НазначениеПлатежа="Пополнение счета"), spent("2", "40.00")))

    assert balance(session, account) == Decimal(460)
    assert session.scalars(select(DueItem)).all() == []
    assert {payment.article.name for payment in payments(session)} == {
        "Перемещение между своими счетами",
        "Оплата поставщикам",
    }


def test_articles_are_made_once(load, post, session, account):
    post(load(spent("1")))
    post(load(spent("2")))

    assert session.scalar(select(func.count(CashArticle.id)).where(CashArticle.name == "Оплата поставщикам")) == 1


def test_transfer_moves_both_accounts_once(load, post, session, account):
    second = make_bank_account(session, account=SECOND, organisation=account.organisation)

    post(load(moved()))

    assert (balance(session, account), balance(session, second)) == (Decimal(-300), Decimal(300))
    assert [payment.direction for payment in payments(session)] == [MoneyDirection.INTERNAL]


def test_refund_to_a_client_takes_the_advance_back(load, post, session, client, account):
    statement = load(paid(), spent("2", "200.00", НазначениеПлатежа="Возврат аванса"))
    for line in statement.lines:
        choose(session, line, client)

    post(statement)

    received, refund = payments(session)
    assert own_item(session, received).balance == Decimal("-1020.00")
    assert (refund.status, own_item(session, refund).balance) == (DocumentStatus.POSTED, 0)
    assert balance(session, account) == Decimal(1020)


def test_debt_paid_meanwhile_puts_the_line_back_to_be_chosen(load, owe, session, account, client):
    item = owe()
    statement = load(paid(НазначениеПлатежа=NAMED))
    other = make_payment(session, account=account, client=client)
    post_payment(session, other.id, today=TODAY)
    allocate(session, other, item, Decimal(1220), "by hand")

    with pytest.raises(RuleError, match="nothing to post"):
        post_statement(session, statement, today=TODAY)

    (line,) = statement.lines
    assert (line.state, line.proposal["reasons"][-1]["code"]) == (MatchState.TO_CHOOSE, "changed_meanwhile")


def test_payment_dated_ahead_waits(load, post, account, session):
    statement = load(spent("1"), spent("2", day=f"{TODAY + timedelta(days=1):%d.%m.%Y}"))

    assert post(statement).left == 1
    assert statement.lines[1].proposal["reasons"][-1]["code"] == "future_day"


def test_account_of_the_client_is_learnt(load, owe, post, session, client):
    owe()

    post(load(paid(НазначениеПлатежа=NAMED)))

    (known,) = session.scalars(select(ClientBankAccount)).all()
    assert (known.client_id, known.account, known.bik) == (client.id, PAYER, "044525225")


def test_account_of_a_third_party_is_not_learnt_as_the_clients_and_the_payment_says_who_paid(
    load, owe, post, session, client
):
    owe()
    statement = load(paid(ПлательщикИНН="7736050003", НазначениеПлатежа=NAMED))
    choose(session, statement.lines[0], client)

    post(statement)

    assert session.scalars(select(ClientBankAccount)).all() == []
    assert payments(session)[0].comment == "Paid by ООО Ромашка for ООО «Ромашка»"


def test_several_portions_are_posted_and_matched_like_one(load, post, session, account, monkeypatch):
    monkeypatch.setattr("app.services.statements.load.CHUNK", 2)
    monkeypatch.setattr("app.services.statements.match.CHUNK", 2)
    monkeypatch.setattr("app.services.statements.post.CHUNK", 2)
    monkeypatch.setattr("app.services.statements.facts._AT_ONCE", 2)

    result = post(load(*(spent(str(number)) for number in range(5))))

    assert (result.posted, balance(session, account)) == (5, Decimal(-500))


def test_empty_statement_has_nothing_to_post(load, session, account):
    statement = load()

    with pytest.raises(RuleError, match="nothing to post"):
        post_statement(session, statement, today=TODAY)
