"""Columns of a record as plain JSON, and back."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from sqlalchemy import JSON, Date, Numeric, inspect

from app.database import ChoiceType, Model, UtcDateTime

TECHNICAL = frozenset({"version", "created_at", "changed_at", "created_by_id", "changed_by_id"})
PREPARED = frozenset({"search_key", "company_key", "completeness", "missing"})
"""Columns that the program keeps in step by itself."""


@cache
def models_by_table() -> dict[str, type[Any]]:
    """Every table's model."""
    return {mapper.class_.__tablename__: mapper.class_ for mapper in Model.registry.mappers}


def columns_of(model: type[Any]) -> dict[str, Any]:
    """Attribute -> column, of those whose change a person would miss."""
    attributes = inspect(model).column_attrs
    skipped = TECHNICAL | PREPARED | {"id"}
    return {each.key: each.columns[0] for each in attributes if each.key not in skipped}


def plain(value: Any) -> Any:
    """A value as JSON keeps it, the same in both databases."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value


def plain_record(record: Any) -> dict[str, Any]:
    """All columns of a record that count."""
    return {name: plain(_exact(column, getattr(record, name))) for name, column in columns_of(type(record)).items()}


def _exact(column: Any, value: Any) -> Any:
    """A sum set as a whole number is read back as a decimal: both are the same."""
    return Decimal(value) if isinstance(value, int) and _is_decimal(column) else value


def _is_decimal(column: Any) -> bool:
    return hasattr(column.type, "places") or isinstance(column.type, Numeric)


def typed(column: Any, value: Any) -> Any:
    """A plain value as the column's own type has it."""
    if value is None or isinstance(column.type, JSON):
        return value
    if isinstance(column.type, ChoiceType):
        return column.type.choices(value)
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return Decimal(value) if _is_decimal(column) else value
