"""The conditions of the radar's rules: what slips, by the threshold of the rule."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.clock import start_of
from app.models.agreements import Contract, ContractStatus
from app.models.claims import Claim, ClaimStatus, ClaimStep
from app.models.clients import Client, ClientStatus
from app.models.deals import Deal, DealStage, DealStageChange, StageOutcome
from app.models.interactions import Direction, Interaction, InteractionKind, InteractionState
from app.models.ledger import DueItem
from app.models.money import MoneyDirection, Payment
from app.models.purchasing import PurchaseOrder, PurchaseStatus
from app.models.sales import DocumentStatus, Invoice, Order, OrderStatus, Quote, QuoteStatus
from app.models.service import Equipment, EquipmentStatus, RequestStatus, ServiceRequest, Visit, VisitStatus
from app.reports.overdue import overdue_clients

Conditions = tuple[ColumnElement[bool], ...]
_OPEN_REQUEST = (RequestStatus.NEW, RequestStatus.PLANNED, RequestStatus.IN_WORK)
_WAITING_QUOTE = (QuoteStatus.SENT, QuoteStatus.VIEWED)
_LATER = aliased(Interaction)
CALLS_KEPT = timedelta(days=60)
"""A missed call older than this is history."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Today in the company's zone, and the threshold of the rule."""

    today: date
    zone: ZoneInfo
    days: int

    @property
    def before(self) -> date:
        """The day on which, or before which, a wait must have begun to be over the threshold."""
        return self.today - timedelta(days=self.days)

    @property
    def ahead(self) -> date:
        """The last day that is near enough."""
        return self.today + timedelta(days=self.days)

    @property
    def instant_before(self) -> datetime:
        """The first instant of `before`."""
        return start_of(self.before, self.zone)

    @property
    def instant_after(self) -> datetime:
        """The first instant after `before`."""
        return start_of(self.before + timedelta(days=1), self.zone)


def _talked_after(client_id: Any, moment: Any) -> ColumnElement[bool]:
    """A contact took place after the moment, or one is planned."""
    later = _LATER
    return exists().where(
        later.client_id == client_id,
        or_(
            later.state == InteractionState.PLANNED,
            (later.state == InteractionState.DONE) & (later.starts_at >= moment),
        ),
    )


# --- quotes, deals, events ------------------------------------------------------------------------------------------

SENT = func.coalesce(Quote.sent_on, Quote.day)
_IN_WORK = Deal.stage_id.in_(select(DealStage.id).where(DealStage.outcome == StageOutcome.OPEN))
STAGE_SINCE = func.coalesce(
    select(func.max(DealStageChange.at)).where(DealStageChange.deal_id == Deal.id).scalar_subquery(), Deal.created_at
)


def call_missed(moment: Moment) -> Conditions:
    """The client called, was not reached and has not been called back."""
    later = _LATER
    answered = exists().where(
        later.client_id == Interaction.client_id,
        later.starts_at > Interaction.starts_at,
        later.state == InteractionState.DONE,
        later.kind == InteractionKind.CALL,
        later.is_reached,
    )
    return (
        Interaction.kind == InteractionKind.CALL,
        Interaction.direction == Direction.IN,
        Interaction.state == InteractionState.DONE,
        Interaction.is_reached.is_(False),
        Interaction.starts_at < moment.instant_after,
        Interaction.starts_at >= start_of(moment.today - CALLS_KEPT, moment.zone),
        ~answered,
    )


def event_late(moment: Moment) -> Conditions:
    """Planned for a day that has passed."""
    return Interaction.state == InteractionState.PLANNED, Interaction.starts_at < moment.instant_before


def quote_expiring(moment: Moment) -> Conditions:
    """Waits for an answer, and its term runs out."""
    return Quote.status.in_(_WAITING_QUOTE), Quote.valid_to.between(moment.today, moment.ahead)


def quote_silent(moment: Moment) -> Conditions:
    """Waits for an answer; no contact since it was sent, none planned."""
    return Quote.status.in_(_WAITING_QUOTE), moment.before >= SENT, ~_talked_after(Quote.client_id, SENT)


def quote_draft(moment: Moment) -> Conditions:
    """Made and not sent."""
    return Quote.status == QuoteStatus.DRAFT, Quote.day <= moment.before


def deal_step_late(moment: Moment) -> Conditions:
    """The day of the next step has passed."""
    return _IN_WORK, Deal.next_step_on < moment.before


def deal_no_step(moment: Moment) -> Conditions:
    """In work without a next step."""
    return _IN_WORK, Deal.next_step_on.is_(None), Deal.created_at < moment.instant_after


def deal_stuck(moment: Moment) -> Conditions:
    """At one stage for too long."""
    return _IN_WORK, moment.instant_after > STAGE_SINCE


# --- money, orders, contracts ---------------------------------------------------------------------------------------


def debt_late(moment: Moment) -> Conditions:
    """Open and past its day, of a client above the threshold of debt."""
    return DueItem.balance > 0, DueItem.due_on < moment.before, DueItem.client_id.in_(overdue_clients(moment.today))


def invoice_draft(moment: Moment) -> Conditions:
    """Made and not posted."""
    return Invoice.status == DocumentStatus.DRAFT, Invoice.day <= moment.before


def order_draft(moment: Moment) -> Conditions:
    """Made and not posted."""
    return Order.status == OrderStatus.DRAFT, Order.day <= moment.before


def order_idle(moment: Moment) -> Conditions:
    """Agreed, but neither billed nor ordered from a supplier."""
    bought = exists().where(PurchaseOrder.order_id == Order.id, PurchaseOrder.status != PurchaseStatus.CANCELLED)
    billed = exists().where(Invoice.order_id == Order.id, Invoice.status != DocumentStatus.CANCELLED)
    return Order.status == OrderStatus.POSTED, Order.day <= moment.before, ~bought, ~billed


def order_late(moment: Moment) -> Conditions:
    """Not closed by the promised day."""
    return Order.status == OrderStatus.POSTED, Order.promised_on < moment.before


def purchase_late(moment: Moment) -> Conditions:
    """Not received by the expected day."""
    return PurchaseOrder.status == PurchaseStatus.ORDERED, PurchaseOrder.expected_on < moment.before


def contract_ending(moment: Moment) -> Conditions:
    """In force, ends soon or has ended, and is not prolonged by itself."""
    return Contract.status == ContractStatus.SIGNED, Contract.is_prolonged.is_(False), Contract.valid_to <= moment.ahead


def payment_unknown(moment: Moment) -> Conditions:
    """Money in without a client."""
    known = Payment.status != DocumentStatus.CANCELLED
    return Payment.direction == MoneyDirection.IN, Payment.client_id.is_(None), known, Payment.day <= moment.before


# --- claims and service ---------------------------------------------------------------------------------------------


def claim_late(moment: Moment) -> Conditions:
    """Not closed by the day of the answer."""
    return Claim.status != ClaimStatus.CLOSED, Claim.answer_due_on < moment.before


def claim_step_late(moment: Moment) -> Conditions:
    """A step of an open claim not done by its day."""
    is_open = ClaimStep.claim_id.in_(select(Claim.id).where(Claim.status != ClaimStatus.CLOSED))
    return ClaimStep.done_on.is_(None), ClaimStep.due_on < moment.before, is_open


def claim_idle(moment: Moment) -> Conditions:
    """Open without a step to come."""
    planned = exists().where(ClaimStep.claim_id == Claim.id, ClaimStep.done_on.is_(None))
    return Claim.status != ClaimStatus.CLOSED, Claim.registered_on <= moment.before, ~planned


def request_waiting(moment: Moment) -> Conditions:
    """New, and no visit is planned."""
    going = exists().where(
        Visit.request_id == ServiceRequest.id, Visit.status.in_((VisitStatus.PLANNED, VisitStatus.IN_WORK))
    )
    return ServiceRequest.status == RequestStatus.NEW, ServiceRequest.registered_on <= moment.before, ~going


def visit_open(moment: Moment) -> Conditions:
    """Over, and not written up."""
    return Visit.status.in_((VisitStatus.PLANNED, VisitStatus.IN_WORK)), Visit.ends_at < moment.instant_before


def maintenance_due(moment: Moment) -> Conditions:
    """Due, without a request or a visit under way."""
    asked = exists().where(ServiceRequest.equipment_id == Equipment.id, ServiceRequest.status.in_(_OPEN_REQUEST))
    going = exists().where(
        Visit.equipment_id == Equipment.id, Visit.status.in_((VisitStatus.PLANNED, VisitStatus.IN_WORK))
    )
    in_use = Equipment.status != EquipmentStatus.WRITTEN_OFF
    return Equipment.next_maintenance_on <= moment.ahead, in_use, ~asked, ~going


LAST_CONTACT = func.coalesce(
    select(func.max(Interaction.starts_at))
    .where(Interaction.client_id == Client.id, Interaction.state == InteractionState.DONE)
    .correlate(Client)
    .scalar_subquery(),
    Client.created_at,
)


def client_silent(moment: Moment) -> Conditions:
    """Active; no contact within the threshold, none planned."""
    return (
        Client.status == ClientStatus.ACTIVE,
        Client.created_at < moment.instant_before,
        ~_talked_after(Client.id, moment.instant_before),
    )
