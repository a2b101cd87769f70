"""Reads a timeline: what is planned, what is pinned, and a page of what happened, by one question for all kinds.

Each part of the question stops after a page, so that a long history costs no more. The question of a first page is
kept: to put thirteen kinds together takes longer than their answer. Further pages ask besides what is pinned.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, literal, or_, select, union_all
from sqlalchemy.orm import Session

from app.database import Choice, answers, at_most
from app.models.clients import Pin
from app.models.interactions import Interaction, InteractionKind, InteractionState
from app.models.service import Visit, VisitStatus
from app.reports.feed.kinds import DAY_ONLY, STATES, FeedKind
from app.reports.feed.sources import FeedOf, Source, Timeline, file_count, source

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
_RECORD, _CLIENT = "record", "client"
"""Names of the values that a kept question is asked with."""
_GIVEN_RECORD = bindparam(_RECORD, type_=BigInteger())


def read_feed(session: Session, of: FeedOf, asked: FeedQuestion) -> Feed:
    """A page of a timeline."""
    kinds = tuple(kind for kind in FeedKind if kind in asked.kinds)
    if not kinds:
        return Feed((), None)
    if asked.is_first:
        question = _first_page(of.timeline(_GIVEN_RECORD), kinds, asked.size)
        rows = _named(question, answers(session, question, {_RECORD: of.id, _CLIENT: of.client_id}))
        pins = {(row["kind"], row["id"]) for row in rows if row["part"] == _PINNED}
    else:
        question = _page(of.timeline(), kinds, asked)
        rows = _named(question, session.execute(question).all())
        pins = _pins(session, of.client_id)
    found: dict[str, list[FeedEntry]] = {_PINNED: [], _AHEAD: [], _PAST: []}
    for row in rows:
        found[row["part"]].append(_entry(row, (row["kind"], row["id"]) in pins))
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
    found = source(kind, of.timeline())
    return session.execute(found.statement.where(found.model.id == key).limit(1)).first() is not None


def _pins(session: Session, client_id: int) -> set[tuple[str, int]]:
    statement = select(Pin.record_table, Pin.record_id).where(Pin.client_id == client_id).limit(MOST_PINS)
    return {(table, key) for table, key in session.execute(statement)}


def _named(question: Select[Any], rows: Iterable[Any]) -> list[dict[str, Any]]:
    names = [column.name for column in question.selected_columns]
    return [dict(zip(names, row, strict=True)) for row in rows]


@lru_cache(maxsize=256)
def _first_page(of: Timeline, kinds: tuple[FeedKind, ...], size: int) -> Select[Any]:
    """What is ahead, what is pinned and the newest of the past, of the record and client that are given."""
    others = []
    for kind in kinds:
        found = source(kind, of)
        if kind in _PLANNED:
            column, value = _PLANNED[kind]
            others.append(_part(found, found.statement.where(column == value), _AHEAD, found.at.asc(), MOST_PLANNED))
        pinned = found.statement.where(found.model.id.in_(_pinned(kind)))
        others.append(_part(found, pinned, _PINNED, found.at.desc(), MOST_PINS))
    return _page(of, kinds, FeedQuestion(kinds, size=size), *others)


def _pinned(kind: FeedKind) -> Select[int]:
    client = bindparam(_CLIENT, type_=BigInteger())
    return select(Pin.record_id).where(Pin.client_id == client, Pin.record_table == kind.value)


def _page(of: Timeline, kinds: Iterable[FeedKind], asked: FeedQuestion, *others: Select[Any]) -> Select[Any]:
    """All parts at once, newest first within each."""
    union = union_all(*(_past(kind, source(kind, of), asked) for kind in kinds)).subquery()
    page = select(union).order_by(union.c.at.desc(), union.c.kind.desc(), union.c.id.desc())
    everything = union_all(select(page.limit(at_most(asked.size + 1)).subquery()), *others).subquery()
    statement = select(everything, file_count(everything).label("files"))
    return statement.order_by(everything.c.at.desc(), everything.c.kind.desc(), everything.c.id.desc())


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
    return select(named.order_by(order, found.model.id.desc()).limit(at_most(limit)).subquery())


def _older(kind: FeedKind, found: Source, after: Cursor) -> ColumnElement[bool]:
    """Beyond the cursor in the order (at, kind, id), all descending."""
    if kind.value < after.kind:
        return found.at <= after.at
    if kind.value > after.kind:
        return found.at < after.at
    return or_(found.at < after.at, and_(found.at == after.at, found.model.id < after.id))


def _entry(row: Mapping[str, Any], is_pinned: bool) -> FeedEntry:
    kind = FeedKind(row["kind"])
    initials = "".join(f"{name[0]}." for name in (row["given"], row["patronymic"]) if name)
    texts = {name: row[name] or "" for name in ("number", "title", "body", "outcome", "note", "whom")}
    return FeedEntry(
        kind=kind,
        id=row["id"],
        at=row["at"],
        day=row["at"].date() if kind in DAY_ONLY else None,
        amount=row["amount"],
        state=STATES[kind](row["state"]) if kind in STATES else None,
        mark=InteractionKind(row["mark"]) if row["mark"] else None,
        who=f"{row['family']} {initials}".strip() if row["family"] else "",
        link_id=row["link_id"],
        author_id=row["author_id"],
        edited_at=row["edited_at"],
        files=row["files"],
        is_pinned=is_pinned,
        **texts,
    )
