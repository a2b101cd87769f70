"""Remembers how far each folder of a mailbox has been fetched."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.integrations.inbox import Position
from app.models.letters import MailFolder

FIRST_DAYS = timedelta(days=14)
"""How far back letters are taken from a mailbox that is new to us: older ones were answered elsewhere."""
OVERLAP = timedelta(days=3)
"""How far before the last fetching a mailbox is read that has numbered its letters anew."""


def position_of(session: Session, address: str, today: date) -> Position:
    """Where fetching goes on."""
    folder = _folder(session, address)
    since = folder.fetched_at.date() - OVERLAP if folder.fetched_at is not None else today - FIRST_DAYS
    return Position(folder.uid_validity, folder.last_uid, since)


def note_fetched(session: Session, address: str, uid_validity: int, uid: int) -> None:
    """A letter was taken in: it need not be fetched again."""
    folder = _folder(session, address)
    folder.uid_validity, folder.last_uid = uid_validity, uid
    session.flush()


def note_looked(session: Session, address: str, now: datetime, error: str = "") -> None:
    """The mailbox was looked through, or could not be."""
    folder = _folder(session, address)
    folder.error = error[:500]
    if not error:
        folder.fetched_at = now
    session.flush()


def _folder(session: Session, address: str) -> MailFolder:
    folder = session.scalars(select(MailFolder).where(MailFolder.address == address)).first()
    if folder is None:
        folder = MailFolder(address=address, uid_validity=0, last_uid=0, error="")
        session.add(folder)
        session.flush()
    return folder
