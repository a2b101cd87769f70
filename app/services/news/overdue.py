"""Tells people what of theirs has become overdue: events, steps, promises, visits, claims, maintenance, debts.

Each is told once, on the first night after its day; a night that was left out is made up for within a week.
Days are days of the company's zone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_appbuilder.security.sqla.models import Role as RoleRecord
from flask_appbuilder.security.sqla.models import assoc_user_role
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.clock import day_of, start_of
from app.database import User
from app.models.claims import Claim, ClaimStatus, ClaimStep
from app.models.clients import Client
from app.models.deals import Deal, DealStage, StageOutcome
from app.models.interactions import Interaction, InteractionState
from app.models.ledger import DueItem
from app.models.notices import NoticeKind
from app.models.service import Equipment, EquipmentStatus, RequestStatus, ServiceRequest, Visit, VisitStatus
from app.models.staff import Employee
from app.permissions import Role
from app.services.notices import Told, tell

NIGHTS = 7
"""How many days back the night looks: what is older was told, or was there before Kontora was."""
LONG_DAYS = 30
"""Days after which a debt is the heads' matter too."""
_OVER = (RequestStatus.DONE, RequestStatus.CANCELLED)


@dataclass(frozen=True)
class _Night:
    """The span of days whose ends have passed."""

    today: date
    zone: ZoneInfo

    @property
    def first(self) -> date:
        return self.today - timedelta(days=NIGHTS)

    def days(self, column: Any) -> tuple[Any, Any]:
        """The conditions of a day of the span."""
        return column >= self.first, column < self.today

    def moments(self, column: Any) -> tuple[Any, Any]:
        """The conditions of an instant of the span."""
        return column >= start_of(self.first, self.zone), column < start_of(self.today, self.zone)


def tell_overdue(session: Session, today: date, zone: ZoneInfo) -> int:
    """Tell everybody what has become overdue before today; gives how many notifications were new."""
    night = _Night(today, zone)
    news: list[Told] = []
    for find in (_of_people, _maintenance, _debts, _long_debts):
        news += find(session, night)
    return tell(session, news)


def _owned(model: Any, holder: Any) -> Select[Any]:
    """Records with the login of who has them and the name of the client."""
    return (
        select(model, Employee.user_id, Client.name)
        .join(Client, Client.id == model.client_id)
        .join(Employee, Employee.id == holder)
        .join(User, User.id == Employee.user_id)
        .where(User.active.is_(True))
    )


def _of_people(session: Session, night: _Night) -> Iterator[Told]:
    """What is overdue on the records that a person is responsible for."""
    for kind, statement in _questions(night):
        for record, user_id, client in session.execute(statement):
            due, arguments = _DUE[kind](record)
            day = day_of(due, night.zone) if isinstance(due, datetime) else due
            named = {"at": due.isoformat()} if isinstance(due, datetime) else {"on": due.isoformat()}
            target = record.claim if isinstance(record, ClaimStep) else record
            told = named | arguments | {"client": client}
            yield Told(user_id, kind, target.__tablename__, target.id, day, told)


def _questions(night: _Night) -> Iterator[tuple[NoticeKind, Select[Any]]]:
    events = _owned(Interaction, Interaction.responsible_id)
    planned = Interaction.state == InteractionState.PLANNED
    yield NoticeKind.INTERACTION_OVERDUE, events.where(planned, *night.moments(Interaction.starts_at))
    deals = _owned(Deal, Deal.responsible_id).join(DealStage, DealStage.id == Deal.stage_id)
    yield NoticeKind.DEAL_OVERDUE, deals.where(DealStage.outcome == StageOutcome.OPEN, *night.days(Deal.next_step_on))
    requests = _owned(ServiceRequest, ServiceRequest.responsible_id)
    waiting = ServiceRequest.status.not_in(_OVER)
    yield NoticeKind.REQUEST_OVERDUE, requests.where(waiting, *night.moments(ServiceRequest.promised_at))
    visits = _owned(Visit, Visit.employee_id).where(Visit.status == VisitStatus.PLANNED)
    yield NoticeKind.VISIT_OVERDUE, visits.where(*night.moments(Visit.ends_at))
    claims = _owned(Claim, Claim.responsible_id).where(Claim.status != ClaimStatus.CLOSED)
    yield NoticeKind.CLAIM_OVERDUE, claims.where(*night.days(Claim.answer_due_on))
    steps: Any = (
        select(ClaimStep, Employee.user_id, Client.name)
        .join(Claim, Claim.id == ClaimStep.claim_id)
        .join(Client, Client.id == Claim.client_id)
        .join(Employee, Employee.id == ClaimStep.responsible_id)
        .join(User, User.id == Employee.user_id)
        .where(User.active.is_(True), Claim.status != ClaimStatus.CLOSED, ClaimStep.done_on.is_(None))
    )
    yield NoticeKind.CLAIM_STEP_OVERDUE, steps.where(*night.days(ClaimStep.due_on))


_DUE: dict[NoticeKind, Any] = {
    NoticeKind.INTERACTION_OVERDUE: lambda event: (event.starts_at, {"what": event.topic}),
    NoticeKind.DEAL_OVERDUE: lambda deal: (deal.next_step_on, {"what": deal.next_step or deal.title}),
    NoticeKind.REQUEST_OVERDUE: lambda request: (request.promised_at, {"what": str(request)}),
    NoticeKind.VISIT_OVERDUE: lambda visit: (visit.ends_at, {"at": visit.starts_at.isoformat()}),
    NoticeKind.CLAIM_OVERDUE: lambda claim: (claim.answer_due_on, {"what": str(claim)}),
    NoticeKind.CLAIM_STEP_OVERDUE: lambda step: (step.due_on, {"what": step.task}),
}
"""By kind: when it was due, and what is told of it."""


def _maintenance(session: Session, night: _Night) -> Iterator[Told]:
    """Maintenance is the matter of the client's manager and of the heads of service."""
    statement: Any = (
        select(Equipment, Employee.user_id, Client.name)
        .join(Client, Client.id == Equipment.client_id)
        .join(Employee, Employee.id == Client.responsible_id)
        .where(Equipment.status != EquipmentStatus.WRITTEN_OFF, *night.days(Equipment.next_maintenance_on))
    )
    heads = _holders(session, Role.SERVICE_HEAD)
    for machine, manager, client in session.execute(statement):
        due = machine.next_maintenance_on
        arguments = {"what": str(machine), "client": client, "on": due.isoformat()}
        for user_id in heads | ({manager} - {None}):
            yield Told(user_id, NoticeKind.MAINTENANCE_OVERDUE, "equipment", machine.id, due, arguments)


def _debts(session: Session, night: _Night) -> Iterator[Told]:
    """A debt is told of when a part of it becomes overdue; the sum is all that is overdue, above the threshold."""
    for row in session.execute(_overdue(night.today).having(func.max(DueItem.due_on) >= night.first)):
        if row.user_id is not None:
            yield _debt(NoticeKind.DEBT_OVERDUE, row.user_id, row)


def _long_debts(session: Session, night: _Night) -> Iterator[Told]:
    heads = _holders(session, Role.DIRECTOR) | _holders(session, Role.SALES_HEAD)
    long_ago = timedelta(days=LONG_DAYS)
    statement = _overdue(night.today - long_ago).having(func.max(DueItem.due_on) >= night.first - long_ago)
    for row in session.execute(statement):
        for user_id in heads:
            yield _debt(NoticeKind.DEBT_LONG, user_id, row)


def _overdue(before: date) -> Any:
    amount = func.sum(DueItem.balance)
    return (
        select(
            DueItem.client_id,
            Client.name,
            Employee.user_id,
            amount.label("amount"),
            func.max(DueItem.due_on).label("on"),
        )
        .join(Client, Client.id == DueItem.client_id)
        .join(Employee, Employee.id == Client.responsible_id)
        .where(DueItem.balance > 0, DueItem.due_on < before)
        .group_by(DueItem.client_id, Client.name, Client.debt_threshold, Employee.user_id)
        .having(amount > Client.debt_threshold)
    )


def _debt(kind: NoticeKind, user_id: int, row: Any) -> Told:
    arguments = {"client": row.name, "sum": str(row.amount), "on": row.on.isoformat()}
    return Told(user_id, kind, "client", row.client_id, row.on, arguments)


def _holders(session: Session, role: Role) -> set[int]:
    """The logins of people with a role."""
    statement = (
        select(User.id)
        .join(assoc_user_role, assoc_user_role.c.user_id == User.id)
        .join(RoleRecord, RoleRecord.id == assoc_user_role.c.role_id)
        .where(RoleRecord.name == str(role), User.active.is_(True))
    )
    return set(session.scalars(statement))
