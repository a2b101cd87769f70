from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.models.ledger import (
    ActivityBalance,
    ActivityKind,
    ActivityMovement,
    CashBalance,
    CashMovement,
    DocumentKind,
    DueItem,
    SettlementMovement,
)
from app.services.checks import check_all
from app.services.ledger import (
    ActivityEntry,
    CashEntry,
    Difference,
    Register,
    Registrar,
    SettlementEntry,
    check_registers,
    renew_cash_balance,
    reverse,
    write_activity,
    write_cash,
    write_settlements,
)
from tests.factories import TODAY, make_bank_account, make_client, make_organisation

INVOICE = Registrar(DocumentKind.INVOICE, 7)
YESTERDAY = date(2026, 11, 22)


@pytest.fixture
def item(session):
    made = DueItem(
        client=make_client(session),
        organisation=make_organisation(session),
        document_kind=DocumentKind.INVOICE,
        document_id=7,
        stage=1,
        document_day=TODAY,
    )
    session.add(made)
    session.flush()
    return made


def _rows(session, model):
    return session.scalars(select(model).order_by(model.id)).all()


def test_movements_of_settlements_add_up_in_the_due_item(session, item):
    entries = [
        SettlementEntry(item.id, TODAY, Decimal("100.10")),
        SettlementEntry(item.id, TODAY, Decimal("-40")),
    ]

    write_settlements(session, INVOICE, entries)

    assert item.balance == Decimal("60.10")
    assert [row.amount for row in _rows(session, SettlementMovement)] == [Decimal("100.10"), Decimal("-40")]
    assert {row.client_id for row in _rows(session, SettlementMovement)} == {item.client_id}


def test_a_movement_of_nothing_is_not_written(session, item):
    write_settlements(session, INVOICE, [SettlementEntry(item.id, TODAY, Decimal(0))])

    assert _rows(session, SettlementMovement) == []


def test_a_cash_balance_begins_with_the_opening_balance(session):
    account = make_bank_account(session, opening_balance=Decimal(1000))

    write_cash(session, INVOICE, [CashEntry(account.id, TODAY, Decimal("0.01"))])
    write_cash(session, INVOICE, [CashEntry(account.id, TODAY, Decimal(-500))])

    assert session.scalars(select(CashBalance.balance)).one() == Decimal("500.01")
    assert check_registers(session) == []


def test_a_changed_opening_balance_is_taken_over(session):
    account = make_bank_account(session, opening_balance=Decimal(1000))
    write_cash(session, INVOICE, [CashEntry(account.id, TODAY, Decimal(-300))])
    account.opening_balance = Decimal(2000)

    assert renew_cash_balance(session, account) == Decimal(1700)
    assert check_registers(session) == []


def test_a_new_account_has_its_opening_balance(session):
    account = make_bank_account(session, opening_balance=Decimal(15))

    assert renew_cash_balance(session, account) == Decimal(15)


def test_acts_are_counted_by_day_employee_and_kind(session):
    client = make_client(session)
    call = ActivityEntry(TODAY, client.responsible_id, ActivityKind.CALL, client.id)
    earlier = ActivityEntry(YESTERDAY, client.responsible_id, ActivityKind.CALL, client.id)

    write_activity(session, INVOICE, [call, earlier, call])

    balances = session.execute(select(ActivityBalance.day, ActivityBalance.count).order_by(ActivityBalance.day))
    assert [tuple(row) for row in balances] == [(YESTERDAY, 1), (TODAY, 2)]


def test_reversing_writes_opposite_rows_on_the_same_days(session, item):
    account = make_bank_account(session)
    write_settlements(
        session,
        INVOICE,
        [SettlementEntry(item.id, YESTERDAY, Decimal(70)), SettlementEntry(item.id, TODAY, Decimal(30))],
    )
    write_cash(session, INVOICE, [CashEntry(account.id, YESTERDAY, Decimal(5), client_id=item.client_id)])
    employee = item.client.responsible_id
    write_activity(session, INVOICE, [ActivityEntry(TODAY, employee, ActivityKind.VISIT, item.client_id)])

    reverse(session, DocumentKind.INVOICE, 7)

    settlements = [(row.day, row.amount, row.is_reversal) for row in _rows(session, SettlementMovement)]
    assert settlements == [
        (YESTERDAY, Decimal(70), False),
        (TODAY, Decimal(30), False),
        (YESTERDAY, Decimal(-70), True),
        (TODAY, Decimal(-30), True),
    ]
    cash = [(row.day, row.amount, row.client_id) for row in _rows(session, CashMovement)]
    assert cash == [(YESTERDAY, Decimal(5), item.client_id), (YESTERDAY, Decimal(-5), item.client_id)]
    assert [row.count for row in _rows(session, ActivityMovement)] == [1, -1]
    assert item.balance == 0


def test_reversing_twice_is_reversing_once(session, item):
    write_settlements(session, INVOICE, [SettlementEntry(item.id, TODAY, Decimal(70))])

    reverse(session, DocumentKind.INVOICE, 7)
    reverse(session, DocumentKind.INVOICE, 7)

    assert item.balance == 0
    assert len(_rows(session, SettlementMovement)) == 2


def test_reversing_leaves_other_documents_alone(session, item):
    write_settlements(session, INVOICE, [SettlementEntry(item.id, TODAY, Decimal(70))])
    payment = Registrar(DocumentKind.PAYMENT, 7)
    write_settlements(session, payment, [SettlementEntry(item.id, TODAY, Decimal(-20))])

    reverse(session, DocumentKind.PAYMENT, 7)

    assert item.balance == Decimal(70)


def test_the_check_finds_a_wrong_debt(session, item):
    write_settlements(session, INVOICE, [SettlementEntry(item.id, TODAY, Decimal(70))])
    item.balance = Decimal("70.01")

    assert check_registers(session) == [Difference(Register.SETTLEMENTS, (item.id,), Decimal("70.01"), Decimal(70))]


def test_the_check_finds_a_debt_without_movements(session, item):
    item.balance = Decimal(-5)

    assert check_registers(session) == [Difference(Register.SETTLEMENTS, (item.id,), Decimal(-5), Decimal(0))]


def test_the_check_finds_a_wrong_cash_balance(session):
    account = make_bank_account(session, opening_balance=Decimal(100))
    write_cash(session, INVOICE, [CashEntry(account.id, TODAY, Decimal(10))])
    session.scalars(select(CashBalance)).one().balance = Decimal(10)

    assert check_registers(session) == [Difference(Register.CASH, (account.id,), Decimal(10), Decimal(110))]


def test_the_check_accepts_an_account_that_nothing_moved(session):
    make_bank_account(session, opening_balance=Decimal(100))

    assert check_registers(session) == []


def test_the_check_finds_cash_movements_without_a_balance(session):
    account = make_bank_account(session, opening_balance=Decimal(100))
    write_cash(session, INVOICE, [CashEntry(account.id, TODAY, Decimal(10))])
    session.delete(session.scalars(select(CashBalance)).one())

    assert check_registers(session) == [Difference(Register.CASH, (account.id,), Decimal(100), Decimal(110))]


@pytest.mark.parametrize("kept", [None, 0, 3])
def test_the_check_finds_a_wrong_number_of_acts(session, kept):
    client = make_client(session)
    entry = ActivityEntry(TODAY, client.responsible_id, ActivityKind.CALL, client.id)
    write_activity(session, INVOICE, [entry])
    balance = session.scalars(select(ActivityBalance)).one()
    if kept is None:
        session.delete(balance)
    else:
        balance.count = kept

    key = (TODAY, client.responsible_id, ActivityKind.CALL)
    assert check_registers(session) == [Difference(Register.ACTIVITY, key, Decimal(kept or 0), Decimal(1))]


def test_a_check_of_right_figures_finds_nothing(session, item):
    write_settlements(session, INVOICE, [SettlementEntry(item.id, TODAY, Decimal(70))])

    assert check_all(session).is_right


def test_a_check_of_wrong_figures_is_not_right(session, item):
    item.balance = Decimal(1)

    result = check_all(session)

    assert not result.is_right
    assert result.registers[0].register is Register.SETTLEMENTS
