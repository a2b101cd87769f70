"""What each rule of the radar asks: of which table, under which condition, since when.

Adding a rule: a code in models/radar.py, its terms in services/radar.py, its condition and question here, its words
and the button that mends it in views/radar.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from app.models.agreements import Contract
from app.models.claims import Claim, ClaimStep
from app.models.clients import Client
from app.models.deals import Deal
from app.models.interactions import Interaction
from app.models.ledger import DueItem
from app.models.money import Payment
from app.models.purchasing import PurchaseOrder
from app.models.radar import RadarCode
from app.models.sales import Invoice, Order, Quote
from app.models.service import Equipment, ServiceRequest, Visit
from app.reports.radar import conditions as when
from app.reports.radar.conditions import Conditions, Moment


@dataclass(frozen=True, slots=True)
class Question:
    """A rule as a question. `holder` is who is responsible for the record; None where the record names nobody.

    `is_due`: `since` is a day by which something should be done, not the day from which somebody waits.
    """

    area: str
    model: type[Any]
    title: Any
    since: Any
    where: Callable[[Moment], Conditions]
    holder: InstrumentedAttribute[Any] | None = None
    client_id: Any = None
    amount: Any = None
    is_due: bool = False
    leads_to: Any = None
    """The key of the record that is opened, where it is another one."""


QUESTIONS: Mapping[RadarCode, Question] = {
    RadarCode.CALL_MISSED: Question(
        "Interactions",
        Interaction,
        Interaction.topic,
        Interaction.starts_at,
        when.call_missed,
        Interaction.responsible_id,
        Interaction.client_id,
    ),
    RadarCode.EVENT_LATE: Question(
        "Interactions",
        Interaction,
        Interaction.topic,
        Interaction.starts_at,
        when.event_late,
        Interaction.responsible_id,
        Interaction.client_id,
        is_due=True,
    ),
    RadarCode.QUOTE_EXPIRING: Question(
        "Quotes",
        Quote,
        Quote.number,
        Quote.valid_to,
        when.quote_expiring,
        Quote.responsible_id,
        Quote.client_id,
        Quote.total,
        is_due=True,
    ),
    RadarCode.QUOTE_SILENT: Question(
        "Quotes",
        Quote,
        Quote.number,
        when.SENT,
        when.quote_silent,
        Quote.responsible_id,
        Quote.client_id,
        Quote.total,
    ),
    RadarCode.QUOTE_DRAFT: Question(
        "Quotes",
        Quote,
        Quote.number,
        Quote.day,
        when.quote_draft,
        Quote.responsible_id,
        Quote.client_id,
        Quote.total,
    ),
    RadarCode.DEAL_STEP_LATE: Question(
        "Deals",
        Deal,
        Deal.title,
        Deal.next_step_on,
        when.deal_step_late,
        Deal.responsible_id,
        Deal.client_id,
        Deal.amount,
        is_due=True,
    ),
    RadarCode.DEAL_NO_STEP: Question(
        "Deals",
        Deal,
        Deal.title,
        Deal.created_at,
        when.deal_no_step,
        Deal.responsible_id,
        Deal.client_id,
        Deal.amount,
    ),
    RadarCode.DEAL_STUCK: Question(
        "Deals",
        Deal,
        Deal.title,
        when.STAGE_SINCE,
        when.deal_stuck,
        Deal.responsible_id,
        Deal.client_id,
        Deal.amount,
    ),
    RadarCode.DEBT_LATE: Question(
        "Receivables",
        DueItem,
        DueItem.document_number,
        DueItem.due_on,
        when.debt_late,
        None,
        DueItem.client_id,
        DueItem.balance,
        is_due=True,
    ),
    RadarCode.INVOICE_DRAFT: Question(
        "Invoices",
        Invoice,
        Invoice.number,
        Invoice.day,
        when.invoice_draft,
        Invoice.responsible_id,
        Invoice.client_id,
        Invoice.total,
    ),
    RadarCode.ORDER_DRAFT: Question(
        "Orders",
        Order,
        Order.number,
        Order.day,
        when.order_draft,
        Order.responsible_id,
        Order.client_id,
        Order.total,
    ),
    RadarCode.ORDER_IDLE: Question(
        "Orders",
        Order,
        Order.number,
        Order.day,
        when.order_idle,
        Order.responsible_id,
        Order.client_id,
        Order.total,
    ),
    RadarCode.ORDER_LATE: Question(
        "Orders",
        Order,
        Order.number,
        Order.promised_on,
        when.order_late,
        Order.responsible_id,
        Order.client_id,
        Order.total,
        is_due=True,
    ),
    RadarCode.PURCHASE_LATE: Question(
        "PurchaseOrders",
        PurchaseOrder,
        PurchaseOrder.number,
        PurchaseOrder.expected_on,
        when.purchase_late,
        PurchaseOrder.responsible_id,
        PurchaseOrder.supplier_id,
        is_due=True,
    ),
    RadarCode.CONTRACT_ENDING: Question(
        "Contracts",
        Contract,
        Contract.number,
        Contract.valid_to,
        when.contract_ending,
        Contract.responsible_id,
        Contract.client_id,
        is_due=True,
    ),
    RadarCode.CLAIM_LATE: Question(
        "Claims",
        Claim,
        Claim.number,
        Claim.answer_due_on,
        when.claim_late,
        Claim.responsible_id,
        Claim.client_id,
        is_due=True,
    ),
    RadarCode.CLAIM_STEP_LATE: Question(
        "Claims",
        ClaimStep,
        ClaimStep.task,
        ClaimStep.due_on,
        when.claim_step_late,
        ClaimStep.responsible_id,
        select(Claim.client_id).where(Claim.id == ClaimStep.claim_id).correlate(ClaimStep).scalar_subquery(),
        is_due=True,
        leads_to=ClaimStep.claim_id,
    ),
    RadarCode.CLAIM_IDLE: Question(
        "Claims", Claim, Claim.number, Claim.registered_on, when.claim_idle, Claim.responsible_id, Claim.client_id
    ),
    RadarCode.REQUEST_WAITING: Question(
        "Requests",
        ServiceRequest,
        ServiceRequest.description,
        ServiceRequest.registered_on,
        when.request_waiting,
        ServiceRequest.responsible_id,
        ServiceRequest.client_id,
    ),
    RadarCode.VISIT_OPEN: Question(
        "Visits",
        Visit,
        Visit.task,
        Visit.ends_at,
        when.visit_open,
        Visit.employee_id,
        Visit.client_id,
        is_due=True,
    ),
    RadarCode.MAINTENANCE_DUE: Question(
        "Equipment",
        Equipment,
        Equipment.model,
        Equipment.next_maintenance_on,
        when.maintenance_due,
        None,
        Equipment.client_id,
        is_due=True,
    ),
    RadarCode.PAYMENT_UNKNOWN: Question(
        "Payments",
        Payment,
        Payment.payer_name,
        Payment.day,
        when.payment_unknown,
        None,
        Payment.client_id,
        Payment.amount,
    ),
    RadarCode.CLIENT_SILENT: Question(
        "Clients",
        Client,
        Client.name,
        when.LAST_CONTACT,
        when.client_silent,
        Client.responsible_id,
        Client.id,
    ),
}
"""The question of every rule."""
