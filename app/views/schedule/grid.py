"""The engineers' schedule as tables: hours of a day, days of a week, a list; plain descriptions for the templates."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from app.models.service import VisitStatus
from app.permissions import PLAN, READ, WRITE, Viewer
from app.reports.service import DayRow, EngineerRow, Entry, Schedule
from app.services.service import Span, WorkTime
from app.texts import _, ngettext
from app.views import formats

FIRST_HOUR, LAST_HOUR = 8, 19
HALF_HOUR = 30
USUAL_MINUTES = 120
_ICONS = {"ok": "check", "warn": "clock", "danger": "alert-triangle", "plan": "calendar"}


@dataclass(frozen=True, slots=True)
class Card:
    """A visit or absence as a person reads it. Without `url`: beyond the viewer's rows, or an absence."""

    time: str
    title: str
    about: str = ""
    url: str = ""
    tone: str = ""
    icon: str = ""
    words: str = ""
    move_url: str = ""
    css: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of an engineer's day: `width` half-hours with cards, free to be taken, or neither."""

    width: int
    cards: tuple[Card, ...] = ()
    free: str = ""
    """The free stretch in words; empty when the cell is not free."""
    book_url: str = ""


@dataclass(frozen=True, slots=True)
class DayCell:
    """An engineer's day in the week and in the list."""

    title: str
    is_off: bool
    cards: tuple[Card, ...]
    free: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """An engineer: name, load in words, cells of the day and days of the period."""

    name: str
    load: str
    is_full: bool
    hours: tuple[Cell, ...]
    days: tuple[DayCell, ...]


class Grid:
    """Turns a schedule into rows for one person: links only where the person's rights lead."""

    def __init__(self, schedule: Schedule, work_time: WorkTime, viewer: Viewer, booking: dict[str, Any]) -> None:
        self.schedule = schedule
        self.zone: ZoneInfo = work_time.zone
        self.viewer = viewer
        self.booking = booking
        """Arguments that a link to a free slot carries on: the client or the request it is looked for."""
        self.first, self.last = self._hours()

    @property
    def hours(self) -> list[str]:
        """Heads of the hours of a day."""
        return [f"{hour:02d}" for hour in range(self.first, self.last)]

    def rows(self) -> tuple[Row, ...]:
        """The engineers' rows."""
        return tuple(self._row(engineer) for engineer in self.schedule.engineers)

    def card(self, entry: Entry) -> Card:
        """An entry in words."""
        time = _time(entry.span, self.zone)
        if entry.absence is not None:
            # Why a colleague is away is the business of those who plan.
            why = str(entry.absence.label) if self.viewer.may(PLAN, "Schedule") else _("Absent")
            return Card(time, why, css="is-away")
        if entry.is_closed:
            return Card(time, _("Busy"), ", ".join(filter(None, (entry.work, entry.town))), css="is-closed")
        tone, words = self._state(entry)
        return Card(
            time=time,
            title=entry.work or _("Visit"),
            about=", ".join(filter(None, (entry.client, entry.town))),
            url=url_for("VisitView.show", pk=entry.visit_id) if self.viewer.may(READ, "Visits") else "",
            tone=tone,
            icon=_ICONS.get(tone, ""),
            words=words,
            move_url=self._move_url(entry),
            css=f"is-{tone}" if tone else "",
        )

    def _state(self, entry: Entry) -> tuple[str, str]:
        if entry.is_overdue:
            return "danger", _("Overdue visit")
        if entry.status is None or entry.status is VisitStatus.PLANNED:
            return "", ""
        return entry.status.tone, str(entry.status.label)

    def _move_url(self, entry: Entry) -> str:
        if entry.status is not VisitStatus.PLANNED or not self.viewer.may(PLAN, "Schedule"):
            return ""
        return url_for("ScheduleView.visit", pk=entry.visit_id)

    def _hours(self) -> tuple[int, int]:
        """From eight to seven, or as far as the first day's visits reach."""
        first, last = FIRST_HOUR, LAST_HOUR
        for row in self.schedule.engineers:
            for entry in (entry for entry in row.days[0].entries if entry.absence is None):
                begins, ends = self._bounds(row.days[0].day, entry.span)
                first, last = min(first, begins // 2), max(last, -(-ends // 2))
        return first, last

    def _row(self, engineer: EngineerRow) -> Row:
        return Row(
            name=engineer.name,
            load=load_text(engineer),
            is_full=engineer.free_minutes == 0,
            hours=tuple(self._cells(engineer, engineer.days[0])),
            days=tuple(self._day(engineer, day) for day in engineer.days),
        )

    def _day(self, engineer: EngineerRow, day: DayRow) -> DayCell:
        return DayCell(
            title=formats.day(day.day),
            is_off=not day.is_working,
            cards=tuple(self.card(entry) for entry in day.entries),
            free=tuple(self._free(engineer, span, 1) for span in day.free),
        )

    def _cells(self, engineer: EngineerRow, day: DayRow) -> Iterable[Cell]:
        """The day from left to right. What overlaps (a visit in a leave granted later) shares one cell."""
        parts: list[tuple[int, int, Callable[[int], Cell]]] = []
        for begins, ends, entries in self._merged(day):
            cards = tuple(self.card(entry) for entry in entries)
            parts.append((begins, ends, lambda width, cards=cards: Cell(width, cards)))  # type: ignore[misc]
        for span in day.free:
            begins, ends = self._bounds(day.day, span)
            parts.append((begins, ends, lambda width, span=span: self._free(engineer, span, width)))  # type: ignore[misc]
        at = self.first * 2
        for begins, ends, make in sorted(parts, key=lambda part: part[:2]):
            begins = max(begins, at)
            if ends <= begins:
                continue
            if begins > at:
                yield Cell(begins - at)
            yield make(ends - begins)
            at = ends
        if at < self.last * 2:
            yield Cell(self.last * 2 - at)

    def _merged(self, day: DayRow) -> list[tuple[int, int, list[Entry]]]:
        merged: list[tuple[int, int, list[Entry]]] = []
        for entry in day.entries:
            begins, ends = self._bounds(day.day, entry.span)
            begins, ends = max(begins, self.first * 2), min(ends, self.last * 2)
            if merged and begins < merged[-1][1]:
                start, end, together = merged[-1]
                merged[-1] = (start, max(end, ends), [*together, entry])
            else:
                merged.append((begins, ends, [entry]))
        return merged

    def _bounds(self, day: date, span: Span) -> tuple[int, int]:
        """Half-hours from midnight that the span touches on the day."""
        midnight = datetime.combine(day, datetime.min.time(), self.zone)
        begins = int((span.starts_at - midnight) / timedelta(minutes=HALF_HOUR) // 1)
        ends = -int((midnight - span.ends_at) / timedelta(minutes=HALF_HOUR) // 1)
        return max(begins, 0), min(ends, 48)

    def _free(self, engineer: EngineerRow, span: Span, width: int) -> Cell:
        url = ""
        if self.viewer.may(WRITE, "Schedule"):
            url = url_for(
                "ScheduleView.book",
                engineer=engineer.engineer_id,
                start=f"{span.starts_at.astimezone(self.zone):%Y-%m-%dT%H:%M}",
                minutes=min(span.minutes, USUAL_MINUTES),
                **self.booking,
            )
        return Cell(width, free=_time(span, self.zone), book_url=url)


def overdue_text(count: int) -> str:
    """The count of overdue visits in words."""
    return ngettext("%(num)s visit overdue", "%(num)s visits overdue", count)


def load_text(engineer: EngineerRow) -> str:
    """Hours of visits out of working hours: «6 из 8 ч»."""
    busy, working = hours_text(engineer.busy_minutes), hours_text(engineer.working_minutes)
    return _("%(busy)s of %(all)s h", busy=busy, all=working)


def hours_text(minutes: int) -> str:
    """Minutes as hours with at most one decimal."""
    return formats.quantity((Decimal(minutes) / 60).quantize(Decimal("0.1")))


def _time(span: Span, zone: ZoneInfo) -> str:
    begins, ends = span.starts_at.astimezone(zone), span.ends_at.astimezone(zone)
    if begins.date() == ends.date() or ends - begins < timedelta(days=1):
        return f"{begins:%H:%M}–{ends:%H:%M}"
    return f"{begins:%d.%m} – {ends:%d.%m}"
