"""Orders to suppliers (заказы поставщикам): filling, ordering, receiving. Stock is not kept here yet."""

from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotVisibleError, RuleError
from app.models.ledger import DocumentKind
from app.models.purchasing import PurchaseOrder, PurchaseStatus
from app.services.documents import give_number, recalculate
from app.texts import _

_MOVES = {
    PurchaseStatus.DRAFT: frozenset({PurchaseStatus.ORDERED, PurchaseStatus.CANCELLED}),
    PurchaseStatus.ORDERED: frozenset({PurchaseStatus.RECEIVED, PurchaseStatus.CANCELLED}),
    PurchaseStatus.RECEIVED: frozenset(),
    PurchaseStatus.CANCELLED: frozenset({PurchaseStatus.ORDERED}),
}


def fill_purchase(session: Session, order: PurchaseOrder, today: date) -> None:
    """Fill names and VAT of the lines and what is empty in the head, then recalculate. Prices are the supplier's."""
    with session.no_autoflush:
        order.day = order.day or today
        for line in order.lines:
            line.name = line.name or line.product.name
            line.vat = line.vat or line.product.vat
            line.price = line.price or Decimal(0)
            line.discount_percent = line.discount_percent or Decimal(0)
    recalculate(order)


def check_purchase(order: PurchaseOrder) -> None:
    """Raises RuleError, saying what to correct."""
    if not order.supplier.is_supplier:
        raise RuleError(_("«%(name)s» is not marked as a supplier; mark it in its card.", name=order.supplier))
    if order.expected_on is not None and order.expected_on < order.day:
        raise RuleError(_("The goods are expected before the order's date."))
    for number, line in enumerate(order.lines, start=1):
        if line.quantity is None or line.quantity <= 0:
            raise RuleError(_("Line %(number)s: the quantity must be above zero.", number=number))


def place_purchase(session: Session, order_id: int, *, today: date) -> PurchaseOrder:
    """Note that the supplier was sent the order. A second time changes nothing. Raises NotVisibleError, RuleError."""
    order = _locked(session, order_id)
    if order.status is PurchaseStatus.ORDERED:
        return order
    if order.day > today:
        raise RuleError(_("The order is dated in the future; correct its date."))
    if not order.lines:
        raise RuleError(_("Add at least one line."))
    if order.expected_on is None:
        raise RuleError(_("Say when the goods are expected."))
    check_purchase(order)
    give_number(session, order, DocumentKind.PURCHASE_ORDER)
    _move(session, order, PurchaseStatus.ORDERED)
    return order


def receive_purchase(session: Session, order_id: int, *, today: date) -> PurchaseOrder:
    """Note that everything has come. Raises NotVisibleError, RuleError."""
    order = _locked(session, order_id)
    order.received_on = today
    _move(session, order, PurchaseStatus.RECEIVED)
    return order


def cancel_purchase(session: Session, order_id: int) -> PurchaseOrder:
    """Take the order back. Raises NotVisibleError, RuleError."""
    order = _locked(session, order_id)
    _move(session, order, PurchaseStatus.CANCELLED)
    return order


def is_late(order: PurchaseOrder, today: date) -> bool:
    """Tell whether the goods should have come by now."""
    return order.status is PurchaseStatus.ORDERED and order.expected_on is not None and order.expected_on < today


def _move(session: Session, order: PurchaseOrder, to: PurchaseStatus) -> None:
    if to not in _MOVES[order.status]:
        raise RuleError(
            _(
                "An order with the status «%(before)s» cannot become «%(after)s».",
                before=order.status.label,
                after=to.label,
            )
        )
    order.status = to
    session.flush()


def _locked(session: Session, order_id: int) -> PurchaseOrder:
    wanted = select(PurchaseOrder).where(PurchaseOrder.id == order_id).with_for_update(key_share=True)
    order = session.scalars(wanted, execution_options={"populate_existing": True}).first()
    if order is None:
        raise NotVisibleError(_("There is no such order."))
    return order
