from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

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
from app.services.ledger import ActivityEntry, CashEntry, Registrar, SettlementEntry, check_registers
from app.services.ledger.loading import load_activity, load_cash, load_settlements
from tests.factories import TODAY, make_bank_account, make_client, make_organisation

DAY = date(2026, 3, 2)


def make_item(session: Session, document_id: int) -> DueItem:
    item = DueItem(
        client_id=make_client(session).id,
        organisation_id=make_organisation(session).id,
        document_kind=DocumentKind.INVOICE,
        document_id=document_id,
        stage=1,
        document_day=DAY,
    )
    session.add(item)
    session.flush()
    return item


def test_loaded_settlements_make_the_balances(session: Session) -> None:
    first, second = make_item(session, 1), make_item(session, 2)
    written = [
        (Registrar(DocumentKind.INVOICE, 1), SettlementEntry(first.id, DAY, Decimal("100.50"))),
        (Registrar(DocumentKind.INVOICE, 2), SettlementEntry(second.id, DAY, Decimal(70))),
        (Registrar(DocumentKind.PAYMENT, 3), SettlementEntry(first.id, TODAY, Decimal("-40.50"))),
        (Registrar(DocumentKind.PAYMENT, 3), SettlementEntry(second.id, TODAY, Decimal(0))),
    ]
    load_settlements(session, written)
    assert (first.balance, second.balance) == (Decimal(60), Decimal(70))
    movements = session.scalars(select(SettlementMovement).order_by(SettlementMovement.id)).all()
    assert [(row.client_id, row.due_item_id, row.document_id, row.amount) for row in movements] == [
        (first.client_id, first.id, 1, Decimal("100.50")),
        (second.client_id, second.id, 2, Decimal(70)),
        (first.client_id, first.id, 3, Decimal("-40.50")),
    ]
    assert check_registers(session) == []


def test_loading_goes_on_from_what_was_written_before(session: Session) -> None:
    item = make_item(session, 1)
    for amount in (Decimal(10), Decimal(15)):
        load_settlements(session, [(Registrar(DocumentKind.INVOICE, 1), SettlementEntry(item.id, DAY, amount))])
    assert item.balance == Decimal(25)


def test_loaded_money_is_added_to_the_opening_balance(session: Session) -> None:
    account = make_bank_account(session, opening_balance=Decimal(1000))
    load_cash(
        session,
        [
            (Registrar(DocumentKind.PAYMENT, 1), CashEntry(account.id, DAY, Decimal("250.25"), article_id=4)),
            (Registrar(DocumentKind.PAYMENT, 2), CashEntry(account.id, DAY, Decimal(-50))),
        ],
    )
    balance = session.scalars(select(CashBalance).where(CashBalance.account_id == account.id)).one()
    assert balance.balance == Decimal("1200.25")
    assert session.scalars(select(CashMovement.article_id).order_by(CashMovement.id)).all() == [4, None]
    assert check_registers(session) == []


def test_loaded_activity_is_counted_by_day_employee_and_kind(session: Session) -> None:
    client = make_client(session)
    calls = [
        (
            Registrar(DocumentKind.INTERACTION, number),
            ActivityEntry(day, client.responsible_id, ActivityKind.CALL, client.id),
        )
        for number, day in enumerate((DAY, DAY, TODAY), start=1)
    ]
    load_activity(session, calls)
    load_activity(session, calls[:1])
    balances = session.execute(select(ActivityBalance.day, ActivityBalance.count).order_by(ActivityBalance.day)).all()
    assert [tuple(row) for row in balances] == [(DAY, 3), (TODAY, 1)]
    assert len(session.scalars(select(ActivityMovement.id)).all()) == 4
    assert check_registers(session) == []


def test_loading_nothing_writes_nothing(session: Session) -> None:
    load_settlements(session, [])
    load_cash(session, [])
    load_activity(session, [])
    assert session.scalars(select(SettlementMovement.id)).first() is None
