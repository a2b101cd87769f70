"""What stands beside every tab of a client's card: counts, turnover, debt by age, what is next, the last contact."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Date,
    Select,
    String,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy import type_coerce as as_type
from sqlalchemy.orm import Session

from app.database import answers, at_most
from app.models.agreements import Contract
from app.models.clients import Client, ClientComment, Contact
from app.models.deals import Deal, DealStage, StageOutcome
from app.models.interactions import Interaction, InteractionKind, InteractionState
from app.models.ledger import ZERO_BALANCE, DueItem
from app.models.money import MoneyDirection, Payment
from app.models.sales import DocumentStatus, Invoice
from app.models.service import Equipment, EquipmentStatus, Visit
from app.permissions import READ, Viewer
from app.reports.client_card.instants import noon_of

BUCKETS = ((1, 30), (31, 60), (61, 90), (91, None))
"""Days overdue, from and to; the last bucket has no end."""


@dataclass(frozen=True, slots=True)
class Debt:
    """A client's debt in roubles: `buckets` by days overdue as in BUCKETS; they and `not_due` make up `total`.

    `advance` is money that we hold for the client. `oldest_due_on` is empty when nothing is overdue.
    """

    total: Decimal
    not_due: Decimal
    buckets: tuple[Decimal, ...]
    advance: Decimal
    oldest_due_on: date | None
    days: int

    @property
    def overdue(self) -> Decimal:
        """What should have been paid by now."""
        return self.total - self.not_due


@dataclass(frozen=True, slots=True)
class Step:
    """Something done or to do: a call, meeting or letter, or a deal's next step (then `kind` is None)."""

    text: str
    at: datetime
    key: int
    kind: InteractionKind | None = None
    is_overdue: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """The summary. `counts` by tab. What the viewer may not read is None, empty or absent."""

    counts: dict[str, int] = field(default_factory=dict)
    turnover: Decimal | None = None
    """What the client paid us this calendar year, in roubles: money received, returns to the client taken off."""
    own_turnover: tuple[tuple[int, Decimal], ...] = ()
    """The client company's own turnover by year, newest first; nothing to do with our sales."""
    debt: Debt | None = None
    next_step: Step | None = None
    last_contact: Step | None = None
    next_maintenance: date | None = None


def summary(session: Session, client_id: int, viewer: Viewer, *, today: date, now: datetime) -> Summary:
    """Everything about one client that the viewer may read, in at most four questions."""
    facts = _facts(session, client_id, viewer, today)
    steps = _steps(session, client_id, viewer, today, now)
    return Summary(
        counts={name: value for name, value in facts.items() if name in COUNTED},
        turnover=facts.get("turnover"),
        own_turnover=_own_turnover(session, client_id),
        debt=_debt(session, client_id, today) if viewer.may(READ, "Receivables") else None,
        next_step=steps.get("next"),
        last_contact=steps.get("last"),
        next_maintenance=facts.get("next_maintenance"),
    )


_CLIENT: BindParameter[int] = bindparam("client", type_=BigInteger())
"""The questions are kept: every card asks them, and to put them together takes longer than their answers."""
COUNTED = frozenset({"contacts", "deals", "invoices", "contracts", "equipment", "visits", "comments"})
_AREAS = {
    "contacts": "Contacts",
    "deals": "Deals",
    "invoices": "Invoices",
    "contracts": "Contracts",
    "equipment": "Equipment",
    "visits": "Visits",
    "comments": "Clients",
    "turnover": "Payments",
    "next_maintenance": "Equipment",
}
"""Figure -> behind which right it stands."""


def _facts(session: Session, client_id: int, viewer: Viewer, today: date) -> dict[str, Any]:
    """All single figures at once."""
    names = tuple(name for name, area in _AREAS.items() if viewer.may(READ, area))
    if not names:
        return {}
    given = {"client": client_id, "year_begins": today.replace(month=1, day=1), "today": today}
    (values,) = answers(session, _question_of_facts(names), given)
    found = dict(zip(names, values, strict=True))
    if "turnover" in found:
        found["turnover"] = found["turnover"] or Decimal(0)
    return found


@lru_cache(maxsize=64)
def _question_of_facts(names: tuple[str, ...]) -> Select[Any]:
    in_use = Equipment.status != EquipmentStatus.WRITTEN_OFF
    due_next = select(func.min(Equipment.next_maintenance_on)).where(Equipment.client_id == _CLIENT, in_use)
    figures = {
        "contacts": _count(Contact, Contact.is_active.is_(True)),
        "deals": _count(Deal),
        "invoices": _count(Invoice),
        "contracts": _count(Contract),
        "equipment": _count(Equipment),
        "visits": _count(Visit),
        "comments": _count(ClientComment),
        "turnover": _turnover(),
        "next_maintenance": due_next.scalar_subquery(),
    }
    return select(*(figures[name].label(name) for name in names))


def _count(model: Any, *conditions: ColumnElement[bool]) -> Any:
    return select(func.count(model.id)).where(model.client_id == _CLIENT, *conditions).scalar_subquery()


def _turnover() -> Any:
    signed = case((Payment.direction == MoneyDirection.OUT, -Payment.amount), else_=Payment.amount)
    return (
        select(as_type(func.sum(signed), Payment.amount.type))
        .where(
            Payment.client_id == _CLIENT,
            Payment.status == DocumentStatus.POSTED,
            Payment.direction != MoneyDirection.INTERNAL,
            Payment.day.between(bindparam("year_begins", type_=Date()), bindparam("today", type_=Date())),
        )
        .scalar_subquery()
    )


def _own_turnover(session: Session, client_id: int) -> tuple[tuple[int, Decimal], ...]:
    """The card has read them with the client already."""
    client = session.get(Client, client_id)
    return tuple((each.year, each.amount) for each in client.turnovers[:3]) if client is not None else ()


def _debt(session: Session, client_id: int, today: date) -> Debt:
    """By kept balances of due items, so that a long history costs nothing."""
    items = answers(session, _open_items(), {"client": client_id})
    owed = [(due_on, amount) for due_on, amount in items if amount > 0]
    overdue = [(due_on, amount) for due_on, amount in owed if due_on is not None and due_on < today]
    total = sum((amount for _due, amount in owed), Decimal(0))
    oldest = min((due_on for due_on, _amount in overdue), default=None)
    return Debt(
        total=total,
        not_due=total - sum((amount for _due, amount in overdue), Decimal(0)),
        buckets=tuple(
            sum((amount for due_on, amount in overdue if _falls(due_on, bucket, today)), Decimal(0))
            for bucket in BUCKETS
        ),
        advance=sum((-amount for _due, amount in items if amount < 0), Decimal(0)),
        oldest_due_on=oldest,
        days=(today - oldest).days if oldest is not None else 0,
    )


@cache
def _open_items() -> Select[Any]:
    summed: list[Any] = [DueItem.due_on, func.sum(DueItem.balance)]
    is_open = DueItem.client_id == _CLIENT, DueItem.balance != ZERO_BALANCE
    return select(*summed).where(*is_open).group_by(DueItem.due_on, DueItem.balance > ZERO_BALANCE)


def _falls(due_on: date, bucket: tuple[int, int | None], today: date) -> bool:
    days, (first, last) = (today - due_on).days, bucket
    return first <= days and (last is None or days <= last)


def _steps(session: Session, client_id: int, viewer: Viewer, today: date, now: datetime) -> dict[str, Step]:
    """The earliest thing to do and the latest contact, in one question."""
    areas = tuple(area for area in _STEPS if viewer.may(READ, area))
    steps: dict[str, Step] = {}
    for kind_name, key, text, at, part in (
        answers(session, _question_of_steps(areas), {"client": client_id}) if areas else ()
    ):
        kind = InteractionKind(kind_name) if kind_name else None
        late = at < now if kind is not None else at.date() < today
        step = Step(text, at, key, kind, is_overdue=part == "next" and late)
        if part not in steps or step.at < steps[part].at:
            steps[part] = step
    return steps


@cache
def _question_of_steps(areas: tuple[str, ...]) -> Select[Any]:
    parts = [part.subquery() for area in areas for part in _STEPS[area]()]
    return select(union_all(*map(select, parts)).subquery())


def _talks() -> Sequence[Select[Any]]:
    mine = select(
        as_type(Interaction.kind, String).label("kind"),
        Interaction.id.label("key"),
        Interaction.topic.label("text"),
        Interaction.starts_at.label("at"),
    ).where(Interaction.client_id == _CLIENT)
    planned = mine.add_columns(literal("next").label("part")).where(Interaction.state == InteractionState.PLANNED)
    done = mine.add_columns(literal("last").label("part")).where(Interaction.state == InteractionState.DONE)
    return (
        planned.order_by(Interaction.starts_at, Interaction.id).limit(at_most(1)),
        done.order_by(Interaction.starts_at.desc(), Interaction.id.desc()).limit(at_most(1)),
    )


def _deal_step() -> Any:
    return (
        select(
            cast(null(), String).label("kind"),
            Deal.id.label("key"),
            func.coalesce(Deal.next_step, Deal.title).label("text"),
            noon_of(Deal.next_step_on).label("at"),
            literal("next").label("part"),
        )
        .join(DealStage, DealStage.id == Deal.stage_id)
        .where(Deal.client_id == _CLIENT, DealStage.outcome == StageOutcome.OPEN, Deal.next_step_on.is_not(None))
        .order_by(Deal.next_step_on, Deal.id)
        .limit(at_most(1))
    )


_STEPS: dict[str, Callable[[], Sequence[Select[Any]]]] = {"Interactions": _talks, "Deals": lambda: (_deal_step(),)}
"""Where the steps of a client come from, by the right that they stand behind."""
