from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.errors import RuleError
from app.models.clients import ClientBankAccount
from app.models.ledger import CashBalance, CashMovement, DocumentKind, DueItem, SettlementMovement
from app.models.money import (
    Allocation,
    CashArticle,
    MatchState,
    MoneyDirection,
    PayerAlias,
    Payment,
    StatementLine,
    StatementStatus,
)
from app.models.sales import DocumentStatus
from app.services.allocations import own_item
from app.services.ledger import check_registers
from app.services.payments import allocate, cancel_payment, post_payment
from app.services.statements import choose, match_lines, post_statement, propose_for, reconsider, skip, take_back
from tests.factories import TODAY, make_bank_account, make_client, make_payment
from tests.services.statements.files import PAYER, PAYER_INN, SECOND, moved, paid, spent

NAMED = "по счету КС-2026-000015"


@pytest.fixture
def post(session):
    """Posts a statement today; the registers must prove right."""

    def made(statement, today=TODAY):
        result = post_statement(session, statement, today=today)
        assert check_registers(session) == []
        return result

    return made


@pytest.fixture
def take(session):
    def made(statement):
        count = take_back(session, statement)
        assert check_registers(session) == []
        return count

    return made


def payments(session):
    return session.scalars(select(Payment).order_by(Payment.id)).all()


def balance(session, account):
    return session.scalars(select(CashBalance.balance).where(CashBalance.account_id == account.id)).one()


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


# --- choosing --------------------------------------------------------------------------------------------------


def test_chosen_client_gets_the_proposal_and_the_payer_is_learnt(matched, owe, session, client):
    item = owe()
    line = matched(paid(ПлательщикИНН="7736050003"))

    choose(session, line, client)

    assert (line.state, line.client_id) == (MatchState.MATCHED, client.id)
    assert line.proposal["parts"] == [{"due_item": item.id, "number": "КС-2026-000015", "amount": "1220.00"}]
    learnt = session.execute(select(PayerAlias.payer, PayerAlias.client_id)).all()
    assert {tuple(row) for row in learnt} == {(PAYER, client.id), ("7736050003", client.id)}


def test_choosing_twice_learns_once(matched, session, client):
    line = matched(paid(ПлательщикИНН="7736050003"))

    choose(session, line, client)
    choose(session, line, client)

    assert session.scalar(select(func.count(PayerAlias.id))) == 2


def test_own_inn_of_the_client_is_not_learnt_as_a_strangers(matched, session, client):
    choose(session, matched(paid()), client)

    assert session.scalars(select(PayerAlias.payer)).all() == [PAYER]


def test_nothing_is_learnt_when_not_wanted_or_not_known(matched, session, client):
    choose(session, matched(paid()), client, learn=False)
    choose(session, matched(paid("2", ПлательщикСчет="", ПлательщикРасчСчет="")), client)

    assert session.scalars(select(PayerAlias)).all() == []


def test_payment_is_split_as_the_person_says(matched, owe, session, client):
    first, second = owe("КС-2026-000015"), owe("КС-2026-000016")
    line = matched(paid())

    choose(session, line, client, [(first.id, Decimal(200)), (second.id, Decimal("1000.50"))])

    assert [part["amount"] for part in line.proposal["parts"]] == ["200", "1000.50"]
    assert line.proposal["advance"] == "19.50"


@pytest.mark.parametrize(
    ("amount", "words"),
    [("1500", "owes less"), ("-1", "above zero"), ("0.001", "above zero")],
)
def test_wrong_part_is_refused(matched, owe, session, client, amount, words):
    item = owe()
    line = matched(paid(amount="2000.00"))

    with pytest.raises(RuleError, match=words):
        choose(session, line, client, [(item.id, Decimal(amount))])


def test_parts_above_the_payment_are_refused(matched, owe, session, client):
    item = owe()
    line = matched(paid(amount="100.00"))

    with pytest.raises(RuleError, match="more than the payment"):
        choose(session, line, client, [(item.id, Decimal(200))])


def test_debt_of_another_client_is_refused(matched, owe, session, client):
    foreign = owe(client=make_client(session))
    line = matched(paid())

    with pytest.raises(RuleError, match="one client"):
        choose(session, line, client, [(foreign.id, Decimal(10))])


def test_line_without_a_client_is_nobodys_income(matched, session, account, post):
    line = matched(paid(НазначениеПлатежа="Прочее"))

    choose(session, line, None)

    assert (line.state, line.client_id, line.proposal["article"]) == (MatchState.MATCHED, None, "other_in")


def test_posted_line_cannot_be_chosen_anew(load, owe, post, session, client):
    owe()
    statement = load(paid())
    post(statement)

    with pytest.raises(RuleError, match="posted already"):
        choose(session, statement.lines[0], client)


def test_line_of_a_statement_taken_back_cannot_be_chosen(load, session, client):
    statement = load(paid())
    take_back(session, statement)

    with pytest.raises(RuleError, match="taken back"):
        choose(session, statement.lines[0], client)


def test_line_left_out_is_not_posted(load, session, account):
    statement = load(spent())
    skip(session, statement.lines[0])

    with pytest.raises(RuleError, match="nothing to post"):
        post_statement(session, statement, today=TODAY)


def test_decision_may_be_taken_back(matched, owe, session, client):
    owe()
    line = matched(paid())
    skip(session, line)

    reconsider(session, line)

    assert (line.state, line.client_id) == (MatchState.MATCHED, client.id)


def test_proposal_for_another_client_can_be_seen_before_choosing(matched, owe, session, client):
    item = owe()
    line = matched(paid(ПлательщикИНН="7736050003"))

    assert [(debt.id, part) for debt, part in propose_for(session, line, client).parts] == [(item.id, Decimal(1220))]


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


def test_several_portions_are_posted_and_matched_like_one(load, post, session, account, monkeypatch):
    monkeypatch.setattr("app.services.statements.load.CHUNK", 2)
    monkeypatch.setattr("app.services.statements.match.CHUNK", 2)
    monkeypatch.setattr("app.services.statements.post.CHUNK", 2)
    monkeypatch.setattr("app.services.statements.facts._AT_ONCE", 2)

    result = post(load(*(spent(str(number)) for number in range(5))))

    assert (result.posted, balance(session, account)) == (5, Decimal(-500))


def test_only_chosen_lines_are_left_alone_when_matching_again(load, session, client, account):
    statement = load(paid())
    choose(session, statement.lines[0], client)

    match_lines(session, statement)

    assert statement.lines[0].proposal["chosen"]


def test_empty_statement_has_nothing_to_post(load, session, account):
    statement = load()

    with pytest.raises(RuleError, match="nothing to post"):
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
