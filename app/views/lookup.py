"""Type-ahead for relations: the records of one table that match what was typed, by rights and the row rule."""

from typing import Any

from flask import abort, jsonify, request
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy import select

from app.database import db
from app.models.base import Searchable
from app.permissions import READ
from app.views.crud.query import search_condition, whole
from app.views.current import viewer

MOST_FOUND = 20

_tables: dict[str, tuple[type[Any], str]] = {}


def register_lookup(model: Any, area: str) -> None:
    """Offer a searchable table to type-ahead, for people who may read its area."""
    if issubclass(model, Searchable):
        _tables[model.__tablename__] = (model, area)


class LookupView(BaseView):
    """Answers type-ahead fields. Without a text: the newest records; `client` narrows to one client's records."""

    route_base = "/lookup"
    class_permission_name = "Lookup"
    method_permission_name = {"find": "read"}

    @expose("/<table>")
    @has_access
    def find(self, table: str) -> Any:
        """Give at most MOST_FOUND records as {id, text, hint}."""
        if table not in _tables:
            abort(404)
        model, area = _tables[table]
        if not viewer().may(READ, area):
            abort(403)
        statement = select(model).order_by(model.id.desc()).limit(MOST_FOUND)
        found = search_condition(model, (), request.args.get("q", "")[:100])
        if found is not None:
            statement = statement.where(found)
        if (client := request.args.get("client")) and hasattr(model, "client_id"):
            statement = statement.where(model.client_id == whole(client))
        records = db.session.scalars(statement)
        return jsonify([{"id": record.id, "text": str(record), "hint": _hint(record)} for record in records])


def _hint(record: Any) -> str:
    """What tells records of one name apart: INN and town of a client, position of a person, SKU of a product."""
    parts = [getattr(record, name, None) for name in ("inn", "town", "position", "sku", "serial_number")]
    return ", ".join(str(part) for part in parts if part and not isinstance(part, int))
