"""Payments (платежи): posting, cancelling and what they do to the registers.

- In: the account grows. With a client the client's debt falls: first as an advance, then allocated
  (`allocate`, `propose_allocation`). Without a client only the account changes: nobody knows yet whose
  money it is.
- Out: the account shrinks. With a client it is a refund: it lowers the client's turnover, takes the
  client's advances back, oldest first, and what exceeds them is owed to us on the refund's own due item,
  without due date.
- Between own accounts: `account` is the one that paid; the one that received is found by `payer_account`.
"""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import ALL_ROWS
from app.errors import NotVisibleError, RuleError
from app.models.ledger import DocumentKind, DueItem
from app.models.money import Allocation, MoneyDirection, Payment
from app.models.sales import DocumentStatus
from app.models.staff import BankAccount
from app.services.allocations import (
    OWN_STAGE,
    Proposal,
    allocate,
    give_back_advances,
    own_item,
    propose_allocation,
    release,
    unallocate,
)
from app.services.ledger import (
    CashEntry,
    Registrar,
    SettlementEntry,
    lock_registers,
    reverse,
    write_cash,
    write_settlements,
)
from app.texts import _

__all__ = [
    "Proposal",
    "allocate",
    "cancel_payment",
    "check_payment",
    "post_payment",
    "propose_allocation",
    "unallocate",
]


def check_payment(session: Session, payment: Payment, today: date) -> None:
    """Raises RuleError when the payment cannot be posted: no amount, a day to come, a wrong other account."""
    if payment.amount <= 0:
        raise RuleError(_("Enter an amount above zero, in roubles and kopecks."))
    if payment.day > today:
        raise RuleError(_("The payment is dated in the future; correct its date."))
    if payment.direction is MoneyDirection.INTERNAL:
        _receiving_account(session, payment)


def post_payment(session: Session, payment_id: int, *, today: date) -> Payment:
    """Post a payment (провести). Posting again changes nothing; a cancelled one may be posted again.

    Allocates nothing by itself except a refund. Raises NotVisibleError, or RuleError from `check_payment`.
    """
    payment = _locked(session, payment_id)
    if payment.status is DocumentStatus.POSTED:
        return payment
    check_payment(session, payment, today)
    entries = _cash_entries(session, payment)
    lock_registers(
        session,
        clients=[payment.client_id] if payment.client_id else [],
        accounts={entry.account_id for entry in entries},
    )
    write_cash(session, Registrar(DocumentKind.PAYMENT, payment.id), entries)
    if payment.client_id and payment.direction is not MoneyDirection.INTERNAL:
        _write_own_item(session, payment, payment.client_id)
    payment.status = DocumentStatus.POSTED
    session.flush()
    return payment


def cancel_payment(session: Session, payment_id: int) -> Payment:
    """Cancel a payment (отменить проведение): what it settled is open again. A second time changes nothing.

    Refunds that were set against it stand on their own item again. Raises NotVisibleError.
    """
    payment = _locked(session, payment_id)
    if payment.status is DocumentStatus.CANCELLED:
        return payment
    if payment.client_id:
        lock_registers(session, clients=[payment.client_id])
    release(session, DocumentKind.PAYMENT, payment.id)
    reverse(session, DocumentKind.PAYMENT, payment.id)
    kept = select(Allocation).where(Allocation.payment_id == payment.id)
    for allocation in session.scalars(kept, execution_options=ALL_ROWS).all():
        session.delete(allocation)
    payment.status = DocumentStatus.CANCELLED
    session.flush()
    session.expire(payment, ["allocations"])
    return payment


def _locked(session: Session, payment_id: int) -> Payment:
    """The payment, read anew and held until the transaction ends."""
    payment = select(Payment).where(Payment.id == payment_id).with_for_update(key_share=True)
    found = session.scalars(payment, execution_options={"populate_existing": True}).first()
    if found is None:
        raise NotVisibleError(_("There is no such payment."))
    return found


def _cash_entries(session: Session, payment: Payment) -> list[CashEntry]:
    if payment.direction is MoneyDirection.INTERNAL:
        received = _receiving_account(session, payment)
        return [
            CashEntry(payment.account_id, payment.day, -payment.amount, payment.article_id),
            CashEntry(received.id, payment.day, payment.amount, payment.article_id),
        ]
    came = payment.amount if payment.direction is MoneyDirection.IN else -payment.amount
    return [CashEntry(payment.account_id, payment.day, came, payment.article_id, payment.client_id)]


def _receiving_account(session: Session, payment: Payment) -> BankAccount:
    accounts = select(BankAccount).where(
        BankAccount.account == payment.payer_account, BankAccount.id != payment.account_id
    )
    found = session.scalars(accounts, execution_options=ALL_ROWS).first()
    if found is None:
        raise RuleError(_("Choose which of our own accounts received the money."))
    return found


def _write_own_item(session: Session, payment: Payment, client_id: int) -> None:
    """The payment's own due item: the advance, or what a refund gave."""
    organisation_id = payment.account.organisation_id
    own = own_item(session, payment)
    if own is None:
        own = DueItem(document_kind=DocumentKind.PAYMENT, document_id=payment.id, stage=OWN_STAGE)
        session.add(own)
    own.client_id = client_id
    own.organisation_id = organisation_id
    own.document_number = payment.number[:40]
    own.document_day = payment.day
    session.flush()
    is_refund = payment.direction is MoneyDirection.OUT
    amount = payment.amount if is_refund else -payment.amount
    registrar = Registrar(DocumentKind.PAYMENT, payment.id)
    write_settlements(session, registrar, [SettlementEntry(own.id, payment.day, amount)])
    if is_refund:
        give_back_advances(session, payment, own, _("Refund: advances given back, oldest first"))
