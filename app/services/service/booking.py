"""One person cannot be in two places: what takes an employee's time, and the refusal to take it twice.

The database refuses too, for two people who plan at once; its refusal is given the same words.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.database import ALL_ROWS
from app.errors import RuleError
from app.models.guards import VISIT_OVERLAP
from app.models.service import Visit, VisitStatus
from app.models.staff import Absence, Employee
from app.services.service.hours import Span, WorkTime
from app.texts import _


@dataclass(frozen=True, slots=True)
class Busy:
    """Time of an employee that is taken by a visit or an absence."""

    employee_id: int
    span: Span
    is_absence: bool
    town: str | None = None


def overlapping(model: type[Visit] | type[Absence], span: Span) -> ColumnElement[bool]:
    """The condition that a visit or an absence shares time with the span."""
    return (model.starts_at < span.ends_at) & (model.ends_at > span.starts_at)


def takes_time() -> ColumnElement[bool]:
    """The condition that a visit occupies its time: anything but a cancelled one."""
    return Visit.status != VisitStatus.CANCELLED


def busy_times(
    session: Session, employee_ids: Collection[int], span: Span, *, except_visit: int | None = None
) -> list[Busy]:
    """What takes the time of these employees within the span, whoever's client it is; in order of time."""
    # A visit to somebody else's client takes the time all the same, so the rule of rows must not hide it.
    visits = session.execute(_visits(employee_ids, span, except_visit), execution_options=ALL_ROWS)
    taken = [Busy(row.employee_id, Span(row.starts_at, row.ends_at), False, row.town) for row in visits]
    absences = session.execute(
        select(Absence.employee_id, Absence.starts_at, Absence.ends_at).where(
            Absence.employee_id.in_(employee_ids), overlapping(Absence, span)
        )
    )
    taken += [Busy(row.employee_id, Span(row.starts_at, row.ends_at), True) for row in absences]
    return sorted(taken, key=lambda busy: busy.span)


def _visits(
    employee_ids: Collection[int], span: Span, except_visit: int | None
) -> Select[int, datetime, datetime, str | None]:
    chosen = select(Visit.employee_id, Visit.starts_at, Visit.ends_at, Visit.town).where(
        Visit.employee_id.in_(employee_ids), takes_time(), overlapping(Visit, span)
    )
    return chosen if except_visit is None else chosen.where(Visit.id != except_visit)


def check_free(
    session: Session, employee: Employee, span: Span, zone: ZoneInfo, *, visit_id: int | None = None
) -> None:
    """Refuse when the employee is away or already on a visit then. Names the other visit by its time only.

    `visit_id` is the visit being moved, which does not stand in its own way. Raises RuleError.
    """
    for busy in busy_times(session, [employee.id], span, except_visit=visit_id):
        who, taken = str(employee), time_text(busy.span, zone)
        if busy.is_absence:
            text = _("%(who)s is absent: %(time)s. Choose another time or engineer.", who=who, time=taken)
        else:
            text = _("%(who)s already has a visit: %(time)s. Choose another time or engineer.", who=who, time=taken)
        raise RuleError(text)


def check_hours(span: Span, work_time: WorkTime) -> None:
    """Refuse time outside working hours. Raises RuleError."""
    if not work_time.is_open(span):
        taken = time_text(span, work_time.zone)
        raise RuleError(_("%(time)s is outside working hours. Choose another time or allow it.", time=taken))


@contextmanager
def one_place_at_a_time(session: Session) -> Iterator[None]:
    """Write what was changed inside; the database's refusal of a double booking becomes a RuleError.

    Two people may plan the same hour at once: each sees it free, and only the database sees both.
    """
    try:
        with session.begin_nested():
            yield
            session.flush()
    except IntegrityError as error:
        if VISIT_OVERLAP not in str(error.orig):
            raise
        raise RuleError(_("Somebody has just taken this time. Choose another time.")) from error


def time_text(span: Span, zone: ZoneInfo) -> str:
    """A span in the company's zone, as a person reads it: 23.11.2026, 09:00–11:00."""
    begins, ends = span.starts_at.astimezone(zone), span.ends_at.astimezone(zone)
    if begins.date() == ends.date():
        return f"{begins:%d.%m.%Y, %H:%M}–{ends:%H:%M}"
    return f"{begins:%d.%m.%Y, %H:%M} – {ends:%d.%m.%Y, %H:%M}"
