"""Which clients have an overdue debt now: for the red marks of list, card, map and start page.

Reads kept balances only. Overdue = due before today, amount still open, above the client's own threshold.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, func, select, true
from sqlalchemy.orm import Session

from app.database import BY_ROW, PREPARED, Identifier
from app.models.clients import Client
from app.models.ledger import DocumentKind, DueItem

_ROOMS = (1, 10, 25, 50, 100)
"""For so many clients the question is kept; fewer are asked about by the next larger one."""


@dataclass(frozen=True, slots=True)
class OverdueDebt:
    """The overdue debt of a client in roubles, and since when the oldest part of it is overdue."""

    client_id: int
    amount: Decimal
    oldest_due_on: date
    days: int


def overdue_debts(session: Session, client_ids: Collection[int], today: date) -> dict[int, OverdueDebt]:
    """The overdue debts of the given clients by client, in one question."""
    if not client_ids:
        return {}
    keys = list(client_ids)
    room = next((size for size in _ROOMS if size >= len(keys)), len(keys))
    keys += [keys[-1]] * (room - len(keys))
    values = {"today": today, **{f"key_{place}": key for place, key in enumerate(keys)}}
    return {
        key: OverdueDebt(key, amount, oldest, (today - oldest).days)
        for key, amount, oldest in session.execute(_of_so_many(room), values, execution_options=BY_ROW | PREPARED)
    }


@lru_cache(maxsize=8)
def _of_so_many(room: int) -> Select[int, Decimal, date]:
    """The question about so many clients: the pages of a list have three sizes, so it is kept for each of them."""
    keys: list[Any] = [bindparam(f"key_{place}", type_=Identifier) for place in range(room)]
    return _overdue(bindparam("today", type_=Date()), DueItem.client_id.in_(keys))


def overdue_clients(today: date) -> Select[int]:
    """The keys of all clients with an overdue debt, as a subquery."""
    inner = _overdue(today).subquery()
    return select(inner.c.client_id)


def _overdue(today: Any, *conditions: ColumnElement[bool]) -> Select[int, Decimal, date]:
    """Added up by client first, from the index of what is open; only then each client's threshold is looked at."""
    added = (
        select(DueItem.client_id, func.sum(DueItem.balance).label("amount"), func.min(DueItem.due_on).label("oldest"))
        .where(DueItem.balance != 0, DueItem.balance > 0, DueItem.due_on < today, *conditions)
        .group_by(DueItem.client_id)
        .subquery()
    )
    of_client = added.c.client_id == Client.id
    return select(added.c.client_id, added.c.amount, added.c.oldest).join(
        Client, and_(of_client, added.c.amount > Client.debt_threshold)
    )


def overdue_invoices(session: Session, invoice_ids: Collection[int], today: date) -> dict[int, OverdueDebt]:
    """The overdue part of the given invoices by invoice, in one question."""
    if not invoice_ids:
        return {}
    statement = (
        select(
            DueItem.document_id,
            func.max(DueItem.client_id).label("client_id"),
            func.sum(DueItem.balance).label("amount"),
            func.min(DueItem.due_on).label("oldest"),
        )
        .where(*_is_overdue_invoice(today), DueItem.document_id.in_(invoice_ids))
        .group_by(DueItem.document_id)
    )
    return {
        row.document_id: OverdueDebt(row.client_id, row.amount, row.oldest, (today - row.oldest).days)
        for row in session.execute(statement, execution_options=BY_ROW)
    }


def invoices_overdue_on(today: date) -> Select[int]:
    """The keys of all invoices with an overdue stage, as a subquery."""
    return select(DueItem.document_id).where(*_is_overdue_invoice(today))


def _is_overdue_invoice(today: date) -> tuple[ColumnElement[bool], ...]:
    return (DueItem.document_kind == DocumentKind.INVOICE, DueItem.balance > 0, DueItem.due_on < today)


def overdue_totals(session: Session, today: date, most: int) -> tuple[list[OverdueDebt], int, Decimal]:
    """The largest overdue debts (at most `most`), how many clients have one, and the sum of them all."""
    inner = _overdue(today).cte()
    totals = (
        select(func.count().label("clients"), func.sum(inner.c.amount).label("together")).select_from(inner).subquery()
    )
    asked = select(inner, totals).join(totals, true()).order_by(inner.c.amount.desc(), inner.c.client_id).limit(most)
    rows = session.execute(asked).all()
    debts = [OverdueDebt(row.client_id, row.amount, row.oldest, (today - row.oldest).days) for row in rows]
    return (debts, rows[0].clients, rows[0].together) if rows else (debts, 0, Decimal(0))
