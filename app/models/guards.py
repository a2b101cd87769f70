"""What the database itself forbids beyond tables and constraints, and the indexes of quick search.

SQLAlchemy's metadata cannot say these for both databases, so they stand here as data. A migration lays them
by `install`; one that rebuilds a guarded table on SQLite calls it again: triggers go with the old table.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, inspect, text

from app.database import Model
from app.models import trigrams

APPEND_ONLY = (
    "activity_movement",
    "audit_entry",
    "cash_movement",
    "personal_data_access",
    "settlement_movement",
)
"""Tables whose rows are never changed or deleted: a mistake is answered by a further row.

A movement may only follow its client to the card that the client was merged into, and back.
"""

_OF_ONE_CLIENT = """select 1 from client where (id = old.client_id and merged_into_id = new.client_id)
    or (id = new.client_id and merged_into_id = old.client_id)"""
"""The only change that a movement takes: to the card that its client was merged into, and back."""

VISIT_OVERLAP = "visit_overlap"
"""Stands in the text of the IntegrityError when somebody would be in two places at once."""
APPEND_ONLY_REFUSAL = "is append-only"
"""Stands in the text of the IntegrityError when a row of an append-only table would be changed."""

EXTENSIONS = ("pg_trgm", "btree_gist")

ERASED_CHANGES = '{"erased": true}'
"""What is left of an entry of the history when a person's data are erased by law: who, when and of what stays."""

_WIPED = (
    f"new.changes = '{ERASED_CHANGES}' and new.id = old.id and new.at = old.at "
    "and new.user_id is not distinct from old.user_id and new.table_name = old.table_name "
    "and new.record_id = old.record_id and new.act = old.act "
    "and new.previous_hash = old.previous_hash and new.hash = old.hash"
)
"""The one change that the history allows: the values of an entry go, all else stays as it was."""

_OVERLAPPING = """select 1 from visit where employee_id = new.employee_id and status <> 'cancelled'
    and starts_at < new.ends_at and ends_at > new.starts_at"""


def install(connection: Connection) -> None:
    """Lay every guard that is not there yet, on the tables that exist."""
    names = set(inspect(connection).get_table_names())
    if connection.dialect.name == "sqlite":
        names.update(connection.execute(text("select name from sqlite_master where type = 'trigger'")).scalars())
    for statement in statements(connection.dialect.name, names):
        connection.execute(text(statement))


def statements(dialect: str, tables: set[str]) -> Iterator[str]:
    """The statements for the tables (and triggers) that are there; each may be run again without harm."""
    if dialect == "sqlite":
        yield from _on_sqlite(tables)
    else:
        yield from _on_postgresql(tables)


def guard_names() -> set[str]:
    """Names of the indexes that migrations must leave alone though no model declares them."""
    return {VISIT_OVERLAP, *(index.gin for index in trigrams.trigram_indexes())}


def _on_sqlite(tables: set[str]) -> Iterator[str]:
    yield from trigrams.on_sqlite(tables)
    for table in sorted(tables.intersection(APPEND_ONLY)):
        for act in ("update", "delete"):
            unless = (
                f"when not ({_wiped('sqlite')}) "
                if (table, act) == ("audit_entry", "update")
                else _unless_merged(table, act)
            )
            yield (
                f"create trigger if not exists {table}_no_{act} before {act} on {table} {unless}"
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


def _wiped(dialect: str) -> str:
    """The condition that an update of the history does nothing but wipe an entry's values."""
    if dialect == "sqlite":
        return _WIPED.replace("is not distinct from", "is")
    return _WIPED.replace("new.changes =", "new.changes::text =")


def _append_only_rows(table: str) -> Iterator[str]:
    function = "for each row execute function kontora_append_only()"
    if table != "audit_entry":
        yield f"create or replace trigger {table}_append_only before update or delete on {table} {function}"
        return
    yield f"create or replace trigger {table}_append_only before delete on {table} {function}"
    yield (
        f"create or replace trigger {table}_only_wiped before update on {table} "
        f"for each row when (not ({_wiped('postgresql')})) execute function kontora_append_only()"
    )


def _unless_merged(table: str, act: str) -> str:
    columns = [column.name for column in Model.metadata.tables[table].columns]
    if act != "update" or "client_id" not in columns:
        return ""
    same = " and ".join(f"old.{name} is new.{name}" for name in columns if name != "client_id")
    return f"when not ({same} and exists ({_OF_ONE_CLIENT})) "


def _on_postgresql(tables: set[str]) -> Iterator[str]:
    for extension in EXTENSIONS:
        yield f"create extension if not exists {extension}"
    yield from trigrams.on_postgresql(tables)
    yield (
        "create or replace function kontora_append_only() returns trigger language plpgsql as $$ begin "
        "if tg_op = 'UPDATE' then if to_jsonb(new) ? 'client_id' "
        "and to_jsonb(new) - 'client_id' = to_jsonb(old) - 'client_id' "
        f"then if exists ({_OF_ONE_CLIENT}) then return new; end if; end if; end if; "
        f"raise exception '% {APPEND_ONLY_REFUSAL}', tg_table_name "
        "using errcode = 'integrity_constraint_violation'; end $$"
    )
    for table in sorted(tables.intersection(APPEND_ONLY)):
        yield from _append_only_rows(table)
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
