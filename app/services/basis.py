"""Documents made on the basis of others (ввод на основании): quote → order → invoice, deal → order to a supplier.

What is made says the same as its basis and names it; both ways are found from there. Done twice, it is made once.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import ALL_ROWS, Quantity
from app.errors import RuleError
from app.models.catalogue import ProductKind
from app.models.deals import Deal
from app.models.ledger import DocumentKind
from app.models.purchasing import PurchaseOrder, PurchaseOrderLine, PurchaseStatus
from app.models.sales import (
    DocumentStatus,
    Invoice,
    InvoiceLine,
    Order,
    OrderLine,
    OrderStatus,
    Quote,
    QuoteLine,
    QuoteStatus,
)
from app.services.documents import copy_line, give_number, recalculate
from app.services.invoices import fill_from_terms
from app.services.orders import locked_order, rest_of
from app.services.quotes import AWAITING, locked_quote, move_quote
from app.texts import _

_COMMON = ("organisation_id", "client_id", "agreement_id", "deal_id", "responsible_id", "price_includes_vat")


def order_from_quote(session: Session, quote_id: int, *, today: date) -> Order:
    """The order of the client by a quote; asking again gives the same one. The quote counts as accepted.

    Raises NotVisibleError, and RuleError for a quote that is no offer.
    """
    quote = _agreed(session, quote_id)
    made = select(Order).where(Order.quote_id == quote.id, Order.status != OrderStatus.CANCELLED)
    found = session.scalars(made.order_by(Order.id), execution_options=ALL_ROWS).first()
    if found is not None:
        return found
    order = Order(day=today, quote=quote, lines=[copy_line(line, OrderLine) for line in quote.lines])
    _take(order, quote)
    _save(session, order, DocumentKind.ORDER)
    return order


def invoice_from_quote(session: Session, quote_id: int, *, today: date) -> Invoice:
    """The invoice by a quote without an order between; asking again gives the same one.

    Raises NotVisibleError, and RuleError for a quote that is no offer or has become an order.
    """
    quote = _agreed(session, quote_id)
    ordered = select(Order.id).where(Order.quote_id == quote.id, Order.status != OrderStatus.CANCELLED)
    if session.scalars(ordered, execution_options=ALL_ROWS).first() is not None:
        raise RuleError(_("There is an order by this quote; make the invoice from the order."))
    made = select(Invoice).where(Invoice.quote_id == quote.id, Invoice.status != DocumentStatus.CANCELLED)
    found = session.scalars(made.order_by(Invoice.id), execution_options=ALL_ROWS).first()
    if found is not None:
        return found
    invoice = Invoice(day=today, quote=quote, lines=[copy_line(line, InvoiceLine) for line in quote.lines])
    return _invoice(session, invoice, quote, today)


def invoice_from_order(session: Session, order_id: int, *, today: date) -> Invoice:
    """A draft invoice for what of the order no invoice names yet.

    Raises NotVisibleError, and RuleError for an order that is not posted or has nothing left.
    """
    order = locked_order(session, order_id)
    if order.status is not OrderStatus.POSTED:
        raise RuleError(_("Post the order first."))
    rest = rest_of(session, order)
    if not rest:
        raise RuleError(_("Everything in this order is invoiced."))
    lines = [
        copy_line(line, InvoiceLine, quantity=rest[line.id], order_line_id=line.id, position=place)
        for place, line in enumerate((line for line in order.lines if line.id in rest), start=1)
    ]
    invoice = Invoice(day=today, order=order, quote_id=order.quote_id, contract=order.contract, lines=lines)
    return _invoice(session, invoice, order, today)


def needed_lines(session: Session, deal: Deal) -> tuple[Order | Quote | None, list[PurchaseOrderLine]]:
    """What is to be bought for a deal, and by which document: goods of its order, else of its quote.

    What other orders to suppliers for the deal name already is taken off. Prices are the supplier's, so they stay open.
    """
    basis = _newest(session, deal)
    lines: Iterable[OrderLine | QuoteLine] = basis.lines if basis is not None else ()
    bought = _bought(session, deal)
    needed: list[PurchaseOrderLine] = []
    for line in lines:
        taken = min(line.quantity, bought.get(line.product_id, Decimal(0)))
        bought[line.product_id] = bought.get(line.product_id, Decimal(0)) - taken
        if line.product.kind is ProductKind.GOODS and line.quantity > taken:
            needed.append(
                PurchaseOrderLine(
                    position=len(needed) + 1,
                    product=line.product,
                    name=line.name,
                    quantity=line.quantity - taken,
                    price=Decimal(0),
                    discount_percent=Decimal(0),
                    vat=line.vat,
                )
            )
    return basis, needed


def made_from(session: Session, quote: Quote) -> tuple[Sequence[Order], Sequence[Invoice]]:
    """The orders and the invoices that were made by a quote, as the viewer sees them."""
    orders = session.scalars(select(Order).where(Order.quote_id == quote.id).order_by(Order.id)).all()
    invoices = session.scalars(select(Invoice).where(Invoice.quote_id == quote.id).order_by(Invoice.id)).all()
    return orders, invoices


def _agreed(session: Session, quote_id: int) -> Quote:
    quote = locked_quote(session, quote_id)
    if quote.status in AWAITING:
        move_quote(session, quote, QuoteStatus.ACCEPTED)
    if quote.status is not QuoteStatus.ACCEPTED:
        raise RuleError(_("Only a quote that was sent and accepted becomes an order or an invoice."))
    return quote


def _take(document: Any, basis: Any) -> None:
    for name in _COMMON:
        setattr(document, name, getattr(basis, name))


def _invoice(session: Session, invoice: Invoice, basis: Quote | Order, today: date) -> Invoice:
    _take(invoice, basis)
    for name in ("organisation", "client", "agreement", "responsible"):
        setattr(invoice, name, getattr(basis, name))
    fill_from_terms(session, invoice, today)
    invoice.price_includes_vat = basis.price_includes_vat
    _save(session, invoice, DocumentKind.INVOICE)
    return invoice


def _save(session: Session, document: Order | Invoice, kind: DocumentKind) -> None:
    with session.no_autoflush:
        recalculate(document)
        session.add(document)
    session.flush()
    give_number(session, document, kind)
    session.flush()


def _newest(session: Session, deal: Deal) -> Order | Quote | None:
    orders = select(Order).where(Order.deal_id == deal.id, Order.status != OrderStatus.CANCELLED)
    order = session.scalars(orders.order_by(Order.day.desc(), Order.id.desc()).limit(1)).first()
    if order is not None:
        return order
    offers = select(Quote).where(Quote.deal_id == deal.id, Quote.status.in_((*AWAITING, QuoteStatus.ACCEPTED)))
    accepted = (Quote.status == QuoteStatus.ACCEPTED).desc()
    return session.scalars(offers.order_by(accepted, Quote.day.desc(), Quote.id.desc()).limit(1)).first()


def _bought(session: Session, deal: Deal) -> dict[int, Decimal]:
    line = PurchaseOrderLine
    statement = (
        select(line.product_id, func.sum(line.quantity, type_=Quantity))
        .join(PurchaseOrder, PurchaseOrder.id == line.purchase_order_id)
        .where(PurchaseOrder.deal_id == deal.id, PurchaseOrder.status != PurchaseStatus.CANCELLED)
        .group_by(line.product_id)
    )
    return {row[0]: row[1] for row in session.execute(statement, execution_options=ALL_ROWS)}
