"""Writes movements and keeps the balances beside them, in one transaction.

Rows are locked in one order, so that two postings never wait for each other: the document, the number series,
clients, due items, cash balances, activity balances; within each by key. An act that posts many new payments in one
transaction calls `lock_registers` first with all their clients and accounts; many invoices are posted with a commit
each. Rows are locked with `key_share`: without it a new row that only refers to a locked one would wait too, out of
that order.

Registers are kept for the whole company: they look past the viewer's rows, or a balance would miss what the
viewer may not see.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import ALL_ROWS
from app.models.clients import Client
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
from app.models.staff import BankAccount
from app.services.upserts import insert_into


@dataclass(frozen=True)
class Registrar:
    """The document that writes a movement."""

    kind: DocumentKind
    document_id: int


@dataclass(frozen=True)
class SettlementEntry:
    """A change of one due item, in roubles: positive = the client owes more, negative = less."""

    due_item_id: int
    day: date
    amount: Decimal
    is_reversal: bool = False


@dataclass(frozen=True)
class CashEntry:
    """Money in roubles that came to (positive) or left (negative) a bank account."""

    account_id: int
    day: date
    amount: Decimal
    article_id: int | None = None
    client_id: int | None = None
    is_reversal: bool = False


@dataclass(frozen=True)
class ActivityEntry:
    """Something that an employee did with a client: count 1, or -1 to take it back."""

    day: date
    employee_id: int
    kind: ActivityKind
    client_id: int
    count: int = 1
    is_reversal: bool = False


def lock_registers(session: Session, *, clients: Collection[int] = (), accounts: Collection[int] = ()) -> None:
    """Hold the settlements of these clients and the balances of these accounts until the transaction ends.

    Whoever reads a balance to decide something (may this sum still be allocated?) calls it before reading.
    """
    if clients:
        held = select(Client.id).where(Client.id.in_(clients)).order_by(Client.id)
        session.execute(held.with_for_update(key_share=True), execution_options=ALL_ROWS).all()
    for account_id in sorted(accounts):
        _lock_cash_balance(session, account_id)


def lock_due_items(session: Session, ids: Iterable[int]) -> dict[int, DueItem]:
    """The due items by id, locked and read anew."""
    items = select(DueItem).where(DueItem.id.in_(sorted(set(ids)))).order_by(DueItem.id).with_for_update(key_share=True)
    found = session.scalars(items, execution_options=ALL_ROWS | {"populate_existing": True})
    return {item.id: item for item in found}


def write_settlements(session: Session, registrar: Registrar, entries: Sequence[SettlementEntry]) -> None:
    """Write movements of settlements; entries of nothing are left out."""
    written = [entry for entry in entries if entry.amount]
    items = lock_due_items(session, (entry.due_item_id for entry in written))
    for entry in written:
        item = items[entry.due_item_id]
        item.balance += entry.amount
        session.add(
            SettlementMovement(
                day=entry.day,
                client_id=item.client_id,
                due_item_id=item.id,
                document_kind=registrar.kind,
                document_id=registrar.document_id,
                amount=entry.amount,
                is_reversal=entry.is_reversal,
            )
        )
    session.flush()


def write_cash(session: Session, registrar: Registrar, entries: Sequence[CashEntry]) -> None:
    """Write movements of money on bank accounts."""
    for entry in sorted(entries, key=lambda entry: entry.account_id):
        _lock_cash_balance(session, entry.account_id).balance += entry.amount
        session.add(
            CashMovement(
                day=entry.day,
                account_id=entry.account_id,
                article_id=entry.article_id,
                client_id=entry.client_id,
                document_kind=registrar.kind,
                document_id=registrar.document_id,
                amount=entry.amount,
                is_reversal=entry.is_reversal,
            )
        )
    session.flush()


def write_activity(session: Session, registrar: Registrar, entries: Sequence[ActivityEntry]) -> None:
    """Write movements of employees' activity."""
    for entry in sorted(entries, key=lambda entry: (entry.day, entry.employee_id, entry.kind)):
        _count(session, entry)
        session.add(
            ActivityMovement(
                day=entry.day,
                employee_id=entry.employee_id,
                kind=entry.kind,
                client_id=entry.client_id,
                document_kind=registrar.kind,
                document_id=registrar.document_id,
                count=entry.count,
                is_reversal=entry.is_reversal,
            )
        )
    session.flush()


def renew_cash_balance(session: Session, account: BankAccount) -> Decimal:
    """Count an account's balance anew, from its opening balance and all movements; gives it in roubles.

    To be called after an account was added or its opening balance changed.
    """
    session.flush()
    kept = _lock_cash_balance(session, account.id)
    moved = select(func.coalesce(func.sum(CashMovement.amount), 0)).where(CashMovement.account_id == account.id)
    kept.balance = account.opening_balance + session.execute(moved, execution_options=ALL_ROWS).scalar_one()
    session.flush()
    return kept.balance


def _lock_cash_balance(session: Session, account_id: int) -> CashBalance:
    """The kept balance of an account; begun with the opening balance when the account has none yet."""
    found = _kept_cash_balance(session, account_id)
    if found is None:
        opening = session.scalars(select(BankAccount.opening_balance).where(BankAccount.id == account_id)).one()
        begun = insert_into(session, CashBalance, {"account_id": account_id, "balance": opening})
        session.execute(begun.on_conflict_do_nothing(index_elements=["account_id"]))
        found = _kept_cash_balance(session, account_id)
    assert found is not None  # noqa: S101 (inserted above, or by the one whom we waited for)
    return found


def _kept_cash_balance(session: Session, account_id: int) -> CashBalance | None:
    balance = select(CashBalance).where(CashBalance.account_id == account_id).with_for_update(key_share=True)
    return session.scalars(balance, execution_options=ALL_ROWS | {"populate_existing": True}).first()


def _count(session: Session, entry: ActivityEntry) -> None:
    """Add to the number of acts of that day, employee and kind; the first one begins it."""
    key = {"day": entry.day, "employee_id": entry.employee_id, "kind": entry.kind}
    counted = insert_into(session, ActivityBalance, key | {"count": entry.count})
    grown = {"count": ActivityBalance.count + entry.count}
    session.execute(counted.on_conflict_do_update(index_elements=list(key), set_=grown))
