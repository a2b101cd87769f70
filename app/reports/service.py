"""The engineers' schedule: who is where, when somebody is free, what slipped, what waits for a date.

The whole schedule is open to whoever may read it. Of a visit beyond the viewer's rows only the time, the
kind of work and the town are told: neither the client nor the visit itself (see `_closed_visits`).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session

from app.database import ALL_ROWS
from app.models.clients import Client
from app.models.service import RequestStatus, ServiceRequest, Visit, VisitStatus, WorkKind
from app.models.staff import Absence, AbsenceKind, Employee
from app.services.service import Span, WorkTime, days_from, overlapping, passed_before, takes_time, without

SHORTEST_FREE = 30
"""Minutes; a shorter gap is not offered."""
LONGEST_LIST = 50
LONGEST_PERIOD = 62


@dataclass(frozen=True, slots=True)
class Entry:
    """A visit or an absence in the schedule. Of a closed visit neither its key nor its client is known."""

    engineer_id: int
    span: Span
    work: str
    """Kind of work; empty for an absence."""
    town: str = ""
    absence: AbsenceKind | None = None
    status: VisitStatus | None = None
    visit_id: int | None = None
    version: int = 0
    client_id: int | None = None
    client: str = ""
    is_overdue: bool = False

    @property
    def is_closed(self) -> bool:
        """Whether this is a visit beyond the viewer's rows: shown as «Занято»."""
        return self.absence is None and self.visit_id is None


@dataclass(frozen=True, slots=True)
class DayRow:
    """One engineer's day: what is taken, what is free."""

    day: date
    is_working: bool
    entries: tuple[Entry, ...]
    free: tuple[Span, ...]
    """Stretches of working time, lunch left out, that nothing takes and that have not passed."""


@dataclass(frozen=True, slots=True)
class EngineerRow:
    """One engineer in the schedule; minutes of the whole period."""

    engineer_id: int
    name: str
    town: str
    days: tuple[DayRow, ...]
    busy_minutes: int
    """Of visits, within the period."""
    working_minutes: int
    """Working time without absences."""

    @property
    def free_minutes(self) -> int:
        """Working time that can still be given away."""
        return sum(span.minutes for row in self.days for span in row.free)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that has no visit ahead."""

    request_id: int
    number: str
    client: str
    town: str
    work: str
    minutes: int
    """Usual length of this kind of work."""
    desired_on: date | None
    is_rest: bool
    """Whether it was done in part already."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The engineers' schedule of some days."""

    days: tuple[date, ...]
    days_off: frozenset[date]
    engineers: tuple[EngineerRow, ...]
    overdue: tuple[Entry, ...]
    """Visits of the viewer's rows that were planned for a time that has passed, of any day, oldest first."""
    waiting: tuple[Waiting, ...]

    @property
    def free_minutes(self) -> int:
        """Free working time of all engineers."""
        return sum(row.free_minutes for row in self.engineers)


@dataclass(frozen=True, slots=True)
class Period:
    """Which days to show, at which instant, and of whom: one engineer, or those who live in a town."""

    start: date
    days: int
    now: datetime
    engineer_id: int | None = None
    town: str = ""


def engineers_schedule(session: Session, period: Period, work_time: WorkTime) -> Schedule:
    """The schedule of a period of at most two months, as the session's viewer may see it."""
    days = days_from(period.start, min(max(period.days, 1), LONGEST_PERIOD))
    whole = Span(work_time.whole_day(days[0]).starts_at, work_time.whole_day(days[-1]).ends_at)
    engineers = session.scalars(_engineers(period)).all()
    entries = schedule_entries(session, [engineer.id for engineer in engineers], whole, period.now)
    by_engineer: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_engineer[entry.engineer_id].append(entry)
    rows = [_row(engineer, days, by_engineer[engineer.id], work_time, period.now) for engineer in engineers]
    return Schedule(
        days=tuple(days),
        days_off=frozenset(day for day in days if not work_time.calendar.is_working(day)),
        engineers=tuple(rows),
        overdue=tuple(overdue_visits(session, period.now)),
        waiting=tuple(waiting_requests(session)),
    )


def schedule_entries(session: Session, engineer_ids: Sequence[int], span: Span, now: datetime) -> list[Entry]:
    """Visits and absences of these engineers that share time with the span, in order of time."""
    opened = {row.id: _open_entry(row, now) for row in session.execute(_open_visits(engineer_ids, span))}
    # The schedule is open to all who may read it: a visit beyond the viewer's rows takes time too.
    # The question names no column that tells whose visit it is, so nothing closed is even fetched.
    everything = session.execute(_closed_visits(engineer_ids, span), execution_options=ALL_ROWS)
    entries = [opened.get(row.id) or _closed_entry(row) for row in everything]
    absences = session.scalars(select(Absence).where(Absence.employee_id.in_(engineer_ids), overlapping(Absence, span)))
    entries += [Entry(item.employee_id, Span(item.starts_at, item.ends_at), "", absence=item.kind) for item in absences]
    return sorted(entries, key=lambda entry: (entry.span, entry.engineer_id))


def overdue_visits(session: Session, now: datetime) -> list[Entry]:
    """Visits that are still only planned although their time has passed; the oldest first, 50 at most."""
    late = (
        _with_names()
        .where(Visit.status == VisitStatus.PLANNED, Visit.ends_at < now)
        .order_by(Visit.ends_at, Visit.id)
        .limit(LONGEST_LIST)
    )
    return [_open_entry(row, now) for row in session.execute(late)]


def waiting_requests(session: Session) -> list[Waiting]:
    """Requests that nobody is going for: new ones and those done in part; by the wanted day, 50 at most."""
    ahead = select(Visit.id).where(
        Visit.request_id == ServiceRequest.id, Visit.status.in_((VisitStatus.PLANNED, VisitStatus.IN_WORK))
    )
    open_statuses = (RequestStatus.NEW, RequestStatus.PLANNED, RequestStatus.IN_WORK)
    found = session.execute(
        select(ServiceRequest, Client.name, Client.town, WorkKind.name, WorkKind.usual_minutes)
        .outerjoin(Client, Client.id == ServiceRequest.client_id)
        .join(WorkKind, WorkKind.id == ServiceRequest.work_kind_id)
        .where(ServiceRequest.status.in_(open_statuses), ~ahead.exists())
        .order_by(func.coalesce(ServiceRequest.desired_on, ServiceRequest.registered_on), ServiceRequest.id)
        .limit(LONGEST_LIST)
    )
    return [
        Waiting(
            request_id=request.id,
            number=request.number,
            client=client or "",
            town=town or "",
            work=work,
            minutes=minutes,
            desired_on=request.desired_on,
            is_rest=request.status is RequestStatus.IN_WORK,
        )
        for request, client, town, work, minutes in found
    ]


def _engineers(period: Period) -> Select[Employee]:
    chosen = (
        select(Employee)
        .where(
            Employee.is_engineer.is_(True),
            or_(Employee.dismissed_on.is_(None), Employee.dismissed_on >= period.start),
        )
        .order_by(Employee.family_name, Employee.given_name, Employee.id)
    )
    if period.engineer_id is not None:
        chosen = chosen.where(Employee.id == period.engineer_id)
    if period.town:
        chosen = chosen.where(Employee.home_town == period.town)
    return chosen


def _with_names() -> Select[*tuple[Any, ...]]:
    """Visits within the rule of rows, with the names of the client and the kind of work."""
    return (
        select(
            Visit.id,
            Visit.version,
            Visit.employee_id,
            Visit.starts_at,
            Visit.ends_at,
            Visit.status,
            Visit.town,
            Visit.client_id,
            WorkKind.name.label("work"),
            Client.name.label("client"),
        )
        .outerjoin(Client, Client.id == Visit.client_id)
        .outerjoin(WorkKind, WorkKind.id == Visit.work_kind_id)
    )


def _open_visits(engineer_ids: Sequence[int], span: Span) -> Select[*tuple[Any, ...]]:
    return _with_names().where(Visit.employee_id.in_(engineer_ids), takes_time(), overlapping(Visit, span))


def _closed_visits(engineer_ids: Sequence[int], span: Span) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Visit.id,
            Visit.employee_id,
            Visit.starts_at,
            Visit.ends_at,
            Visit.town,
            WorkKind.name.label("work"),
        )
        .outerjoin(WorkKind, WorkKind.id == Visit.work_kind_id)
        .where(Visit.employee_id.in_(engineer_ids), takes_time(), overlapping(Visit, span))
    )


def _open_entry(row: Row[*tuple[Any, ...]], now: datetime) -> Entry:
    return Entry(
        engineer_id=row.employee_id,
        span=Span(row.starts_at, row.ends_at),
        work=row.work or "",
        town=row.town or "",
        status=row.status,
        visit_id=row.id,
        version=row.version,
        client_id=row.client_id if row.client else None,
        client=row.client or "",
        is_overdue=row.status is VisitStatus.PLANNED and row.ends_at < now,
    )


def _closed_entry(row: Row[*tuple[Any, ...]]) -> Entry:
    return Entry(row.employee_id, Span(row.starts_at, row.ends_at), row.work or "", row.town or "")


def _row(
    engineer: Employee, days: Sequence[date], entries: list[Entry], work_time: WorkTime, now: datetime
) -> EngineerRow:
    away = [entry.span for entry in entries if entry.absence is not None]
    whole = Span(work_time.whole_day(days[0]).starts_at, work_time.whole_day(days[-1]).ends_at)
    visits = [entry.span.clipped(whole) for entry in entries if entry.absence is None]
    working = [part for day in days for span in work_time.spans(day) for part in without(span, away)]
    return EngineerRow(
        engineer_id=engineer.id,
        name=str(engineer),
        town=engineer.home_town or "",
        days=tuple(_day(day, entries, work_time, now) for day in days),
        busy_minutes=sum(span.minutes for span in visits),
        working_minutes=sum(span.minutes for span in working),
    )


def _day(day: date, entries: list[Entry], work_time: WorkTime, now: datetime) -> DayRow:
    whole = work_time.whole_day(day)
    of_day = [entry for entry in entries if entry.span.overlaps(whole)]
    taken = [passed_before(now), *(entry.span for entry in of_day)]
    free = [part for span in work_time.spans(day) for part in without(span, taken)]
    return DayRow(
        day=day,
        is_working=work_time.calendar.is_working(day),
        entries=tuple(of_day),
        free=tuple(span for span in free if span.minutes >= SHORTEST_FREE),
    )
