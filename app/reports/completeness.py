"""How well the cards of each manager's clients are filled: now, and how that has changed in a period.

An average counts each client alike. Snapshots are taken each night; a period begins with the last one before it, or
the first one within it. Merged cards are left out, and so is what the viewer may not see.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from app.models.clients import Client
from app.models.completeness import CompletenessSnapshot
from app.models.staff import Employee

POOR = 50
"""Cards filled to less than so many per cent are called poor."""


@dataclass(frozen=True, slots=True)
class ManagerCards:
    """The cards of one manager. Per cents have one decimal; None where there is no snapshot."""

    employee_id: int
    employee: str
    clients: int
    poor: int
    now: Decimal | None
    before: Decimal | None
    after: Decimal | None

    @property
    def growth(self) -> Decimal | None:
        """Percentage points that the period has brought."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class Cards:
    """All managers with clients, the best filled first, and the whole."""

    managers: tuple[ManagerCards, ...]
    clients: int
    poor: int
    now: Decimal | None


def completeness(session: Session, first: date, last: date, employee_id: int | None = None) -> Cards:
    """Answer, in four questions."""
    found = session.execute(_now(employee_id)).all()
    before, after = _averages(session, first, opening=True), _averages(session, last, opening=False)
    names = {person.id: str(person) for person in session.scalars(select(Employee))}
    managers = [
        ManagerCards(
            employee_id=row.responsible_id,
            employee=names[row.responsible_id],
            clients=row.clients,
            poor=row.poor,
            now=_average(row.percents, row.measured),
            before=before.get(row.responsible_id),
            after=after.get(row.responsible_id),
        )
        for row in found
    ]
    managers.sort(key=lambda each: (-(each.now or Decimal(-1)), each.employee, each.employee_id))
    total, measured = sum(row.clients for row in found), sum(row.measured for row in found)
    percents = sum(int(row.percents or 0) for row in found)
    return Cards(tuple(managers), total, sum(row.poor for row in found), _average(percents, measured))


def _now(employee_id: int | None) -> Any:
    poor = func.sum(case((Client.completeness < POOR, 1), else_=0))
    statement = select(
        Client.responsible_id,
        func.count().label("clients"),
        func.count(Client.completeness).label("measured"),
        poor.label("poor"),
        func.sum(Client.completeness).label("percents"),
    ).group_by(Client.responsible_id)
    return statement if employee_id is None else statement.where(Client.responsible_id == employee_id)


def _averages(session: Session, day: date, *, opening: bool) -> Mapping[int, Decimal | None]:
    """By manager: of the last snapshot up to the day; of the first one after it where a period opens without one."""
    snapshot = CompletenessSnapshot
    earlier = (
        select(snapshot.employee_id, func.max(snapshot.day).label("day"))
        .where(snapshot.day <= day)
        .group_by(snapshot.employee_id)
    )
    later = (
        select(snapshot.employee_id, func.min(snapshot.day).label("day"))
        .where(snapshot.day > day)
        .group_by(snapshot.employee_id)
    )
    found: dict[int, Decimal | None] = {}
    for question in (later, earlier) if opening else (earlier,):
        chosen = question.subquery()
        rows = select(snapshot.employee_id, snapshot.percents, snapshot.clients).join(
            chosen, and_(chosen.c.employee_id == snapshot.employee_id, chosen.c.day == snapshot.day)
        )
        found |= {row.employee_id: _average(row.percents, row.clients) for row in session.execute(rows)}
    return found


def _average(percents: int | None, clients: int) -> Decimal | None:
    if not clients:
        return None
    return (Decimal(int(percents or 0)) / clients).quantize(Decimal("0.1"), ROUND_HALF_UP)
