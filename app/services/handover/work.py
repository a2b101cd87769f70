"""What is open at a client and may go along to another manager. What is over stays with whoever did it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.models.agreements import Contract, ContractStatus
from app.models.claims import Claim, ClaimStatus, ClaimStep
from app.models.deals import Deal, DealStage, DealStep, StageOutcome
from app.models.handover import WorkKind
from app.models.interactions import Interaction, InteractionState
from app.models.ledger import DocumentKind, DueItem
from app.models.purchasing import PurchaseOrder, PurchaseStatus
from app.models.sales import DocumentStatus, Invoice, Order, OrderStatus, Quote, QuoteStatus
from app.models.service import RequestStatus, ServiceRequest, Visit, VisitPurpose, VisitStatus

Kinds = dict[WorkKind, list[Any]]
"""Open records by their kind."""
Work = dict[int, Kinds]
"""Those of each client."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the open records of a kind are found: rows of (record, client), and who holds a record."""

    model: type[Any]
    client: Any
    found: Any
    """A select of the two."""
    holder: str = "responsible_id"


def _of(model: Any, *conditions: Any) -> Source:
    return Source(model, model.client_id, select(model, model.client_id).where(*conditions))


_UNPAID = select(DueItem.document_id).where(DueItem.document_kind == DocumentKind.INVOICE, DueItem.balance > 0)
_IN_WORK = DealStage.outcome == StageOutcome.OPEN

SOURCES: Mapping[WorkKind, Source] = {
    WorkKind.DEAL: Source(
        Deal,
        Deal.client_id,
        select(Deal, Deal.client_id).join(DealStage, DealStage.id == Deal.stage_id).where(_IN_WORK),
    ),
    WorkKind.DEAL_STEP: Source(
        DealStep,
        Deal.client_id,
        select(DealStep, Deal.client_id)
        .join(Deal, Deal.id == DealStep.deal_id)
        .join(DealStage, DealStage.id == Deal.stage_id)
        .where(_IN_WORK, DealStep.done_on.is_(None)),
    ),
    WorkKind.INTERACTION: _of(Interaction, Interaction.state == InteractionState.PLANNED),
    WorkKind.VISIT: Source(
        Visit,
        Visit.client_id,
        select(Visit, Visit.client_id).where(
            Visit.purpose == VisitPurpose.MANAGER, Visit.status == VisitStatus.PLANNED
        ),
        holder="employee_id",
    ),
    WorkKind.QUOTE: _of(Quote, Quote.status.in_((QuoteStatus.DRAFT, QuoteStatus.SENT, QuoteStatus.VIEWED))),
    WorkKind.ORDER: _of(Order, Order.status.in_((OrderStatus.DRAFT, OrderStatus.POSTED))),
    WorkKind.PURCHASE: Source(
        PurchaseOrder,
        Deal.client_id,
        select(PurchaseOrder, Deal.client_id)
        .join(Deal, Deal.id == PurchaseOrder.deal_id)
        .where(PurchaseOrder.status.in_((PurchaseStatus.DRAFT, PurchaseStatus.ORDERED))),
    ),
    WorkKind.INVOICE: _of(
        Invoice,
        or_(
            Invoice.status == DocumentStatus.DRAFT,
            and_(Invoice.status == DocumentStatus.POSTED, Invoice.id.in_(_UNPAID)),
        ),
    ),
    WorkKind.CONTRACT: _of(Contract, Contract.status.not_in((ContractStatus.ENDED, ContractStatus.TERMINATED))),
    WorkKind.REQUEST: _of(ServiceRequest, ServiceRequest.status.not_in((RequestStatus.DONE, RequestStatus.CANCELLED))),
    WorkKind.CLAIM: _of(Claim, Claim.status != ClaimStatus.CLOSED),
    WorkKind.CLAIM_STEP: Source(
        ClaimStep,
        Claim.client_id,
        select(ClaimStep, Claim.client_id)
        .join(Claim, Claim.id == ClaimStep.claim_id)
        .where(Claim.status != ClaimStatus.CLOSED, ClaimStep.done_on.is_(None)),
    ),
}


def open_work(session: Session, client_ids: Collection[int], employee_id: int, *, lock: bool = False) -> Work:
    """The open records that the employee holds at these clients, oldest first; locked for a change when asked."""
    found: Work = {key: {} for key in client_ids}
    for kind, source in SOURCES.items():
        held = source.client.in_(client_ids), getattr(source.model, source.holder) == employee_id
        statement = source.found.where(*held).order_by(source.model.id)
        if lock:
            statement = statement.with_for_update(of=source.model).execution_options(populate_existing=True)
        for record, client_id in session.execute(statement):
            found[client_id].setdefault(kind, []).append(record)
    return found
