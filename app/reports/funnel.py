"""The funnel of deals: how many came to each stage in a period, went on, were lost there, and how long they stood.

A deal counts at a stage when it came there within the period; what became of it is told as it is today, so the
figures of a past period still grow. A deal that came to a stage twice counts once. Roubles, days.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select, type_coerce
from sqlalchemy.orm import Session

from app.clock import instants_of
from app.database import UtcDateTime
from app.models.deals import Deal, DealStage, DealStageChange, StageOutcome

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class FunnelQuestion:
    """The period, both days included, in the company's zone; one manager or all whose deals the viewer sees."""

    first: date
    last: date
    zone: ZoneInfo
    responsible_id: int | None = None


@dataclass(frozen=True, slots=True)
class FunnelStage:
    """What became of the deals that came to a stage. `came` = `went_on` + `lost` + `there` + back to an earlier one."""

    stage_id: int
    name: str
    outcome: StageOutcome
    came: int
    amount: Decimal
    went_on: int = 0
    lost: int = 0
    there: int = 0
    days: float | None = None
    """Median of days at the stage, of deals that have left it; None when none has."""

    @property
    def conversion(self) -> Decimal | None:
        """Per cent of the deals that went on, of those that came; None when none came or the stage is an end."""
        if not self.came or self.outcome is not StageOutcome.OPEN:
            return None
        return (Decimal(100 * self.went_on) / self.came).quantize(Decimal("0.1"))


@dataclass(frozen=True, slots=True)
class Funnel:
    """The stages in their order; `begun` deals came to any of them in the period, `won` of these are won now."""

    stages: tuple[FunnelStage, ...]
    begun: int
    won: int
    won_amount: Decimal

    @property
    def conversion(self) -> Decimal | None:
        """Per cent of the deals that are won now, of all that moved in the period."""
        return (Decimal(100 * self.won) / self.begun).quantize(Decimal("0.1")) if self.begun else None


@dataclass(frozen=True, slots=True)
class _Stay:
    deal_id: int
    stage_id: int
    amount: Decimal
    came: datetime
    left: datetime | None
    to_id: int | None
    now_id: int


def funnel(session: Session, question: FunnelQuestion) -> Funnel:
    """Answer, in two questions."""
    stages = session.scalars(select(DealStage).order_by(DealStage.position, DealStage.id)).all()
    by_stage: defaultdict[int, list[_Stay]] = defaultdict(list)
    deals: dict[int, _Stay] = {}
    for stay in _stays(session, question):
        by_stage[stay.stage_id].append(stay)
        deals[stay.deal_id] = stay
    known = {stage.id: stage for stage in stages}
    won = [stay for stay in deals.values() if known[stay.now_id].outcome is StageOutcome.WON]
    return Funnel(
        stages=tuple(_stage(stage, by_stage[stage.id], known) for stage in stages),
        begun=len(deals),
        won=len(won),
        won_amount=sum((stay.amount for stay in won), Decimal(0)),
    )


def _stays(session: Session, question: FunnelQuestion) -> Iterable[_Stay]:
    """Every coming of a deal to a stage within the period, with where it went from there and where it is now."""
    change = DealStageChange
    in_order: dict[str, Any] = {"partition_by": change.deal_id, "order_by": (change.at, change.id)}
    moves = select(
        change.deal_id,
        change.to_id.label("stage_id"),
        change.at.label("came"),
        type_coerce(func.lead(change.at).over(**in_order), UtcDateTime).label("left"),
        func.lead(change.to_id).over(**in_order).label("next_id"),
    ).subquery()
    statement = (
        select(moves, Deal.amount, Deal.stage_id.label("now_id"))
        .join(Deal, Deal.id == moves.c.deal_id)
        .where(*_asked(question, moves.c.came))
        .order_by(moves.c.came, moves.c.deal_id)
    )
    for row in session.execute(statement):
        yield _Stay(row.deal_id, row.stage_id, row.amount, row.came, row.left, row.next_id, row.now_id)


def _asked(question: FunnelQuestion, came: Any) -> list[ColumnElement[bool]]:
    first, beyond = instants_of(question.first, question.last, question.zone)
    conditions: list[ColumnElement[bool]] = [came >= first, came < beyond]
    if question.responsible_id is not None:
        conditions.append(Deal.responsible_id == question.responsible_id)
    return conditions


def _stage(stage: DealStage, stays: list[_Stay], known: dict[int, DealStage]) -> FunnelStage:
    last = {stay.deal_id: stay for stay in stays}
    went_on = lost = there = 0
    for stay in last.values():
        to = known[stay.to_id] if stay.to_id is not None else None
        there += to is None
        lost += to is not None and to.outcome is StageOutcome.LOST
        went_on += to is not None and to.outcome is not StageOutcome.LOST and to.position > stage.position
    lasted = [(stay.left - stay.came) / _DAY for stay in stays if stay.left is not None]
    return FunnelStage(
        stage_id=stage.id,
        name=stage.name,
        outcome=stage.outcome,
        came=len(last),
        amount=sum((stay.amount for stay in last.values()), Decimal(0)),
        went_on=went_on,
        lost=lost,
        there=there,
        days=median(lasted) if lasted else None,
    )
