"""ReportView: the base of every report at /reports/<name>/.

A report declares its name, words and right, and answers a question with a table. The page with its filters, and the
same table as XLSX, CSV and PDF (`?format=`), follow. Rows obey the row rule by themselves.
"""

import io
from abc import abstractmethod
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from flask import Response, abort, render_template, request, send_file, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy import select

from app.clock import utc_now
from app.database import db
from app.errors import RuleError
from app.models.staff import Employee
from app.reports.rendering import sheet
from app.reports.rendering.table_form import TableForm, TableRow, print_table
from app.texts import _
from app.views import formats
from app.views.crud.query import whole
from app.views.current import today, viewer
from app.views.files import PDF_POLICY, disposition
from app.views.pages import Cell, Command, Option, Tab
from app.views.reports.periods import usual_periods, year_of
from app.views.reports.shown import Asked, Control, Report, ReportPage, ReportRow, ShownRow
from app.views.sections import REPORTS

_KINDS = {sheet.Kind.INTEGER: "number", sheet.Kind.DATETIME: "moment", sheet.Kind.BOOLEAN: "flag"}
_SHEETS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
MOST_PEOPLE = 200


class ReportView(BaseView):
    """One report. A subclass sets `route_base`, `class_permission_name`, `title`, and answers `ask`."""

    title: ClassVar[str]
    section: ClassVar[str] = REPORTS
    asks_manager: ClassVar[bool] = True
    template: ClassVar[str] = "reports/report.html"
    method_permission_name = {"report": "read"}
    default_view = "report"

    @abstractmethod
    def ask(self, asked: Asked) -> Report:
        """Answer the report."""

    def controls(self) -> tuple[Control, ...]:
        """Choices of the report's own, beside the period and the manager; asked for in `Asked.more`."""
        return ()

    def usual_period(self, day: date) -> tuple[date, date]:
        """The period where the address names none: this year."""
        return year_of(day)

    @expose("/")
    @has_access
    def report(self) -> Any:
        """Show the report, or give it as a file (`?format=xlsx`, `csv` or `pdf`)."""
        asked = self._asked()
        wanted = request.args.get("format", "")
        if wanted and wanted not in {*_SHEETS, "pdf"}:
            abort(400)
        answer = self.ask(asked)
        if wanted == "pdf":
            return self._pdf(asked, answer)
        return self._sheet(asked, answer, wanted) if wanted else self._page(asked, answer)

    # --- The address ----------------------------------------------------------------------------------------------

    def _asked(self) -> Asked:
        first, last = self.usual_period(today())
        first, last = _day("from", first), _day("to", last)
        if first > last or (last - first).days > 3700:
            abort(400)
        manager = request.args.get("manager", "") if self.asks_manager else ""
        return Asked(first, last, whole(manager) if manager else None, self._more())

    def _more(self) -> Mapping[str, str]:
        found = {}
        for control in self.controls():
            value = request.args.get(control.name, "") or control.options[0].value
            if value not in {option.value for option in control.options}:
                abort(400)
            found[control.name] = value
        return found

    def url(self, asked: Asked, **changes: str) -> str:
        """The address of this report, asked the same but for the changes."""
        kept = {"from": asked.first.isoformat(), "to": asked.last.isoformat(), **asked.more}
        if asked.manager_id is not None:
            kept["manager"] = str(asked.manager_id)
        return url_for(f"{self.endpoint}.report", **{**kept, **changes})  # type: ignore[arg-type]

    # --- Page -----------------------------------------------------------------------------------------------------

    def _page(self, asked: Asked, answer: Report) -> str:
        page = ReportPage(
            title=str(self.title),
            section=str(self.section),
            url=url_for(f"{self.endpoint}.report"),
            columns=answer.columns,
            rows=tuple(self._row(answer, row) for row in answer.rows),
            totals=tuple(_cell(value, column) for value, column in zip(answer.totals, answer.columns, strict=False)),
            notes=answer.notes,
            periods=self._periods(asked),
            first=asked.first.isoformat(),
            last=asked.last.isoformat(),
            managers=self._managers(asked),
            controls=tuple(self._chosen(control, asked) for control in self.controls()),
            commands=tuple(
                Command(kind.upper(), self.url(asked, format=kind), icon=icon, name=kind)
                for kind, icon in (("xlsx", "download"), ("csv", "download"), ("pdf", "printer"))
            ),
            has_bars=answer.bars is not None,
        )
        return render_template(self.template, page=page, page_section=str(self.section))

    def _row(self, answer: Report, row: ReportRow) -> ShownRow:
        cells = tuple(
            _cell(value, column, row.urls.get(number, ""))
            for number, (value, column) in enumerate(zip(row.cells, answer.columns, strict=True))
        )
        return ShownRow(cells, "danger" if row.overdue else "", _bar(answer, row))

    def _periods(self, asked: Asked) -> tuple[Tab, ...]:
        return tuple(
            Tab(
                words,
                words,
                self.url(asked, **{"from": first.isoformat(), "to": last.isoformat()}),
                (first, last) == (asked.first, asked.last),
            )
            for words, (first, last) in usual_periods(today())
        )

    def _managers(self, asked: Asked) -> tuple[Option, ...]:
        """Whom the report may be asked about: nobody where the person sees their own rows only."""
        if not self.asks_manager or not viewer().sees_all():
            return ()
        people = select(Employee).where(Employee.is_manager).order_by(Employee.family_name, Employee.id)
        return tuple(
            Option(str(person.id), str(person), person.id == asked.manager_id)
            for person in db.session.scalars(people.limit(MOST_PEOPLE))
        )

    def _chosen(self, control: Control, asked: Asked) -> Control:
        options = (
            Option(option.value, option.label, option.value == asked.more[control.name]) for option in control.options
        )
        return Control(control.name, control.label, tuple(options))

    # --- Files ----------------------------------------------------------------------------------------------------

    def _file_name(self, asked: Asked, kind: str) -> str:
        return f"{self.title} {asked.first.isoformat()} – {asked.last.isoformat()}.{kind}"

    def _sheet(self, asked: Asked, answer: Report, wanted: str) -> Any:
        target = io.BytesIO()
        rows, totals = [row.cells for row in answer.rows], answer.totals or None
        try:
            if wanted == "xlsx":
                sheet.write_xlsx(target, rows, answer.columns, title=str(self.title), totals=totals)
            else:
                sheet.write_csv(target, rows, answer.columns, totals=totals)
        except RuleError:
            abort(400)
        target.seek(0)
        name = self._file_name(asked, wanted)
        return send_file(target, mimetype=_SHEETS[wanted], as_attachment=True, download_name=name)

    def _pdf(self, asked: Asked, answer: Report) -> Response:
        made = _("Made on %(moment)s", moment=formats.moment(utc_now()))
        table = TableForm(
            title=str(self.title),
            columns=answer.columns,
            rows=tuple(TableRow(row.cells, row.overdue) for row in answer.rows),
            subtitles=(self._period_words(asked), *answer.notes, made),
            totals=answer.totals,
        )
        response = Response(print_table(table), mimetype="application/pdf")
        response.headers["Content-Disposition"] = disposition(self._file_name(asked, "pdf"), inline=True)
        response.headers["Content-Security-Policy"] = PDF_POLICY
        return response

    def _period_words(self, asked: Asked) -> str:
        person = db.session.get(Employee, asked.manager_id) if asked.manager_id is not None else None
        words = _("Period: %(first)s – %(last)s", first=formats.day(asked.first), last=formats.day(asked.last))
        return f"{words}, {person}" if person is not None else words


def _day(name: str, usual: date) -> date:
    typed = request.args.get(name, "")
    try:
        return date.fromisoformat(typed) if typed else usual
    except ValueError:
        abort(400)


def _cell(value: Any, column: sheet.Column, url: str = "") -> Cell:
    if value is None:
        return Cell("", url="")
    shown = formats.cell(value, _KINDS.get(column.kind, column.kind.value))
    return Cell(shown.text, shown.kind, url, tone=shown.tone)


def _bar(answer: Report, row: ReportRow) -> int:
    if answer.bars is None:
        return 0
    place = answer.bars
    largest = max((_figure(each.cells[place]) for each in answer.rows), default=0)
    return round(100 * _figure(row.cells[place]) / largest) if largest else 0


def _figure(value: Any) -> float:
    return float(value or 0)
