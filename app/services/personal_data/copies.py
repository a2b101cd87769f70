"""What was told of a person to colleagues and programs: notifications, letters about them, answers, imports."""

import json
import re
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, delete, false, or_, select
from sqlalchemy.orm import Session

from app.models.exchange import ApiAnswer
from app.models.imports import TableImport
from app.models.mail import OutgoingMail
from app.models.notices import Notice
from app.services.letters.outcomes import withdraw_unsent
from app.services.names import format_phone
from app.services.personal_data.subjects import Subject

_LINK = re.compile(r"/notifications/(\d+)")
_AT_ONCE = 500
_SHORTEST_NAME = 3


def forget_notices(session: Session, subject: Subject, about: Collection[tuple[str, int]], *, now: datetime) -> int:
    """Delete notifications about these records (table, key) or with the person's words; gives how many.

    The letters by which colleagues got them are about no record: they are known by their links.
    """
    keys = set(_about(session, about)) | set(_quoting(session, subject))
    for mail in session.scalars(select(OutgoingMail).where(OutgoingMail.record_table.is_(None))):
        linked = {int(key) for key in _LINK.findall(mail.text)}
        if linked & keys or subject.is_named_by(mail.text):
            withdraw_unsent(session, mail, None, now=now)
            mail.subject, mail.text, mail.html = "", "", None
    ordered = sorted(keys)
    for start in range(0, len(ordered), _AT_ONCE):
        session.execute(delete(Notice).where(Notice.id.in_(ordered[start : start + _AT_ONCE])))
    return len(keys)


def _about(session: Session, about: Collection[tuple[str, int]]) -> Iterator[int]:
    by_table: dict[str, list[int]] = {}
    for table, key in sorted(about):
        by_table.setdefault(table, []).append(key)
    for table, keys in by_table.items():
        for start in range(0, len(keys), _AT_ONCE):
            here = Notice.record_id.in_(keys[start : start + _AT_ONCE])
            yield from session.scalars(select(Notice.id).where(Notice.record_table == table, here))


def _quoting(session: Session, subject: Subject) -> Iterator[int]:
    """Notifications about anything else of the client that name the person: a comment that mentions a colleague."""
    client = subject.contact.client.name
    for notice in session.scalars(select(Notice).where(_holds(Notice.arguments, subject))):
        if notice.arguments.get("client") == client or subject.is_named_by(str(notice.arguments.get("what") or "")):
            yield notice.id


def forget_answers(session: Session, subject: Subject) -> int:
    """Empty what was answered to programs about the person: the answer to a repeated request; gives how many."""
    found = session.scalars(select(ApiAnswer).where(_holds(ApiAnswer.body, subject))).all()
    for answer in found:
        answer.body = {name: value for name, value in answer.body.items() if name == "id"}
    return len(found)


def forget_imports(session: Session, subject: Subject) -> int:
    """Empty the sample rows and refusals of imported tables that name the person; gives in how many tables.

    The rows are read one by one: in a file a number may be spelled in any way, and imports are few.
    """
    changed = 0
    for kept in session.scalars(select(TableImport)):
        samples = [[""] * len(row) if _is_told_by(" ".join(row), subject) else row for row in kept.samples]
        problems = [each for each in kept.problems if not _is_told_by(str(each[2]), subject)]
        if samples != kept.samples or problems != kept.problems:
            kept.samples, kept.problems = samples, problems
            changed += 1
    return changed


def _is_told_by(text: str, subject: Subject) -> bool:
    parts = _name_parts(subject)
    return (bool(parts) and all(part in text for part in parts)) or subject.is_named_by(text)


def _name_parts(subject: Subject) -> tuple[str, ...]:
    """The words of the name that must all stand in a text; none for a name so short that it is in every text."""
    contact = subject.contact
    parts = tuple(part for part in (contact.family_name, contact.given_name) if part)
    return parts if len("".join(parts)) >= _SHORTEST_NAME else ()


def _holds(column: Any, subject: Subject) -> ColumnElement[bool]:
    """The condition: JSON that holds an address, a number or the name of the person."""
    text, parts = cast(column, String), _name_parts(subject)
    named = and_(*(text.contains(_in_json(part), autoescape=True) for part in parts)) if parts else false()
    own = (text.contains(_in_json(each), autoescape=True) for each in sorted(subject.emails | _spellings(subject)))
    return or_(named, *own)


def _spellings(subject: Subject) -> set[str]:
    """The numbers as they are kept and as they are shown."""
    return {spelled for phone in subject.phones for spelled in (phone, format_phone(phone))}


def _in_json(text: str) -> str:
    """The text as JSON spells it, without the quotes."""
    return json.dumps(text)[1:-1]
