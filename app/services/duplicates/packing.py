"""Rows of the database as plain JSON and back, value by value the same."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import RowMapping

_MOMENT, _DAY, _DECIMAL = "$moment", "$day", "$decimal"


def pack(row: Mapping[str, Any] | RowMapping) -> dict[str, Any]:
    """A row's values as JSON keeps them; what JSON has no kind for names its own."""
    return {name: _packed(value) for name, value in row.items()}


def _packed(value: Any) -> Any:
    if isinstance(value, datetime):
        return {_MOMENT: value.isoformat()}
    if isinstance(value, date):
        return {_DAY: value.isoformat()}
    if isinstance(value, Decimal):
        return {_DECIMAL: str(value)}
    return value.value if hasattr(value, "value") else value


def unpack(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values for an INSERT or UPDATE."""
    return {name: _unpacked(value) for name, value in values.items()}


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict) and len(value) == 1:
        ((kind, text),) = value.items()
        readers: dict[str, Callable[[str], Any]] = {
            _MOMENT: datetime.fromisoformat,
            _DAY: date.fromisoformat,
            _DECIMAL: Decimal,
        }
        return readers[kind](text) if kind in readers else value
    return value
