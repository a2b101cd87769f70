"""What the people of the demo company have been told: work given to them lately, and what has become overdue."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.models.claims import Claim, ClaimStatus
from app.models.deals import Deal
from app.models.notices import Notice, NoticeKind
from app.models.service import ServiceRequest, Visit, VisitStatus
from app.models.staff import Employee
from app.services.demo.world import World
from app.services.news import tell_overdue
from app.services.notices import Told, mark_read, tell

LATELY = 3
"""Records of a kind that each person has been given lately."""
WEEKS = 4
"""For how long they have been told what is overdue."""
READ = 2
"""Notifications that each person has read already."""


def make_notices(world: World, by_login: Mapping[str, Employee]) -> None:
    """Tell everybody with a login what they would have been told."""
    for employee in by_login.values():
        tell(world.session, list(_given(world, employee)))
    for weeks in range(WEEKS):
        tell_overdue(world.session, world.ago(7 * weeks), world.order.zone)
    for employee in by_login.values():
        mine = select(Notice.id).where(Notice.user_id == employee.user_id).order_by(Notice.id).limit(READ)
        mark_read(
            world.session, int(employee.user_id or 0), world.session.scalars(mine).all(), world.moment(world.today, 8)
        )


def _given(world: World, employee: Employee) -> Iterator[Told]:
    ahead = world.moment(world.today + timedelta(days=1), 0)
    questions: tuple[tuple[NoticeKind, Any, Any], ...] = (
        (NoticeKind.VISIT, Visit, (Visit.status == VisitStatus.PLANNED, Visit.starts_at >= ahead)),
        (NoticeKind.DEAL, Deal, (Deal.closed_on.is_(None),)),
        (NoticeKind.REQUEST, ServiceRequest, (ServiceRequest.responsible_id == employee.id,)),
        (NoticeKind.CLAIM, Claim, (Claim.status != ClaimStatus.CLOSED,)),
    )
    for kind, model, conditions in questions:
        holder = model.employee_id if model is Visit else model.responsible_id
        statement = select(model).where(holder == employee.id, *conditions).order_by(model.id.desc()).limit(LATELY)
        for record in world.session.scalars(statement):
            told = {"what": _what(record), "client": record.client.name, "at": _when(record)}
            yield Told(int(employee.user_id or 0), kind, model.__tablename__, record.id, world.today, told)


def _what(record: Any) -> str:
    if isinstance(record, Visit):
        return str(record.work_kind or "")
    return str(record) if isinstance(record, Deal | Claim) else record.description[:120]


def _when(record: Any) -> str:
    moment: datetime | None = getattr(record, "starts_at", None)
    return moment.isoformat() if moment is not None else ""
