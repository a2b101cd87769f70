"""The calendar in words: days with their events, as the templates show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import format_date

from app.permissions import WRITE, Viewer
from app.reports.calendar import Event, EventKind
from app.reports.home import Clock
from app.texts import _
from app.views import formats
from app.views.debts import overdue_words
from app.views.pages import Cell

SHOWN_OF_MONTH = 4
"""Events of a day in the month: the rest is one click away."""
SHOWN_OF_DAY = 100
_CARDS = {
    "Interactions": "InteractionView.show",
    "Visits": "VisitView.show",
    "Deals": "DealCardView.deal",
    "Claims": "ClaimView.show",
    "Equipment": "EquipmentView.show",
}
_ICONS = {
    EventKind.CALL: "phone",
    EventKind.MEETING: "users",
    EventKind.LETTER: "mail",
    EventKind.VISIT: "truck",
    EventKind.STEP: "handshake",
    EventKind.CLAIM: "alert-triangle",
    EventKind.MAINTENANCE: "wrench",
}


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """An event in words. Without `key` it cannot be put off by this person."""

    title: str
    kind: str
    icon: str
    url: str
    time: str
    about: str
    mark: Cell | None
    """Overdue or done: word, icon and colour."""
    tone: str
    key: str
    version: int
    move_url: str
    client: str
    who: str
    day: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day with its events."""

    iso: str
    title: str
    number: int
    url: str
    is_today: bool
    is_off: bool
    is_outside: bool
    """Of the month before or after."""
    events: tuple[ShownEvent, ...]
    more: int
    add_url: str
    """Where an event of this day is planned; '' for who may plan none."""


class Grid:
    """Turns events into words for one person: links and moves only where the person's rights lead."""

    def __init__(self, viewer: Viewer, clock: Clock, kept: dict[str, Any]) -> None:
        self.viewer = viewer
        self.clock = clock
        self.kept = kept
        """Arguments that links to other days carry on."""

    def days(self, first: date, last: date, events: Sequence[Event], *, most: int, month: int = 0) -> list[Day]:
        """Every day of the period; an event of several days stands in each of them."""
        found, may_add = [], self.viewer.may(WRITE, "Interactions")
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            own = [event for event in events if event.day <= day <= event.last_day]
            if len(own) > most:  # what is overdue must not hide behind «more»
                own.sort(key=lambda event: not event.days_late)
            found.append(
                Day(
                    iso=day.isoformat(),
                    title=_day_title(day),
                    number=day.day,
                    url=url_for("CalendarView.calendar", **{**self.kept, "view": "day", "day": day.isoformat()}),
                    is_today=day == self.clock.today,
                    is_off=day.weekday() > 4,
                    is_outside=bool(month) and day.month != month,
                    events=tuple(self.event(event) for event in own[:most]),
                    more=max(len(own) - most, 0),
                    add_url=url_for("InteractionView.add", day=day.isoformat()) if may_add else "",
                )
            )
        return found

    def event(self, event: Event) -> ShownEvent:
        """An event in words."""
        key = self._key(event)
        is_interaction = event.area == "Interactions"
        return ShownEvent(
            title=event.title,
            kind=str(event.kind.label),
            icon=_ICONS[event.kind],
            url=event_url(event),
            time=self._time(event),
            about=", ".join(filter(None, (event.client, event.place))),
            mark=_mark(event),
            tone="danger" if event.days_late else "ok" if event.is_done else event.kind.tone,
            key=key,
            version=event.version,
            move_url=url_for("CalendarView.interaction", pk=event.record_id) if key and is_interaction else "",
            client=event.client or formats.EMPTY,
            who=event.who or formats.EMPTY,
            day=formats.day(event.day),
        )

    def _key(self, event: Event) -> str:
        may = event.is_movable and self.viewer.may(WRITE, event.area)
        return f"{event.area}-{event.record_id}" if may else ""

    def _time(self, event: Event) -> str:
        if event.starts_at is None:
            return ""
        begins = f"{event.starts_at.astimezone(self.clock.zone):%H:%M}"
        if event.ends_at is None or event.ends_at == event.starts_at:
            return begins
        return f"{begins}–{event.ends_at.astimezone(self.clock.zone):%H:%M}"


def event_url(event: Event) -> str:
    """The address of an event's card. Only areas that the person may read are asked for events."""
    return url_for(_CARDS[event.area], pk=event.record_id)


def _mark(event: Event) -> Cell | None:
    if event.days_late:
        return Cell(overdue_words(event.days_late), "chip", tone="danger")
    return Cell(_("Done"), "chip", tone="ok", icon="check") if event.is_done else None


def _day_title(day: date) -> str:
    """«понедельник, 23 ноября» or «Monday, 23 November»."""
    return str(format_date(day, "EEEE, d MMMM", rebase=False))


def weekday_names(monday: date) -> list[tuple[str, ...]]:
    """Short and whole names of the days of a week that begins on `monday`."""
    days = [monday + timedelta(days=number) for number in range(7)]
    return [
        (str(format_date(day, "EEEEEE", rebase=False)), str(format_date(day, "EEEE", rebase=False))) for day in days
    ]


def month_title(day: date) -> str:
    """«ноябрь 2026»."""
    return str(format_date(day, "LLLL y", rebase=False))


def in_weeks(days: Iterable[Day]) -> list[list[Day]]:
    """Days seven by seven."""
    every = list(days)
    return [every[start : start + 7] for start in range(0, len(every), 7)]
