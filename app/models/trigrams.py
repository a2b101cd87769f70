"""The trigram indexes of quick search: GIN on PostgreSQL, on SQLite an FTS5 table beside each indexed table.

Such a table keeps no text of its own and is kept by triggers. Without positions (`detail=none`) it is half as large;
whoever asks it compares the texts themselves besides, since a text may hold all trigrams of a word apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.database import Model

SHORTEST = 3
"""Characters of the shortest word that trigrams find."""
SHADOWS = ("_data", "_idx", "_config")
"""Tables that FTS5 makes for one of its own."""


@dataclass(frozen=True, slots=True)
class TrigramIndex:
    """A column of a table whose parts are searched for."""

    table: str
    column: str

    @property
    def gin(self) -> str:
        """Name of the index on PostgreSQL."""
        return f"ix_{self.table}_{self.column}_trigram"

    @property
    def mirror(self) -> str:
        """Name of the FTS5 table on SQLite."""
        return f"{self.table}_{self.column}_trigram"

    @property
    def mirror_tables(self) -> tuple[str, ...]:
        """The FTS5 table and those that SQLite makes for it."""
        return (self.mirror, *(f"{self.mirror}{shadow}" for shadow in SHADOWS))

    @property
    def rebuild(self) -> str:
        """Read every text anew, on SQLite."""
        return f"insert into {self.mirror} ({self.mirror}) values ('rebuild')"  # noqa: S608 (own names)

    @property
    def compare(self) -> str:
        """Compare the index with the texts, on SQLite: fails where they differ."""
        return f"insert into {self.mirror} ({self.mirror}, rank) values ('integrity-check', 1)"  # noqa: S608 (own names)


def trigram_indexes() -> list[TrigramIndex]:
    """Every prepared search key."""
    searched = sorted(name for name, table in Model.metadata.tables.items() if "search_key" in table.columns)
    return [TrigramIndex(name, "search_key") for name in searched]


def mirror_tables() -> set[str]:
    """Tables that exist on SQLite though no model declares them."""
    return {name for index in trigram_indexes() for name in index.mirror_tables}


def on_postgresql(tables: set[str]) -> Iterator[str]:
    """The statements that lay the indexes of the tables named; each may be run again without harm."""
    for index in trigram_indexes():
        if index.table in tables:
            yield f"create index if not exists {index.gin} on {index.table} using gin ({index.column} gin_trgm_ops)"


def on_sqlite(names: set[str]) -> Iterator[str]:
    """The same for SQLite: a table and its triggers. Where they are not there, the texts are read anew."""
    for index in trigram_indexes():
        if index.table in names and f"{index.mirror}_insert" not in names:
            yield (
                f"create virtual table if not exists {index.mirror} using fts5({index.column}, "
                f"content='{index.table}', content_rowid='id', tokenize='trigram case_sensitive 1', "
                "detail=none, columnsize=0)"
            )
            yield index.rebuild
            yield from _triggers(index)


def _triggers(index: TrigramIndex) -> Iterator[str]:
    mirror, table, column = index.mirror, index.table, index.column
    add = f"insert into {mirror} (rowid, {column}) values (new.id, new.{column});"  # noqa: S608 (own names)
    forget = f"insert into {mirror} ({mirror}, rowid, {column}) values ('delete', old.id, old.{column});"  # noqa: S608
    yield f"create trigger if not exists {mirror}_insert after insert on {table} begin {add} end"
    yield f"create trigger if not exists {mirror}_delete after delete on {table} begin {forget} end"
    yield (
        f"create trigger if not exists {mirror}_update after update of {column} on {table} "
        f"when old.{column} <> new.{column} begin {forget} {add} end"
    )


def off_sqlite() -> Iterator[str]:
    """The statements that take the indexes away."""
    for index in trigram_indexes():
        for act in ("insert", "delete", "update"):
            yield f"drop trigger if exists {index.mirror}_{act}"
        yield f"drop table if exists {index.mirror}"
