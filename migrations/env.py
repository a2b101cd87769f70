"""Runs migrations against the database of Kontora's settings, or one that the caller names. Starts no web."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.types import TypeDecorator

import app.models  # noqa: F401 (declares the tables)
from app.database import Model
from app.models.guards import guard_names
from app.models.trigrams import mirror_tables
from config import settings_or_exit


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our column types as what they are in the database: migrations must not depend on the code."""
    if kind == "type" and isinstance(item, TypeDecorator) and type(item).__module__.startswith("app."):
        return f"sa.{item.impl!r}"
    return False


def include_object(_item: Any, name: str | None, kind: str, is_reflected: bool, _other: Any) -> bool:
    """Leave alone what guards.py lays."""
    laid = {"index": guard_names, "table": mirror_tables}.get(kind)
    return not (is_reflected and laid is not None and name in laid())


def run(connection: Connection) -> None:
    """Bring the database to the revision that was asked for, all in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=Model.metadata,
        render_as_batch=True,
        render_item=render_item,
        include_object=include_object,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def without_foreign_keys(connection: Connection) -> None:
    """SQLite rebuilds a table to change it; rows and triggers that refer to the old one must not stop that."""
    if connection.dialect.name == "sqlite":
        connection.connection.execute("PRAGMA foreign_keys=OFF")
        connection.connection.execute("PRAGMA legacy_alter_table=ON")


def check_foreign_keys(connection: Connection) -> None:
    """Refuse to finish where a migration left a row that refers to nothing."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"rows refer to records that are not there: {broken[:5]}")


def main() -> None:
    """Connect and run."""
    url = context.config.attributes.get("url") or settings_or_exit().database_url
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        without_foreign_keys(connection)
        run(connection)
        check_foreign_keys(connection)
    engine.dispose()


main()
