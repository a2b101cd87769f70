"""Orders of clients (заказы клиентов): filling, posting, closing, what of them is not invoiced yet.

An order agrees with the client what will be sold and by when. It writes no register: the client owes by invoices.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import ALL_ROWS, Quantity
from app.errors import NotVisibleError, RuleError
from app.models.ledger import DocumentKind
from app.models.sales import DocumentStatus, Invoice, InvoiceLine, Order, OrderLine, OrderStatus
from app.services.documents import (
    check_contract_of,
    check_discounts,
    check_lines,
    check_sides,
    check_terms,
    fill_lines,
    give_number,
    recalculate,
)
from app.services.working_days import WorkingCalendar
from app.texts import _

CHANGEABLE = (OrderStatus.DRAFT, OrderStatus.CANCELLED)


def fill_order(session: Session, order: Order, today: date) -> None:
    """Fill what is still empty from the contract, the terms of sale, the client and the products; recalculate."""
    with session.no_autoflush:
        order.day = order.day or today
        order.responsible = order.responsible or order.client.responsible
        if order.agreement is None and order.contract is not None:
            order.agreement = order.contract.agreement
        if order.agreement is not None:
            order.price_includes_vat = order.agreement.price_type.includes_vat
        fill_lines(session, order)
    recalculate(order)


def check_order(session: Session, order: Order) -> None:
    """Raises RuleError for sides that do not belong together, or a discount beyond the terms.

    What a quote has offered already is not asked about again: the order says the same.
    """
    if order.promised_on is not None and order.promised_on < order.day:
        raise RuleError(_("The order is promised before its date."))
    check_sides(order)
    if order.quote is None:
        check_discounts(session, order)
    elif order.quote.client is not order.client:
        raise RuleError(_("The quote was made for another client."))


def post_order(session: Session, order_id: int, *, today: date, calendar: WorkingCalendar) -> Order:
    """Agree the order with the client (провести). A second time changes nothing.

    Without a promised day it is promised by the terms of sale. Raises NotVisibleError, RuleError.
    """
    order = locked_order(session, order_id)
    if order.status is OrderStatus.POSTED:
        return order
    if order.status is OrderStatus.CLOSED:
        raise RuleError(_("The order is closed."))
    if order.day > today:
        raise RuleError(_("The order is dated in the future; correct its date."))
    with session.no_autoflush:
        recalculate(order)
        check_lines(order, order.day)
        check_order(session, order)
        check_contract_of(order)
        check_terms(order)
    if order.promised_on is None:
        days = order.agreement.delivery_days if order.agreement is not None else 0
        order.promised_on = calendar.roll_forward(date.fromordinal(order.day.toordinal() + days))
    give_number(session, order, DocumentKind.ORDER)
    order.status = OrderStatus.POSTED
    session.flush()
    return order


def close_order(session: Session, order_id: int) -> Order:
    """Say that nothing more will be done for the order. Raises NotVisibleError, RuleError."""
    order = locked_order(session, order_id)
    if order.status not in (OrderStatus.POSTED, OrderStatus.CLOSED):
        raise RuleError(_("Only a posted order is closed."))
    order.status = OrderStatus.CLOSED
    session.flush()
    return order


def cancel_order(session: Session, order_id: int) -> Order:
    """Take the agreement back. Raises NotVisibleError, and RuleError while an invoice is in force."""
    order = locked_order(session, order_id)
    if invoices_of(session, order):
        raise RuleError(_("There are invoices by this order; cancel them first."))
    order.status = OrderStatus.CANCELLED
    session.flush()
    return order


def invoices_of(session: Session, order: Order) -> Sequence[Invoice]:
    """The invoices by the order that are not cancelled, drafts among them; past the viewer's rows."""
    found = select(Invoice).where(Invoice.order_id == order.id, Invoice.status != DocumentStatus.CANCELLED)
    return session.scalars(found.order_by(Invoice.id), execution_options=ALL_ROWS).all()


def rest_of(session: Session, order: Order) -> dict[int, Decimal]:
    """How much of each line of the order no invoice in force names yet; lines that are done are left out."""
    invoiced = (
        select(InvoiceLine.order_line_id, func.sum(InvoiceLine.quantity, type_=Quantity))
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .join(OrderLine, OrderLine.id == InvoiceLine.order_line_id)
        .where(OrderLine.order_id == order.id, Invoice.status != DocumentStatus.CANCELLED)
        .group_by(InvoiceLine.order_line_id)
    )
    done: dict[Any, Decimal] = {row[0]: row[1] for row in session.execute(invoiced, execution_options=ALL_ROWS)}
    rest = {line.id: line.quantity - done.get(line.id, Decimal(0)) for line in order.lines}
    return {key: quantity for key, quantity in rest.items() if quantity > 0}


def is_late(order: Order, today: date) -> bool:
    """Tell whether a posted order should have been fulfilled by now."""
    return order.status is OrderStatus.POSTED and order.promised_on is not None and order.promised_on < today


def locked_order(session: Session, order_id: int) -> Order:
    """The order that the viewer sees, read anew and held until the transaction ends. Raises NotVisibleError."""
    wanted = select(Order).where(Order.id == order_id).with_for_update(key_share=True)
    order = session.scalars(wanted, execution_options={"populate_existing": True}).first()
    if order is None:
        raise NotVisibleError(_("There is no such order."))
    return order
