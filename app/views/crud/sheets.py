"""A list as a file: the same selection, columns and order as on the screen."""

import io
from typing import Any

from flask import abort, send_file

from app.reports.rendering import sheet
from app.views.crud.lists import ListBuilder, export_rows
from app.views.current import today

_SHEET_KINDS = {"number": "integer", "moment": "datetime", "flag": "boolean", "decimal": "quantity"}
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def sheet_response(builder: ListBuilder, wanted: str) -> Any:
    """The selection as XLSX or CSV; any other format answers 400."""
    if wanted not in _TYPES:
        abort(400)
    title = str(builder.screen.title)
    columns = [
        sheet.Column(str(column.label), sheet.Kind(_SHEET_KINDS.get(column.kind, _plain(column.kind))))
        for column in builder.columns
    ]
    target = io.BytesIO()  # packed, 100,000 rows are a few megabytes; the rows themselves are never held
    if wanted == "xlsx":
        sheet.write_xlsx(target, export_rows(builder), columns, title=title)
    else:
        sheet.write_csv(target, export_rows(builder), columns)
    target.seek(0)
    name = f"{title} {today().isoformat()}.{wanted}"
    return send_file(target, mimetype=_TYPES[wanted], as_attachment=True, download_name=name)


def _plain(kind: str) -> str:
    return kind if kind in {"money", "quantity", "percent", "date"} else "text"
