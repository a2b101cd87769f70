"""The lines of the radar: one question for each rule, the longest wait first, with how many there are in all.

Days are days of the company's zone; amounts are roubles, VAT included. The row rule of the session holds besides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Integer, Select, and_, cast, exists, func, literal, null, or_, select
from sqlalchemy.orm import Session, aliased

from app.clock import day_of
from app.database import UtcDateTime
from app.models.clients import Client
from app.models.radar import RadarCode, RadarOwner, RadarSnooze
from app.models.staff import Employee
from app.permissions import READ, Viewer
from app.reports.my_day import Team
from app.reports.radar.conditions import Moment
from app.reports.radar.questions import QUESTIONS
from app.services.radar import Terms

MOST = 1000
"""Lines of a rule that are looked at: nobody works off more, and each look must cost the same."""
COUNTED = 100
"""Lines of a rule that are counted for the panel: a hundred forgotten things are as bad as two hundred."""
_SNOOZE = aliased(RadarSnooze)


@dataclass(frozen=True, slots=True)
class RadarQuestion:
    """Whose lines: of the employees of `team`, and of the roles in `roles` (of rules that belong to a role).

    `user_id` is the person who looks; what they have put off is left out, or with `put_off` it is all there is.
    """

    today: date
    zone: ZoneInfo
    user_id: int
    team: Team
    roles: frozenset[str] = frozenset()
    put_off: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a rule ended: the wait and the key of its last line."""

    since: str
    record_id: int


@dataclass(frozen=True, slots=True)
class RadarLine:
    """A line. `since` is the day something was due, or the beginning of a wait; `target_id` is what to open.

    `put_off_until` and `reason` say what the line's owner has put off, or in the list of what was put off, oneself.
    """

    record_id: int
    target_id: int
    title: str
    client_id: int | None
    client: str
    owner_id: int | None
    since: date
    amount: Decimal | None = None
    put_off_until: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of one rule. `total` counts all of them, up to MOST; `next` is where the next page begins."""

    code: RadarCode
    terms: Terms
    lines: tuple[RadarLine, ...]
    total: int
    next: Place | None = None


def readable(rules: Iterable[RadarCode], viewer: Viewer) -> list[RadarCode]:
    """The rules whose records the person may read at all."""
    return [code for code in rules if viewer.may(READ, QUESTIONS[code].area)]


def radar_part(
    session: Session, rule: tuple[RadarCode, Terms], asked: RadarQuestion, shown: int, after: Place | None = None
) -> Part:
    """At most `shown` lines of one rule. One question; none where the rule's lines are in nobody's list.

    Raises ValueError for a place that is none.
    """
    code, terms = rule
    if _is_of_role(terms) and terms.owner.value not in asked.roles:
        return Part(code, terms, (), 0)
    found = _found(code, terms, asked).subquery()
    counted = select(found, func.count().over().label("total")).subquery()
    page = select(counted).order_by(counted.c.since, counted.c.record_id).limit(shown + 1)
    if after is not None:
        page = page.where(_beyond(counted, after))
    rows = session.execute(page).all()
    last = rows[shown - 1] if len(rows) > shown else None
    return Part(
        code=code,
        terms=terms,
        lines=tuple(_line(row, asked.zone) for row in rows[:shown]),
        total=rows[0].total if rows else 0,
        next=Place(last.since.isoformat(), last.record_id) if last is not None else None,
    )


def lines_waiting(session: Session, rules: Mapping[RadarCode, Terms], asked: RadarQuestion) -> int:
    """How many lines the rules have together, looking at COUNTED of each at most. One question."""
    counts = [
        select(func.count()).select_from(_found(code, terms, asked).order_by(None).limit(COUNTED).subquery())
        for code, terms in rules.items()
        if not _is_of_role(terms) or terms.owner.value in asked.roles
    ]
    together: Any = sum((count.scalar_subquery() for count in counts), literal(0))
    return int(session.scalar(select(together)) or 0)


def _is_of_role(terms: Terms) -> bool:
    return terms.owner not in (RadarOwner.RECORD, RadarOwner.CLIENT)


def _found(code: RadarCode, terms: Terms, asked: RadarQuestion) -> Select[Any]:
    """The first MOST lines of a rule, as a statement."""
    question = QUESTIONS[code]
    snooze = _SNOOZE
    holder = _holder(code, terms)
    amount = question.amount if question.amount is not None else cast(null(), Integer)
    wanted = select(
        question.model.id.label("record_id"),
        (question.model.id if question.leads_to is None else question.leads_to).label("target_id"),
        question.title.label("title"),
        Client.id.label("client_id"),
        Client.name.label("client"),
        holder.label("owner_id"),
        question.since.label("since"),
        amount.label("amount"),
        snooze.until.label("put_off_until"),
        snooze.reason.label("reason"),
    ).select_from(question.model)
    if question.model is not Client:  # no alias: the row rule is not carried over to one that is joined by hand
        wanted = wanted.outerjoin(Client, Client.id == question.client_id)
    line = (snooze.code == code, snooze.record_id == question.model.id, snooze.until > asked.today)
    if asked.put_off:
        wanted = wanted.join(snooze, and_(*line, snooze.user_id == asked.user_id))
    else:
        login = select(Employee.user_id).where(Employee.id == holder).scalar_subquery()
        wanted = wanted.outerjoin(snooze, and_(*line, snooze.user_id == login)).where(~_put_off(code, asked))
    if asked.team is not None and not _is_of_role(terms):
        wanted = wanted.where(holder.in_(sorted(asked.team)))
    wanted = wanted.where(*question.where(Moment(asked.today, asked.zone, terms.days)))
    return wanted.order_by(question.since, question.model.id).limit(MOST)


def _holder(code: RadarCode, terms: Terms) -> Any:
    if _is_of_role(terms):
        return cast(null(), Integer)
    by_record = QUESTIONS[code].holder if terms.owner is RadarOwner.RECORD else None
    return by_record if by_record is not None else Client.responsible_id


def _put_off(code: RadarCode, asked: RadarQuestion) -> ColumnElement[bool]:
    """The person who looks has put the line off."""
    return exists().where(
        RadarSnooze.user_id == asked.user_id,
        RadarSnooze.code == code,
        RadarSnooze.record_id == QUESTIONS[code].model.id,
        RadarSnooze.until > asked.today,
    )


def _beyond(counted: Any, after: Place) -> ColumnElement[bool]:
    reads = datetime if isinstance(counted.c.since.type, UtcDateTime) else date
    since = reads.fromisoformat(after.since)
    return or_(counted.c.since > since, and_(counted.c.since == since, counted.c.record_id > after.record_id))


def _line(row: Any, zone: ZoneInfo) -> RadarLine:
    return RadarLine(
        record_id=row.record_id,
        target_id=row.target_id,
        title=row.title or "",
        client_id=row.client_id,
        client=row.client or "",
        owner_id=row.owner_id,
        since=day_of(row.since, zone) if isinstance(row.since, datetime) else row.since,
        amount=row.amount,
        put_off_until=row.put_off_until,
        reason=row.reason or "",
    )
