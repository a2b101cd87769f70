"""Takes a whole statement back in one act: its payments are cancelled and removed, its lines may be loaded again.

Registers get the same reversing rows as by `payments.cancel_payment`, many in few statements of SQL. Refunds, and
payments that a refund was set against, are rare and go the ordinary way, one by one.
"""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased, selectinload

from app.database import ALL_ROWS
from app.errors import RuleError
from app.models.ledger import CashBalance, CashMovement, DocumentKind, DueItem, SettlementMovement
from app.models.money import (
    Allocation,
    MoneyDirection,
    Payment,
    Statement,
    StatementLine,
    StatementStatus,
)
from app.services.ledger import lock_due_items, lock_registers
from app.services.payments import cancel_payment
from app.texts import _

_AT_ONCE = 900


def take_back(session: Session, statement: Statement) -> int:
    """Cancel and remove the payments that this statement made, and only those; gives how many they were.

    What they settled is owed again. Lines stay for the record without their keys. Accounts and payers that were
    learnt stay: they are true whatever becomes of the file. Raises RuleError when it was taken back before.
    """
    held = select(Statement).where(Statement.id == statement.id).with_for_update()
    statement = session.scalars(held, execution_options={"populate_existing": True}).one()
    if statement.status is StatementStatus.TAKEN_BACK:
        raise RuleError(_("The statement was taken back before."))
    keys = session.scalars(_made_by(statement.id), execution_options=ALL_ROWS).all()
    _lock(session, keys)
    for key in session.scalars(_entangled(statement.id), execution_options=ALL_ROWS).all():
        cancel_payment(session, key)
    for start in range(0, len(keys), _AT_ONCE):
        _remove(session, keys[start : start + _AT_ONCE])
    freed = update(StatementLine).where(StatementLine.statement_id == statement.id)
    session.execute(freed.values(key=None), execution_options={"synchronize_session": False})
    statement.status = StatementStatus.TAKEN_BACK
    session.flush()
    session.expire_all()
    return len(keys)


def _made_by(statement_id: int) -> Any:
    return (
        select(Payment.id)
        .join(StatementLine, StatementLine.id == Payment.statement_line_id)
        .where(StatementLine.statement_id == statement_id)
        .order_by(Payment.id)
    )


def _entangled(statement_id: int) -> Any:
    """Refunds to clients, and payments whose advance another payment has taken a part of."""
    refund = and_(Payment.direction == MoneyDirection.OUT, Payment.client_id.is_not(None))
    own = aliased(DueItem)
    taken = (
        select(Allocation.id)
        .join(own, own.id == Allocation.due_item_id)
        .where(own.document_kind == DocumentKind.PAYMENT, own.document_id == Payment.id)
        .exists()
    )
    return _made_by(statement_id).where(or_(refund, taken))


def _lock(session: Session, keys: Sequence[int]) -> None:
    """Hold all clients and accounts first, in the registers' one order."""
    clients: set[int] = set()
    accounts: set[int] = set()
    for start in range(0, len(keys), _AT_ONCE):
        of = keys[start : start + _AT_ONCE]
        moved = select(CashMovement.client_id, CashMovement.account_id).where(*_written_by(CashMovement, of))
        for client_id, account_id in session.execute(moved.distinct(), execution_options=ALL_ROWS):
            clients.update([client_id] if client_id else [])
            accounts.add(account_id)
    held = sorted(clients)
    for start in range(0, len(held), _AT_ONCE):
        lock_registers(session, clients=held[start : start + _AT_ONCE])
    lock_registers(session, accounts=accounts)


def _remove(session: Session, keys: Sequence[int]) -> None:
    _reverse_settlements(session, keys)
    _reverse_cash(session, keys)
    payments = select(Payment).where(Payment.id.in_(keys)).options(selectinload(Payment.allocations))
    for payment in session.scalars(payments, execution_options=ALL_ROWS).all():
        session.delete(payment)
    session.flush()


def _written_by(model: type[SettlementMovement] | type[CashMovement], keys: Sequence[int]) -> tuple[Any, Any]:
    return model.document_kind == DocumentKind.PAYMENT, model.document_id.in_(keys)


def _reverse_settlements(session: Session, keys: Sequence[int]) -> None:
    row = SettlementMovement
    columns = (row.document_id, row.due_item_id, row.client_id, row.day)
    rows = _standing(session, row, columns, keys)
    items = lock_due_items(session, {values["due_item_id"] for values in rows}) if rows else {}
    for values in rows:
        items[values["due_item_id"]].balance += values["amount"]
    if rows:
        session.execute(insert(row), rows)


def _reverse_cash(session: Session, keys: Sequence[int]) -> None:
    row = CashMovement
    columns = (row.document_id, row.account_id, row.day, row.article_id, row.client_id)
    rows = _standing(session, row, columns, keys)
    changes: defaultdict[int, Decimal] = defaultdict(Decimal)
    for values in rows:
        changes[values["account_id"]] += values["amount"]
    for account_id, amount in sorted(changes.items()):
        changed = update(CashBalance).where(CashBalance.account_id == account_id)
        session.execute(changed.values(balance=CashBalance.balance + amount), execution_options=ALL_ROWS)
    if rows:
        session.execute(insert(row), rows)


def _standing(
    session: Session,
    model: type[SettlementMovement] | type[CashMovement],
    columns: tuple[Any, ...],
    keys: Sequence[int],
) -> list[dict[str, Any]]:
    """Reversing rows for what these payments still have in a register, on the days of the originals."""
    left = func.sum(model.amount)
    question = select(*columns, left).where(*_written_by(model, keys)).group_by(*columns).having(left != 0)
    names = [column.key for column in columns]
    fixed = {"document_kind": DocumentKind.PAYMENT, "is_reversal": True}
    return [
        dict(zip(names, found, strict=True)) | {"amount": -amount} | fixed
        for *found, amount in session.execute(question.order_by(*columns), execution_options=ALL_ROWS)
    ]
