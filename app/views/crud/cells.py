"""A value of a record as a cell, and the address of a record's card: the same on every screen."""

from typing import Any

from flask import url_for

from app.views import formats
from app.views.crud.columns import Column
from app.views.pages import Cell

_cards: dict[type[Any], str] = {}


def register_card(model: type[Any], endpoint: str) -> None:
    """Say which route shows the card of a table's records, so that every relation becomes a link."""
    _cards[model] = endpoint


def card_url(record: Any) -> str:
    """The address of any record's card; '' when its table has none."""
    endpoint = _cards.get(type(record), "")
    return url_for(endpoint, pk=record.id) if endpoint else ""


def record_cell(record: Any, column: Column) -> Cell:
    """A value of a record: relations as links, rows by their names, the rest by its kind."""
    value = getattr(record, column.name)
    if column.kind == "relation" and value is not None:
        return Cell(str(value), url=card_url(value))
    if column.kind == "rows":
        return Cell(", ".join(str(row) for row in value) or formats.EMPTY)
    return formats.cell(value, column.kind)
