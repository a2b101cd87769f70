"""Turnover with clients by the money that came: payments in less refunds, by the day the bank posted them.

Advances count, transfers between own accounts do not; a payment cancelled is as if it had never been. Roubles.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, type_coerce
from sqlalchemy.orm import Session

from app.database import Money
from app.models.clients import Client
from app.models.money import MoneyDirection, Payment
from app.models.sales import DocumentStatus
from app.models.staff import Employee

MOST_ROWS = 200
_NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class TurnoverQuestion:
    """The period, both days included; filters; the page."""

    first: date
    last: date
    responsible_id: int | None = None
    client_ids: Sequence[int] | None = None
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class ClientTurnoverRow:
    """What a client paid, what was given back, and the turnover that is left."""

    client_id: int
    client: str
    responsible: str
    received: Decimal
    refunded: Decimal
    turnover: Decimal


@dataclass(frozen=True, slots=True)
class TurnoverTotals:
    """The same over all clients that the filters leave, whatever the page."""

    clients: int
    received: Decimal
    refunded: Decimal
    turnover: Decimal


@dataclass(frozen=True, slots=True)
class Turnover:
    """One page of clients, the greatest turnover first, and the totals."""

    rows: tuple[ClientTurnoverRow, ...]
    totals: TurnoverTotals


def turnover(session: Session, question: TurnoverQuestion) -> Turnover:
    """Turnover per client over the period, at most MOST_ROWS clients a page."""
    moved = _moved(question).subquery()
    rows = (
        select(Client.id, Client.name, Employee, moved.c.received, moved.c.refunded, moved.c.turnover)
        .join(moved, moved.c.client_id == Client.id)
        .join(Employee, Employee.id == Client.responsible_id)
        .where(*_filters(question))
    )
    ordered = rows.order_by(moved.c.turnover.desc(), Client.name, Client.id)
    page = ordered.offset(max(0, question.offset)).limit(max(1, min(question.limit, MOST_ROWS)))
    found = tuple(
        ClientTurnoverRow(key, name, str(employee), received, refunded, total)
        for key, name, employee, received, refunded, total in session.execute(page)
    )
    sums = (func.sum(moved.c.received), func.sum(moved.c.refunded), func.sum(moved.c.turnover))
    asked = select(func.count(), *sums).select_from(Client).join(moved, moved.c.client_id == Client.id)
    clients, *amounts = session.execute(asked.where(*_filters(question))).one()
    received, refunded, total = (amount if amount is not None else _NOTHING for amount in amounts)
    return Turnover(found, TurnoverTotals(clients, received, refunded, total))


def _filters(question: TurnoverQuestion) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if question.responsible_id is not None:
        conditions.append(Client.responsible_id == question.responsible_id)
    if question.client_ids is not None:
        conditions.append(Client.id.in_(question.client_ids))
    return conditions


def _moved(question: TurnoverQuestion) -> Any:
    """Money per client, from posted payments: they obey the row rule, the cash register is for the office only."""

    def added(direction: MoneyDirection) -> ColumnElement[Decimal]:
        return func.sum(case((Payment.direction == direction, Payment.amount), else_=0))

    received, refunded = added(MoneyDirection.IN), added(MoneyDirection.OUT)
    return (
        select(
            Payment.client_id,
            received.label("received"),
            refunded.label("refunded"),
            type_coerce(received - refunded, Money).label("turnover"),
        )
        .where(
            Payment.status == DocumentStatus.POSTED,
            Payment.client_id.is_not(None),
            Payment.day.between(question.first, question.last),
            Payment.direction != MoneyDirection.INTERNAL,
        )
        .group_by(Payment.client_id)
    )
