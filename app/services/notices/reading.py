"""Marks notifications as read, and removes old ones."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from app.models.notices import Notice

KEPT_READ, KEPT_UNREAD = timedelta(days=90), timedelta(days=365)


def mark_read(session: Session, user_id: int, keys: Collection[int], now: datetime) -> int:
    """Mark these notifications of the person as read; what is another's or read already stays as it is."""
    return _mark(session, user_id, now, Notice.id.in_(keys))


def mark_all_read(session: Session, user_id: int, now: datetime) -> int:
    """Mark everything that the person has been told as read; gives how many there were."""
    return _mark(session, user_id, now)


def _mark(session: Session, user_id: int, now: datetime, *conditions: Any) -> int:
    statement = update(Notice).where(Notice.user_id == user_id, Notice.read_at.is_(None), *conditions)
    result: Any = session.execute(statement.values(read_at=now))
    return int(result.rowcount)


def sweep_notices(session: Session, now: datetime) -> int:
    """Remove what was read months ago, and what nobody has read for a year; gives how many."""
    old = or_(Notice.read_at < now - KEPT_READ, Notice.made_at < now - KEPT_UNREAD)
    result: Any = session.execute(delete(Notice).where(old), execution_options={"synchronize_session": False})
    return int(result.rowcount)
