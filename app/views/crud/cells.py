"""A value of a record as a cell, and the address of a record's card: the same on every screen."""

from typing import Any

from flask import g, url_for

from app.views import formats
from app.views.crud.columns import Column
from app.views.pages import Cell

_ANY_KEY = 1234567890

_cards: dict[type[Any], str] = {}


def register_card(model: type[Any], endpoint: str) -> None:
    """Say which route shows the card of a table's records, so that every relation becomes a link."""
    _cards[model] = endpoint


def card_url(record: Any) -> str:
    """The address of any record's card; '' when its table has none."""
    endpoint = _cards.get(getattr(record, "listed_model", type(record)), "")
    return record_address(endpoint, record.id) if endpoint else ""


def record_address(endpoint: str, key: int) -> str:
    """`url_for(endpoint, pk=key)`, asked once for all the records of a page."""
    known: dict[str, str] = g.setdefault("card_addresses", {})
    if endpoint not in known:
        known[endpoint] = url_for(endpoint, pk=_ANY_KEY)
    start, _found, end = known[endpoint].rpartition(str(_ANY_KEY))
    return f"{start}{key}{end}"


def record_cell(record: Any, column: Column) -> Cell:
    """A value of a record: relations as links, rows by their names, the rest by its kind."""
    value = getattr(record, column.name)
    if column.kind == "relation" and value is not None:
        return Cell(str(value), url=card_url(value))
    if column.kind == "rows":
        return Cell(", ".join(str(row) for row in value) or formats.EMPTY)
    return formats.cell(value, column.kind)
