"""Notes what a session does to its records, at every flush and in the same transaction."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, delete, event, insert, inspect, select, update
from sqlalchemy.orm import Mapper, Session, object_session

from app.database import Model
from app.models.base import Record, Row
from app.models.batches import Batch, BatchAct, BatchChange, BatchKind
from app.models.files import TemporaryFile
from app.models.jobs import Job, JobLine
from app.services.batches.values import columns_of, plain, plain_record

_BATCH, _OLD = "batch_recorded", "batch_old"
_OWN = (Batch, BatchChange, Job, JobLine, TemporaryFile)
_CHANGES = BatchChange.__table__
_AT_ONCE = 500
"""Rows of one question."""


def start_batch(session: Session, kind: BatchKind, title: str) -> Batch:
    """A new batch of the session's viewer."""
    viewer = session.info.get("viewer")
    batch = Batch(kind=kind, title=title[:200], owner_id=viewer.user_id if viewer is not None else None)
    session.add(batch)
    session.flush()
    return batch


@contextmanager
def recording(session: Session, batch: Batch) -> Iterator[None]:
    """Note what the session flushes inside under the batch."""
    session.flush()
    session.info[_BATCH] = batch.id
    try:
        yield
        session.flush()
    finally:
        session.info.pop(_BATCH, None)


def note_change(
    session: Session, batch: Batch, record: tuple[str, int], before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Note a change that passed by the session: `record` is table and key; before and after name the columns."""
    table, key = record
    values = [{name: plain(value) for name, value in each.items()} for each in (before, after)]
    _note_changed(session, batch.id, table, {key: tuple(values)})


def _is_recorded(session: Session | None, record: Any) -> bool:
    return session is not None and _BATCH in session.info and isinstance(record, Record | Row) and not _is_own(record)


def _is_own(record: Any) -> bool:
    return isinstance(record, _OWN)


@event.listens_for(Session, "before_flush")
def _fetch_old_values(session: Session, _context: Any, _instances: Any) -> None:
    if _BATCH not in session.info:
        return
    old = session.info.setdefault(_OLD, {})
    changed = [
        record
        for record in session.dirty
        if _is_recorded(session, record) and inspect(record).persistent and session.is_modified(record)
    ]
    for record, row in _kept_rows(session, changed):
        names = columns_of(type(record))
        old[record] = {name: plain(row._mapping[column]) for name, column in names.items()} if row else {}


def _kept_rows(session: Session, records: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Each record with its row as the database has it, table by table in the order of keys; None where it is gone."""
    ordered = sorted(records, key=lambda record: (type(record).__tablename__, _key(record)))
    for table, group in groupby(ordered, key=lambda record: type(record).__table__):
        same = list(group)
        for start in range(0, len(same), _AT_ONCE):
            part = same[start : start + _AT_ONCE]
            found = select(table).where(table.c.id.in_([_key(record) for record in part]))
            rows = {row._mapping[table.c.id]: row for row in session.execute(found)}
            yield from ((record, rows.get(_key(record))) for record in part)


def _key(record: Any) -> int:
    return int(inspect(record).identity[0])


@event.listens_for(Session, "after_flush")
def _note_flush(session: Session, _context: Any) -> None:
    old: dict[Any, dict[str, Any]] = session.info.pop(_OLD, {})
    batch_id = session.info.get(_BATCH)
    if batch_id is None:
        return
    made = [record for record in session.new if _is_recorded(session, record)]
    if made:
        rows = [_created(batch_id, record) for record in made]
        session.connection().execute(insert(_CHANGES), rows)
    changed: dict[str, dict[int, Any]] = {}
    for record, before in old.items():
        after = {name: value for name, value in plain_record(record).items() if before.get(name) != value}
        if after:
            values = {name: before.get(name) for name in after}, after
            changed.setdefault(type(record).__tablename__, {})[record.id] = values
    for table, found in changed.items():
        _note_changed(session, batch_id, table, found)


def _created(batch_id: int, record: Any) -> dict[str, Any]:
    return {
        "batch_id": batch_id,
        "table_name": type(record).__tablename__,
        "record_id": record.id,
        "act": BatchAct.CREATE,
        "before": {},
        "after": plain_record(record),
    }


def _note_changed(session: Session, batch_id: int, table: str, found: dict[int, Any]) -> None:
    """One row per record: what was before the batch, and what is after all of it."""
    connection = session.connection()
    own = (_CHANGES.c.batch_id == batch_id, _CHANGES.c.table_name == table, _CHANGES.c.record_id.in_(found))
    held = {row.record_id: row for row in connection.execute(select(_CHANGES).where(*own))}
    fresh = []
    for key, (before, after) in found.items():
        if (row := held.get(key)) is None:
            values = {"batch_id": batch_id, "table_name": table, "record_id": key, "act": BatchAct.CHANGE}
            fresh.append(values | {"before": before, "after": after})
        else:
            first = {} if row.act is BatchAct.CREATE else before | row.before
            values = {"before": first, "after": row.after | after}
            connection.execute(update(_CHANGES).where(_CHANGES.c.id == row.id).values(values))
    if fresh:
        connection.execute(insert(_CHANGES), fresh)


@event.listens_for(Model, "before_delete", propagate=True)
def _note_deletion(_mapper: Mapper[Any], connection: Connection, record: Any) -> None:
    session = object_session(record)
    if session is None or not _is_recorded(session, record):
        return
    batch_id = session.info[_BATCH]
    table, key = type(record).__tablename__, record.id
    own = (_CHANGES.c.batch_id == batch_id, _CHANGES.c.table_name == table, _CHANGES.c.record_id == key)
    row = connection.execute(select(_CHANGES).where(*own)).one_or_none()
    connection.execute(delete(_CHANGES).where(*own))
    if row is None or row.act is not BatchAct.CREATE:
        before = plain_record(record) | (row.before if row is not None else {})
        values = {"batch_id": batch_id, "table_name": table, "record_id": key, "act": BatchAct.DELETE}
        connection.execute(insert(_CHANGES), values | {"before": before, "after": {}})
