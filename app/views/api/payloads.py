"""Records as JSON and back. Money and quantities are strings with their decimals: JSON numbers are floats."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField

from app.database import Choice
from app.errors import RuleError
from app.permissions import Viewer
from app.texts import _
from app.views.crud.columns import Column
from app.views.crud.fields import MomentField
from app.views.crud.forms import RecordForm, RowsField


def record_json(record: Any, columns: Iterable[Column], viewer: Viewer) -> dict[str, Any]:
    """A record's readable columns by name, with its key and version; `_label` is what a person calls it."""
    body: dict[str, Any] = {"id": record.id, "version": getattr(record, "version", 1), "_label": str(record)}
    for column in columns:
        if column.may_read(viewer):
            body[column.name] = _plain(getattr(record, column.name), column)
    return body


def _plain(value: Any, column: Column) -> Any:
    if value is None:
        return None
    if column.kind == "relation":
        return {"id": value.id, "text": str(value)}
    if column.kind == "rows":
        return [{"id": row.id, "text": str(row)} for row in value]
    if isinstance(value, Choice):
        return value.value
    if isinstance(value, Decimal):
        return f"{value:.2f}" if column.kind in {"money", "percent"} else str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def row_json(row: Any, columns: Iterable[Column], viewer: Viewer) -> dict[str, Any]:
    """The readable columns of a line of a document or another row inside a record."""
    readable = (column for column in columns if column.may_read(viewer))
    return {"id": row.id} | {column.name: _plain(getattr(row, column.name), column) for column in readable}


def form_data(form: RecordForm, payload: Mapping[str, Any]) -> MultiDict[str, str]:
    """What a browser would have sent: the record as it is, with the payload's fields put over it.

    `form` is filled from the record. Raises RuleError for a field that the form does not have: nothing is
    accepted silently.
    """
    if unknown := sorted(set(payload) - {field.name for field in form} - {"version"}):
        raise RuleError(_("Unknown or protected fields: %(names)s", names=", ".join(unknown)))
    data: MultiDict[str, str] = MultiDict()
    for field in form:
        if field.name in payload:
            _put(data, field.name, field, payload[field.name])
        else:
            _keep(data, field)
    return data


def _put(data: MultiDict[str, str], name: str, field: Any, value: Any) -> None:
    if isinstance(field, RowsField):
        _put_rows(data, name, field, value)
    elif isinstance(field, BooleanField):
        if not isinstance(value, bool):
            raise RuleError(_("Send amounts and quantities as strings, flags as true or false."))
        if value:
            data.add(name, "y")
    else:
        data.add(name, _text(value))


def _put_rows(data: MultiDict[str, str], name: str, field: RowsField, rows: Any) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RuleError(_("%(name)s must be a list of objects.", name=name))
    known = {*field.rows.columns, "id"}
    for place, row in enumerate(rows):
        if unknown := sorted(set(row) - known):
            raise RuleError(_("Unknown or protected fields: %(names)s", names=", ".join(unknown)))
        for key, value in row.items():
            data.add(f"{name}-{place}-{'row_id' if key == 'id' else key}", _text(value))


def _text(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("id")
    if value is None:
        return ""
    if isinstance(value, float | bool | list | dict):
        raise RuleError(_("Send amounts and quantities as strings, flags as true or false."))
    return str(value)


def _keep(data: MultiDict[str, str], field: Any) -> None:
    """The field as its own page would send it back."""
    if isinstance(field, RowsField):
        for entry in field.entries:
            row = entry.object_data
            data.add(f"{entry.name}-row_id", str(getattr(row, "id", "") or ""))
            for inner in entry.form:
                if inner.short_name != "row_id":
                    _keep(data, inner)
    elif isinstance(field, BooleanField):
        if field.data:
            data.add(field.name, "y")
    elif isinstance(field, MomentField):
        data.add(field.name, field.data.isoformat() if field.data else "")
    elif isinstance(field.data, Choice):
        data.add(field.name, field.data.value)
    else:
        value = field._value() if hasattr(field, "_value") else field.data
        data.add(field.name, "" if value is None else str(value))


def error_json(form: RecordForm) -> dict[str, Any]:
    """Errors by field; those of rows by place and field."""
    errors: dict[str, Any] = {}
    for field in form:
        if isinstance(field, RowsField):
            if field.errors:
                errors[field.name] = [str(error) for error in field.errors]
            for place, entry in enumerate(field.filled()):
                for inner in entry.form:
                    if inner.errors:
                        errors[f"{field.name}.{place}.{inner.short_name}"] = [str(error) for error in inner.errors]
        elif field.errors:
            errors[field.name] = [str(error) for error in field.errors]
    return errors
