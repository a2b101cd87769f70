"""Connections made safe and quick: how both databases are spoken to."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import TextClause, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

_log = logging.getLogger(__name__)
_WROTE = "wrote"
"""In what a session knows: it has written something."""
_writes: ContextVar[bool] = ContextVar("writes", default=True)


@contextmanager
def reading_only() -> Iterator[None]:
    """Let transactions begun inside take no write lock on SQLite: many readers then work beside one writer."""
    token = _writes.set(False)
    try:
        yield
    finally:
        _writes.reset(token)


def begin_reading(reading: bool) -> None:
    """Say for the rest of this request whether its transactions only read (see `reading_only`)."""
    _writes.set(not reading)


def end_reading(session: Session) -> None:
    """End what has only read by COMMIT: psycopg forgets at every ROLLBACK the questions that PostgreSQL has planned.

    A session that has written, or that stands in somebody else's transaction, is left to end as it does. What writes
    past the session is not noticed: this is for requests that ask.
    """
    engine = session.get_bind()
    if not isinstance(engine, Engine) or engine.dialect.name != "postgresql" or not session.in_transaction():
        return
    if session.info.get(_WROTE) or session.new or session.dirty or session.deleted:
        return
    try:
        driver: Any = session.connection().connection.dbapi_connection
        if driver.info.transaction_status == driver.info.transaction_status.INTRANS:
            driver.commit()
    except (SQLAlchemyError, engine.dialect.loaded_dbapi.Error):
        _log.warning("a transaction that has read could not be ended", exc_info=True)
        session.invalidate()  # the page is there already; nothing is asked of a broken connection any more


@event.listens_for(Session, "after_transaction_end")
def _note_end(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_WROTE, None)


@event.listens_for(Session, "after_flush")
def _note_writing(session: Session, _context: Any) -> None:
    session.info[_WROTE] = True


@event.listens_for(Session, "do_orm_execute")
def _note_other_writing(state: ORMExecuteState) -> None:
    asked = state.statement
    is_reading = state.is_select or (isinstance(asked, TextClause) and asked.text.lstrip()[:6].lower() == "select")
    if not is_reading:
        state.session.info[_WROTE] = True


def note_sizes(engine: Engine) -> None:
    """Let SQLite note how its tables are filled: it chooses its ways by that, and never looks by itself.

    A sample of each index is enough. Connections learn of it when they are made anew (`engine_options`). PostgreSQL
    looks by itself.
    """
    if engine.dialect.name == "sqlite":
        with engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA analysis_limit = 10000")
            connection.exec_driver_sql("ANALYZE")


@event.listens_for(Engine, "connect")
def _prepare_postgres(dbapi_connection: Any, _record: Any) -> None:
    """Tell PostgreSQL that our questions are short and its pages at hand.

    To compile machine code, or to start helpers, takes it longer than any of our answers. Its costs are those of a
    turning disk, on which it had rather read a whole table than a thousand rows by an index
    (https://www.postgresql.org/docs/current/runtime-config-query.html, random_page_cost).
    """
    if type(dbapi_connection).__module__.split(".")[0] != "psycopg":
        return
    for setting in ("jit = off", "max_parallel_workers_per_gather = 0", "random_page_cost = 1.1"):
        dbapi_connection.execute(f"set {setting}")
    dbapi_connection.commit()


@event.listens_for(Engine, "connect")
def _prepare_sqlite(dbapi_connection: Any, _record: Any) -> None:
    if type(dbapi_connection).__module__.split(".")[0] != "sqlite3":
        return
    dbapi_connection.isolation_level = None  # we say BEGIN ourselves, below
    cursor = dbapi_connection.cursor()
    for pragma in ("foreign_keys=ON", "busy_timeout=15000", "journal_mode=WAL", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute("PRAGMA cache_size=-16000")  # kilobytes, taken as they are read; two thousand unless it is said
    cursor.close()
    dbapi_connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(text: Any) -> Any:
    """SQLite's own lower() knows Latin letters only: a filter by a Russian town would find nothing."""
    return text.lower() if isinstance(text, str) else text


@event.listens_for(Engine, "begin")
def _begin_on_sqlite(connection: Connection) -> None:
    """Take the write lock at the start of a writing transaction: a later upgrade could fail under load."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes.get() else "BEGIN")
