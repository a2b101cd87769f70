"""Which clients have an overdue debt now: for the red marks of list, card, map and start page.

Reads kept balances only. Overdue = due before today, amount still open, above the client's own threshold.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, func, select, true
from sqlalchemy.orm import Session

from app.database import among, answers
from app.models.clients import Client
from app.models.ledger import ZERO_BALANCE, DocumentKind, DueItem


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
    values = {"keys": sorted(client_ids), "today": today}
    return {
        key: OverdueDebt(key, amount, oldest, (today - oldest).days)
        for key, amount, oldest in answers(session, _of_clients(), values, by_row=True)
    }


@cache
def _of_clients() -> Select[int, Decimal, date]:
    return _overdue(bindparam("today", type_=Date()), among(DueItem.client_id))


def overdue_clients(today: date) -> Select[int]:
    """The keys of all clients with an overdue debt, as a subquery."""
    inner = _overdue(today).subquery()
    return select(inner.c.client_id)


def _overdue(today: Any, *conditions: ColumnElement[bool]) -> Select[int, Decimal, date]:
    """Added up by client first, from the index of what is open; only then each client's threshold is looked at."""
    added = (
        select(DueItem.client_id, func.sum(DueItem.balance).label("amount"), func.min(DueItem.due_on).label("oldest"))
        .where(DueItem.balance != ZERO_BALANCE, DueItem.balance > ZERO_BALANCE, DueItem.due_on < today, *conditions)
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
    values = {"keys": sorted(invoice_ids), "today": today}
    rows = answers(session, _of_invoices(), values, by_row=True)
    return {
        invoice: OverdueDebt(client, amount, oldest, (today - oldest).days) for invoice, client, amount, oldest in rows
    }


@cache
def _of_invoices() -> Select[Any]:
    summed = (func.max(DueItem.client_id), func.sum(DueItem.balance), func.min(DueItem.due_on))
    columns: list[Any] = [DueItem.document_id, *summed]
    overdue = _is_overdue_invoice(bindparam("today", type_=Date()))
    return select(*columns).where(*overdue, among(DueItem.document_id)).group_by(DueItem.document_id)


def invoices_overdue_on(today: date) -> Select[int]:
    """The keys of all invoices with an overdue stage, as a subquery."""
    return select(DueItem.document_id).where(*_is_overdue_invoice(today))


def _is_overdue_invoice(today: Any) -> tuple[ColumnElement[bool], ...]:
    return (DueItem.document_kind == DocumentKind.INVOICE, DueItem.balance > ZERO_BALANCE, DueItem.due_on < today)


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
