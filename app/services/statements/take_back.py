"""Takes a whole statement back in one act: its payments are cancelled and removed, its lines may be loaded again."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.database import ALL_ROWS
from app.errors import RuleError
from app.models.money import Payment, Statement, StatementLine, StatementStatus
from app.services.payments import cancel_payment
from app.texts import _


def take_back(session: Session, statement: Statement) -> int:
    """Cancel and remove the payments that this statement made, and only those; gives how many they were.

    What they settled is owed again. Lines stay for the record without their keys. Accounts and payers that were
    learnt stay: they are true whatever becomes of the file. Raises RuleError when it was taken back before.
    """
    held = select(Statement).where(Statement.id == statement.id).with_for_update()
    statement = session.scalars(held, execution_options={"populate_existing": True}).one()
    if statement.status is StatementStatus.TAKEN_BACK:
        raise RuleError(_("The statement was taken back before."))
    made = (
        select(Payment.id)
        .join(StatementLine, StatementLine.id == Payment.statement_line_id)
        .where(StatementLine.statement_id == statement.id)
        .order_by(Payment.id)
    )
    keys = session.scalars(made, execution_options=ALL_ROWS).all()
    for key in keys:
        session.delete(cancel_payment(session, key))
    session.flush()
    freed = update(StatementLine).where(StatementLine.statement_id == statement.id)
    session.execute(freed.values(key=None), execution_options={"synchronize_session": False})
    statement.status = StatementStatus.TAKEN_BACK
    session.flush()
    session.expire_all()
    return len(keys)
