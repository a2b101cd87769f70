"""Everything that points at a record, found in the tables themselves, so that a table added later is not forgotten."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, String, Table, UniqueConstraint

from app.database import Model

Key = dict[str, Any]
"""A row's primary key: name of the column -> value."""

NOT_MOVED: Mapping[str, str] = {
    "client_key": "fingerprints are computed anew for both cards",
    "duplicate_pair": "speaks of the two cards as they were; a pair of a card that went is not shown",
    "record_merge": "says which card went into which; the address of the old card follows it",
    "radar_snooze": "a line was put off for what the card was then; the card that stays is judged anew",
    "opened_record": "the card that went was opened, not the one that stays",
    "audit_entry": "the history is never altered; the card that stays shows the history of both",
    "personal_data_access": "the log of who looked is never altered",
}
"""Tables whose pointers stay as they are, each with the reason."""

ALIKE: Mapping[str, tuple[str, ...]] = {"contact_phone": ("number",), "contact_email": ("address",)}
"""Rows of one record that say the same though no constraint forbids two: one of them is enough."""


@dataclass(frozen=True)
class Link:
    """A column that holds the key of a record of another table.

    `named_by` holds the table's name where it may be any.
    """

    table: Table
    column: Column[Any]
    named_by: Column[Any] | None = None

    @property
    def name(self) -> str:
        """«invoice.client_id», for counts."""
        return f"{self.table.name}.{self.column.name}"

    def points_at(self, target: str, key: int) -> Any:
        """The condition: the row points at this record."""
        condition = self.column == key
        return condition if self.named_by is None else condition & (self.named_by == target)


def links_to(target: str) -> list[Link]:
    """Every column that may hold a key of the target table: foreign keys, and pairs of table name and key."""
    return sorted((*_foreign_keys(target), *pointers()), key=lambda link: link.name)


def _foreign_keys(target: str) -> Iterator[Link]:
    for table in Model.metadata.tables.values():
        if table.name in NOT_MOVED:
            continue
        for column in table.columns:
            if any(key.column.table.name == target for key in column.foreign_keys):
                yield Link(table, column)


def pointers() -> list[Link]:
    """Columns that name a record of any table: `record_id` beside `record_table` or `table_name`."""
    found = []
    for table in Model.metadata.tables.values():
        if table.name in NOT_MOVED:
            continue
        for column in table.columns:
            named_by = _named_by(table, column)
            if named_by is not None:
                found.append(Link(table, column, named_by))
    return found


def _named_by(table: Table, column: Column[Any]) -> Column[Any] | None:
    """The column beside that names the table; none for a foreign key."""
    if column.foreign_keys or not isinstance(column.type, Integer | BigInteger) or not column.name.endswith("_id"):
        return None
    beside = (f"{column.name.removesuffix('_id')}_table", "table_name", "table")
    names = (table.columns[name] for name in beside if name in table.columns)
    return next((named for named in names if isinstance(named.type, String)), None)


def unique_sets(table: Table, column: Column[Any]) -> list[tuple[str, ...]]:
    """The other columns of every rule by which two rows of one record would be the same row."""
    sets = [tuple(rule.columns.keys()) for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    sets += [tuple(index.columns.keys()) for index in table.indexes if index.unique]
    sets.append(tuple(table.primary_key.columns.keys()))
    if table.name in ALIKE:
        sets.append((column.name, *ALIKE[table.name]))
    return [tuple(name for name in names if name != column.name) for names in sets if column.name in names]


def key_of(row: Mapping[str, Any], table: Table) -> Key:
    """The primary key of a row."""
    return {name: row[name] for name in table.primary_key.columns.keys()}  # noqa: SIM118 (no mapping)


def is_row(table: Table, key: Key) -> Any:
    """The condition: the row has this primary key."""
    condition: Any = True
    for name, value in key.items():
        condition = (
            (table.columns[name] == value) & condition if condition is not True else table.columns[name] == value
        )
    return condition
