"""Records that tie two clients together: an invoice of one by a contract of the other, a payment on another's debt.

Found in the tables themselves: any row that refers to records of both clients, or that is of one and refers to the
other.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Connection, Table, func, select

from app.database import Model
from app.services.duplicates.links import NOT_MOVED

_DOCUMENT = ("document_kind", "document_id")


def client_column(table: Table) -> Column[Any] | None:
    """The column that says whose client's a row is."""
    if table.name in NOT_MOVED or "id" not in table.columns:
        return None
    return next(
        (
            column
            for column in table.columns
            if column.name == "client_id" and any(key.column.table.name == "client" for key in column.foreign_keys)
        ),
        None,
    )


def references(table: Table) -> Iterator[tuple[Column[Any], Table]]:
    """The columns of a table that refer to records which are some client's, and the tables of those records."""
    for column in table.columns:
        for key in column.foreign_keys:
            if client_column(key.column.table) is not None:
                yield column, key.column.table


def has_document(table: Table) -> bool:
    """Tell whether a row names a document by kind and key."""
    return all(name in table.columns for name in _DOCUMENT)


def count_ties(connection: Connection, one: int, other: int) -> int:
    """How many references tie the two clients together."""
    return sum(_ties(connection, one, other).values())


def tie_counts(connection: Connection, one: int, other: int) -> dict[str, int]:
    """The same by table, for the words of a refusal."""
    return _ties(connection, one, other)


def _ties(connection: Connection, one: int, other: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for table in Model.metadata.tables.values():
        own = client_column(table)
        referred = [(column, target.alias()) for column, target in references(table)]
        sides: list[tuple[Any, Any]] = [] if own is None else [(None, own)]
        sides += [(column, target.c.client_id) for column, target in referred]
        for place, (_column, first) in enumerate(sides):
            for _other, second in sides[place + 1 :]:
                joined = _joined(table, referred, {first.table, second.table})
                found_here = _crossed(connection, joined, (first, second), (one, other))
                if found_here:
                    found[table.name] = found.get(table.name, 0) + found_here
    return found


def _joined(table: Table, referred: Any, wanted: set[Any]) -> Any:
    joined: Any = table
    for column, target in referred:
        if target in wanted:
            joined = joined.join(target, target.c.id == column)
    return joined


def _crossed(connection: Connection, joined: Any, sides: tuple[Any, Any], clients: tuple[int, int]) -> int:
    """Two plain questions: an OR of both would read whole tables."""
    (first, second), (one, other) = sides, clients
    asked = select(func.count()).select_from(joined)
    here = connection.scalar(asked.where(first == one, second == other)) or 0
    return here + (connection.scalar(asked.where(first == other, second == one)) or 0)
