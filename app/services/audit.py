"""The append-only history: who changed which field of which record from what to what, and who signed in.

Entries are noted at every flush and written once, just before the commit, chained by SHA-256: each hash
covers the one before, so that a changed or removed entry breaks the chain. Writing at the commit keeps the lock
on the chain short and taken last, so that it can be part of no deadlock. What is rolled back leaves no entry.

Statements in bulk and Core statements pass by the history; services that use them note the act themselves.
Personal data that was opened is logged apart (152-ФЗ).
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from flask_appbuilder.security.sqla.models import Role
from sqlalchemy import Connection, event, func, insert, inspect, select, update
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, SessionTransaction, object_session

from app.clock import utc_now
from app.database import Model, User
from app.errors import RuleError
from app.models import guards
from app.models.access import AuditEntry, PersonalDataAccess
from app.models.base import Record, Row
from app.texts import _

FIRST_HASH = "0" * 64
"""What the first entry of all is chained to."""
ERASED: dict[str, Any] = json.loads(guards.ERASED_CHANGES)
"""What stands in the place of an entry's values once they were erased by law."""
MASKED = "***"
"""Stands for a value behind a right of its own: that it changed is seen, what it was is not."""

_TAKE_TURN = {"postgresql": select(func.pg_advisory_xact_lock(715_320_114))}
_AT_ONCE = 500
"""Keys of one statement."""
_PENDING = "audit_pending"
_OLD = "audit_old"
_TECHNICAL = {"id", "version", "created_at", "changed_at", "created_by_id", "changed_by_id", "search_key"}
_SIGN_IN_STATISTICS = {"last_login", "login_count", "fail_login_count"}
_FRAMEWORK_STAMPS = {"created_on", "changed_on", "created_by_fk", "changed_by_fk"}
_SKIPPED = _TECHNICAL | _SIGN_IN_STATISTICS | _FRAMEWORK_STAMPS
_LINKS = {User: ("roles",), Role: ("permissions",)}

Changes = dict[str, list[Any]]


@dataclass(frozen=True)
class ChainReport:
    """What checking the history found: how many entries, the last hash, the entries that do not fit."""

    entries: int
    head: str
    broken: tuple[int, ...]


@dataclass
class _Noted:
    act: str
    target: Any
    """The record (its key may still be unknown), or a pair of table name and key."""
    changes: dict[str, Any]
    user_id: int | None
    transactions: frozenset[SessionTransaction]
    at: datetime = field(default_factory=utc_now)

    def row(self) -> dict[str, Any]:
        table, key = self.target if isinstance(self.target, tuple) else _place(self.target)
        return {
            "at": self.at,
            "user_id": self.user_id,
            "table_name": table,
            "record_id": key,
            "act": self.act,
            "changes": self.changes,
        }


def log_event(session: Session, act: str, *, user_id: int | None, changes: dict[str, Any]) -> None:
    """Note an act that changes no record: login, logout, login_failed. `changes` must be plain JSON."""
    _note(session, act, ("ab_user", user_id or 0), changes, user_id)


def log_act(session: Session, act: str, place: tuple[str, int], changes: dict[str, Any]) -> None:
    """Note an act with one record, (table, key), that changed rows past the mapped classes: merge, part."""
    _note(session, act, place, changes)


def log_access(session: Session, contact_id: int, fields: Iterable[str]) -> None:
    """Note that the session's viewer opened restricted fields of a contact."""
    viewer = session.info.get("viewer")
    session.add(
        PersonalDataAccess(
            user_id=viewer.user_id if viewer is not None else None,
            contact_id=contact_id,
            fields=", ".join(sorted(fields)),
        )
    )
    session.flush()


def verify_chain(session: Session) -> ChainReport:
    """Recompute every hash in the order of writing.

    An entry whose values were erased keeps its place and its hash; it must be named by a later entry that is whole.
    """
    previous, entries, broken = FIRST_HASH, 0, []
    wiped: set[int] = set()
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)):
        row = {name: getattr(entry, name) for name in _COVERED}
        if entry.changes == ERASED:
            wiped.add(entry.id)
            fits = True
        else:
            fits = entry.hash == _hash(previous, row)
        if entry.act == "erase" and fits:
            wiped -= set(entry.changes["entries"])
        if entry.previous_hash != previous or not fits:
            broken.append(entry.id)
        previous, entries = entry.hash, entries + 1
    return ChainReport(entries, previous, tuple(sorted({*broken, *wiped})))


def erase_values(session: Session, record: Any, entries: Iterable[int], places: Collection[tuple[str, int]]) -> None:
    """Wipe the values of entries that hold a person's data, and note which ones: who, when and of what stays.

    `places` (table, key) are records whose changes in this very transaction are the erasing itself: one note stands
    for all of them. The note is chained as every entry is, so that nobody can wipe unseen (152-ФЗ, ст. 21).
    """
    noted: list[_Noted] = session.info.get(_PENDING, [])
    noted[:] = [each for each in noted if each.target not in places]
    keys = sorted(entries)
    table = AuditEntry.__table__
    for start in range(0, len(keys), _AT_ONCE):
        part = keys[start : start + _AT_ONCE]
        session.execute(update(table).where(table.c.id.in_(part)).values(changes=ERASED))
    _note(session, "erase", record, {"entries": keys})


# --- What changed ---


def _is_part(mapper: Mapper[Any]) -> bool:
    """Tell whether rows live and die with a record: the phone of a contact, the line of a document."""
    return any(
        relation.back_populates and relation.mapper.relationships[relation.back_populates].cascade.delete_orphan
        for relation in mapper.relationships
    )


def _is_kept(record: Any) -> bool:
    return isinstance(record, (Record, User, Role)) or (isinstance(record, Row) and _is_part(inspect(type(record))))


def _place(record: Any) -> tuple[str, int]:
    return type(record).__tablename__, record.id


def _columns(record: Any) -> Iterator[tuple[str, bool]]:
    """Names of the columns worth keeping, each with whether its value is masked."""
    for attribute in inspect(type(record)).column_attrs:
        if attribute.key not in _SKIPPED:
            yield attribute.key, attribute.key == "password" or bool(attribute.columns[0].info.get("right"))


def _plain(value: Any, is_masked: bool = False) -> Any:
    """The value as JSON keeps it, the same in both databases."""
    if value is None or isinstance(value, bool):
        return value
    if is_masked:
        return MASKED
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, (int, str)):
        return value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return json.loads(json.dumps(value, default=str))


def _whole(record: Any, *, is_new: bool) -> Changes:
    changes = {}
    for name, is_masked in _columns(record):
        value = _plain(getattr(record, name), is_masked)
        if value is not None:
            changes[name] = [None, value] if is_new else [value, None]
    return changes | _links(record)


def _links(record: Any) -> Changes:
    """Roles of a user, rights of a role."""
    changes = {}
    for name in next((names for model, names in _LINKS.items() if isinstance(record, model)), ()):
        history = inspect(record).attrs[name].history
        if history.added or history.deleted:
            changes[name] = [sorted(map(str, history.deleted)), sorted(map(str, history.added))]
    return changes


def _difference(record: Any, old: dict[str, Any]) -> Changes:
    changes = {}
    for name, is_masked in _columns(record):
        history = inspect(record).attrs[name].history
        if not history.added:
            continue
        before = history.deleted[0] if history.deleted else old.get(name)
        if before != history.added[0]:
            changes[name] = [_plain(before, is_masked), _plain(history.added[0], is_masked)]
    return changes | _links(record)


@event.listens_for(Session, "before_flush")
def _fetch_old_values(session: Session, _context: Any, _instances: Any) -> None:
    """Read what is about to be overwritten unread: an expired field has no old value in memory."""
    old = session.info.setdefault(_OLD, {})
    for record in session.dirty:
        if _is_kept(record) and inspect(record).persistent and _was_overwritten(record):
            old[record] = _stored(session, record)


def _was_overwritten(record: Any) -> bool:
    """Tell whether an old value is missing, or may be: a relation sets its key only in the flush itself."""
    state, names = inspect(record), {name for name, _mask in _columns(record)}
    histories = (state.attrs[name].history for name in names)
    return bool(state.unloaded & names) or any(each.added and not each.deleted for each in histories)


def _stored(session: Session, record: Any) -> dict[str, Any]:
    table = type(record).__table__
    row = session.execute(select(table).where(table.c.id == inspect(record).identity[0])).one_or_none()
    return dict(row._mapping) if row is not None else {}


@event.listens_for(Session, "after_flush")
def _note_changes(session: Session, _context: Any) -> None:
    old = session.info.pop(_OLD, {})
    for record in session.new:
        if _is_kept(record):
            _note(session, "create", record, _whole(record, is_new=True))
    for record in session.dirty:
        if _is_kept(record) and (changes := _difference(record, old.get(record, {}))):
            _note(session, "change", record, changes)


@event.listens_for(Model, "before_delete", propagate=True)
def _note_deletion(_mapper: Mapper[Any], _connection: Connection, record: Any) -> None:
    """A part taken out of its record is deleted by the flush itself and stands in no list of the session."""
    session = object_session(record)
    if session is not None and _is_kept(record):
        _note(session, "delete", record, _whole(record, is_new=False))


def _note(session: Session, act: str, target: Any, changes: dict[str, Any], user_id: int | None = None) -> None:
    viewer = session.info.get("viewer")
    place = target if isinstance(target, tuple) else _place(target)
    noted = _Noted(
        act,
        place,
        changes,
        viewer.user_id if user_id is None and viewer is not None else user_id,
        frozenset(_open_transactions(session)),
    )
    session.info.setdefault(_PENDING, []).append(noted)


def _open_transactions(session: Session) -> Iterator[SessionTransaction]:
    current = session.get_nested_transaction() or session.get_transaction()
    while current is not None:
        yield current
        current = current.parent


# --- The chain ---

_COVERED = ("at", "user_id", "table_name", "record_id", "act", "changes")


def _hash(previous: str, row: dict[str, Any]) -> str:
    covered = row | {"at": row["at"].isoformat()}
    text = json.dumps(covered, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((previous + text).encode()).hexdigest()


@event.listens_for(Session, "before_commit")
def _write_entries(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    noted: list[_Noted] = session.info.pop(_PENDING, [])
    if not noted:
        return
    rows, previous = [], _last_hash(session)
    for row in (each.row() for each in noted):
        row["previous_hash"], row["hash"] = previous, _hash(previous, row)
        previous = row["hash"]
        rows.append(row)
    session.execute(insert(AuditEntry.__table__), rows)


def _last_hash(session: Session) -> str:
    """The hash to chain to. On PostgreSQL writers take turns until they commit; SQLite has one writer."""
    session.execute(_TAKE_TURN.get(session.get_bind().dialect.name, select(1)))
    last = AuditEntry.__table__
    return session.scalar(select(last.c.hash).order_by(last.c.id.desc()).limit(1)) or FIRST_HASH


@event.listens_for(Session, "after_soft_rollback")
def _forget_rolled_back(session: Session, ended: SessionTransaction) -> None:
    noted: list[_Noted] = session.info.get(_PENDING, [])
    noted[:] = [each for each in noted if ended not in each.transactions]


@event.listens_for(Session, "after_transaction_end")
def _forget_unsaved(session: Session, ended: SessionTransaction) -> None:
    """A session closed without a commit has saved nothing."""
    if ended.parent is None:
        session.info.pop(_PENDING, None)


# --- Nobody alters the logs ---


def _refuse(*_arguments: Any) -> None:
    raise RuleError(_("The history of changes cannot be altered."))


for _log in (AuditEntry, PersonalDataAccess):
    event.listen(_log, "before_update", _refuse)
    event.listen(_log, "before_delete", _refuse)


@event.listens_for(Session, "do_orm_execute")
def _refuse_in_bulk(state: ORMExecuteState) -> None:
    mapper = state.bind_mapper
    is_change = state.is_update or state.is_delete
    if is_change and mapper is not None and mapper.class_ in (AuditEntry, PersonalDataAccess):
        _refuse()
