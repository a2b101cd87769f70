"""Who changed what and when: the history of one record, the whole log, and who opened personal data.

Newest first, in pages by key: the last page of a long log costs what the first one does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, inspect, literal_column, or_, select, union
from sqlalchemy.orm import Session

from app.database import User
from app.models.access import AuditEntry, PersonalDataAccess
from app.models.clients import Contact
from app.reports.history_values import Change, find_records, read_changes

PAGE = 50
"""Entries of a page."""
_AT_ONCE = 500
"""Entries of a file read at once, so that memory stays flat."""


@dataclass(frozen=True)
class Entry:
    """One act: when, who (empty: the system, or a stranger who could not sign in), with which record.

    `subject` is the record itself, None when it is gone or the person may not see it.
    """

    id: int
    at: datetime
    who: str
    act: str
    table: str
    record_id: int
    subject: Any
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Opening:
    """Somebody opened restricted fields (names of Contact's columns) of a contact (152-ФЗ)."""

    id: int
    at: datetime
    who: str
    contact_id: int
    contact: Any
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """Where a page begins: older than one entry, or newer than one; the newest when neither is given."""

    older_than: int = 0
    newer_than: int = 0


@dataclass(frozen=True)
class Page:
    """A page of entries or openings; `older` and `newer` are the keys for the neighbouring pages, 0 for none."""

    rows: tuple[Any, ...]
    older: int = 0
    newer: int = 0


@dataclass(frozen=True)
class LogQuestion:
    """Which part of a log: whose, of which table and record, which acts, from an instant up to another one."""

    user_id: int | None = None
    table: str = ""
    record_id: int | None = None
    acts: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


def record_history(session: Session, record: Any, place: Place) -> Page:
    """What happened to a record and to its parts: phones of a contact, lines of an invoice, those removed too.

    The record must come from the viewer's own session: the row rule has then said yes.
    """
    entries = select(AuditEntry).where(AuditEntry.id.in_(union(*_keys_of(record))))
    return _page(session, entries, AuditEntry, place)


def log_page(session: Session, asked: LogQuestion, place: Place) -> Page:
    """A page of the whole log."""
    return _page(session, _log(asked), AuditEntry, place)


def whole_log(session: Session, asked: LogQuestion) -> Iterator[Entry]:
    """Everything that the question asks for."""
    return _all(session, _log(asked), AuditEntry)


def openings_page(session: Session, asked: LogQuestion, place: Place) -> Page:
    """A page of the log of opened personal data; `record_id` is the contact's."""
    return _page(session, _openings(asked), PersonalDataAccess, place)


def all_openings(session: Session, asked: LogQuestion) -> Iterator[Opening]:
    """Every opening that the question asks for."""
    return _all(session, _openings(asked), PersonalDataAccess)


# --- Which entries -------------------------------------------------------------------------------------------


def _log(asked: LogQuestion) -> Select[Any]:
    conditions = _common(AuditEntry, asked)
    if asked.table:
        conditions.append(AuditEntry.table_name == asked.table)
    if asked.record_id is not None:
        conditions.append(AuditEntry.record_id == asked.record_id)
    if asked.acts:
        conditions.append(AuditEntry.act.in_(asked.acts))
    return select(AuditEntry).where(*conditions)


def _openings(asked: LogQuestion) -> Select[Any]:
    conditions = _common(PersonalDataAccess, asked)
    if asked.record_id is not None:
        conditions.append(PersonalDataAccess.contact_id == asked.record_id)
    return select(PersonalDataAccess).where(*conditions)


def _common(log: Any, asked: LogQuestion) -> list[ColumnElement[bool]]:
    conditions = []
    if asked.user_id is not None:
        conditions.append(log.user_id == asked.user_id)
    if asked.since is not None:
        conditions.append(log.at >= asked.since)
    if asked.until is not None:
        conditions.append(log.at < asked.until)
    return conditions


def _keys_of(record: Any) -> Iterator[Select[Any]]:
    """The entries of the record and of its parts, each by the index on table and record."""
    entry = AuditEntry.__table__
    yield select(entry.c.id).where(entry.c.table_name == record.__tablename__, entry.c.record_id == record.id)
    for relation in inspect(type(record)).relationships:
        if not relation.cascade.delete_orphan:
            continue
        part, key = relation.mapper.local_table, next(iter(relation.remote_side))
        living = select(part.c.id).where(part.c[key.name] == record.id)
        removed = select(entry.c.record_id).where(
            entry.c.table_name == part.name,
            entry.c.act == literal_column("'delete'"),
            entry.c.changes[(key.name, 0)].as_integer() == record.id,
        )
        yield select(entry.c.id).where(
            entry.c.table_name == part.name, entry.c.record_id.in_(union(living, removed).scalar_subquery())
        )


# --- Pages ---------------------------------------------------------------------------------------------------


def _page(session: Session, statement: Select[Any], log: Any, place: Place) -> Page:
    """Newest first. The order is by instant and then key, which the index on the instant serves."""
    forwards = not place.newer_than
    order = (log.at.desc(), log.id.desc()) if forwards else (log.at.asc(), log.id.asc())
    if edge := place.older_than or place.newer_than:
        statement = statement.where(_beyond(log, edge, older=forwards))
    found = list(session.scalars(statement.order_by(*order).limit(PAGE + 1)))
    has_more, found = len(found) > PAGE, found[:PAGE]
    if not forwards:
        found.reverse()
    if not found:
        return Page(())
    has_older, has_newer = (has_more, bool(place.older_than)) if forwards else (True, has_more)
    rows = _rows(session, log, found)
    return Page(rows, found[-1].id if has_older else 0, found[0].id if has_newer else 0)


def _beyond(log: Any, edge: int, *, older: bool) -> ColumnElement[bool]:
    at = select(log.at).where(log.id == edge).scalar_subquery()
    same = and_(log.at == at, log.id < edge if older else log.id > edge)
    return or_(log.at < at if older else log.at > at, same)


def _all(session: Session, statement: Select[Any], log: Any) -> Iterator[Any]:
    ordered = statement.order_by(log.at.desc(), log.id.desc()).execution_options(yield_per=_AT_ONCE)
    for found in session.scalars(ordered).partitions():
        yield from _rows(session, log, found)


def _rows(session: Session, log: Any, found: Sequence[Any]) -> tuple[Any, ...]:
    people = _people(session, found)
    if log is PersonalDataAccess:
        contacts = find_records(session, ((Contact.__tablename__, each.contact_id) for each in found))
        return tuple(
            Opening(
                each.id,
                each.at,
                people.get(each.user_id, ""),
                each.contact_id,
                contacts.get((Contact.__tablename__, each.contact_id)),
                tuple(each.fields.split(", ")),
            )
            for each in found
        )
    subjects = find_records(session, ((each.table_name, each.record_id) for each in found))
    changes = read_changes(session, [(each.table_name, each.changes) for each in found])
    return tuple(
        Entry(
            each.id,
            each.at,
            people.get(each.user_id, ""),
            each.act,
            each.table_name,
            each.record_id,
            subjects.get((each.table_name, each.record_id)),
            read,
        )
        for each, read in zip(found, changes, strict=True)
    )


def _people(session: Session, found: Sequence[Any]) -> dict[int | None, str]:
    keys = {each.user_id for each in found} - {None}
    return {user.id: user.get_full_name() for user in session.scalars(select(User).where(User.id.in_(keys)))}
