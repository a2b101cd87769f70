"""Which part of a payment settles which due item (разнесение оплат, зачёт авансов).

A posted payment stands in the settlements register as a due item of its own (stage 0) with a negative
balance: an advance. Allocating moves a part from there to what the client owes; the sum over the client
does not change. So the balance of the payment's own item is always what is still free. A refund is the same
with the other sign: its own item is positive, and it settles the advances given back.

A movement of an allocation is dated with the later of the two documents: nothing is settled before both
exist. Invoices take advances when posted, and people allocate payments; both stand on this module.
"""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.database import ALL_ROWS
from app.errors import RuleError
from app.models.ledger import DocumentKind, DueItem
from app.models.money import Allocation, MoneyDirection, Payment
from app.services.ledger import (
    Registrar,
    SettlementEntry,
    lock_due_items,
    lock_registers,
    write_settlements,
)
from app.services.vat import round_kopecks
from app.texts import _

OWN_STAGE = 0
"""The stage of a payment's own due item."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Proposal:
    """How a sum could be spread: due items with roubles for each, and the rest that would stay an advance."""

    parts: tuple[tuple[DueItem, Decimal], ...]
    advance: Decimal


def open_items(session: Session, client_id: int, organisation_id: int) -> Sequence[DueItem]:
    """What a client owes to one of our organisations, oldest due date first, items without one last."""
    owed = _items_of(session, client_id, organisation_id, DueItem.balance > 0)
    return sorted(owed, key=_payable_first)


def advances(session: Session, client_id: int, organisation_id: int) -> Sequence[DueItem]:
    """The client's money that settles nothing yet (balances are negative), the oldest payment first."""
    held = _items_of(session, client_id, organisation_id, DueItem.balance < 0)
    return sorted(held, key=lambda item: (item.document_day, item.id))


def own_item(session: Session, payment: Payment) -> DueItem | None:
    """The due item of the payment itself: what of it is not allocated. None when it was never posted."""
    item = select(DueItem).where(
        DueItem.document_kind == DocumentKind.PAYMENT,
        DueItem.document_id == payment.id,
        DueItem.stage == OWN_STAGE,
    )
    return session.scalars(item, execution_options=ALL_ROWS).first()


def propose_allocation(
    session: Session, client_id: int, organisation_id: int, amount: Decimal, *, first: Collection[int] = ()
) -> Proposal:
    """Spread `amount` roubles over what the client owes: oldest due first, the rest is an advance.

    Invoices in `first` (ids; those named in the purpose of payment) come before all others. Writes nothing.
    """
    named = frozenset(first)
    items = open_items(session, client_id, organisation_id)
    parts: list[tuple[DueItem, Decimal]] = []
    rest = amount
    for item in sorted(items, key=lambda item: not _is_invoice_among(item, named)):
        part = min(rest, item.balance)
        if part > 0:
            parts.append((item, part))
            rest -= part
    return Proposal(tuple(parts), rest)


def allocate(session: Session, payment: Payment, due_item: DueItem, amount: Decimal, reason: str) -> Allocation:
    """Settle `amount` roubles of a due item with a posted payment; a second part adds to the first.

    `reason` is kept with the allocation: why it was so decided. Raises RuleError when the payment is not
    posted, the client or organisation differs, or the amount exceeds what is free of the payment or open of
    the item.
    """
    own = own_item(session, payment)
    if own is None:
        raise RuleError(_("Post the payment before allocating it."))
    if amount <= 0 or amount != round_kopecks(amount):
        raise RuleError(_("Enter an amount above zero, in roubles and kopecks."))
    lock_registers(session, clients=[own.client_id])
    items = lock_due_items(session, (own.id, due_item.id))
    own, target = items[own.id], items[due_item.id]
    _check_allocation(payment, own, target, amount)
    _move(session, payment, own, target, amount)
    _log.info("allocated: payment %s, due item %s, amount %s: %s", payment.id, target.id, amount, reason)
    return _keep(session, payment, target, amount, reason)


def unallocate(session: Session, allocation: Allocation) -> None:
    """Take an allocation back: the due item is open again, the money is an advance again."""
    payment = session.get_one(Payment, allocation.payment_id, execution_options=ALL_ROWS)
    own = own_item(session, payment)
    assert own is not None  # noqa: S101 (an allocated payment has been posted)
    lock_registers(session, clients=[own.client_id])
    found = _allocation(session, payment.id, allocation.due_item_id)
    if found is None:
        return  # somebody else took it back while we waited
    items = lock_due_items(session, (own.id, found.due_item_id))
    target = items[found.due_item_id]
    _move(session, payment, items[own.id], target, -found.amount)
    _log.info("unallocated: payment %s, due item %s, amount %s", payment.id, target.id, found.amount)
    session.delete(found)
    session.flush()
    session.expire(payment, ["allocations"])


def release(session: Session, kind: DocumentKind, document_id: int) -> list[tuple[int, Decimal]]:
    """Take back every allocation to the due items of a document; gives the payments' ids and roubles."""
    settled = (
        select(Allocation)
        .join(DueItem)
        .where(DueItem.document_kind == kind, DueItem.document_id == document_id)
        .order_by(Allocation.id)
    )
    released = []
    for allocation in session.scalars(settled, execution_options=ALL_ROWS).all():
        released.append((allocation.payment_id, allocation.amount))
        unallocate(session, allocation)
    return released


def take_advances(session: Session, items: Iterable[DueItem], reason: str) -> None:
    """Settle open due items, in the given order, with the client's advances, oldest first."""
    for item in items:
        for advance in advances(session, item.client_id, item.organisation_id):
            part = min(item.balance, -advance.balance)
            if part <= 0:
                break
            payment = session.get_one(Payment, advance.document_id, execution_options=ALL_ROWS)
            allocate(session, payment, item, part, reason)


def give_back_advances(session: Session, refund: Payment, own: DueItem, reason: str) -> None:
    """Set a posted refund against the client's advances, oldest first; the rest stays on its own item."""
    for advance in advances(session, own.client_id, own.organisation_id):
        part = min(own.balance, -advance.balance)
        if part <= 0:
            break
        allocate(session, refund, advance, part, reason)


def _items_of(
    session: Session, client_id: int, organisation_id: int, condition: ColumnElement[bool]
) -> Sequence[DueItem]:
    items = select(DueItem).where(DueItem.client_id == client_id, DueItem.organisation_id == organisation_id, condition)
    return session.scalars(items, execution_options=ALL_ROWS | {"populate_existing": True}).all()


def _payable_first(item: DueItem) -> tuple[bool, str, str, int]:
    due = item.due_on.isoformat() if item.due_on else ""
    return item.due_on is None, due, item.document_day.isoformat(), item.id


def _is_invoice_among(item: DueItem, ids: frozenset[int]) -> bool:
    return item.document_kind is DocumentKind.INVOICE and item.document_id in ids


def _sign(payment: Payment) -> int:
    """A payment in lowers what is owed; a refund raises an advance towards zero."""
    return 1 if payment.direction is MoneyDirection.IN else -1


def _check_allocation(payment: Payment, own: DueItem, target: DueItem, amount: Decimal) -> None:
    sign = _sign(payment)
    if (own.client_id, own.organisation_id) != (target.client_id, target.organisation_id):
        raise RuleError(_("The payment and the debt must be of one client and one organisation."))
    if amount > -own.balance * sign:
        raise RuleError(_("Only %(free)s of the payment is not allocated yet.", free=_shown(-own.balance * sign)))
    if amount > target.balance * sign:
        raise RuleError(
            _(
                "Only %(open)s is still open on this item.",
                open=_shown(max(target.balance * sign, Decimal(0))),
            )
        )


def _move(session: Session, payment: Payment, own: DueItem, target: DueItem, amount: Decimal) -> None:
    """Move `amount` from the payment's own item to the target; a negative amount moves it back."""
    day = max(payment.day, target.document_day)
    change = amount * _sign(payment)
    entries = [
        SettlementEntry(own.id, day, change, is_reversal=amount < 0),
        SettlementEntry(target.id, day, -change, is_reversal=amount < 0),
    ]
    write_settlements(session, Registrar(DocumentKind.PAYMENT, payment.id), entries)


def _keep(session: Session, payment: Payment, target: DueItem, amount: Decimal, reason: str) -> Allocation:
    kept = _allocation(session, payment.id, target.id)
    if kept is None:
        kept = Allocation(payment_id=payment.id, due_item_id=target.id, amount=amount, reason=reason)
        session.add(kept)
    else:
        kept.amount += amount
        kept.reason = reason
    session.flush()
    session.expire(payment, ["allocations"])
    return kept


def _allocation(session: Session, payment_id: int, due_item_id: int) -> Allocation | None:
    kept = select(Allocation).where(Allocation.payment_id == payment_id, Allocation.due_item_id == due_item_id)
    return session.scalars(kept, execution_options=ALL_ROWS | {"populate_existing": True}).first()


def _shown(amount: Decimal) -> str:
    """Roubles as people read them: 1 234,50."""
    return f"{amount:,.2f}".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")
