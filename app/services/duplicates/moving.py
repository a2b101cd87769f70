"""Moves everything that points at one record to another, and writes down each step so that it can be undone.

Works on tables, past the mapped classes: what a person may see does not limit what must move, and neither stamps nor
versions of the moved rows change. The two cards themselves are the matter of `merging` and `parting`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, delete, select, update

from app.database import Model
from app.services.duplicates.links import Key, Link, is_row, key_of, links_to, unique_sets
from app.services.duplicates.packing import pack

_OWN = frozenset({"id", "version", "created_at", "changed_at", "created_by_id", "changed_by_id", "search_key"})
_STAMP = "changed_at"


@dataclass
class Steps:
    """What was done, in the order of doing; plain JSON."""

    moved: dict[str, list[tuple[Key, int, int]]] = field(default_factory=dict)
    """«table.column» -> (key of the row as it is after the move, where it pointed, where it points)."""
    deleted: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For the snapshot of a merge."""
        return {"moved": self.moved, "deleted": self.deleted, "changed": self.changed}

    def counts(self) -> dict[str, int]:
        """How many rows moved, by «table.column»."""
        return {name: len(keys) for name, keys in self.moved.items()}


@dataclass(frozen=True)
class Twin:
    """Two rows, one of each card, that would be the same row of the card that stays, and differ in what they say."""

    name: str
    """Names the choice: «client_turnover 2025»."""
    table: str
    kept: dict[str, Any]
    gone: dict[str, Any]


class Mover:
    """One move of everything from the record `gone` to the record `kept`. `choices`: name of a twin -> kept or gone."""

    def __init__(self, connection: Connection, choices: Mapping[str, str]) -> None:
        self.connection = connection
        self.choices = choices
        self.steps = Steps()

    def absorb(self, table: str, kept: int, gone: int) -> None:
        """Let every link to `gone` point at `kept`."""
        for link in links_to(table):
            for row in rows_of(self.connection, link, table, gone):
                twin = twin_of(self.connection, link, row, kept)
                if twin is None:
                    self._move(link, row, gone, kept)
                else:
                    self._join(link, twin, row)

    def _move(self, link: Link, row: Mapping[str, Any], gone: int, kept: int) -> None:
        set_link(self.connection, link, key_of(row, link.table), kept)
        key = key_of({**row, link.column.name: kept}, link.table)
        self.steps.moved.setdefault(link.name, []).append((key, gone, kept))

    def _join(self, link: Link, twin: Mapping[str, Any], row: Mapping[str, Any]) -> None:
        """The kept row takes what it lacks, or what was chosen; whatever hangs on the other row moves over."""
        table = link.table
        takes = self.choices.get(twin_name(link, row), "kept") == "gone"
        values = {
            name: row[name]
            for name in content(link)
            if row[name] != twin[name] and row[name] is not None and (takes or twin[name] is None)
        }
        if values:
            change(self.connection, self.steps, table, twin, values)
        if "id" in table.columns:
            self.absorb(table.name, twin["id"], row["id"])
        remove(self.connection, self.steps, table, row)


def rows_of(connection: Connection, link: Link, target: str, key: int) -> list[dict[str, Any]]:
    """The rows that point at a record, by their keys."""
    order = list(link.table.primary_key.columns)
    found = connection.execute(select(link.table).where(link.points_at(target, key)).order_by(*order))
    return [dict(row) for row in found.mappings()]


def twin_of(connection: Connection, link: Link, row: Mapping[str, Any], kept: int) -> dict[str, Any] | None:
    """The row of the kept record that this row would repeat."""
    for names in unique_sets(link.table, link.column):
        if any(row[name] is None for name in names):
            continue
        columns = link.table.columns
        condition = link.column == kept
        for name in names:
            condition = condition & (columns[name] == row[name])
        found = connection.execute(select(link.table).where(condition)).mappings().first()
        if found is not None:
            return dict(found)
    return None


def twin_name(link: Link, row: Mapping[str, Any]) -> str:
    """What the choice between two rows is called."""
    values = [str(row[name]) for names in unique_sets(link.table, link.column)[:1] for name in names]
    return " ".join([link.table.name, *values])


def content(link: Link) -> list[str]:
    """The columns in which two twins may differ."""
    unique = {name for names in unique_sets(link.table, link.column) for name in names}
    known = _OWN | unique | {link.column.name}
    return [column.name for column in link.table.columns if column.name not in known]


def set_link(connection: Connection, link: Link, key: Key, value: int | None) -> None:
    """Let one row point elsewhere. Its stamps stay: nobody has edited it."""
    values: dict[str, Any] = {link.column.name: value}
    if _STAMP in link.table.columns:
        values[_STAMP] = link.table.columns[_STAMP]
    connection.execute(update(link.table).where(is_row(link.table, key)).values(values))


def change(
    connection: Connection, steps: Steps, table: Table, row: Mapping[str, Any], values: Mapping[str, Any]
) -> None:
    """Set values of one row and write down what they were."""
    key = key_of(row, table)
    before = pack({name: row[name] for name in values})
    steps.changed.append({"table": table.name, "key": key, "before": before, "after": pack(values)})
    stamp = {_STAMP: table.columns[_STAMP]} if _STAMP in table.columns and _STAMP not in values else {}
    connection.execute(update(table).where(is_row(table, key)).values({**values, **stamp}))


def remove(connection: Connection, steps: Steps, table: Table, row: Mapping[str, Any]) -> None:
    """Delete one row and write down all of it."""
    steps.deleted.append({"table": table.name, "row": pack(row)})
    connection.execute(delete(table).where(is_row(table, key_of(row, table))))


def table_of(name: str) -> Table:
    """A table by its name."""
    found: Table = Model.metadata.tables[name]
    return found
