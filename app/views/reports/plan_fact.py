"""The report on plans and what became of them: /reports/plan-fact/."""

from datetime import date
from decimal import Decimal
from typing import Any

from flask import url_for

from app.database import db
from app.models.plans import PlanMeasure
from app.reports import plan_fact as question
from app.reports.plan_fact import PlanQuestion, PlanRow
from app.reports.rendering.sheet import Column, Kind
from app.services.service import working_time
from app.texts import _, lazy
from app.views.current import today, viewer, zone
from app.views.pages import Option
from app.views.reports.base import ReportView
from app.views.reports.periods import month_of
from app.views.reports.shown import Asked, Control, Report, ReportRow

_MANAGERS, _DEPARTMENTS = "managers", "departments"


class PlanFactView(ReportView):
    """Plan, fact, fulfillment, and the pace that is needed on each working day that is left."""

    route_base = "/reports/plan-fact"
    class_permission_name = "PlanFact"
    title = lazy("Plan and fact")

    def controls(self) -> tuple[Control, ...]:
        """What is measured, and whose it is."""
        measures = tuple(Option(each.value, str(each.label)) for each in PlanMeasure)
        of = (Option(_MANAGERS, _("Managers")), Option(_DEPARTMENTS, _("Departments")))
        whose = (Control("of", _("Of whom"), of),) if viewer().sees_all() else ()
        return (Control("measure", _("Measure"), measures), *whose)

    def usual_period(self, day: date) -> tuple[date, date]:
        """This month."""
        return month_of(day)

    def ask(self, asked: Asked) -> Report:
        """A row for each manager or department."""
        person = viewer()
        measure = PlanMeasure(asked.more["measure"])
        wanted = PlanQuestion(
            first=asked.first,
            last=asked.last,
            today=today(),
            measure=measure,
            by_department=asked.more.get("of") == _DEPARTMENTS,
            employee_id=asked.manager_id if person.sees_all() else person.employee_id or 0,
        )
        calendar = working_time(db.session(), zone()).calendar
        rows = question.plan_fact(db.session(), wanted, calendar)
        return Report(
            columns=(
                Column(_("Department") if wanted.by_department else _("Manager")),
                Column(_("Plan"), Kind.MONEY),
                Column(_("Fact"), Kind.MONEY),
                Column(_("Fulfilled, %"), Kind.PERCENT),
                Column(_("Left"), Kind.MONEY),
                Column(_("Needed per working day"), Kind.MONEY),
                Column(_("Forecast"), Kind.MONEY),
            ),
            rows=tuple(_row(each, asked, wanted) for each in rows),
            totals=_totals(rows),
            notes=_notes(rows),
            bars=3,
        )


def _totals(rows: tuple[PlanRow, ...]) -> tuple[Any, ...]:
    """The whole, worked out like a row."""
    if not rows:
        return ()
    plan, fact = (sum((getattr(row, name) for row in rows), Decimal(0)) for name in ("plan", "fact"))
    return _cells(PlanRow(0, _("Total"), plan, fact, rows[0].days))


def _cells(each: PlanRow) -> tuple[Any, ...]:
    return each.name, each.plan or None, each.fact, each.percent, each.left, each.pace, each.forecast


def _notes(rows: tuple[PlanRow, ...]) -> tuple[str, ...]:
    shared = _("A deal with shares is divided by them, nothing counts twice. Plans are of whole months.")
    if not rows:
        return (shared,)
    days = rows[0].days
    whole = _("The total is of the company: what one brings beyond the plan makes up for what another lacks.")
    return (_("Working days: %(all)s, left: %(left)s with today.", all=days.all, left=days.left), shared, whole)


def _row(each: PlanRow, asked: Asked, wanted: PlanQuestion) -> ReportRow:
    return ReportRow(
        cells=_cells(each),
        urls=_links(each, asked, wanted),
        overdue=_("Behind the plan") if each.plan and each.is_behind else "",
    )


def _links(each: PlanRow, asked: Asked, wanted: PlanQuestion) -> dict[int, str]:
    """The plans, and the documents of which the person is responsible."""
    of = "f_department" if wanted.by_department else "f_employee"
    plans: dict[str, Any] = {of: each.key, "f_measure": wanted.measure.value}
    links = {1: url_for("PlanView.list", tab="all", **plans)} if each.plan else {}
    first, last = asked.first.isoformat(), asked.last.isoformat()
    documents: dict[PlanMeasure, tuple[str, dict[str, Any]]] = {
        PlanMeasure.REVENUE: ("InvoiceView.list", {"f_status": "posted", "f_day_from": first, "f_day_to": last}),
        PlanMeasure.QUOTES: ("QuoteView.list", {"f_edition": 1, "f_sent_on_from": first, "f_sent_on_to": last}),
    }
    if not wanted.by_department and wanted.measure in documents:
        endpoint, filters = documents[wanted.measure]
        links[2] = url_for(endpoint, tab="all", f_responsible=each.key, **filters)
    return links
