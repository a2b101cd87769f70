"""Notices at every flush which events have come about, and plans what the rules say: whichever screen made them so.

What is brought in at once (imports, the demo company) is followed up by nobody. In `deciding` a person decides.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from app.clock import ZONE, utc_now
from app.services.follow_ups.events import OVER, is_event, what_happened
from app.services.follow_ups.planning import follow_up
from app.services.notices.telling import SILENT

_BY_HAND = "follow_ups_by_hand"
_WAITING = "follow_ups_waiting"


@contextmanager
def deciding(session: Session) -> Iterator[None]:
    """While a person decides on the next step themselves, no rule plans one."""
    before = session.info.get(_BY_HAND, False)
    session.info[_BY_HAND] = True
    try:
        yield
        session.flush()
    finally:
        session.info[_BY_HAND] = before


@event.listens_for(Session, "after_flush")
def _note(session: Session, _context: Any) -> None:
    if session.info.get(SILENT) or session.info.get(_BY_HAND):
        return
    found = [record for record in session.new if is_event(record)]
    found += [record for record in session.dirty if is_event(record) and _has_become_one(record)]
    if found:
        session.info[_WAITING] = found


def _has_become_one(record: Any) -> bool:
    """Tell whether it is this flush that made an event of the record: later changes of it are none."""
    column, _value = OVER.get(type(record), ("", None))
    if not column:
        return False
    history = getattr(inspect(record).attrs, column).history
    return bool(history.added) and history.added != history.deleted


@event.listens_for(Session, "after_flush_postexec")
def _follow(session: Session, _context: Any) -> None:
    """What is planned here is written by the next flush; a commit flushes until nothing is left."""
    waiting = session.info.pop(_WAITING, ())
    zone = session.info.get(ZONE, ZoneInfo("UTC"))
    with session.no_autoflush:
        for record in waiting:
            happened = what_happened(session, record)
            if happened is not None:
                follow_up(session, happened, now=utc_now(), zone=zone)
