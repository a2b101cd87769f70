"""What managers did in a period: quotes, calls, clients called, meetings, letters, visits, contracts.

Counts come from the register of activity: done interactions, first editions of quotes that were sent, signed contracts,
managers' own visits that are done, each on its day. A client called twice in a period is one client called; the
period may be cut into weeks, months or quarters. Sums are roubles, VAT included, of the editions that were counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from app.clock import instants_of
from app.errors import RuleError
from app.models.interactions import Interaction, InteractionKind, InteractionState
from app.models.ledger import ActivityBalance, ActivityKind, ActivityMovement
from app.models.sales import Quote, QuoteLine
from app.models.staff import Employee
from app.texts import _

MOST_PIECES = 120
_DAY = timedelta(days=1)


class Cut(StrEnum):
    """Into what a period is cut."""

    WHOLE = "whole"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class ActivityQuestion:
    """The period, both days included, in the company's zone; one employee, or all."""

    first: date
    last: date
    zone: ZoneInfo
    cut: Cut = Cut.WHOLE
    employee_id: int | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """What one person did in one piece of the period."""

    employee_id: int
    employee: str
    first: date
    last: date
    counts: Mapping[ActivityKind, int] = field(default_factory=dict)
    clients_called: int = 0
    quoted: Decimal = Decimal(0)
    calls_without_result: int = 0
    quotes_without_lines: int = 0


@dataclass(frozen=True, slots=True)
class Activities:
    """All rows by name and day. In `total` a client called by two people, or in two pieces, is one client."""

    rows: tuple[Activity, ...]
    total: Activity


Piece = tuple[date, date]
_Found = dict[tuple[int, int], dict[str, Any]]


def pieces_of(question: ActivityQuestion) -> list[Piece]:
    """The period cut into weeks, months or quarters; the outer ones end with the period.

    Raises RuleError for more than MOST_PIECES of them.
    """
    pieces, first = [], question.first
    while first <= question.last:
        last = min(_end_of(first, question.cut) or question.last, question.last)
        pieces.append((first, last))
        first = last + _DAY
        if len(pieces) > MOST_PIECES:
            raise RuleError(_("The period is too long to be cut so fine."))
    return pieces


def _end_of(day: date, cut: Cut) -> date | None:
    if cut is Cut.WHOLE:
        return None
    if cut is Cut.WEEK:
        return day + timedelta(days=6 - day.weekday())
    last_month = day.month if cut is Cut.MONTH else day.month + 2 - (day.month - 1) % 3
    return (day.replace(month=last_month, day=1) + timedelta(days=31)).replace(day=1) - _DAY


def manager_activity(session: Session, question: ActivityQuestion) -> Activities:
    """Answer, in six questions however long the period is."""
    pieces = pieces_of(question)
    found: _Found = {}
    for rows in (
        _counts(session, question, pieces),
        _called(session, question, pieces),
        _quoted(session, question, pieces),
        _without_result(session, question, pieces),
    ):
        for employee_id, piece, values in rows:
            known = found.setdefault((employee_id, piece), {"counts": {}})
            known["counts"] |= values.pop("counts", {})
            known |= values
    people = {key for key, _piece in found}
    names = {each.id: str(each) for each in session.scalars(select(Employee).where(Employee.id.in_(people)))}
    made = [Activity(key, names[key], *pieces[piece], **values) for (key, piece), values in found.items()]
    made.sort(key=lambda each: (each.employee, each.employee_id, each.first))
    return Activities(tuple(made), _total(session, question, made))


def _total(session: Session, question: ActivityQuestion, rows: Sequence[Activity]) -> Activity:
    clients = _calls(question, [(question.first, question.last)])
    counts = {kind: sum(row.counts.get(kind, 0) for row in rows) for kind in ActivityKind}
    return Activity(
        employee_id=0,
        employee="",
        first=question.first,
        last=question.last,
        counts=counts,
        clients_called=session.scalar(select(func.count(clients.c.client_id.distinct()))) or 0,
        quoted=sum((row.quoted for row in rows), Decimal(0)),
        calls_without_result=sum(row.calls_without_result for row in rows),
        quotes_without_lines=sum(row.quotes_without_lines for row in rows),
    )


def _piece(column: Any, pieces: Sequence[Piece]) -> Any:
    """The number of the piece that a day lies in, as an expression."""
    if len(pieces) == 1:
        return literal(0)
    return case(*((column <= last, number) for number, (_first, last) in enumerate(pieces)))


def _within(column: Any, question: ActivityQuestion, employee: Any) -> Any:
    period = column.between(question.first, question.last)
    return period if question.employee_id is None else and_(period, employee == question.employee_id)


def _counts(session: Session, question: ActivityQuestion, pieces: Sequence[Piece]) -> Any:
    """Acts by kind, from the kept balances."""
    balance = ActivityBalance
    rows = (
        select(balance.employee_id, balance.kind, balance.count, _piece(balance.day, pieces).label("piece"))
        .where(_within(balance.day, question, balance.employee_id), balance.count != 0)
        .subquery()
    )
    keys = (rows.c.employee_id, rows.c.piece, rows.c.kind)
    for row in session.execute(select(*keys, func.sum(rows.c.count).label("acts")).group_by(*keys)):
        yield row.employee_id, row.piece, {"counts": {row.kind: int(row.acts)}}


def _calls(question: ActivityQuestion, pieces: Sequence[Piece]) -> Any:
    """Who called whom in which piece; a call that was taken back is none."""
    movement = ActivityMovement
    rows = (
        select(movement.employee_id, movement.client_id, movement.count, _piece(movement.day, pieces).label("piece"))
        .where(movement.kind == ActivityKind.CALL, _within(movement.day, question, movement.employee_id))
        .subquery()
    )
    keys = (rows.c.employee_id, rows.c.piece, rows.c.client_id)
    return select(*keys).group_by(*keys).having(func.sum(rows.c.count) > 0).subquery()


def _called(session: Session, question: ActivityQuestion, pieces: Sequence[Piece]) -> Any:
    calls = _calls(question, pieces)
    keys = (calls.c.employee_id, calls.c.piece)
    for row in session.execute(select(*keys, func.count().label("clients")).group_by(*keys)):
        yield row.employee_id, row.piece, {"clients_called": row.clients}


def _quoted(session: Session, question: ActivityQuestion, pieces: Sequence[Piece]) -> Any:
    """Sums of the quotes that were counted, and how many of them have no line."""
    is_empty = ~exists().where(QuoteLine.quote_id == Quote.id)
    rows = (
        select(
            Quote.responsible_id.label("employee_id"),
            Quote.total,
            case((is_empty, 1), else_=0).label("is_empty"),
            _piece(Quote.sent_on, pieces).label("piece"),
        )
        .where(_within(Quote.sent_on, question, Quote.responsible_id), Quote.edition == 1)
        .subquery()
    )
    keys = (rows.c.employee_id, rows.c.piece)
    sums = (func.sum(rows.c.total).label("quoted"), func.sum(rows.c.is_empty).label("empty"))
    for row in session.execute(select(*keys, *sums).group_by(*keys)):
        yield row.employee_id, row.piece, {"quoted": row.quoted, "quotes_without_lines": int(row.empty)}


def _without_result(session: Session, question: ActivityQuestion, pieces: Sequence[Piece]) -> Any:
    """Calls that are done and say nothing about what came of them."""
    begins = [instants_of(first, last, question.zone) for first, last in pieces]
    piece: Any = literal(0)
    if len(pieces) > 1:
        piece = case(*((Interaction.starts_at < end, number) for number, (_begin, end) in enumerate(begins)))
    conditions = [
        Interaction.kind == InteractionKind.CALL,
        Interaction.state == InteractionState.DONE,
        or_(Interaction.result.is_(None), Interaction.result == ""),
        Interaction.starts_at >= begins[0][0],
        Interaction.starts_at < begins[-1][1],
    ]
    if question.employee_id is not None:
        conditions.append(Interaction.responsible_id == question.employee_id)
    rows = select(Interaction.responsible_id.label("employee_id"), piece.label("piece")).where(*conditions).subquery()
    keys = (rows.c.employee_id, rows.c.piece)
    for row in session.execute(select(*keys, func.count().label("calls")).group_by(*keys)):
        yield row.employee_id, row.piece, {"calls_without_result": row.calls}
