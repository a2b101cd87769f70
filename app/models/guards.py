"""What the database itself forbids beyond tables and constraints, and the indexes of quick search.

SQLAlchemy's metadata cannot say these for both databases, so they stand here as data. A migration lays them
by `install`; one that rebuilds a guarded table on SQLite calls it again: triggers go with the old table.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, inspect, text

from app.database import Model

APPEND_ONLY = (
    "activity_movement",
    "audit_entry",
    "cash_movement",
    "personal_data_access",
    "settlement_movement",
)
"""Tables whose rows are never changed or deleted: a mistake is answered by a further row."""

VISIT_OVERLAP = "visit_overlap"
"""Stands in the text of the IntegrityError when somebody would be in two places at once."""
APPEND_ONLY_REFUSAL = "is append-only"
"""Stands in the text of the IntegrityError when a row of an append-only table would be changed."""

EXTENSIONS = ("pg_trgm", "btree_gist")

_OVERLAPPING = """select 1 from visit where employee_id = new.employee_id and status <> 'cancelled'
    and starts_at < new.ends_at and ends_at > new.starts_at"""


def install(connection: Connection) -> None:
    """Lay every guard that is not there yet, on the tables that exist."""
    tables = set(inspect(connection).get_table_names())
    for statement in statements(connection.dialect.name, tables):
        connection.execute(text(statement))


def statements(dialect: str, tables: set[str]) -> Iterator[str]:
    """The statements for the tables named; each may be run again without harm."""
    if dialect == "sqlite":
        yield from _on_sqlite(tables)
    else:
        yield from _on_postgresql(tables)


def searched_tables() -> list[str]:
    """Tables that have a prepared search key."""
    return sorted(name for name, table in Model.metadata.tables.items() if "search_key" in table.columns)


def search_index(table: str) -> str:
    """Name of the trigram index of a table, on PostgreSQL."""
    return f"ix_{table}_search_key_trigram"


def guard_names() -> set[str]:
    """Names of the indexes that migrations must leave alone though no model declares them."""
    return {VISIT_OVERLAP, *map(search_index, searched_tables())}


def _on_sqlite(tables: set[str]) -> Iterator[str]:
    for table in sorted(tables.intersection(APPEND_ONLY)):
        for act in ("update", "delete"):
            yield (
                f"create trigger if not exists {table}_no_{act} before {act} on {table} "
                f"begin select raise(abort, '{table} {APPEND_ONLY_REFUSAL}'); end"
            )
    if "visit" in tables:
        refuse = f"begin select raise(abort, '{VISIT_OVERLAP}'); end"
        yield (
            "create trigger if not exists visit_overlap_insert before insert on visit "
            f"when new.status <> 'cancelled' and exists ({_OVERLAPPING}) {refuse}"
        )
        yield (
            "create trigger if not exists visit_overlap_update before update on visit "
            f"when new.status <> 'cancelled' and exists ({_OVERLAPPING} and id <> new.id) {refuse}"
        )


def _on_postgresql(tables: set[str]) -> Iterator[str]:
    for extension in EXTENSIONS:
        yield f"create extension if not exists {extension}"
    for table in searched_tables():
        if table in tables:
            index = search_index(table)
            yield f"create index if not exists {index} on {table} using gin (search_key gin_trgm_ops)"
    yield (
        "create or replace function kontora_append_only() returns trigger language plpgsql as $$ begin "
        f"raise exception '% {APPEND_ONLY_REFUSAL}', tg_table_name "
        "using errcode = 'integrity_constraint_violation'; end $$"
    )
    for table in sorted(tables.intersection(APPEND_ONLY)):
        yield (
            f"create or replace trigger {table}_append_only before update or delete on {table} "
            "for each row execute function kontora_append_only()"
        )
        yield (
            f"create or replace trigger {table}_no_truncate before truncate on {table} "
            "for each statement execute function kontora_append_only()"
        )
    if "visit" in tables:
        yield (
            "do $$ begin alter table visit add constraint visit_overlap exclude using gist "
            "(employee_id with =, tstzrange(starts_at, ends_at) with &&) where (status <> 'cancelled'); "
            "exception when duplicate_table then null; end $$"
        )
