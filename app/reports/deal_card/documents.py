"""The documents of a deal of every kind, gathered by one question."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Date, Select, String, and_, cast, func, literal, null, or_, select, union_all
from sqlalchemy import type_coerce as as_type
from sqlalchemy.orm import Session

from app.database import Choice, Money
from app.models.agreements import Contract, ContractStatus
from app.models.claims import Claim, ClaimStatus
from app.models.interactions import Interaction, InteractionState
from app.models.ledger import DocumentKind, DueItem
from app.models.money import Allocation, MoneyDirection, Payment
from app.models.purchasing import PurchaseOrder, PurchaseStatus
from app.models.sales import DocumentStatus, Invoice, Order, OrderStatus, Quote, QuoteStatus
from app.permissions import READ, FieldRight, Viewer
from app.texts import lazy

MOST = 50
"""Documents of one kind that are shown; a deal with more is no deal."""


class DocKind(Choice):
    """The kinds of documents of a deal, in the order in which they follow each other."""

    INTERACTION = "interaction", lazy("Calls, meetings, letters")
    QUOTE = "quote", lazy("Quotes")
    ORDER = "order", lazy("Orders of clients")
    INVOICE = "invoice", lazy("Invoices")
    PAYMENT = "payment", lazy("Payments")
    PURCHASE = "purchase", lazy("Orders to suppliers")
    CONTRACT = "contract", lazy("Contracts")
    CLAIM = "claim", lazy("Claims")


AREAS = {
    DocKind.INTERACTION: "Interactions",
    DocKind.QUOTE: "Quotes",
    DocKind.ORDER: "Orders",
    DocKind.INVOICE: "Invoices",
    DocKind.PAYMENT: "Payments",
    DocKind.PURCHASE: "PurchaseOrders",
    DocKind.CONTRACT: "Contracts",
    DocKind.CLAIM: "Claims",
}
"""The area whose right to read opens a kind."""

_STATES: dict[DocKind, type[Choice]] = {
    DocKind.INTERACTION: InteractionState,
    DocKind.QUOTE: QuoteStatus,
    DocKind.ORDER: OrderStatus,
    DocKind.INVOICE: DocumentStatus,
    DocKind.PAYMENT: MoneyDirection,
    DocKind.PURCHASE: PurchaseStatus,
    DocKind.CONTRACT: ContractStatus,
    DocKind.CLAIM: ClaimStatus,
}


@dataclass(frozen=True, slots=True)
class DealDocument:
    """A document of a deal. `amount` is in roubles; `due` is the day by which something must happen, if any."""

    kind: DocKind
    id: int
    number: str
    title: str
    day: date
    amount: Decimal | None
    state: Choice
    due: date | None


def deal_documents(session: Session, deal_id: int, viewer: Viewer) -> list[DealDocument]:
    """The documents of every kind that the viewer may read, newest first within a kind, in one question."""
    kinds = [kind for kind in DocKind if viewer.may(READ, AREAS[kind])]
    if not kinds:
        return []
    parts = [select(_SOURCES[kind](deal_id, viewer).limit(MOST).subquery()) for kind in kinds]
    rows = session.execute(union_all(*parts)).all()
    found = [_document(row) for row in rows]
    return sorted(found, key=lambda each: (kinds.index(each.kind), -each.day.toordinal(), -each.id))


# --- Documents of each kind -------------------------------------------------------------------------------------


def _columns(kind: DocKind, model: Any, day: Any, state: Any, **given: Any) -> Select[Any]:
    """The same columns for every kind; what a kind lacks is null of the right type."""
    amount, due = given.get("amount"), given.get("due")
    texts = {name: given.get(name) for name in ("number", "title")}
    return select(
        literal(kind.value, String).label("kind"),
        model.id.label("id"),
        *(
            as_type(value if value is not None else cast(null(), String), String).label(name)
            for name, value in texts.items()
        ),
        as_type(day, Date).label("day"),
        as_type(amount if amount is not None else cast(null(), BigInteger), Money).label("amount"),
        as_type(state, String).label("state"),
        as_type(due if due is not None else cast(null(), Date), Date).label("due"),
    ).order_by(day.desc(), model.id.desc())


def _interactions(deal_id: int, _viewer: Viewer) -> Select[Any]:
    day: Any = func.date(Interaction.starts_at)
    columns = _columns(DocKind.INTERACTION, Interaction, day, Interaction.state, title=Interaction.topic)
    return columns.where(Interaction.deal_id == deal_id)


def _quotes(deal_id: int, _viewer: Viewer) -> Select[Any]:
    given = {"number": Quote.number, "amount": Quote.total, "due": Quote.valid_to}
    return _columns(DocKind.QUOTE, Quote, Quote.day, Quote.status, **given).where(Quote.deal_id == deal_id)


def _orders(deal_id: int, _viewer: Viewer) -> Select[Any]:
    given = {"number": Order.number, "amount": Order.total, "due": Order.promised_on}
    return _columns(DocKind.ORDER, Order, Order.day, Order.status, **given).where(Order.deal_id == deal_id)


def _invoices(deal_id: int, _viewer: Viewer) -> Select[Any]:
    due = (
        select(func.min(DueItem.due_on))
        .where(DueItem.document_kind == DocumentKind.INVOICE, DueItem.document_id == Invoice.id, DueItem.balance > 0)
        .correlate(Invoice)
        .scalar_subquery()
    )
    given = {"number": Invoice.number, "amount": Invoice.total, "due": due}
    return _columns(DocKind.INVOICE, Invoice, Invoice.day, Invoice.status, **given).where(Invoice.deal_id == deal_id)


def _payments(deal_id: int, _viewer: Viewer) -> Select[Any]:
    """What was paid for the deal's invoices: the part of each payment that was allocated to them."""
    paid = (
        select(Allocation.payment_id, func.sum(Allocation.amount).label("amount"))
        .join(DueItem, DueItem.id == Allocation.due_item_id)
        .join(Invoice, and_(DueItem.document_kind == DocumentKind.INVOICE, DueItem.document_id == Invoice.id))
        .where(Invoice.deal_id == deal_id)
        .group_by(Allocation.payment_id)
        .subquery()
    )
    given = {"number": Payment.number, "title": Payment.purpose, "amount": paid.c.amount}
    columns = _columns(DocKind.PAYMENT, Payment, Payment.day, Payment.direction, **given)
    return columns.join(paid, paid.c.payment_id == Payment.id).where(Payment.status == DocumentStatus.POSTED)


def _purchases(deal_id: int, viewer: Viewer) -> Select[Any]:
    order = PurchaseOrder
    given: dict[str, Any] = {"number": order.number, "due": order.expected_on}
    if viewer.may(READ, FieldRight.PURCHASE_COST):
        given["amount"] = order.total
    return _columns(DocKind.PURCHASE, order, order.day, order.status, **given).where(order.deal_id == deal_id)


def _contracts(deal_id: int, _viewer: Viewer) -> Select[Any]:
    """The contracts that the deal's orders and invoices are under."""
    given = {"number": Contract.number, "title": Contract.subject, "amount": Contract.amount}
    named = [select(model.contract_id).where(model.deal_id == deal_id) for model in (Order, Invoice)]
    columns = _columns(DocKind.CONTRACT, Contract, Contract.signed_on, Contract.status, **given)
    return columns.where(or_(*(Contract.id.in_(keys) for keys in named)))


def _claims(deal_id: int, _viewer: Viewer) -> Select[Any]:
    """Claims about the deal's invoices, and those that began in its talks."""
    given = {"number": Claim.number, "title": Claim.text, "amount": Claim.amount, "due": Claim.answer_due_on}
    invoices = select(Invoice.id).where(Invoice.deal_id == deal_id)
    talks = select(Interaction.id).where(Interaction.deal_id == deal_id)
    columns = _columns(DocKind.CLAIM, Claim, Claim.registered_on, Claim.status, **given)
    return columns.where(or_(Claim.invoice_id.in_(invoices), Claim.interaction_id.in_(talks)))


_SOURCES: dict[DocKind, Callable[[int, Viewer], Select[Any]]] = {
    DocKind.INTERACTION: _interactions,
    DocKind.QUOTE: _quotes,
    DocKind.ORDER: _orders,
    DocKind.INVOICE: _invoices,
    DocKind.PAYMENT: _payments,
    DocKind.PURCHASE: _purchases,
    DocKind.CONTRACT: _contracts,
    DocKind.CLAIM: _claims,
}


def _document(row: Any) -> DealDocument:
    kind = DocKind(row.kind)
    return DealDocument(
        kind=kind,
        id=row.id,
        number=row.number or "",
        title=row.title or "",
        day=row.day,
        amount=row.amount,
        state=_STATES[kind](row.state),
        due=row.due,
    )
