"""The wizard that loads tables from files: file, columns, check, result. Works without script."""

import io
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy import select

from app.database import db
from app.errors import RuleError
from app.integrations.sheets import Broken
from app.models.imports import ImportMode, ImportState, TableImport
from app.permissions import IMPORT
from app.reports.rendering import sheet
from app.services.imports import (
    MOST_PROBLEMS,
    NOT_LOADED,
    TABLES,
    Table,
    check_mapping,
    check_now,
    fields_for,
    load_now,
    remember_mapping,
    row_problems,
    rows_of,
    take_file,
)
from app.texts import _
from app.views import formats
from app.views.attachments import store
from app.views.crud.query import whole
from app.views.current import viewer
from app.views.pages import Step
from app.views.sections import CRM

FORMER_IMPORTS = 20
SHOWN_PROBLEMS = 200
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ImportView(BaseView):
    """Loading of clients, contacts, products and equipment."""

    route_base = "/import"
    class_permission_name = "Jobs"
    method_permission_name = dict.fromkeys(
        ("start", "upload", "template", "columns", "choose", "result", "load", "errors"), "read"
    )
    """The area's own right opens the door; the right to import into the table is asked in each method."""

    @expose("/<table>/")
    @has_access
    def start(self, table: str) -> Any:
        """Show the file form and the person's former imports of the table."""
        return _start_page(_table(table))

    @expose("/<table>/", methods=["POST"])
    @has_access
    def upload(self, table: str) -> Any:
        """Take the file and go on to its columns."""
        wanted = _table(table)
        file = request.files.get("file")
        if file is None or not file.filename:
            return _start_page(wanted, _("Choose a file first.")), 422
        try:
            found = take_file(db.session(), wanted, file.stream.read(), file.filename, folder=store())
        except RuleError as refusal:
            db.session.rollback()
            return _start_page(wanted, str(refusal)), 422
        db.session.commit()
        return redirect(url_for("ImportView.columns", pk=found.id))

    @expose("/<table>/template.xlsx")
    @has_access
    def template(self, table: str) -> Any:
        """An empty file with every heading."""
        wanted = _table(table)
        columns = [sheet.Column(str(field.label)) for field in fields_for(wanted, viewer())]
        return _workbook([], columns, str(wanted.title))

    @expose("/columns/<pk>")
    @has_access
    def columns(self, pk: str) -> Any:
        """Show which column goes where, with examples."""
        return _columns_page(find_import(pk))

    @expose("/columns/<pk>", methods=["POST"])
    @has_access
    def choose(self, pk: str) -> Any:
        """Note which column goes where, and try the rows."""
        found = find_import(pk)
        table = TABLES[found.table_name]
        chosen = {str(place): request.form.get(f"column-{place}", NOT_LOADED) for place in range(len(found.headers))}
        mapping = {place: name for place, name in chosen.items() if name != NOT_LOADED}
        mode = request.form.get("mode", ImportMode.BOTH.value)
        if mode not in set(ImportMode):
            abort(400)
        allowed = {field.name for field in fields_for(table, viewer())}
        if not set(mapping.values()) <= allowed:
            abort(400)
        found.mapping, found.mode = mapping, ImportMode(mode)
        try:
            _check_open(found)
            check_mapping(table, mapping)
            remember_mapping(db.session(), table, found.headers, mapping)
            job = check_now(db.session(), found, folder=store())
        except RuleError as refusal:
            db.session.rollback()
            return _columns_page(find_import(pk), str(refusal), chosen), 422
        db.session.commit()
        if job is not None:
            return redirect(url_for("JobView.show", pk=job.id))
        return redirect(url_for("ImportView.result", pk=found.id))

    @expose("/result/<pk>")
    @has_access
    def result(self, pk: str) -> Any:
        """What the rows would do, or have done; what is refused and why."""
        found = find_import(pk)
        if found.state is ImportState.NEW:
            return redirect(url_for("ImportView.columns", pk=pk))
        is_loaded = found.state is ImportState.LOADED
        return render_template(
            "imports/result.html",
            **_common(TABLES[found.table_name], "result" if is_loaded else "check"),
            found=found,
            facts=tuple(_facts(found.counts)),
            problems=found.problems[:SHOWN_PROBLEMS],
            more=max(0, len(found.problems) - SHOWN_PROBLEMS),
            is_cut=len(found.problems) >= MOST_PROBLEMS,
            is_loaded=is_loaded,
            ready=found.counts.get("created", 0) + found.counts.get("updated", 0),
        )

    @expose("/result/<pk>", methods=["POST"])
    @has_access
    def load(self, pk: str) -> Any:
        """Start loading."""
        found = find_import(pk)
        try:
            _check_open(found)
            if found.state is not ImportState.CHECKED:
                raise RuleError(_("Check the file first."))
            job = load_now(db.session(), found)
            db.session.commit()
        except RuleError as refusal:
            db.session.rollback()
            flash(str(refusal), "danger")
            return redirect(url_for("ImportView.result", pk=pk))
        return redirect(url_for("JobView.show", pk=job.id))

    @expose("/result/<pk>/errors.xlsx")
    @has_access
    def errors(self, pk: str) -> Any:
        """The refused rows as a file with a column of reasons, to be mended and loaded again."""
        found = find_import(pk)
        if found.file is None:
            abort(404)
        texts = row_problems(found)
        columns = [sheet.Column(header) for header in found.headers] + [sheet.Column(_("Error"))]
        width = len(found.headers)
        rows = []
        for row in rows_of(found, store()):
            if row.number in texts:
                cells = [_cell(cell) for cell in row.cells[:width]]
                rows.append([*cells, *[""] * (width - len(cells)), texts[row.number]])
        return _workbook(rows, columns, _("Errors of %(file)s", file=found.file_name.rpartition(".")[0]))


def _table(name: str) -> Table:
    table = TABLES.get(name) or abort(404)
    if not viewer().may(IMPORT, table.area):
        abort(403)
    return table


def find_import(pk: str) -> TableImport:
    """The person's own import; 404 for another's, 403 when the right to the table is gone."""
    found = db.session.get(TableImport, whole(pk))
    if found is None or found.owner_id != viewer().user_id:
        abort(404)
    _table(found.table_name)
    return found


def _check_open(found: TableImport) -> None:
    if found.batch_id is not None:
        raise RuleError(_("This file was loaded already. Load it again as a new one."))


def _common(table: Table, step: str) -> dict[str, Any]:
    steps = (("file", _("File")), ("columns", _("Columns")), ("check", _("Check")), ("result", _("Result")))
    names = [name for name, _label in steps]
    at = names.index(step)
    return {
        "title": _("Loading: %(table)s", table=str(table.title)),
        "page_section": str(CRM),
        "table": table,
        "steps": [Step(label, "", place == at, place < at) for place, (_name, label) in enumerate(steps)],
        "formats": formats,
    }


def _start_page(table: Table, error: str = "") -> str:
    former = (
        select(TableImport)
        .where(TableImport.owner_id == viewer().user_id, TableImport.table_name == table.name)
        .order_by(TableImport.id.desc())
        .limit(FORMER_IMPORTS)
    )
    return render_template(
        "imports/start.html",
        **_common(table, "file"),
        error=error,
        former=[(found, formats.cell(found.state)) for found in db.session.scalars(former)],
        fields=[str(field.label) for field in fields_for(table, viewer()) if field.is_required],
    )


def _columns_page(found: TableImport, error: str = "", chosen: dict[str, str] | None = None) -> str:
    table = TABLES[found.table_name]
    mapping = chosen or found.mapping
    columns = [
        {
            "place": place,
            "header": header or _("Column %(number)s", number=place + 1),
            "samples": [row[place] for row in found.samples if place < len(row) and row[place]],
            "chosen": mapping.get(str(place), NOT_LOADED),
        }
        for place, header in enumerate(found.headers)
    ]
    return render_template(
        "imports/columns.html",
        **_common(table, "columns"),
        found=found,
        error=error,
        columns=columns,
        fields=[(field.name, str(field.label), field.is_required) for field in fields_for(table, viewer())],
        modes=[(mode.value, str(mode.label), mode is found.mode) for mode in ImportMode],
        rows=formats.number(found.rows),
    )


def _facts(counts: dict[str, int]) -> Any:
    labels = (
        ("created", _("New rows")),
        ("updated", _("Changed rows")),
        ("same", _("As they were")),
        ("skipped", _("Passed over")),
        ("refused", _("Refused rows")),
    )
    for name, label in labels:
        yield name, label, formats.number(counts.get(name, 0))


def _cell(cell: Any) -> sheet.Cell:
    """A cell as text: it is to be read and mended by a person."""
    if isinstance(cell, Broken):
        return cell.text
    return None if cell is None else sheet.plain_text(cell) if not isinstance(cell, float) else f"{cell:.15g}"


def _workbook(rows: Any, columns: list[sheet.Column], title: str) -> Any:
    target = io.BytesIO()
    sheet.write_xlsx(target, rows, columns, title=title)
    target.seek(0)
    return send_file(target, mimetype=_XLSX, as_attachment=True, download_name=f"{title}.xlsx")
