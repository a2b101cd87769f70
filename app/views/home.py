"""The start page: what needs the person today, by what they may read."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import render_template, url_for
from flask_appbuilder import IndexView, expose
from flask_appbuilder.security.decorators import has_access

from app.clock import day_of, utc_now
from app.database import db
from app.permissions import READ, Scope
from app.reports import home
from app.texts import _
from app.views import formats
from app.views.crud.cells import card_url
from app.views.current import today, viewer, zone
from app.views.debts import debt_cell, overdue_words
from app.views.pages import Cell
from app.views.sections import HOME


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure of the start page with where it leads."""

    label: str
    value: str
    url: str
    tone: str = ""
    note: str = ""
    unit: str = "₽"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list: what it is, whose, and what is wrong or when."""

    title: str
    url: str
    about: str
    mark: Cell


@dataclass(frozen=True, slots=True)
class Panel:
    """A list of the start page."""

    title: str
    lines: tuple[Line, ...]
    total: int
    url: str
    empty: str
    tone: str = ""


class HomeView(IndexView):
    """The start page; signed-out people are sent to sign in."""

    route_base = ""
    class_permission_name = "Home"
    method_permission_name = {"index": "read"}  # the framework reads it from the class
    index_template = "home/index.html"

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Show the tiles and lists that the person may read."""
        builder = HomeBuilder()
        return render_template(
            self.index_template,
            tiles=tuple(builder.tiles()),
            panels=tuple(builder.panels()),
            slips_url=url_for("RadarView.index") if viewer().may(READ, "Radar") else "",
            day=formats.long_day(today()),
            page_section=str(HOME),
        )


class HomeBuilder:
    """Asks for what the person may read, and words it."""

    def __init__(self) -> None:
        self.person = viewer()
        self.session = db.session()
        self.clock = home.Clock(today(), utc_now(), zone())
        self.mine = self.person.employee_id if self._works_alone() else None
        self.debts = home.debtors(self.session, self.clock) if self._may("Receivables") else None

    def _works_alone(self) -> bool:
        """Managers and engineers see their own work; heads and the office see everybody's."""
        return self.person.scope is not Scope.ALL

    def _may(self, area: str) -> bool:
        return self.person.may(READ, area)

    def tiles(self) -> Any:
        """The figures on top."""
        if self._may("Payments"):
            money = home.money_in(self.session, self.clock)
            before = _("by this day last month: %(amount)s", amount=formats.roubles(money.month_before))
            yield Tile(
                _("Money in this month"),
                formats.money(money.this_month),
                url_for("PaymentView.list", tab="in"),
                note=before,
            )
        if self.debts is not None:
            part, amount = self.debts
            yield Tile(
                _("Overdue debts"),
                formats.money(amount),
                url_for("ReceivablesView.receivables"),
                tone="danger" if part.total else "ok",
                note=_("clients: %(number)s", number=part.total),
            )
            owed = home.total_debt(self.session)
            share = formats.percent((amount * 100 / owed).quantize(Decimal("0.1"))) if owed else ""
            note = _("overdue: %(share)s", share=share) if share else ""
            yield Tile(_("Clients owe in all"), formats.money(owed), url_for("ReceivablesView.receivables"), note=note)
        if self._may("Statements"):
            number = home.unallocated_money(self.session)
            url = url_for("PaymentView.list", tab="unknown")
            note = _("choose whose they are") if number else _("every payment has its client")
            tone = "warn" if number else "ok"
            yield Tile(_("Payments without a client"), formats.number(number), url, tone, note, unit="")

    def panels(self) -> Any:
        """The lists below."""
        if self._may("Interactions"):
            yield self._late_interactions()
            yield self._todays_interactions()
        if self.debts is not None:
            yield self._debtors(self.debts[0])
        if self._may("Visits"):
            yield self._visits()
            yield self._late_visits()
        if self._may("Claims"):
            yield self._claims()
        if self._may("Requests") and not self._may("Payments"):
            yield self._requests()
        if self._may("Equipment"):
            yield self._maintenance()

    def _late_interactions(self) -> Panel:
        part = home.late_interactions(self.session, self.clock, self.mine)
        lines = tuple(
            Line(row.topic, card_url(row), f"{row.client} · {row.responsible}", self._late(row.starts_at))
            for row in part.rows
        )
        url = url_for("InteractionView.list", tab="overdue")
        return Panel(_("Overdue events"), lines, part.total, url, _("Nothing is overdue."), "danger")

    def _todays_interactions(self) -> Panel:
        part = home.todays_interactions(self.session, self.clock, self.mine)
        lines = tuple(
            Line(row.topic, card_url(row), str(row.client), Cell(self._time(row.starts_at), "chip", tone="warn"))
            for row in part.rows
        )
        url = url_for("InteractionView.list", tab="planned")
        return Panel(_("Today's events"), lines, part.total, url, _("No events planned for today."))

    def _debtors(self, part: home.Part) -> Panel:
        lines = tuple(
            Line(str(row.client), card_url(row.client), row.client.town or "", debt_cell(row.debt)) for row in part.rows
        )
        url = url_for("ReceivablesView.receivables")
        return Panel(_("Overdue debts"), lines, part.total, url, _("Nobody owes past the term."), "danger")

    def _visits(self) -> Panel:
        part = home.todays_visits(self.session, self.clock, self.mine)
        lines = tuple(
            Line(
                str(row.client),
                card_url(row),
                " · ".join(filter(None, (str(row.employee), str(row.work_kind or ""), row.town or ""))),
                Cell(f"{self._time(row.starts_at)}–{self._time(row.ends_at)}", "chip", tone=row.status.tone),
            )
            for row in part.rows
        )
        return Panel(_("Today's visits"), lines, part.total, url_for("VisitView.list"), _("No visits today."))

    def _late_visits(self) -> Panel:
        part = home.late_visits(self.session, self.clock, self.mine)
        lines = tuple(
            Line(str(row.client), card_url(row), str(row.employee), self._late(row.ends_at)) for row in part.rows
        )
        url = url_for("VisitView.list", tab="late")
        return Panel(_("Visits not written up"), lines, part.total, url, _("All visits are written up."), "danger")

    def _claims(self) -> Panel:
        part = home.open_claims(self.session, self.mine)
        lines = tuple(
            Line(f"{row} · {row.client}", card_url(row), str(row.responsible), self._claim_mark(row))
            for row in part.rows
        )
        url = url_for("ClaimView.list", tab="open")
        return Panel(_("Open claims"), lines, part.total, url, _("No open claims."))

    def _requests(self) -> Panel:
        part = home.open_requests(self.session)
        lines = tuple(
            Line(f"{row} · {row.client}", card_url(row), str(row.work_kind), formats.cell(row.status))
            for row in part.rows
        )
        url = url_for("RequestView.list", tab="open")
        return Panel(_("Requests to plan"), lines, part.total, url, _("Every request has a visit."))

    def _maintenance(self) -> Panel:
        part = home.late_maintenance(self.session, self.clock)
        lines = tuple(
            Line(
                str(row),
                card_url(row),
                str(row.client),
                self._overdue_chip((self.clock.today - row.next_maintenance_on).days),
            )
            for row in part.rows
        )
        url = url_for("MaintenanceView.list", tab="due")
        return Panel(_("Maintenance overdue"), lines, part.total, url, _("No maintenance is overdue."), "danger")

    def _claim_mark(self, claim: Any) -> Cell:
        if claim.answer_due_on is not None and claim.answer_due_on < self.clock.today:
            return self._overdue_chip((self.clock.today - claim.answer_due_on).days)
        return formats.cell(claim.status)

    def _late(self, moment: Any) -> Cell:
        return self._overdue_chip((self.clock.today - day_of(moment, self.clock.zone)).days)

    def _overdue_chip(self, days: int) -> Cell:
        return Cell(overdue_words(days), "chip", tone="danger")

    def _time(self, moment: Any) -> str:
        return f"{moment.astimezone(self.clock.zone):%H:%M}"
