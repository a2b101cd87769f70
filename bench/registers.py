"""What follows from the invoices and interactions of the data set, made by the database out of them."""

from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, insert, literal, select
from sqlalchemy.orm import Session

from app.models.interactions import Interaction, InteractionState
from app.models.ledger import (
    ActivityBalance,
    ActivityKind,
    ActivityMovement,
    CashBalance,
    CashMovement,
    DocumentKind,
    DueItem,
    SettlementMovement,
)
from app.models.money import Allocation, MoneyDirection, Payment
from app.models.sales import DocumentStatus, Invoice
from app.models.staff import BankAccount


def fill(session: Session, account: BankAccount) -> None:
    """Payments of the settled debts, the movements of all documents, and the balances that these give."""
    due, invoice, payment = DueItem.__table__.c, Invoice.__table__.c, Payment.__table__.c
    of_invoice = (due.document_kind == DocumentKind.INVOICE) & (due.document_id == invoice.id)
    owed = select(
        due.document_day,
        due.client_id,
        due.id,
        literal(DocumentKind.INVOICE, SettlementMovement.document_kind.type),
        due.document_id,
        invoice.total,
    ).join(Invoice.__table__, of_invoice)
    settlement = ["day", "client_id", "due_item_id", "document_kind", "document_id", "amount"]
    _into(session, SettlementMovement, settlement, owed)
    _pay(session, account)
    paid = due.document_number == payment.number
    _into(
        session,
        Allocation,
        ["payment_id", "due_item_id", "amount", "reason"],
        select(payment.id, due.id, payment.amount, literal("по номеру счёта")).where(paid),
    )
    kind = literal(DocumentKind.PAYMENT, SettlementMovement.document_kind.type)
    settled = select(payment.day, payment.client_id, due.id, kind, payment.id, -payment.amount).where(paid)
    _into(session, SettlementMovement, settlement, settled)
    cash = select(payment.day, payment.account_id, payment.client_id, kind, payment.id, payment.amount)
    _into(session, CashMovement, ["day", "account_id", "client_id", "document_kind", "document_id", "amount"], cash)
    _balance(session, account)
    _activity(session)


def _pay(session: Session, account: BankAccount) -> None:
    due, invoice = DueItem.__table__.c, Invoice.__table__.c
    settled = (
        select(
            literal(MoneyDirection.IN, Payment.direction.type),
            invoice.day,
            invoice.number,
            literal(DocumentStatus.POSTED, Payment.status.type),
            literal(account.id),
            invoice.total,
            invoice.client_id,
            invoice.search_key,
        )
        .join(DueItem.__table__, (due.document_kind == DocumentKind.INVOICE) & (due.document_id == invoice.id))
        .where(due.balance == Decimal(0))
    )
    names = ["direction", "day", "number", "status", "account_id", "amount", "client_id", "search_key"]
    _into(session, Payment, names, settled)


def _balance(session: Session, account: BankAccount) -> None:
    moved = session.scalar(select(func.coalesce(func.sum(CashMovement.amount), 0)))
    session.add(CashBalance(account=account, balance=account.opening_balance + Decimal(moved or 0)))
    session.flush()


def _activity(session: Session) -> None:
    act, moved = Interaction.__table__.c, ActivityMovement.__table__.c
    done = select(
        func.date(act.starts_at),
        act.responsible_id,
        literal(ActivityKind.CALL, ActivityMovement.kind.type),
        act.client_id,
        literal(DocumentKind.INTERACTION, ActivityMovement.document_kind.type),
        act.id,
        literal(1),
    ).where(act.state == InteractionState.DONE)
    names = ["day", "employee_id", "kind", "client_id", "document_kind", "document_id", "count"]
    _into(session, ActivityMovement, names, done)
    key = (moved.day, moved.employee_id, moved.kind)
    counted = select(*key, func.sum(moved.count)).group_by(*key)
    _into(session, ActivityBalance, ["day", "employee_id", "kind", "count"], counted)


def _into(session: Session, model: type[Any], names: list[str], rows: Select[Any]) -> None:
    session.execute(insert(model.__table__).from_select(names, rows))
