"""The report on what managers did: /reports/manager-activity/."""

from datetime import date
from typing import Any

from flask import abort, url_for

from app.database import db
from app.errors import RuleError
from app.models.ledger import ActivityKind
from app.reports import manager_activity as question
from app.reports.manager_activity import Activity, Cut
from app.reports.rendering.sheet import Column, Kind
from app.texts import _, lazy
from app.views import formats
from app.views.current import viewer, zone
from app.views.pages import Option
from app.views.reports.base import ReportView
from app.views.reports.periods import month_of
from app.views.reports.shown import Asked, Control, Report, ReportRow

_CUTS = {
    Cut.WHOLE: lazy("Whole period"),
    Cut.WEEK: lazy("Week by week"),
    Cut.MONTH: lazy("Month by month"),
    Cut.QUARTER: lazy("Quarter by quarter"),
}
_SHOWN = (ActivityKind.MEETING, ActivityKind.LETTER, ActivityKind.VISIT, ActivityKind.CONTRACT)


class ManagerActivityView(ReportView):
    """Quotes, calls, clients called, meetings, letters, visits and contracts by manager."""

    route_base = "/reports/manager-activity"
    class_permission_name = "ManagerActivity"
    title = lazy("Activity of managers")

    def controls(self) -> tuple[Control, ...]:
        """Into what the period is cut."""
        return (Control("by", _("Cut into"), tuple(Option(cut.value, str(label)) for cut, label in _CUTS.items())),)

    def usual_period(self, day: date) -> tuple[date, date]:
        """This month."""
        return month_of(day)

    def ask(self, asked: Asked) -> Report:
        """A row for each manager and piece of the period; each figure leads to the records behind it."""
        person, cut = viewer(), Cut(asked.more["by"])
        only = asked.manager_id if person.sees_all() else person.employee_id or 0
        wanted = question.ActivityQuestion(asked.first, asked.last, zone(), cut, only)
        try:
            found = question.manager_activity(db.session(), wanted)
        except RuleError:
            abort(400)
        return Report(
            columns=_columns(cut),
            rows=tuple(_row(each, cut) for each in found.rows),
            totals=_cells(found.total, cut),
            notes=(
                _("Done calls, meetings and letters, quotes on the day they were sent, signed contracts, visits done."),
                _("Clients called are different clients: the total counts each of them once."),
            ),
            bars=len(_columns(cut)) - 8,
        )


def _columns(cut: Cut) -> tuple[Column, ...]:
    period = () if cut is Cut.WHOLE else (Column(_("Period")),)
    return (
        Column(_("Manager")),
        *period,
        Column(_("Quotes"), Kind.INTEGER),
        Column(_("Sum of quotes"), Kind.MONEY),
        Column(_("Calls"), Kind.INTEGER),
        Column(_("Clients called"), Kind.INTEGER),
        Column(_("Meetings"), Kind.INTEGER),
        Column(_("Letters"), Kind.INTEGER),
        Column(_("Visits"), Kind.INTEGER),
        Column(_("Contracts"), Kind.INTEGER),
        Column(_("Calls without a result"), Kind.INTEGER),
        Column(_("Quotes without lines"), Kind.INTEGER),
    )


def _cells(each: Activity, cut: Cut) -> tuple[Any, ...]:
    period = () if cut is Cut.WHOLE else (f"{formats.day(each.first)} – {formats.day(each.last)}",)
    return (
        each.employee or _("Total"),
        *period,
        each.counts.get(ActivityKind.QUOTE, 0),
        each.quoted,
        each.counts.get(ActivityKind.CALL, 0),
        each.clients_called,
        *(each.counts.get(kind, 0) for kind in _SHOWN),
        each.calls_without_result,
        each.quotes_without_lines,
    )


def _row(each: Activity, cut: Cut) -> ReportRow:
    cells = _cells(each, cut)
    begin = len(cells) - 10
    flawed = each.calls_without_result or each.quotes_without_lines
    links = {begin + number: url for number, url in _links(each).items() if cells[begin + number]}
    return ReportRow(cells, links, _("Something is not written up") if flawed else "")


def _links(each: Activity) -> dict[int, str]:
    """By place among the figures: the list of the records that it counts."""
    first, last = each.first.isoformat(), each.last.isoformat()
    mine: dict[str, Any] = {"f_responsible": each.employee_id}
    when: dict[str, Any] = {"f_starts_at_from": first, "f_starts_at_to": last}
    sent = mine | {"f_sent_on_from": first, "f_sent_on_to": last, "f_edition": "1"}
    done = mine | when | {"f_state": "done"}

    def talks(kind: str, tab: str = "all") -> str:
        return url_for("InteractionView.list", tab=tab, f_kind=kind, **done)

    visits = when | {"f_employee": each.employee_id, "f_purpose": "manager", "f_status": "done"}
    signed = mine | {"f_signed_on_from": first, "f_signed_on_to": last}
    return {
        0: url_for("QuoteView.list", tab="all", **sent),
        1: url_for("QuoteView.list", tab="all", **sent),
        2: talks("call"),
        3: talks("call"),
        4: talks("meeting"),
        5: talks("letter"),
        6: url_for("VisitView.list", tab="all", **visits),
        7: url_for("ContractView.list", tab="signed", **signed),
        8: talks("call", "unsaid"),
        9: url_for("QuoteView.list", tab="empty", **sent),
    }
