"""Rows of the database as plain JSON and back, value by value the same."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import RowMapping, Table

from app.database import ChoiceType


def pack(row: Mapping[str, Any] | RowMapping) -> dict[str, Any]:
    """A row's values as JSON keeps them."""
    return {name: _packed(value) for name, value in row.items()}


def _packed(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value.value if hasattr(value, "value") else value


def unpack(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values for an INSERT or UPDATE of a table."""
    return {name: _unpacked(table.columns[name].type, value) for name, value in values.items()}


def _unpacked(kind: Any, value: Any) -> Any:
    if value is None or isinstance(kind, ChoiceType):
        return value
    try:
        python = kind.python_type
    except NotImplementedError:
        return value
    if issubclass(python, datetime):
        return datetime.fromisoformat(value)
    if issubclass(python, date):
        return date.fromisoformat(value)
    return Decimal(value) if issubclass(python, Decimal) else value
