"""Proves the registers: computes every balance again from movements and compares it with the kept one."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, literal, select, type_coerce, union_all
from sqlalchemy.orm import Session

from app.database import ALL_ROWS, Choice, Money
from app.models.ledger import (
    ActivityBalance,
    ActivityMovement,
    CashBalance,
    CashMovement,
    DueItem,
    SettlementMovement,
)
from app.models.staff import BankAccount
from app.texts import lazy


class Register(Choice):
    """A register whose balances are kept."""

    SETTLEMENTS = "settlements", lazy("Settlements")
    CASH = "cash", lazy("Cash")
    ACTIVITY = "activity", lazy("Activity")


@dataclass(frozen=True)
class Difference:
    """A balance that its movements do not give. Roubles, or a number of acts for activity.

    `key` names the balance: the id of the due item or bank account; day, employee's id and kind for activity.
    """

    register: Register
    key: tuple[Any, ...]
    kept: Decimal
    computed: Decimal


def check_registers(session: Session) -> list[Difference]:
    """Every balance that differs from its movements. Right registers give an empty list."""
    session.flush()
    return [
        Difference(register, tuple(key), Decimal(kept or 0), Decimal(computed or 0))
        for register, question in (
            (Register.SETTLEMENTS, _settlements()),
            (Register.CASH, _cash()),
            (Register.ACTIVITY, _activity()),
        )
        for *key, kept, computed in session.execute(question, execution_options=ALL_ROWS)
    ]


def _settlements() -> Select[*tuple[Any, ...]]:
    row = SettlementMovement
    moved = select(row.due_item_id, func.sum(row.amount).label("total")).group_by(row.due_item_id).subquery()
    computed = func.coalesce(moved.c.total, 0)
    compared = select(DueItem.id, DueItem.balance, computed).outerjoin(moved, moved.c.due_item_id == DueItem.id)
    return compared.where(DueItem.balance != computed).order_by(DueItem.id)


def _cash() -> Select[*tuple[Any, ...]]:
    """An account that nothing has moved yet may have no kept balance: its opening balance stands for it."""
    row = CashMovement
    moved = select(row.account_id, func.sum(row.amount).label("total")).group_by(row.account_id).subquery()
    # A sum of two amounts is a plain integer to SQLAlchemy.
    computed = type_coerce(BankAccount.opening_balance + func.coalesce(moved.c.total, 0), Money())
    kept = func.coalesce(CashBalance.balance, BankAccount.opening_balance)
    compared = (
        select(BankAccount.id, kept, computed)
        .outerjoin(CashBalance, CashBalance.account_id == BankAccount.id)
        .outerjoin(moved, moved.c.account_id == BankAccount.id)
    )
    return compared.where(kept != computed).order_by(BankAccount.id)


def _activity() -> Select[*tuple[Any, ...]]:
    """Both sides added up by key, since either may lack a row that the other has."""
    row, balance = ActivityMovement, ActivityBalance
    sides = union_all(
        select(
            balance.day,
            balance.employee_id,
            balance.kind,
            balance.count.label("kept"),
            literal(0).label("moved"),
        ),
        select(row.day, row.employee_id, row.kind, literal(0), row.count),
    ).subquery()
    key = (sides.c.day, sides.c.employee_id, sides.c.kind)
    kept, moved = func.sum(sides.c.kept), func.sum(sides.c.moved)
    return select(*key, kept, moved).group_by(*key).having(kept != moved).order_by(*key)
