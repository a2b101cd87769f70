"""Boards: deals by stage, claims by status. Columns are counted whole, cards are read up to a bound.

Each board costs one question for the cards and one for the figures, whatever the number of records. Amounts are in
roubles; deals with VAT. Conditions come from the screen and are the same as those of the list.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app.models.claims import Claim, ClaimStatus
from app.models.clients import Client
from app.models.deals import Deal, DealStage, StageOutcome
from app.models.staff import Employee

MOST_CARDS = 50
"""Cards of a column: a longer one is read in the list."""


@dataclass(frozen=True, slots=True)
class Card:
    """A deal or claim on its board."""

    id: int
    version: int
    title: str
    client: str
    """Empty when the client is beyond the viewer's rows."""
    who: str
    amount: Decimal | None
    step: str
    due_on: date | None
    days_late: int
    """0 when nothing is overdue."""
    reason_id: int | None = None
    """Why a lost deal was lost."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: all that stands in it counted, the first cards read."""

    key: str
    label: str
    tone: str
    is_end: bool
    """Whether nothing is left to do with what stands here."""
    asks_reason: bool
    count: int
    amount: Decimal
    cards: tuple[Card, ...]


def deal_board(
    session: Session, conditions: Sequence[ColumnElement[bool]], today: date, *, with_ended: bool
) -> tuple[Column, ...]:
    """Deals by stage: the step that should have been made first comes first.

    Cards of won and lost deals are read only `with_ended`, the last closed first.
    """
    stages = session.scalars(select(DealStage).order_by(DealStage.position, DealStage.id)).all()
    shown = [stage.id for stage in stages if with_ended or stage.outcome is StageOutcome.OPEN]
    is_open = {stage.id: stage.outcome is StageOutcome.OPEN for stage in stages}
    order = (Deal.closed_on.desc().nulls_first(), Deal.next_step_on.asc().nulls_last(), Deal.id)
    rows = _first(session, Deal, Deal.stage_id, _Wanted(conditions, shown, order))
    cards: dict[int, list[Card]] = {}
    for row in rows:
        deal: Deal = row.Deal
        late = _days_late(deal.next_step_on, today) if is_open[deal.stage_id] else 0
        due_on = deal.next_step_on if is_open[deal.stage_id] else deal.closed_on
        cards.setdefault(deal.stage_id, []).append(
            Card(
                id=deal.id,
                version=deal.version,
                title=deal.title,
                client=row.client or "",
                who=str(row.Employee),
                amount=deal.amount,
                step=deal.next_step or "",
                due_on=due_on,
                days_late=late,
                reason_id=deal.loss_reason_id,
            )
        )
    totals = _totals(session, Deal, Deal.stage_id, conditions)
    return tuple(
        Column(
            key=str(stage.id),
            label=stage.name,
            tone=stage.outcome.tone,
            is_end=not is_open[stage.id],
            asks_reason=stage.outcome is StageOutcome.LOST,
            count=totals.get(stage.id, _NOTHING)[0],
            amount=totals.get(stage.id, _NOTHING)[1],
            cards=tuple(cards.get(stage.id, ())),
        )
        for stage in stages
    )


def claim_board(
    session: Session, conditions: Sequence[ColumnElement[bool]], today: date, *, with_ended: bool
) -> tuple[Column, ...]:
    """Claims by status, the most urgent answer first; cards of closed ones only `with_ended`, the last closed first."""
    shown = [status for status in ClaimStatus if with_ended or status is not ClaimStatus.CLOSED]
    order = (Claim.closed_on.desc().nulls_first(), Claim.answer_due_on.asc().nulls_last(), Claim.id)
    rows = _first(session, Claim, Claim.status, _Wanted(conditions, shown, order))
    cards: dict[ClaimStatus, list[Card]] = {}
    for row in rows:
        claim: Claim = row.Claim
        is_closed = claim.status is ClaimStatus.CLOSED
        cards.setdefault(claim.status, []).append(
            Card(
                id=claim.id,
                version=claim.version,
                title=str(claim),
                client=row.client or "",
                who=str(row.Employee),
                amount=claim.amount,
                step=claim.text[:120],
                due_on=claim.closed_on if is_closed else claim.answer_due_on,
                days_late=0 if is_closed else _days_late(claim.answer_due_on, today),
            )
        )
    totals = _totals(session, Claim, Claim.status, conditions)
    return tuple(
        Column(
            key=status.value,
            label=str(status.label),
            tone=status.tone,
            is_end=status is ClaimStatus.CLOSED,
            asks_reason=False,
            count=totals.get(status, _NOTHING)[0],
            amount=totals.get(status, _NOTHING)[1],
            cards=tuple(cards.get(status, ())),
        )
        for status in ClaimStatus
    )


_NOTHING = (0, Decimal(0))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which records, in which columns, in which order."""

    conditions: Sequence[ColumnElement[bool]]
    columns: Collection[Any]
    order: tuple[Any, ...]


def _first(session: Session, model: Any, column: Any, wanted: _Wanted) -> Iterable[Any]:
    """The first records of every column, with the client's name and the person responsible."""
    place = func.row_number().over(partition_by=column, order_by=wanted.order)
    ranked: Any = (
        select(model.id, place.label("place"))
        .outerjoin(Client, Client.id == model.client_id)
        .where(column.in_(wanted.columns), *wanted.conditions)
        .subquery()
    )
    statement: Select[Any] = (
        select(model, Client.name.label("client"), Employee)
        .join(ranked, ranked.c.id == model.id)
        .outerjoin(Client, Client.id == model.client_id)
        .join(Employee, Employee.id == model.responsible_id)
        .where(ranked.c.place <= MOST_CARDS)
        .order_by(ranked.c.place)
    )
    return session.execute(statement)


def _totals(
    session: Session, model: Any, column: Any, conditions: Sequence[ColumnElement[bool]]
) -> Mapping[Any, tuple[int, Decimal]]:
    """How many records stand in each column, and their amounts together."""
    statement = (
        select(column, func.count(model.id), func.sum(model.amount))
        .outerjoin(Client, Client.id == model.client_id)
        .where(*conditions)
        .group_by(column)
    )
    return {key: (count, amount or Decimal(0)) for key, count, amount in session.execute(statement)}


def _days_late(due_on: date | None, today: date) -> int:
    return max((today - due_on).days, 0) if due_on is not None else 0
