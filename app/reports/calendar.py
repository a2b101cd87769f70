"""The calendar: interactions, visits, next steps of deals, answers to claims and maintenance in one order.

Every question obeys the row rule. One question per kind of event, each bounded. Days are days of the company's zone.
Overdue is what should have happened before today: an interaction still planned, a visit not written up, a step not
made, a claim not answered, a maintenance not done.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, cast, func, null, select, union_all
from sqlalchemy.orm import Session

from app.clock import day_of, instants_of
from app.database import Choice, UtcDateTime
from app.models.claims import Claim, ClaimStatus
from app.models.clients import Client
from app.models.deals import Deal, DealStage, StageOutcome
from app.models.interactions import Interaction, InteractionState
from app.models.service import Equipment, EquipmentStatus, Visit, VisitStatus, WorkKind
from app.models.staff import Employee
from app.reports.home import Clock
from app.texts import _, lazy

MOST_EVENTS = 1500
"""Of each kind in a period; a longer period is narrowed to one person."""
MOST_OVERDUE = 100
"""Of each kind in the list of overdue events, the oldest first; they are counted whole."""
LONGEST = timedelta(days=14)
"""No visit is longer (see app.services.service.visits)."""


class EventKind(Choice):
    """What stands in the calendar."""

    CALL = "call", lazy("Call"), "info"
    MEETING = "meeting", lazy("Meeting"), "info"
    LETTER = "letter", lazy("Letter"), "info"
    VISIT = "visit", lazy("Visit"), "plan"
    STEP = "step", lazy("Step of a deal"), "neutral"
    CLAIM = "claim", lazy("Answer to a claim"), "neutral"
    MAINTENANCE = "maintenance", lazy("Maintenance"), "neutral"


@dataclass(frozen=True, slots=True)
class Event:
    """One event. Without `starts_at` it is of a whole day."""

    area: str
    """Whose rights and card it has: Interactions, Visits, Deals, Claims, Equipment."""
    kind: EventKind
    record_id: int
    version: int
    changed_at: datetime
    title: str
    client: str
    """Empty when the client is beyond the viewer's rows."""
    who: str
    place: str
    day: date
    last_day: date
    starts_at: datetime | None
    ends_at: datetime | None
    is_done: bool
    days_late: int
    """0 when nothing is overdue."""

    @property
    def is_movable(self) -> bool:
        """Whether it may be put off from the calendar: what is not done, and has no time of somebody else in it."""
        return not self.is_done and self.area in {"Interactions", "Deals"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose events, of which areas, as of when."""

    clock: Clock
    areas: frozenset[str]
    employee_id: int | None = None
    """One person's events; everything that the viewer may see when None."""


@dataclass(frozen=True, slots=True)
class Events:
    """Events in order; `is_cut` when there are more than can be shown."""

    rows: tuple[Event, ...]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Late:
    """What one person has overdue: how many events, and since which day."""

    employee_id: int | None
    """None for what belongs to nobody: the maintenance of equipment."""
    count: int
    oldest: date


def events_between(session: Session, wanted: Wanted, first: date, last: date) -> Events:
    """The events of the days from `first` to `last`, both included, by day and time."""
    zone = wanted.clock.zone
    since, until = instants_of(first, last, zone)
    found: list[Event] = []
    is_cut = False
    for source in _sources(wanted):
        if source.until is None:
            when: Any = source.at.between(first, last)
        else:
            # The lower bound on the beginning lets the index work.
            ends_at = func.coalesce(source.until, source.at)
            when = and_(source.at >= since - LONGEST, source.at < until, ends_at >= since)
        rows = _read(session, source, wanted, when, MOST_EVENTS)
        is_cut = is_cut or len(rows) == MOST_EVENTS
        found += rows
    # A visit that ends at midnight does not reach into the day after.
    return Events(_in_order(event for event in found if event.last_day >= first), is_cut)


def overdue_events(session: Session, wanted: Wanted) -> Events:
    """What is overdue, of any day, the oldest first."""
    found: list[Event] = []
    is_cut = False
    for source in _sources(wanted):
        rows = _read(session, source, wanted, source.late(wanted.clock), MOST_OVERDUE)
        is_cut = is_cut or len(rows) == MOST_OVERDUE
        found += rows
    return Events(_in_order(found), is_cut)


def overdue_by_person(session: Session, wanted: Wanted) -> tuple[Late, ...]:
    """How much each person has overdue, who has most first. One question for all kinds."""
    parts = [_late_by_person(source, wanted) for source in _sources(wanted)]
    if not parts:
        return ()
    found: dict[int | None, Late] = {}
    for employee_id, count, oldest_on, oldest_at in session.execute(union_all(*parts)):
        oldest = oldest_on or day_of(oldest_at, wanted.clock.zone)
        before = found.get(employee_id, Late(employee_id, 0, oldest))
        found[employee_id] = Late(employee_id, before.count + count, min(before.oldest, oldest))
    return tuple(sorted(found.values(), key=lambda late: (-late.count, late.oldest, late.employee_id or 0)))


# --- Where events come from -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Source:
    """A table whose records are events."""

    area: str
    model: Any
    at: Any
    """The column of the day, or of the instant where `until` is given too."""
    until: Any
    person: Any
    alive: ColumnElement[bool]
    late: Callable[[Clock], Any]
    event: Callable[[Any, Clock], Event]
    joins: tuple[tuple[Any, Any], ...] = ()


def _sources(wanted: Wanted) -> list[_Source]:
    """The tables that are asked; maintenance is nobody's own, so the screen says by the areas who is shown it."""
    return [source for source in _SOURCES if source.area in wanted.areas]


def _read(session: Session, source: _Source, wanted: Wanted, when: Any, most: int) -> list[Event]:
    statement: Select[Any] = select(source.model, Client.name.label("client"))
    statement = statement.outerjoin(Client, Client.id == source.model.client_id)
    if source.person is not None:
        statement = statement.add_columns(Employee).join(Employee, Employee.id == source.person)
    for target, condition in source.joins:
        statement = statement.add_columns(target.name.label("work")).outerjoin(target, condition)
    statement = statement.where(source.alive, when, *_of(source, wanted)).order_by(source.at, source.model.id)
    rows = session.execute(statement.limit(most))
    return [source.event(row, wanted.clock) for row in rows]


def _of(source: _Source, wanted: Wanted) -> Iterable[Any]:
    if wanted.employee_id is not None and source.person is not None:
        yield source.person == wanted.employee_id


def _late_by_person(source: _Source, wanted: Wanted) -> Select[Any]:
    no_day, no_instant = cast(null(), Date), cast(null(), UtcDateTime)
    oldest = func.min(source.at)
    pair = (oldest, no_instant) if source.until is None else (no_day, oldest)
    person = source.person if source.person is not None else cast(null(), Employee.id.type)
    statement = select(person.label("who"), func.count(source.model.id), *pair)
    statement = statement.where(source.alive, source.late(wanted.clock), *_of(source, wanted))
    if source.person is None:
        return statement.having(func.count(source.model.id) > 0)
    return statement.group_by(source.person)


def _in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """By day; events of the whole day first, then by time."""
    return tuple(
        sorted(
            events,
            key=lambda event: (
                event.day,
                event.starts_at is not None,
                event.starts_at.timestamp() if event.starts_at is not None else 0,
                event.kind.value,
                event.record_id,
            ),
        )
    )


def _days_late(day: date, clock: Clock, *, is_open: bool) -> int:
    return max((clock.today - day).days, 0) if is_open else 0


def _interaction(row: Any, clock: Clock) -> Event:
    record: Interaction = row.Interaction
    day = day_of(record.starts_at, clock.zone)
    is_done = record.state is InteractionState.DONE
    # The end of a call that was written down days later is when it was written down.
    ends_at = record.ends_at
    ends_same_day = ends_at is not None and day_of(ends_at, clock.zone) == day
    return Event(
        area="Interactions",
        kind=EventKind(record.kind.value),
        record_id=record.id,
        version=record.version,
        changed_at=record.changed_at,
        title=record.topic,
        client=row.client or "",
        who=str(row.Employee),
        place=record.place or "",
        day=day,
        last_day=day,
        starts_at=record.starts_at,
        ends_at=ends_at if ends_same_day else None,
        is_done=is_done,
        days_late=_days_late(day, clock, is_open=not is_done),
    )


def _visit(row: Any, clock: Clock) -> Event:
    record: Visit = row.Visit
    last_day = day_of(record.ends_at - timedelta(seconds=1), clock.zone)
    is_late = record.status is VisitStatus.PLANNED and record.ends_at < clock.day_starts
    return Event(
        area="Visits",
        kind=EventKind.VISIT,
        record_id=record.id,
        version=record.version,
        changed_at=record.changed_at,
        title=row.work or str(record.purpose.label),
        client=row.client or "",
        who=str(row.Employee),
        place=", ".join(filter(None, (record.town, record.site))),
        day=day_of(record.starts_at, clock.zone),
        last_day=last_day,
        starts_at=record.starts_at,
        ends_at=record.ends_at,
        is_done=record.status in {VisitStatus.DONE, VisitStatus.PARTLY_DONE},
        days_late=_days_late(last_day, clock, is_open=is_late),
    )


def _all_day(row: Any, clock: Clock, record: Any, said: tuple[str, EventKind, str, date]) -> Event:
    """An event of a whole day that is not done yet; `said` gives area, kind, title and day."""
    area, kind, title, day = said
    return Event(
        area=area,
        kind=kind,
        record_id=record.id,
        version=record.version,
        changed_at=record.changed_at,
        title=title,
        client=row.client or "",
        who=str(row.Employee) if "Employee" in row._fields else "",
        place="",
        day=day,
        last_day=day,
        starts_at=None,
        ends_at=None,
        is_done=False,
        days_late=_days_late(day, clock, is_open=True),
    )


def _step(row: Any, clock: Clock) -> Event:
    deal: Deal = row.Deal
    title = f"{deal.next_step}: {deal.title}" if deal.next_step else deal.title
    return _all_day(row, clock, deal, ("Deals", EventKind.STEP, title, row.Deal.next_step_on))


def _answer(row: Any, clock: Clock) -> Event:
    title = _("Claim %(name)s", name=str(row.Claim))
    return _all_day(row, clock, row.Claim, ("Claims", EventKind.CLAIM, title, row.Claim.answer_due_on))


def _maintenance(row: Any, clock: Clock) -> Event:
    equipment: Equipment = row.Equipment
    said = ("Equipment", EventKind.MAINTENANCE, str(equipment), row.Equipment.next_maintenance_on)
    return _all_day(row, clock, equipment, said)


def _in_work() -> ColumnElement[bool]:
    return Deal.stage.has(DealStage.outcome == StageOutcome.OPEN)


_SOURCES = (
    _Source(
        "Interactions",
        Interaction,
        Interaction.starts_at,
        Interaction.ends_at,
        Interaction.responsible_id,
        Interaction.state != InteractionState.CANCELLED,
        lambda clock: and_(Interaction.state == InteractionState.PLANNED, Interaction.starts_at < clock.day_starts),
        _interaction,
    ),
    _Source(
        "Visits",
        Visit,
        Visit.starts_at,
        Visit.ends_at,
        Visit.employee_id,
        Visit.status != VisitStatus.CANCELLED,
        lambda clock: and_(Visit.status == VisitStatus.PLANNED, Visit.ends_at < clock.day_starts),
        _visit,
        joins=((WorkKind, WorkKind.id == Visit.work_kind_id),),
    ),
    _Source(
        "Deals",
        Deal,
        Deal.next_step_on,
        None,
        Deal.responsible_id,
        _in_work(),
        lambda clock: Deal.next_step_on < clock.today,
        _step,
    ),
    _Source(
        "Claims",
        Claim,
        Claim.answer_due_on,
        None,
        Claim.responsible_id,
        Claim.status != ClaimStatus.CLOSED,
        lambda clock: Claim.answer_due_on < clock.today,
        _answer,
    ),
    _Source(
        "Equipment",
        Equipment,
        Equipment.next_maintenance_on,
        None,
        None,
        Equipment.status != EquipmentStatus.WRITTEN_OFF,
        lambda clock: Equipment.next_maintenance_on < clock.today,
        _maintenance,
    ),
)
