"""Reads a timeline: what is planned, what is pinned, and a page of what happened, by one question for all kinds.

Each part of the question stops after a page, so that a long history costs no more. A second question says what is
pinned.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select, union_all
from sqlalchemy.orm import Session

from app.database import Choice
from app.models.clients import Pin
from app.models.interactions import Interaction, InteractionKind, InteractionState
from app.models.service import Visit, VisitStatus
from app.reports.feed.kinds import DAY_ONLY, STATES, FeedKind
from app.reports.feed.sources import FeedOf, Source, file_count, source

PAGE = 30
MOST_PLANNED = 10
MOST_PINS = 50


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last entry of a page: the next page begins after it."""

    at: datetime
    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class FeedQuestion:
    """Entries of which kinds, after which one, how many.."""

    kinds: Collection[FeedKind]
    after: Cursor | None = None
    size: int = PAGE

    @property
    def is_first(self) -> bool:
        """What is planned and pinned stands over the first page only."""
        return self.after is None


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry. `day` is set for what has a day but no time. `mark` is the call's, meeting's or letter's kind.

    `amount` is in roubles; `who` did it, `whom` it was done with; `outcome` is what came of it; `note` says the rule
    that planned it, the stage before or the responsible before; `link_id` names the deal of a stage; `files` counts
    the attached files; `author_id` and `edited_at` belong to comments.
    """

    kind: FeedKind
    id: int
    at: datetime
    day: date | None
    number: str
    title: str
    body: str
    outcome: str
    note: str
    amount: Decimal | None
    state: Choice | None
    mark: InteractionKind | None
    who: str
    whom: str
    link_id: int | None
    author_id: int | None
    edited_at: datetime | None
    files: int = 0
    is_pinned: bool = False

    @property
    def cursor(self) -> Cursor:
        """Where the next page would begin if this were the last entry."""
        return Cursor(self.at, self.kind.value, self.id)


@dataclass(frozen=True, slots=True)
class Feed:
    """A page: what is pinned, what is planned (soonest first), what happened; `next` is None on the last page."""

    entries: tuple[FeedEntry, ...]
    next: Cursor | None
    planned: tuple[FeedEntry, ...] = ()
    pinned: tuple[FeedEntry, ...] = ()


_PLANNED: dict[FeedKind, tuple[Any, Any]] = {
    FeedKind.INTERACTION: (Interaction.state, InteractionState.PLANNED),
    FeedKind.VISIT: (Visit.status, VisitStatus.PLANNED),
}
"""What is still ahead, or was forgotten: the column and the value that say so."""
_PINNED, _AHEAD, _PAST = "pinned", "ahead", "past"


def read_feed(session: Session, of: FeedOf, asked: FeedQuestion) -> Feed:
    """A page of a timeline, in two questions."""
    kinds = [kind for kind in FeedKind if kind in asked.kinds]
    if not kinds:
        return Feed((), None)
    pins = _pins(session, of.client_id)
    rows = _rows(session, of, asked, kinds, pins)
    found: dict[str, list[FeedEntry]] = {_PINNED: [], _AHEAD: [], _PAST: []}
    for row in rows:
        found[row.part].append(_entry(row, (row.kind, row.id) in pins))
    past = found[_PAST]
    following = past[asked.size - 1].cursor if len(past) > asked.size else None
    return Feed(
        # What stands over the page needs not stand in it.
        tuple(entry for entry in past[: asked.size] if not (asked.is_first and entry.is_pinned)),
        following,
        tuple(sorted(found[_AHEAD], key=lambda entry: (entry.at, entry.id))),
        tuple(found[_PINNED]),
    )


def has_entry(session: Session, of: FeedOf, kind: FeedKind, key: int) -> bool:
    """Tell whether an entry stands on this timeline, for the viewer of the session."""
    found = source(kind, of)
    return session.execute(found.statement.where(found.model.id == key).limit(1)).first() is not None


def _pins(session: Session, client_id: int) -> set[tuple[str, int]]:
    statement = select(Pin.record_table, Pin.record_id).where(Pin.client_id == client_id).limit(MOST_PINS)
    return {(table, key) for table, key in session.execute(statement)}


def _rows(
    session: Session, of: FeedOf, asked: FeedQuestion, kinds: Iterable[FeedKind], pins: set[tuple[str, int]]
) -> list[Any]:
    """All parts at once, newest first within each."""
    past, others = [], []
    for kind in kinds:
        found = source(kind, of)
        past.append(_past(kind, found, asked))
        if not asked.is_first:
            continue
        if kind in _PLANNED:
            column, value = _PLANNED[kind]
            others.append(_part(found, found.statement.where(column == value), _AHEAD, found.at.asc(), MOST_PLANNED))
        keys = [key for table, key in pins if table == kind.value]
        if keys:
            pinned = found.statement.where(found.model.id.in_(sorted(keys)))
            others.append(_part(found, pinned, _PINNED, found.at.desc(), MOST_PINS))
    union = union_all(*past).subquery()
    page = select(union).order_by(union.c.at.desc(), union.c.kind.desc(), union.c.id.desc()).limit(asked.size + 1)
    everything = union_all(select(page.subquery()), *others).subquery()
    statement = select(everything, file_count(everything).label("files"))
    order = (everything.c.at.desc(), everything.c.kind.desc(), everything.c.id.desc())
    return list(session.execute(statement.order_by(*order)))


def _past(kind: FeedKind, found: Source, asked: FeedQuestion) -> Select[Any]:
    """A page's worth of one kind, without what is still ahead."""
    statement = found.statement
    if kind in _PLANNED:
        column, value = _PLANNED[kind]
        statement = statement.where(column != value)
    if asked.after is not None:
        statement = statement.where(_older(kind, found, asked.after))
    return _part(found, statement, _PAST, found.at.desc(), asked.size + 1)


def _part(found: Source, statement: Select[Any], part: str, order: Any, limit: int) -> Select[Any]:
    named = statement.add_columns(literal(part).label("part"))
    return select(named.order_by(order, found.model.id.desc()).limit(limit).subquery())


def _older(kind: FeedKind, found: Source, after: Cursor) -> ColumnElement[bool]:
    """Beyond the cursor in the order (at, kind, id), all descending."""
    if kind.value < after.kind:
        return found.at <= after.at
    if kind.value > after.kind:
        return found.at < after.at
    return or_(found.at < after.at, and_(found.at == after.at, found.model.id < after.id))


def _entry(row: Any, is_pinned: bool) -> FeedEntry:
    kind = FeedKind(row.kind)
    initials = "".join(f"{name[0]}." for name in (row.given, row.patronymic) if name)
    texts = {name: getattr(row, name) or "" for name in ("number", "title", "body", "outcome", "note", "whom")}
    return FeedEntry(
        kind=kind,
        id=row.id,
        at=row.at,
        day=row.at.date() if kind in DAY_ONLY else None,
        amount=row.amount,
        state=STATES[kind](row.state) if kind in STATES else None,
        mark=InteractionKind(row.mark) if row.mark else None,
        who=f"{row.family} {initials}".strip() if row.family else "",
        link_id=row.link_id,
        author_id=row.author_id,
        edited_at=row.edited_at,
        files=row.files,
        is_pinned=is_pinned,
        **texts,
    )
