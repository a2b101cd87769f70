"""My day: what one person, or a team, has to do. Each list is short and says how many there are in all.

Days are days of the company's zone. The row rule of the session holds besides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from app.clock import start_of
from app.models.claims import Claim, ClaimStatus, ClaimStep
from app.models.clients import Client
from app.models.deals import Deal, DealStage, StageOutcome
from app.models.interactions import Interaction, InteractionState
from app.models.service import RequestStatus, ServiceRequest, Visit, VisitStatus
from app.models.staff import Department, Employee
from app.permissions import Role, Viewer
from app.reports.home import Clock, Part
from app.reports.overdue import OverdueDebt, overdue_clients, overdue_debts

SHOWN = 12
SOON = timedelta(days=3)
"""How far ahead terms of claims are shown."""
_REQUEST_OVER = (RequestStatus.DONE, RequestStatus.CANCELLED)

Team = frozenset[int] | None
"""Keys of employees; None: everybody."""
COMPANY = frozenset({Role.ADMIN.value, Role.DIRECTOR.value})
"""Roles whose team is the whole company, wherever they stand in it."""


@dataclass(frozen=True, slots=True)
class OwingClient:
    """A client with an overdue debt."""

    client: Client
    debt: OverdueDebt


def team_of(session: Session, head: Viewer) -> Team:
    """The people of a head's department and of those below it; everybody for who stands in none, or on top."""
    own = session.get(Employee, head.employee_id) if head.employee_id else None
    if own is None or head.roles & COMPANY:
        return None
    parents = {row.id: row.parent_id for row in session.execute(select(Department.id, Department.parent_id))}
    if parents.get(own.department_id) is None and own.department_id in parents.values():
        return None
    found, waiting = set(), [own.department_id]
    while waiting:
        department = waiting.pop()
        found.add(department)
        waiting += [key for key, parent in parents.items() if parent == department]
    return frozenset(session.scalars(select(Employee.id).where(Employee.department_id.in_(found))))


def people_of(session: Session, team: Team, most: int) -> Sequence[Employee]:
    """The people themselves, by name, at most so many."""
    by_name = select(Employee).where(*_of(team, Employee.id)).order_by(Employee.family_name, Employee.id)
    return session.scalars(by_name.limit(most)).all()


def visits(session: Session, team: Team, clock: Clock) -> Sequence[Visit]:
    """Visits of today and tomorrow by time, and those of before that were not written up."""
    ends = start_of(clock.today + timedelta(days=2), clock.zone)
    forgotten = Visit.status.in_((VisitStatus.PLANNED, VisitStatus.IN_WORK)) & (Visit.starts_at < clock.day_starts)
    ahead = (Visit.status != VisitStatus.CANCELLED) & (Visit.starts_at >= clock.day_starts) & (Visit.starts_at < ends)
    statement = (
        select(Visit)
        .where(or_(forgotten, ahead), *_of(team, Visit.employee_id))
        .order_by(Visit.starts_at, Visit.id)
        .limit(4 * SHOWN)
        .options(*(selectinload(getattr(Visit, name)) for name in ("client", "contact", "work_kind", "employee")))
    )
    return session.scalars(statement).all()


def events(session: Session, team: Team, clock: Clock) -> Part:
    """Planned interactions of today and of before, the oldest first."""
    due = Interaction.state == InteractionState.PLANNED, Interaction.starts_at < clock.day_ends
    return _part(session, Interaction, (*due, *_of(team, Interaction.responsible_id)), Interaction.starts_at)


def deals(session: Session, team: Team, clock: Clock) -> Part:
    """Deals in work whose next step is due by today, or that have none."""
    due = or_(Deal.next_step_on.is_(None), Deal.next_step_on <= clock.today)
    is_open = Deal.stage.has(DealStage.outcome == StageOutcome.OPEN)
    return _part(session, Deal, (due, is_open, *_of(team, Deal.responsible_id)), Deal.next_step_on)


def promises(session: Session, team: Team, clock: Clock) -> Part:
    """Open requests that were promised, or wished for, by today."""
    due = or_(ServiceRequest.promised_at < clock.day_ends, ServiceRequest.desired_on <= clock.today)
    is_open = ServiceRequest.status.not_in(_REQUEST_OVER)
    conditions = (due, is_open, *_of(team, ServiceRequest.responsible_id))
    return _part(session, ServiceRequest, conditions, ServiceRequest.promised_at)


def claims(session: Session, team: Team, clock: Clock) -> Part:
    """Open claims whose answer is due soon, or in which a step of these people is."""
    soon = clock.today + SOON
    step = select(ClaimStep.claim_id).where(
        ClaimStep.done_on.is_(None), ClaimStep.due_on <= soon, *_of(team, ClaimStep.responsible_id)
    )
    answer = and_(Claim.answer_due_on <= soon, *_of(team, Claim.responsible_id))
    due = or_(Claim.id.in_(step), answer)
    return _part(session, Claim, (due, Claim.status != ClaimStatus.CLOSED), Claim.answer_due_on)


def debtors(session: Session, team: Team, today: date) -> Part:
    """Clients of these people with an overdue debt, the oldest debt first."""
    owing = Client.id.in_(overdue_clients(today)), *_of(team, Client.responsible_id)
    keys = session.scalars(select(Client.id).where(*owing)).all()
    debts = sorted(overdue_debts(session, keys, today).values(), key=lambda debt: (-debt.days, debt.client_id))[:SHOWN]
    named = select(Client).where(Client.id.in_([debt.client_id for debt in debts]))
    clients = {client.id: client for client in session.scalars(named)}
    return Part([OwingClient(clients[debt.client_id], debt) for debt in debts], len(keys))


def _of(team: Team, column: Any) -> tuple[ColumnElement[bool], ...]:
    return () if team is None else (column.in_(sorted(team)),)


def _part(session: Session, model: Any, conditions: Sequence[ColumnElement[bool]], order: Any) -> Part:
    statement = (
        select(model)
        .where(*conditions)
        .order_by(order.asc().nulls_last(), model.id)
        .limit(SHOWN)
        .options(selectinload(model.client), selectinload(model.responsible))
    )
    rows = session.scalars(statement).all()
    if len(rows) < SHOWN:
        return Part(rows, len(rows))
    return Part(rows, session.scalar(select(func.count(model.id)).where(*conditions)) or 0)
