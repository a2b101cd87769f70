"""What a person has been told, newest first; only what they may open now is shown or counted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app.database import at_most
from app.models.notices import Notice, NoticeKind
from app.permissions import Viewer
from app.services.news import visible_to


@dataclass(frozen=True, slots=True)
class ToldNotice:
    """One notification as it is shown."""

    id: int
    kind: NoticeKind
    arguments: dict[str, Any]
    made_at: datetime
    is_read: bool


def unread(viewer: Viewer, tables: Collection[str]) -> Select[Any]:
    """Keys of the notifications about the tables that the person has not read: what the bell counts."""
    return select(Notice.id).where(
        Notice.user_id == viewer.user_id,
        Notice.read_at.is_(None),
        visible_to(viewer, by_session=True, tables=tables),
    )


def unread_tables(viewer: Viewer, most: int) -> Select[str]:
    """What the newest notifications that the person has not read are about: names of tables, apart by commas."""
    newest = select(Notice.record_table).where(Notice.user_id == viewer.user_id, Notice.read_at.is_(None))
    tables = (
        select(newest.order_by(Notice.id.desc()).limit(at_most(most)).subquery().c.record_table).distinct().subquery()
    )
    return select(func.aggregate_strings(tables.c.record_table, ","))


def list_notices(
    session: Session, viewer: Viewer, *, unread: bool, before: int | None, limit: int
) -> Sequence[ToldNotice]:
    """A page of the person's notifications, those older than the one of key `before`."""
    statement = select(Notice).where(*_mine(viewer)).order_by(Notice.id.desc()).limit(limit)
    if unread:
        statement = statement.where(Notice.read_at.is_(None))
    if before is not None:
        statement = statement.where(Notice.id < before)
    return [
        ToldNotice(each.id, each.kind, each.arguments, each.made_at, each.read_at is not None)
        for each in session.scalars(statement)
    ]


def find_notice(session: Session, viewer: Viewer, key: int) -> Notice | None:
    """A notification of the person by its key; None when it is another's or leads to what they may not see."""
    return session.scalars(select(Notice).where(Notice.id == key, *_mine(viewer))).first()


def _mine(viewer: Viewer) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Notice.user_id == viewer.user_id, visible_to(viewer, by_session=True)
