"""Type-ahead for relations: the records of one table that match what was typed, by rights and the row rule."""

from typing import Any

from flask import abort, jsonify, request
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access

from app.database import db
from app.models.base import Searchable
from app.permissions import READ
from app.reports.lookup import find, find_exact
from app.views.crud.query import whole
from app.views.current import viewer

MOST_PASTED = 500
"""Texts of one paste; the lines of one document are not more."""

_tables: dict[str, tuple[type[Any], str]] = {}


def register_lookup(model: Any, area: str) -> None:
    """Offer a searchable table to type-ahead, for people who may read its area."""
    if issubclass(model, Searchable):
        _tables[model.__tablename__] = (model, area)


class LookupView(BaseView):
    """Answers type-ahead fields. Without a text: the newest records; `client` narrows to one client's records."""

    route_base = "/lookup"
    class_permission_name = "Lookup"
    method_permission_name = {"find": "read", "match": "read"}

    @expose("/<table>")
    @has_access
    def find(self, table: str) -> Any:
        """Give the next few records as {id, text, hint}; `after` is the key of the last one that is known."""
        model = _model(table)
        client, after = (_key(name) for name in ("client", "after"))
        records = find(db.session(), model, request.args.get("q", "")[:100], client=client, after=after)
        return jsonify([_described(record) for record in records])

    @expose("/<table>/match", methods=["POST"])
    @has_access
    def match(self, table: str) -> Any:
        """For each of the pasted texts (JSON: a list) the record that it names, or null."""
        model = _model(table)
        texts = request.get_json(silent=True)
        if not isinstance(texts, list) or len(texts) > MOST_PASTED or not all(isinstance(text, str) for text in texts):
            abort(400)
        records = find_exact(db.session(), model, [text[:200] for text in texts])
        return jsonify([_described(record) if record is not None else None for record in records])


def _model(table: str) -> type[Any]:
    if table not in _tables:
        abort(404)
    model, area = _tables[table]
    if not viewer().may(READ, area):
        abort(403)
    return model


def _key(name: str) -> int | None:
    value = request.args.get(name, "")
    return whole(value) if value else None


def _described(record: Any) -> dict[str, Any]:
    return {"id": record.id, "text": str(record), "hint": _hint(record)}


def _hint(record: Any) -> str:
    """What tells records of one name apart: INN and town of a client, position of a person, SKU of a product."""
    parts = [getattr(record, name, None) for name in ("inn", "town", "position", "sku", "serial_number")]
    return ", ".join(str(part) for part in parts if part and not isinstance(part, int))
