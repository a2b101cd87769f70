"""What posting a statement leaves behind."""

from sqlalchemy import select

from app.models.ledger import CashBalance
from app.models.money import Payment

NAMED = "по счету КС-2026-000015"


def payments(session):
    return session.scalars(select(Payment).order_by(Payment.id)).all()


def balance(session, account):
    return session.scalars(select(CashBalance.balance).where(CashBalance.account_id == account.id)).one()
