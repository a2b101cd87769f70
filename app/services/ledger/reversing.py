"""Takes back what a document wrote: reversing rows on the days of the originals, so no day stays changed."""

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.database import ALL_ROWS
from app.models.ledger import ActivityMovement, CashMovement, DocumentKind, SettlementMovement
from app.services.ledger.writing import (
    ActivityEntry,
    CashEntry,
    Registrar,
    SettlementEntry,
    lock_registers,
    write_activity,
    write_cash,
    write_settlements,
)


def reverse(session: Session, kind: DocumentKind, document_id: int) -> None:
    """Reverse everything that a document wrote and that is not yet reversed; a second call finds nothing.

    The caller holds the document's row. What other documents allocated to its due items is theirs and stays.
    """
    session.flush()
    registrar = Registrar(kind, document_id)
    clients = select(SettlementMovement.client_id).where(*_written_by(SettlementMovement, registrar)).distinct()
    lock_registers(session, clients=session.scalars(clients, execution_options=ALL_ROWS).all())
    write_settlements(session, registrar, _settlements(session, registrar))
    write_cash(session, registrar, _cash(session, registrar))
    write_activity(session, registrar, activity_reversals(session, registrar))


def _settlements(session: Session, registrar: Registrar) -> list[SettlementEntry]:
    key = (SettlementMovement.due_item_id, SettlementMovement.day)
    left = func.sum(SettlementMovement.amount)
    standing = select(*key, left).where(*_written_by(SettlementMovement, registrar)).group_by(*key).having(left != 0)
    found = session.execute(standing.order_by(*key), execution_options=ALL_ROWS)
    return [SettlementEntry(item, day, -amount, is_reversal=True) for item, day, amount in found]


def _cash(session: Session, registrar: Registrar) -> list[CashEntry]:
    row = CashMovement
    key = (row.account_id, row.day, row.article_id, row.client_id)
    left = func.sum(row.amount)
    standing = select(*key, left).where(*_written_by(row, registrar)).group_by(*key).having(left != 0)
    found = session.execute(standing.order_by(*key), execution_options=ALL_ROWS)
    return [
        CashEntry(account, day, -amount, article_id=article, client_id=client, is_reversal=True)
        for account, day, article, client, amount in found
    ]


def activity_reversals(session: Session, registrar: Registrar) -> list[ActivityEntry]:
    """The entries that would take back what a document still counts for; none when it counts for nothing."""
    row = ActivityMovement
    key = (row.day, row.employee_id, row.kind, row.client_id)
    left = func.sum(row.count)
    standing = select(*key, left).where(*_written_by(row, registrar)).group_by(*key).having(left != 0)
    found = session.execute(standing.order_by(*key), execution_options=ALL_ROWS)
    return [
        ActivityEntry(day, employee, kind, client, count=-count, is_reversal=True)
        for day, employee, kind, client, count in found
    ]


def _written_by(
    model: type[SettlementMovement] | type[CashMovement] | type[ActivityMovement], registrar: Registrar
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return model.document_kind == registrar.kind, model.document_id == registrar.document_id
