"""What a person keeps for themselves: the look of the pages, favourite pages, and the records opened last.

Kept with the person and not with the browser, so that it follows them to another desk and stays on no shared one.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.access import OpenedRecord, PersonalSetting
from app.models.base import Record
from app.services.upserts import insert_into
from app.texts import _

LOOKS: dict[str, tuple[str, ...]] = {
    "theme": ("auto", "light", "dark"),
    "density": ("normal", "dense"),
    "panel": ("open", "folded"),
    "language": ("ru", "en"),
}
"""What of the look can be chosen; the first of each is what a new person sees."""
MOST_FAVOURITES = 20
MOST_RECENT = 20
LONGEST_ADDRESS = 500
LONGEST_LABEL = 120

Favourite = tuple[str, str]
"""Address and words."""


def look_of(session: Session, user_id: int) -> dict[str, str]:
    """What the person has chosen of the look, by name; what they never chose is absent."""
    rows = session.execute(
        select(PersonalSetting.name, PersonalSetting.value).where(
            PersonalSetting.user_id == user_id, PersonalSetting.name.in_(LOOKS)
        )
    )
    return {name: value for name, value in rows if value in LOOKS[name]}


def keep_look(session: Session, user_id: int, name: str, value: str) -> None:
    """Keep one choice of the look. Raises RuleError for one that does not exist."""
    if value not in LOOKS.get(name, ()):
        raise RuleError(_("There is no such choice."))
    _keep(session, user_id, name, value)


def favourites_of(session: Session, user_id: int) -> list[Favourite]:
    """The person's favourite pages in the order in which they were chosen."""
    return [(url, label) for url, label in _kept(session, user_id, "favourites")]


def toggle_favourite(session: Session, user_id: int, url: str, label: str) -> bool:
    """Make a page a favourite, or no longer; tells whether it is one now. Raises RuleError beyond the limits."""
    kept = favourites_of(session, user_id)
    others = [pair for pair in kept if pair[0] != url]
    is_new = len(others) == len(kept)
    if is_new:
        label = " ".join(label.split())[:LONGEST_LABEL]
        if not label or len(url) > LONGEST_ADDRESS:
            raise RuleError(_("This page cannot be a favourite."))
        if len(kept) >= MOST_FAVOURITES:
            raise RuleError(_("There is room for %(number)s favourites. Remove one first.", number=MOST_FAVOURITES))
        others.append((url, label))
    _keep(session, user_id, "favourites", [list(pair) for pair in others])
    return is_new


def recent_of(session: Session, user_id: int) -> list[tuple[str, int]]:
    """Table and key of the records that the person opened last, the latest first."""
    newest = (OpenedRecord.opened_at.desc(), OpenedRecord.id.desc())
    question = select(OpenedRecord.record_table, OpenedRecord.record_id).where(OpenedRecord.user_id == user_id)
    return [(table, key) for table, key in session.execute(question.order_by(*newest).limit(MOST_RECENT))]


def note_opened(session: Session, user_id: int, table: str, key: int, now: datetime) -> None:
    """Note that the person has opened a record; asking twice in a row writes once."""
    kept = recent_of(session, user_id)
    if kept[:1] == [(table, key)]:
        return
    row = {"user_id": user_id, "record_table": table, "record_id": key, "opened_at": now}
    insert = insert_into(session, OpenedRecord, row)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["user_id", "record_table", "record_id"], set_={"opened_at": insert.excluded.opened_at}
        )
    )
    if len(kept) == MOST_RECENT and (table, key) not in kept:
        _forget(session, kept[-1][0], [kept[-1][1]], OpenedRecord.user_id == user_id)


def forget_opened(session: Session, table: str, keys: Collection[int]) -> None:
    """Take these records out of everybody's lists: they are deleted, or what they told of a person is erased."""
    _forget(session, table, keys)


@event.listens_for(Session, "after_flush")
def _forget_deleted(session: Session, _context: Any) -> None:
    gone: dict[str, list[int]] = {}
    for record in session.deleted:
        if isinstance(record, Record):
            gone.setdefault(record.__tablename__, []).append(record.id)
    for table, keys in gone.items():
        _forget(session, table, keys)


def _forget(session: Session, table: str, keys: Collection[int], *conditions: Any) -> None:
    opened = OpenedRecord.__table__
    named = opened.c.record_table == table, opened.c.record_id.in_(keys)
    session.connection().execute(delete(opened).where(*named, *conditions))


def _kept(session: Session, user_id: int, name: str) -> Any:
    question = select(PersonalSetting.value).where(PersonalSetting.user_id == user_id, PersonalSetting.name == name)
    return session.scalar(question) or []


def _keep(session: Session, user_id: int, name: str, value: Any) -> None:
    insert = insert_into(session, PersonalSetting, {"user_id": user_id, "name": name, "value": value})
    session.execute(
        insert.on_conflict_do_update(index_elements=["user_id", "name"], set_={"value": insert.excluded.value})
    )
