"""Writes the movements of many documents at once: for a company's past that is brought in as a whole.

The rows are those that posting document by document would write (see `writing`). Balances of what they touch
are then counted anew from all movements, so they cannot disagree with them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from app.database import ALL_ROWS
from app.models.ledger import ActivityBalance, ActivityMovement, CashMovement, DueItem, SettlementMovement
from app.models.staff import BankAccount
from app.services.ledger.writing import (
    ActivityEntry,
    CashEntry,
    Registrar,
    SettlementEntry,
    lock_registers,
    renew_cash_balance,
)
from app.services.upserts import insert_into

_CHUNK = 500
"""Rows per statement, or keys in a list: databases limit the number of parameters."""
_Some = TypeVar("_Some")


def load_settlements(session: Session, written: Sequence[tuple[Registrar, SettlementEntry]]) -> None:
    """Write movements of settlements of many documents; entries of nothing are left out."""
    session.flush()
    written = [(registrar, entry) for registrar, entry in written if entry.amount]
    items = sorted({entry.due_item_id for _registrar, entry in written})
    clients = _clients_of(session, items)
    for some in _chunks(sorted(set(clients.values()))):
        lock_registers(session, clients=some)
    rows = [
        _registered(registrar, entry)
        | {"due_item_id": entry.due_item_id, "client_id": clients[entry.due_item_id], "amount": entry.amount}
        for registrar, entry in written
    ]
    _insert(session, SettlementMovement, rows)
    for some in _chunks(items):
        _renew_due_items(session, some)


def load_cash(session: Session, written: Sequence[tuple[Registrar, CashEntry]]) -> None:
    """Write movements of money of many documents."""
    session.flush()
    accounts = sorted({entry.account_id for _registrar, entry in written})
    lock_registers(session, accounts=accounts)
    rows = [
        _registered(registrar, entry)
        | {"account_id": entry.account_id, "article_id": entry.article_id, "client_id": entry.client_id}
        | {"amount": entry.amount}
        for registrar, entry in written
    ]
    _insert(session, CashMovement, rows)
    for account in session.scalars(select(BankAccount).where(BankAccount.id.in_(accounts)), execution_options=ALL_ROWS):
        renew_cash_balance(session, account)


def load_activity(session: Session, written: Sequence[tuple[Registrar, ActivityEntry]]) -> None:
    """Write movements of employees' activity of many records."""
    session.flush()
    rows = [
        _registered(registrar, entry)
        | {"employee_id": entry.employee_id, "kind": entry.kind, "client_id": entry.client_id, "count": entry.count}
        for registrar, entry in written
    ]
    _insert(session, ActivityMovement, rows)
    counts: Counter[tuple[Any, ...]] = Counter()
    for _registrar, entry in written:
        counts[entry.day, entry.employee_id, entry.kind] += entry.count
    for some in _chunks(sorted(counts.items())):
        balances = [
            {"day": day, "employee_id": employee, "kind": kind, "count": count} for (day, employee, kind), count in some
        ]
        counted: Any = insert_into(session, ActivityBalance, balances)
        grown = {"count": ActivityBalance.count + counted.excluded["count"]}
        session.execute(counted.on_conflict_do_update(index_elements=["day", "employee_id", "kind"], set_=grown))


def _registered(registrar: Registrar, entry: SettlementEntry | CashEntry | ActivityEntry) -> dict[str, Any]:
    """What every movement has."""
    return {
        "day": entry.day,
        "document_kind": registrar.kind,
        "document_id": registrar.document_id,
        "is_reversal": entry.is_reversal,
    }


def _clients_of(session: Session, items: Sequence[int]) -> Mapping[int, int]:
    found: dict[int, int] = {}
    for some in _chunks(items):
        clients = select(DueItem.id, DueItem.client_id).where(DueItem.id.in_(some))
        found |= {item: client for item, client in session.execute(clients, execution_options=ALL_ROWS)}  # noqa: C416 (typed)
    return found


def _renew_due_items(session: Session, items: Sequence[int]) -> None:
    moved = select(func.coalesce(func.sum(SettlementMovement.amount), 0)).where(
        SettlementMovement.due_item_id == DueItem.id
    )
    renewed = update(DueItem).where(DueItem.id.in_(items)).values(balance=moved.scalar_subquery())
    session.execute(renewed, execution_options=ALL_ROWS | {"synchronize_session": "fetch"})


def _insert(session: Session, model: type[Any], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(model), rows)


def _chunks(values: Sequence[_Some]) -> Iterator[Sequence[_Some]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
