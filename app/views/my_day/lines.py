"""The lists of «My day» as the page shows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for

from app.clock import day_of, utc_now
from app.database import db
from app.models.service import Visit, VisitStatus
from app.permissions import READ, WRITE, Scope
from app.reports import my_day
from app.reports.home import Clock
from app.texts import _
from app.views import formats
from app.views.crud.cells import card_url
from app.views.current import today, viewer, zone
from app.views.debts import debt_cell, overdue_words
from app.views.my_day.routes import call_url, route_links
from app.views.pages import Cell

MINE, TEAM = "mine", "team"


@dataclass(frozen=True, slots=True)
class Line:
    """A line: what, whose, how urgent; `done_url` and `move_url` where it can be done or put off right here."""

    title: str
    url: str
    about: str
    mark: Cell
    done_url: str = ""
    move_url: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A list of the page."""

    title: str
    lines: tuple[Line, ...]
    total: int
    url: str
    empty: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit of the day: when, where, what; how to call and how to get there."""

    id: int
    url: str
    time: str
    client: str
    place: str
    what: str
    who: str
    mark: Cell
    phone_url: str
    routes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class VisitDay:
    """The visits of one day."""

    title: str
    tone: str
    lines: tuple[VisitLine, ...]


class DayBuilder:
    """Asks for what the person may read, of themselves or of their team, and words it."""

    def __init__(self, who: str) -> None:
        self.person = viewer()
        self.session = db.session()
        self.clock = Clock(today(), utc_now(), zone())
        self.has_team = self.person.scope is Scope.ALL
        self.who = who if self.has_team else MINE
        mine = frozenset({self.person.employee_id or 0})
        self.team = my_day.team_of(self.session, self.person) if self.who == TEAM else mine

    def visit_days(self) -> Iterator[VisitDay]:
        """Visits that were not written up, those of today, those of tomorrow; days without any are left out."""
        if not self.person.may(READ, "Visits"):
            return
        groups: dict[str, list[Visit]] = {"late": [], "today": [], "tomorrow": []}
        for visit in my_day.visits(self.session, self.team, self.clock):
            groups[self._day_of(visit)].append(visit)
        titles = {"late": _("Not written up"), "today": _("Today's visits"), "tomorrow": _("Tomorrow's visits")}
        for name, visits in groups.items():
            if visits:
                tone = "danger" if name == "late" else ""
                yield VisitDay(titles[name], tone, tuple(self._visit(visit, name) for visit in visits))

    def panels(self) -> Iterator[Panel]:
        """The other lists, by what the person may read."""
        if self.person.may(READ, "Interactions"):
            yield self._events()
        if self.person.may(READ, "Deals"):
            yield self._deals()
        if self.person.may(READ, "Requests"):
            yield self._promises()
        if self.person.may(READ, "Receivables"):
            yield self._debtors()
        if self.person.may(READ, "Claims"):
            yield self._claims()

    # --- visits ---

    def _day_of(self, visit: Visit) -> str:
        day = day_of(visit.starts_at, self.clock.zone)
        return "late" if day < self.clock.today else "today" if day == self.clock.today else "tomorrow"

    def _visit(self, visit: Visit, group: str) -> VisitLine:
        starts, ends = (moment.astimezone(self.clock.zone) for moment in (visit.starts_at, visit.ends_at))
        hours = f"{starts:%H:%M}–{ends:%H:%M}"
        late = (self.clock.today - starts.date()).days
        return VisitLine(
            id=visit.id,
            url=url_for("MyDayView.visit", pk=visit.id),
            time=f"{formats.day(starts.date())}, {hours}" if group == "late" else hours,
            client=str(visit.client),
            place=", ".join(filter(None, (visit.town, visit.site))),
            what=" · ".join(filter(None, (str(visit.work_kind or ""), visit.task))),
            who=str(visit.employee) if self.who == TEAM else "",
            mark=self._late(late) if group == "late" else formats.cell(visit.status),
            phone_url=call_url(visit),
            routes=route_links(visit) if visit.status in (VisitStatus.PLANNED, VisitStatus.IN_WORK) else (),
        )

    # --- lists ---

    def _events(self) -> Panel:
        part = my_day.events(self.session, self.team, self.clock)
        may = self.person.may(WRITE, "Interactions")
        lines = tuple(
            Line(
                row.topic,
                card_url(row),
                self._about(row),
                self._event_mark(row.starts_at),
                url_for("MyDayView.finish_event", event=row.id) if may else "",
                url_for("MyDayView.move_event", event=row.id) if may else "",
            )
            for row in part.rows
        )
        url = url_for("InteractionView.list", tab="planned")
        return Panel(_("Events"), lines, part.total, url, _("No events planned for today."))

    def _deals(self) -> Panel:
        part = my_day.deals(self.session, self.team, self.clock)
        may = self.person.may(WRITE, "Deals")
        lines = tuple(
            Line(
                row.title,
                card_url(row),
                " · ".join(filter(None, (row.next_step, self._about(row)))),
                self._day_mark(row.next_step_on, _("No next step")),
                move_url=url_for("MyDayView.move_deal", deal=row.id) if may and row.next_step_on else "",
            )
            for row in part.rows
        )
        url = url_for("DealView.list", tab="overdue")
        return Panel(_("Deals to move on"), lines, part.total, url, _("Every deal has a next step ahead."))

    def _promises(self) -> Panel:
        part = my_day.promises(self.session, self.team, self.clock)
        lines = tuple(
            Line(
                f"{row} · {row.description[:80]}",
                card_url(row),
                self._about(row),
                self._event_mark(row.promised_at) if row.promised_at else self._day_mark(row.desired_on, ""),
            )
            for row in part.rows
        )
        url = url_for("RequestView.list", tab="open")
        return Panel(_("Promises to clients"), lines, part.total, url, _("No promise falls due today."))

    def _debtors(self) -> Panel:
        part = my_day.debtors(self.session, self.team, self.clock.today)
        lines = tuple(
            Line(str(row.client), card_url(row.client), row.client.town or "", debt_cell(row.debt)) for row in part.rows
        )
        url = url_for("ReceivablesView.receivables")
        return Panel(_("Overdue debts"), lines, part.total, url, _("Nobody owes past the term."))

    def _claims(self) -> Panel:
        part = my_day.claims(self.session, self.team, self.clock)
        lines = tuple(
            Line(f"{row} · {row.text[:80]}", card_url(row), self._about(row), self._day_mark(row.answer_due_on, ""))
            for row in part.rows
        )
        return Panel(_("Claims"), lines, part.total, url_for("ClaimView.list", tab="open"), _("No claim is due soon."))

    # --- marks ---

    def _about(self, row: Any) -> str:
        return f"{row.client} · {row.responsible}" if self.who == TEAM else str(row.client)

    def _event_mark(self, moment: datetime) -> Cell:
        local = moment.astimezone(self.clock.zone)
        days = (self.clock.today - local.date()).days
        return self._late(days) if days > 0 else Cell(f"{local:%H:%M}", "chip", tone="warn", icon="clock")

    def _day_mark(self, day: date | None, empty: str) -> Cell:
        if day is None:
            return Cell(empty or _("No date"), "chip", tone="neutral", icon="info")
        days = (self.clock.today - day).days
        if days > 0:
            return self._late(days)
        return Cell(_("Today") if days == 0 else formats.day(day), "chip", tone="warn", icon="clock")

    def _late(self, days: int) -> Cell:
        return Cell(overdue_words(days), "chip", tone="danger")
