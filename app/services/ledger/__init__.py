"""The registers: writing movements with their balances, taking them back, checking one by the other."""

from app.services.ledger.checking import Difference, Register, check_registers
from app.services.ledger.reversing import activity_reversals, reverse
from app.services.ledger.writing import (
    ActivityEntry,
    CashEntry,
    Registrar,
    SettlementEntry,
    lock_due_items,
    lock_registers,
    renew_cash_balance,
    write_activity,
    write_cash,
    write_settlements,
)

__all__ = [
    "ActivityEntry",
    "CashEntry",
    "Difference",
    "Register",
    "Registrar",
    "SettlementEntry",
    "activity_reversals",
    "check_registers",
    "lock_due_items",
    "lock_registers",
    "renew_cash_balance",
    "reverse",
    "write_activity",
    "write_cash",
    "write_settlements",
]
