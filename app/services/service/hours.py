"""When engineers work: the company's hours, the lunch break, days off, and arithmetic of spans of time.

Spans are pairs of aware instants in UTC; days and hours are those of the company's time zone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import day_of, instants_of
from app.models.staff import CalendarDay
from app.services.working_days import WorkingCalendar

OPENS = time(9)
LUNCH_BEGINS = time(13)
LUNCH_ENDS = time(14)
CLOSES = time(18)
"""An eight-hour day with an hour for lunch; the break is not working time (ТК РФ ст. 108)."""
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of time: from the first instant up to, but not including, the last."""

    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> int:
        """Whole minutes of the stretch."""
        return int((self.ends_at - self.starts_at) / timedelta(minutes=1))

    @classmethod
    def of(cls, starts_at: datetime, minutes: int) -> "Span":
        """The stretch of so many minutes."""
        return cls(starts_at, starts_at + timedelta(minutes=minutes))

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share any time; touching ends do not count."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def clipped(self, other: "Span") -> "Span":
        """The part inside the other; they must share time."""
        return Span(max(self.starts_at, other.starts_at), min(self.ends_at, other.ends_at))

    def within(self, other: "Span") -> bool:
        """Whether the whole stretch lies inside the other."""
        return other.starts_at <= self.starts_at and self.ends_at <= other.ends_at


@dataclass(frozen=True, slots=True)
class WorkTime:
    """The company's working days and hours in its time zone."""

    zone: ZoneInfo
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)

    def day(self, day: date) -> Span | None:
        """From opening to closing, lunch included; None on a day off."""
        return self._span(day, OPENS, CLOSES) if self.calendar.is_working(day) else None

    def spans(self, day: date) -> list[Span]:
        """The working stretches before and after lunch; none on a day off."""
        if not self.calendar.is_working(day):
            return []
        return [self._span(day, OPENS, LUNCH_BEGINS), self._span(day, LUNCH_ENDS, CLOSES)]

    def whole_day(self, day: date) -> Span:
        """From midnight to midnight."""
        return Span(*instants_of(day, day, self.zone))

    def is_open(self, span: Span) -> bool:
        """Whether the whole span lies in one working day; a long job goes on after lunch."""
        day = self.day(day_of(span.starts_at, self.zone))
        return day is not None and span.within(day)

    def _span(self, day: date, begins: time, ends: time) -> Span:
        return Span(*(datetime.combine(day, at, self.zone).astimezone(UTC) for at in (begins, ends)))


def working_time(session: Session, zone: ZoneInfo) -> WorkTime:
    """The official working calendar with the administrator's own days (calendar_day), which win."""
    own_days = {row.day: row.is_working for row in session.execute(select(CalendarDay.day, CalendarDay.is_working))}
    return WorkTime(zone, WorkingCalendar(own_days))


def days_from(start: date, days: int) -> list[date]:
    """`days` days in a row, the first included."""
    return [start + timedelta(days=number) for number in range(days)]


def passed_before(now: datetime) -> Span:
    """All the time that has passed, for cutting it out of what is free.

    Up to the next quarter of an hour: nobody is promised for 16:46.
    """
    into = timedelta(minutes=now.minute % 15, seconds=now.second, microseconds=now.microsecond)
    return Span(datetime.min.replace(tzinfo=UTC), now - into + QUARTER if into else now)


def without(span: Span, taken: Iterable[Span]) -> list[Span]:
    """What is left of a span when the taken ones are cut out, in order of time."""
    left = []
    begins = span.starts_at
    for busy in sorted(taken):
        if busy.starts_at > begins:
            left.append(Span(begins, min(busy.starts_at, span.ends_at)))
        begins = max(begins, busy.ends_at)
        if begins >= span.ends_at:
            break
    if begins < span.ends_at:
        left.append(Span(begins, span.ends_at))
    return [part for part in left if part.starts_at < part.ends_at]
