"""Events that a rule may follow, read from the records that tell of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.models.claims import Claim, ClaimStatus
from app.models.deals import Deal, DealStageChange
from app.models.follow_ups import FollowUpEvent
from app.models.interactions import Interaction, InteractionKind, InteractionState
from app.models.sales import Quote, QuoteStatus
from app.models.service import Visit, VisitStatus


@dataclass(frozen=True, slots=True)
class Happened:
    """An event: what it was, with which client, and who is responsible for it. `words` fill the topic of a rule."""

    event: FollowUpEvent
    table: str
    record_id: int
    client_id: int
    responsible_id: int
    contact_id: int | None = None
    deal_id: int | None = None
    equipment_id: int | None = None
    previous_id: int | None = None
    """The interaction itself, when the event is one: what is planned says that it comes from it."""
    kind: InteractionKind | None = None
    is_reached: bool = True
    stage_id: int | None = None
    words: Mapping[str, str] = field(default_factory=dict)


OVER: Mapping[type[Any], tuple[str, Any]] = {
    Interaction: ("state", InteractionState.DONE),
    Quote: ("status", QuoteStatus.SENT),
    Claim: ("status", ClaimStatus.CLOSED),
    Visit: ("status", VisitStatus.DONE),
}
"""Table -> the column and the value that make an event of a record. A row of a deal's stages is one by itself."""


def is_event(record: Any) -> bool:
    """Tell whether a rule may follow the record as it is now."""
    if isinstance(record, DealStageChange):
        return True
    column, value = OVER.get(type(record), ("", None))
    return bool(column) and getattr(record, column) is value


def what_happened(session: Session, record: Any) -> Happened | None:
    """The event that a record tells of; None when it tells of none, or its deal is gone."""
    return _READERS[type(record)](session, record) if is_event(record) else None


def happened_with(talk: Interaction) -> Happened:
    """The event of an interaction, done or about to be."""
    return Happened(
        FollowUpEvent.INTERACTION,
        Interaction.__tablename__,
        talk.id,
        talk.client_id,
        talk.responsible_id,
        contact_id=talk.contact_id,
        deal_id=talk.deal_id,
        equipment_id=talk.equipment_id,
        previous_id=talk.id,
        kind=talk.kind,
        is_reached=talk.is_reached,
        words={"topic": talk.topic},
    )


def _quote(_session: Session, quote: Quote) -> Happened:
    return Happened(
        FollowUpEvent.QUOTE,
        Quote.__tablename__,
        quote.id,
        quote.client_id,
        quote.responsible_id,
        contact_id=quote.contact_id,
        deal_id=quote.deal_id,
        words={"number": quote.number},
    )


def _stage(session: Session, change: DealStageChange) -> Happened | None:
    deal = session.get(Deal, change.deal_id)
    if deal is None:
        return None
    return Happened(
        FollowUpEvent.DEAL_STAGE,
        DealStageChange.__tablename__,
        change.id,
        deal.client_id,
        deal.responsible_id,
        contact_id=deal.contact_id,
        deal_id=deal.id,
        stage_id=change.to_id,
        words={"topic": deal.title},
    )


def _claim(_session: Session, claim: Claim) -> Happened:
    return Happened(
        FollowUpEvent.CLAIM,
        Claim.__tablename__,
        claim.id,
        claim.client_id,
        claim.responsible_id,
        contact_id=claim.contact_id,
        equipment_id=claim.equipment_id,
        words={"number": claim.number},
    )


def _visit(_session: Session, visit: Visit) -> Happened:
    return Happened(
        FollowUpEvent.VISIT,
        Visit.__tablename__,
        visit.id,
        visit.client_id,
        visit.employee_id,
        contact_id=visit.contact_id,
        equipment_id=visit.equipment_id,
        words={"topic": str(visit.work_kind or visit.purpose.label)},
    )


_READERS: Mapping[type[Any], Callable[[Session, Any], Happened | None]] = {
    Interaction: lambda _session, talk: happened_with(talk),
    Quote: _quote,
    DealStageChange: _stage,
    Claim: _claim,
    Visit: _visit,
}
