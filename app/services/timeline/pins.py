"""Pins: an entry of any kind that stands first on the timelines where it appears."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.clients import Pin
from app.texts import _

PINNED = 10
"""Entries of one client that may stand first: where all is pinned, nothing is."""


def pin(session: Session, client_id: int, table: str, record_id: int) -> None:
    """Let an entry stand first; a second time changes nothing. Raises RuleError when too many do."""
    if _find(session, table, record_id) is not None:
        return
    count = session.scalar(select(func.count(Pin.id)).where(Pin.client_id == client_id)) or 0
    if count >= PINNED:
        raise RuleError(_("At most %(most)s entries can be pinned; unpin one first.", most=PINNED))
    session.add(Pin(client_id=client_id, record_table=table, record_id=record_id))
    session.flush()


def unpin(session: Session, table: str, record_id: int) -> None:
    """Let an entry stand in its place again."""
    if (found := _find(session, table, record_id)) is not None:
        session.delete(found)
        session.flush()


def forget_pin(session: Session, record: Any) -> None:
    """Take the pin off a record that is about to be deleted."""
    unpin(session, record.__tablename__, record.id)


def _find(session: Session, table: str, record_id: int) -> Pin | None:
    return session.scalars(select(Pin).where(Pin.record_table == table, Pin.record_id == record_id)).first()
