"""Who refers to a record: rows of other tables by foreign key, and those that name any record by table and number."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import Model

_UNCOUNTED = frozenset({"job", "temporary_file", "batch", "batch_change", "audit_entry", "opened_record"})


_MOST = 500
"""Rows of one table that are looked at: who has more of them is referred to anyway."""


@cache
def _referring(table: str) -> tuple[tuple[Any, Any], ...]:
    """(column, table) of every foreign key to the table's key."""
    return tuple(
        (column, other)
        for other in Model.metadata.sorted_tables
        for column in other.columns
        if other.name not in _UNCOUNTED and "id" in other.columns
        for key in column.foreign_keys
        if key.column.table.name == table
    )


@cache
def _naming() -> tuple[Any, ...]:
    """Tables that name any record by `record_table` and `record_id`."""
    return tuple(
        table
        for table in Model.metadata.sorted_tables
        if {"record_table", "record_id"} <= set(table.columns.keys()) and table.name not in _UNCOUNTED
    )


def referring_rows(session: Session, table: str, key: int) -> set[tuple[str, int]]:
    """(table, key) of the rows that refer to the record."""
    return {(name, row) for name, row, _key in _references(session, table, [key])}


def referred_to(session: Session, table: str, keys: Iterable[int]) -> set[int]:
    """Those of the records that anything refers to."""
    return {key for _name, _row, key in _references(session, table, list(keys))}


def _references(session: Session, table: str, keys: list[int]) -> Iterator[tuple[str, int, int]]:
    # Every row counts, whoever may see it: a record that somebody else's row refers to must stay.
    connection = session.connection()
    for column, other in _referring(table):
        for row, key in connection.execute(select(other.c.id, column).where(column.in_(keys)).limit(_MOST)):
            yield other.name, row, key
    for other in _naming():
        named = select(other.c.id, other.c.record_id).where(other.c.record_table == table, other.c.record_id.in_(keys))
        for row, key in connection.execute(named.limit(_MOST)):
            yield other.name, row, key
