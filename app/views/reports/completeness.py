"""The report on the filling of cards: /reports/completeness/."""

from flask import url_for

from app.database import db
from app.reports import completeness as question
from app.reports.rendering.sheet import Column, Kind
from app.texts import _, lazy
from app.views.reports.base import ReportView
from app.views.reports.shown import Asked, Report, ReportRow


class CompletenessReportView(ReportView):
    """How well each manager's cards are filled, and how that has changed."""

    route_base = "/reports/completeness"
    class_permission_name = "Completeness"
    title = lazy("How cards are filled")

    def ask(self, asked: Asked) -> Report:
        """A row for each manager; its figures lead to the clients."""
        found = question.completeness(db.session(), asked.first, asked.last, asked.manager_id)
        return Report(
            columns=(
                Column(_("Manager")),
                Column(_("Clients"), Kind.INTEGER),
                Column(_("Filled now, %"), Kind.PERCENT),
                Column(_("At the beginning, %"), Kind.PERCENT),
                Column(_("At the end, %"), Kind.PERCENT),
                Column(_("Growth, points"), Kind.PERCENT),
                Column(_("Less than half filled"), Kind.INTEGER),
            ),
            rows=tuple(_row(each) for each in found.managers),
            totals=(_("Total"), found.clients, found.now, None, None, None, found.poor),
            notes=(
                _("Fields count by their weights, and only those that a client of this kind can have."),
                _(
                    "Dashes, «no», «test» and one sign repeated do not count. The beginning and the end of the "
                    "period are from nightly snapshots."
                ),
            ),
            bars=2,
        )


def _row(each: question.ManagerCards) -> ReportRow:
    clients = url_for("ClientView.list", tab="all", f_responsible=each.employee_id, sort="completeness")
    poor = url_for(
        "ClientView.list",
        tab="all",
        f_responsible=each.employee_id,
        f_completeness_to=question.POOR - 1,
        sort="completeness",
    )
    return ReportRow(
        cells=(each.employee, each.clients, each.now, each.before, each.after, each.growth, each.poor),
        urls={0: clients, 1: clients, 6: poor},
    )
