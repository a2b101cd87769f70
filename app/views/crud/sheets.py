"""A list as a file: the same selection, columns and order as on the screen."""

import io
from collections.abc import Iterable
from typing import Any, BinaryIO

from flask import abort, render_template, request, send_file

from app.database import db
from app.reports.rendering import sheet
from app.views import formats
from app.views.crud.columns import Column, column_of
from app.views.crud.counting import COUNT_CAP, capped_count
from app.views.crud.lists import ListBuilder
from app.views.current import today, zone

EXPORT_AT_ONCE = COUNT_CAP
"""Rows that a page answers with itself; more are written by a job."""
_SHEET_KINDS = {"number": "integer", "moment": "datetime", "flag": "boolean", "decimal": "quantity"}
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def sheet_response(builder: ListBuilder, wanted: str) -> Any:
    """The selection as XLSX or CSV, or for a long one the offer to write it by a job; other formats answer 400."""
    if wanted not in TYPES:
        abort(400)
    count = capped_count(db.session(), builder.statement(), builder.model)
    if count > EXPORT_AT_ONCE:
        return _offer(builder, wanted)
    target = io.BytesIO()  # packed, 100,000 rows are a few megabytes; the rows themselves are never held
    write_sheet(target, export_rows(builder), builder, wanted)
    target.seek(0)
    return send_file(target, mimetype=TYPES[wanted], as_attachment=True, download_name=sheet_name(builder, wanted))


def write_sheet(target: BinaryIO, rows: Any, builder: ListBuilder, wanted: str) -> None:
    """Write rows of the list's columns."""
    columns = [
        sheet.Column(str(column.label), sheet.Kind(_SHEET_KINDS.get(column.kind, _plain(column.kind))))
        for column in builder.columns
    ]
    if wanted == "xlsx":
        sheet.write_xlsx(target, rows, columns, title=str(builder.screen.title))
    else:
        sheet.write_csv(target, rows, columns)


def sheet_name(builder: ListBuilder, wanted: str) -> str:
    """The name that the file is given."""
    return f"{builder.screen.title} {today().isoformat()}.{wanted}"


def _offer(builder: ListBuilder, wanted: str) -> str:
    return render_template(
        "jobs/export.html",
        title=str(builder.screen.title),
        page_section=str(builder.screen.section),
        endpoint=builder.screen.endpoint,
        query=request.query_string.decode(),
        wanted=wanted,
        most=formats.number(EXPORT_AT_ONCE),
    )


def _plain(kind: str) -> str:
    return kind if kind in {"money", "quantity", "percent", "date"} else "text"


def export_rows(builder: ListBuilder) -> Iterable[list[Any]]:
    """Every row of the selection, as plain values, read in pieces so that memory stays flat."""
    column, key = column_of(builder.model, builder.arguments.sort).attribute, builder.model.id
    ordered, then = (column.desc(), key.desc()) if builder.arguments.is_descending else (column.asc(), key.asc())
    statement = builder.loading(builder.statement()).order_by(ordered.nulls_last(), then)
    for record in db.session.scalars(statement.execution_options(yield_per=500)):
        yield [export_value(record, column) for column in builder.columns]


def export_value(record: Any, column: Column) -> Any:
    """A value for a sheet: words for choices and relations, the value itself for the rest."""
    value = getattr(record, column.name)
    if value is None:
        return None
    if column.kind == "choice":
        return str(value.label)
    if column.kind == "moment":
        return value.astimezone(zone()).replace(tzinfo=None)
    return ", ".join(map(str, value)) if column.kind == "rows" else str(value) if column.kind == "relation" else value
