"""The start page: what needs a person today. Every figure obeys the row rule; lists are short, their totals are not.

Days are days of the company's zone. Money is in roubles, VAT included, by the bank's posting day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, selectinload

from app.clock import start_of
from app.models.claims import Claim, ClaimStatus
from app.models.clients import Client
from app.models.interactions import Interaction, InteractionState
from app.models.ledger import ZERO_BALANCE, DocumentKind, DueItem
from app.models.money import MoneyDirection, Payment
from app.models.sales import DocumentStatus
from app.models.service import Equipment, EquipmentStatus, RequestStatus, ServiceRequest, Visit, VisitStatus
from app.reports.overdue import OverdueDebt, overdue_totals

SHOWN = 7
"""Lines of each list: the rest is one click away."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Today and now, in the company's zone."""

    today: date
    now: datetime
    zone: ZoneInfo

    @property
    def day_starts(self) -> datetime:
        """The first instant of today."""
        return start_of(self.today, self.zone)

    @property
    def day_ends(self) -> datetime:
        """The first instant of tomorrow."""
        return start_of(self.today + timedelta(days=1), self.zone)


@dataclass(frozen=True, slots=True)
class Part:
    """A list of the start page: its first rows and how many there are in all."""

    rows: Sequence[Any]
    total: int


@dataclass(frozen=True, slots=True)
class Debtor:
    """A client with an overdue debt."""

    client: Client
    debt: OverdueDebt


@dataclass(frozen=True, slots=True)
class MoneyIn:
    """Money that came from clients this month up to today, and up to the same day of the month before."""

    this_month: Decimal
    month_before: Decimal


def late_interactions(session: Session, clock: Clock, employee_id: int | None) -> Part:
    """Planned interactions of before today, the oldest first; of one employee, or of all when None."""
    conditions = [Interaction.state == InteractionState.PLANNED, Interaction.starts_at < clock.day_starts]
    if employee_id is not None:
        conditions.append(Interaction.responsible_id == employee_id)
    return _part(session, Interaction, conditions, Interaction.starts_at, ("client", "responsible"))


def todays_interactions(session: Session, clock: Clock, employee_id: int | None) -> Part:
    """Planned interactions of today, by time."""
    conditions = [
        Interaction.state == InteractionState.PLANNED,
        Interaction.starts_at >= clock.day_starts,
        Interaction.starts_at < clock.day_ends,
    ]
    if employee_id is not None:
        conditions.append(Interaction.responsible_id == employee_id)
    return _part(session, Interaction, conditions, Interaction.starts_at, ("client", "responsible"))


def todays_visits(session: Session, clock: Clock, employee_id: int | None) -> Part:
    """Visits of today by time; of one employee, or of all when None."""
    conditions = [
        Visit.status != VisitStatus.CANCELLED,
        Visit.starts_at < clock.day_ends,
        Visit.ends_at > clock.day_starts,
    ]
    if employee_id is not None:
        conditions.append(Visit.employee_id == employee_id)
    return _part(session, Visit, conditions, Visit.starts_at, ("client", "employee", "work_kind"))


def late_visits(session: Session, clock: Clock, employee_id: int | None) -> Part:
    """Planned visits that ended before today and were not written up."""
    conditions = [Visit.status == VisitStatus.PLANNED, Visit.ends_at < clock.day_starts]
    if employee_id is not None:
        conditions.append(Visit.employee_id == employee_id)
    return _part(session, Visit, conditions, Visit.starts_at, ("client", "employee", "work_kind"))


def open_claims(session: Session, employee_id: int | None) -> Part:
    """Claims that are not closed, the most urgent answer first."""
    conditions = [Claim.status != ClaimStatus.CLOSED]
    if employee_id is not None:
        conditions.append(Claim.responsible_id == employee_id)
    return _part(session, Claim, conditions, Claim.answer_due_on, ("client", "responsible"))


def open_requests(session: Session) -> Part:
    """Service requests that nobody is planned for yet, the oldest first."""
    conditions = [ServiceRequest.status == RequestStatus.NEW]
    return _part(session, ServiceRequest, conditions, ServiceRequest.registered_on, ("client", "work_kind"))


def late_maintenance(session: Session, clock: Clock) -> Part:
    """Equipment whose maintenance should have been done by today."""
    conditions = [
        Equipment.next_maintenance_on < clock.today,
        Equipment.status != EquipmentStatus.WRITTEN_OFF,
    ]
    return _part(session, Equipment, conditions, Equipment.next_maintenance_on, ("client",))


def debtors(session: Session, clock: Clock) -> tuple[Part, Decimal]:
    """Clients with an overdue debt, the largest first, and the sum of all such debts."""
    rows, total, amount = overdue_totals(session, clock.today, SHOWN)
    keys = [row.client_id for row in rows]
    found = {client.id: client for client in session.scalars(select(Client).where(Client.id.in_(keys)))}
    return Part([Debtor(found[row.client_id], row) for row in rows if row.client_id in found], total), amount


def money_in(session: Session, clock: Clock) -> MoneyIn:
    """Money from clients: this month to date beside the month before to the same day."""
    first = clock.today.replace(day=1)
    before_last = first - timedelta(days=1)
    before_first = before_last.replace(day=1)
    same_day = before_first.replace(day=min(clock.today.day, before_last.day))
    return MoneyIn(
        _money_from_clients(session, first, clock.today),
        _money_from_clients(session, before_first, same_day),
    )


def _money_from_clients(session: Session, first: date, last: date) -> Decimal:
    """By posting day, refunds to clients taken off; a limited viewer's own clients only."""
    statement = (
        select(Payment.direction, func.sum(Payment.amount).label("amount"))
        .where(
            Payment.day.between(first, last),
            Payment.status == DocumentStatus.POSTED,
            Payment.client_id.is_not(None),
        )
        .group_by(Payment.direction)
    )
    sums = {row.direction: row.amount for row in session.execute(statement)}
    return (sums.get(MoneyDirection.IN) or Decimal(0)) - (sums.get(MoneyDirection.OUT) or Decimal(0))


def unallocated_money(session: Session) -> int:
    """How many incoming payments still have no client."""
    statement = select(func.count(Payment.id)).where(
        Payment.direction == MoneyDirection.IN, Payment.client_id.is_(None)
    )
    return session.scalar(statement) or 0


def total_debt(session: Session) -> Decimal:
    """What clients owe in all, advances not taken off."""
    statement = select(func.sum(DueItem.balance)).where(
        DueItem.balance != ZERO_BALANCE, DueItem.balance > ZERO_BALANCE, DueItem.document_kind == DocumentKind.INVOICE
    )
    return session.scalar(statement) or Decimal(0)


def _part(
    session: Session, model: Any, conditions: Sequence[ColumnElement[bool]], order: Any, loads: Sequence[str]
) -> Part:
    statement: Select[Any] = select(model).where(*conditions).order_by(order.asc().nulls_last(), model.id).limit(SHOWN)
    statement = statement.options(*(selectinload(getattr(model, name)) for name in loads))
    rows = session.scalars(statement).all()
    if len(rows) < SHOWN:
        return Part(rows, len(rows))
    return Part(rows, session.scalar(select(func.count(model.id)).where(*conditions)) or 0)
