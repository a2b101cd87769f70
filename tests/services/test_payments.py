from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.errors import NotVisibleError, RuleError
from app.models.ledger import CashBalance, CashMovement, DueItem, SettlementMovement
from app.models.money import Allocation, MoneyDirection
from app.models.sales import DocumentStatus
from app.services.allocations import own_item
from app.services.invoices import post_invoice
from app.services.ledger import check_registers
from app.services.payments import (
    allocate,
    cancel_payment,
    check_payment,
    post_payment,
    propose_allocation,
    unallocate,
)
from app.services.working_days import WorkingCalendar
from tests.factories import TODAY, make_bank_account, make_client, make_invoice, make_payment

CALENDAR = WorkingCalendar()


@pytest.fixture
def account(session):
    return make_bank_account(session, opening_balance=Decimal(100))


@pytest.fixture
def client(session):
    return make_client(session)


@pytest.fixture
def pay(session, account, client):
    """Makes and posts a payment of the client to the account."""

    def made(amount, direction=MoneyDirection.IN, **changes):
        values = {"account": account, "client": client, "direction": direction, "amount": Decimal(amount)}
        payment = make_payment(session, **values | changes)
        return post_payment(session, payment.id, today=TODAY)

    return made


@pytest.fixture
def owe(session, account, client):
    """Posts an invoice of 1,220.00 and gives its due item."""

    def made(**changes):
        values = {"client": client, "organisation": account.organisation, "bank_account": account}
        invoice = make_invoice(session, **values | changes)
        post_invoice(session, invoice.id, today=TODAY, calendar=CALENDAR)
        items = select(DueItem).where(DueItem.document_kind == "invoice", DueItem.document_id == invoice.id)
        return session.scalars(items).one()

    return made


def _cash(session, account):
    return session.scalars(select(CashBalance.balance).where(CashBalance.account_id == account.id)).one()


# --- posting ----------------------------------------------------------------------------------------------


def test_money_that_came_grows_the_account_and_is_an_advance(session, account, client, pay):
    payment = pay(500)

    assert payment.status is DocumentStatus.POSTED
    assert _cash(session, account) == Decimal(600)
    assert own_item(session, payment).balance == Decimal(-500)
    assert session.scalars(select(CashMovement.client_id)).one() == client.id
    assert check_registers(session) == []


def test_posting_a_payment_twice_is_posting_it_once(session, account, pay):
    payment = pay(500)

    post_payment(session, payment.id, today=TODAY)

    assert _cash(session, account) == Decimal(600)
    assert len(session.scalars(select(SettlementMovement)).all()) == 1


def test_money_of_an_unknown_payer_only_grows_the_account(session, account, pay):
    payment = pay(500, client=None)

    assert _cash(session, account) == Decimal(600)
    assert own_item(session, payment) is None


def test_an_expense_only_shrinks_the_account(session, account, pay):
    pay(30, MoneyDirection.OUT, client=None)

    assert _cash(session, account) == Decimal(70)
    assert session.scalars(select(SettlementMovement)).all() == []


def test_an_own_transfer_moves_money_between_accounts_and_is_no_turnover(session, account, pay):
    other = make_bank_account(session, organisation=account.organisation)

    pay(40, MoneyDirection.INTERNAL, payer_account=other.account)

    assert (_cash(session, account), _cash(session, other)) == (Decimal(60), Decimal(40))
    assert set(session.scalars(select(CashMovement.client_id))) == {None}
    assert session.scalars(select(SettlementMovement)).all() == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"amount": Decimal(0)}, "above zero"),
        ({"day": date(2026, 11, 24)}, "dated in the future"),
        ({"direction": MoneyDirection.INTERNAL, "payer_account": "40702810000000000000"}, "own accounts"),
    ],
)
def test_a_wrong_payment_is_refused(session, changes, message):
    payment = make_payment(session)
    for name, value in changes.items():
        setattr(payment, name, value)

    with session.no_autoflush, pytest.raises(RuleError, match=message):
        check_payment(session, payment, TODAY)


def test_a_payment_that_is_not_there_cannot_be_posted(session):
    with pytest.raises(NotVisibleError):
        post_payment(session, 10**9, today=TODAY)


# --- refunds ----------------------------------------------------------------------------------------------


def test_a_refund_gives_advances_back_oldest_first(session, pay):
    later, earlier = pay(100), pay(100, day=date(2026, 11, 1))

    refund = pay(150, MoneyDirection.OUT)

    assert own_item(session, earlier).balance == 0
    assert own_item(session, later).balance == Decimal(-50)
    assert own_item(session, refund).balance == 0
    assert check_registers(session) == []


def test_a_refund_beyond_the_advances_is_owed_without_a_due_date(session, pay):
    pay(100)

    refund = pay(150, MoneyDirection.OUT)

    assert (own_item(session, refund).balance, own_item(session, refund).due_on) == (Decimal(50), None)


def test_a_refund_that_the_first_advance_covers_touches_no_other(session, pay):
    first, second = pay(100, day=date(2026, 11, 1)), pay(100)

    pay(100, MoneyDirection.OUT)

    assert (own_item(session, first).balance, own_item(session, second).balance) == (0, Decimal(-100))


def test_a_refund_lowers_the_turnover_of_the_client(session, client, pay):
    pay(100)
    pay(30, MoneyDirection.OUT)

    turnover = session.scalars(select(CashMovement.amount).where(CashMovement.client_id == client.id)).all()
    assert sum(turnover) == Decimal(70)


def test_cancelling_a_payment_frees_the_refund_that_gave_it_back(session, pay):
    payment = pay(100)
    refund = pay(60, MoneyDirection.OUT)

    cancel_payment(session, payment.id)

    assert (own_item(session, payment).balance, own_item(session, refund).balance) == (0, Decimal(60))
    assert refund.allocations == []
    assert check_registers(session) == []


# --- allocation -------------------------------------------------------------------------------------------


def test_an_allocated_part_closes_the_debt_and_leaves_the_rest_an_advance(session, pay, owe):
    item = owe()
    payment = pay(1500)

    made = allocate(session, payment, item, Decimal(1220), "named in the purpose")

    assert (item.balance, own_item(session, payment).balance) == (0, Decimal(-280))
    assert (made.amount, made.reason) == (Decimal(1220), "named in the purpose")
    assert payment.allocations == [made]
    assert check_registers(session) == []


def test_a_second_part_adds_to_the_first(session, pay, owe):
    item = owe()
    payment = pay(1500)
    allocate(session, payment, item, Decimal(1000), "first")

    made = allocate(session, payment, item, Decimal(200), "second")

    assert (made.amount, made.reason, item.balance) == (Decimal(1200), "second", Decimal(20))


def test_a_debt_is_settled_when_both_documents_exist(session, pay, owe):
    payment = pay(1220, day=date(2026, 11, 10))

    owe(day=date(2026, 11, 16))

    days = session.scalars(
        select(SettlementMovement.day)
        .where(SettlementMovement.document_kind == "payment", SettlementMovement.document_id == payment.id)
        .order_by(SettlementMovement.id)
    ).all()
    assert days == [date(2026, 11, 10), date(2026, 11, 16), date(2026, 11, 16)]


@pytest.mark.parametrize(
    ("amount", "message"),
    [
        (Decimal("0"), "above zero"),
        (Decimal("-1"), "above zero"),
        (Decimal("0.001"), "above zero"),
        (Decimal("1000.01"), "Only 1\u00a0000,00 of the payment"),
    ],
)
def test_a_wrong_amount_is_not_allocated(session, pay, owe, amount, message):
    item = owe()
    payment = pay(1000)

    with pytest.raises(RuleError, match=message):
        allocate(session, payment, item, amount, "")


def test_more_than_the_debt_is_not_allocated(session, pay, owe):
    item = owe()
    payment = pay(5000)

    with pytest.raises(RuleError, match="Only 1\u00a0220,00 is still open"):
        allocate(session, payment, item, Decimal("1220.01"), "")


def test_a_payment_in_cannot_be_allocated_to_an_advance(session, pay):
    first, second = pay(10), pay(10)

    with pytest.raises(RuleError, match="Only 0,00 is still open"):
        allocate(session, first, own_item(session, second), Decimal(1), "")


def test_a_draft_cannot_be_allocated(session, account, client, owe):
    payment = make_payment(session, account=account, client=client)

    with pytest.raises(RuleError, match="Post the payment"):
        allocate(session, payment, owe(), Decimal(1), "")


def test_another_clients_debt_is_not_settled(session, pay, owe):
    item = owe(client=make_client(session))
    payment = pay(100)

    with pytest.raises(RuleError, match="one client and one organisation"):
        allocate(session, payment, item, Decimal(1), "")


def test_unallocating_opens_the_debt_and_frees_the_money(session, pay, owe):
    item = owe()
    payment = pay(1000)
    made = allocate(session, payment, item, Decimal(1000), "")

    unallocate(session, made)

    assert (item.balance, own_item(session, payment).balance) == (Decimal(1220), Decimal(-1000))
    assert payment.allocations == []
    assert check_registers(session) == []


def test_unallocating_twice_is_unallocating_once(session, pay, owe):
    item = owe()
    made = allocate(session, pay(1000), item, Decimal(1000), "")

    unallocate(session, made)
    unallocate(session, made)

    assert item.balance == Decimal(1220)


# --- cancelling -------------------------------------------------------------------------------------------


def test_a_cancelled_payment_leaves_nothing(session, account, pay, owe):
    item = owe()
    payment = pay(1000)
    allocate(session, payment, item, Decimal(600), "")

    cancel_payment(session, payment.id)

    assert payment.status is DocumentStatus.CANCELLED
    assert (item.balance, own_item(session, payment).balance) == (Decimal(1220), 0)
    assert _cash(session, account) == Decimal(100)
    assert session.scalars(select(Allocation)).all() == []
    assert check_registers(session) == []


def test_cancelling_a_payment_twice_is_cancelling_it_once(session, account, pay):
    payment = pay(1000)

    cancel_payment(session, payment.id)
    cancel_payment(session, payment.id)

    assert _cash(session, account) == Decimal(100)


def test_a_cancelled_expense_returns_to_the_account(session, account, pay):
    payment = pay(30, MoneyDirection.OUT, client=None)

    cancel_payment(session, payment.id)

    assert _cash(session, account) == Decimal(100)


def test_a_cancelled_payment_can_be_posted_again(session, account, pay):
    payment = pay(1000)
    cancel_payment(session, payment.id)
    payment.amount = Decimal(900)

    post_payment(session, payment.id, today=TODAY)

    assert own_item(session, payment).balance == Decimal(-900)
    assert _cash(session, account) == Decimal(1000)
    assert check_registers(session) == []


# --- proposals --------------------------------------------------------------------------------------------


def test_the_oldest_due_is_proposed_first_and_the_rest_is_an_advance(session, account, client, owe):
    late = owe(valid_to=date(2026, 12, 20))
    early = owe(valid_to=date(2026, 12, 1))

    proposal = propose_allocation(session, client.id, account.organisation_id, Decimal(3000))

    assert proposal.parts == ((early, Decimal(1220)), (late, Decimal(1220)))
    assert proposal.advance == Decimal(560)


def test_what_is_not_due_yet_comes_last(session, account, client, owe):
    waiting, early = owe(), owe(valid_to=date(2026, 12, 1))
    waiting.due_on = None
    session.flush()

    proposal = propose_allocation(session, client.id, account.organisation_id, Decimal(1300))

    assert proposal.parts == ((early, Decimal(1220)), (waiting, Decimal(80)))


def test_a_small_sum_goes_to_one_item_only(session, account, client, owe):
    owe(valid_to=date(2026, 12, 20))
    early = owe(valid_to=date(2026, 12, 1))

    proposal = propose_allocation(session, client.id, account.organisation_id, Decimal(1220))

    assert (proposal.parts, proposal.advance) == (((early, Decimal(1220)),), 0)


def test_invoices_named_in_the_purpose_come_first(session, account, client, owe):
    owe(valid_to=date(2026, 12, 1))
    late = owe(valid_to=date(2026, 12, 20))

    proposal = propose_allocation(session, client.id, account.organisation_id, Decimal(100), first=[late.document_id])

    assert proposal.parts == ((late, Decimal(100)),)


def test_without_debts_all_is_an_advance(session, account, client):
    proposal = propose_allocation(session, client.id, account.organisation_id, Decimal(100))

    assert (proposal.parts, proposal.advance) == ((), Decimal(100))
