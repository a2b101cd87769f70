"""What a statement holds and what became of it."""

from decimal import Decimal

from sqlalchemy import func, select

from app.database import db
from app.models.money import Payment, Statement, StatementLine
from app.models.staff import BankAccount
from app.texts import _
from app.views import formats

_HARMLESS = frozenset({"encoding_mismatch", "already_in", "content_after_end"})


def tone(code: str) -> str:
    """How loudly a warning about the file is shown: those that spoil nothing speak low."""
    return "info" if code in _HARMLESS else "warn"


def accounts(statement: Statement) -> tuple[dict[str, str], ...]:
    """The sections of the file by account: balances and turnovers as the bank tells them, a dash where it does not."""
    names = {account.account: str(account) for account in db.session.scalars(select(BankAccount))}

    def shown(value: str | None) -> str:
        return formats.money(Decimal(value)) if value else formats.EMPTY

    return tuple(
        {
            "account": facts["account"],
            "name": names.get(facts["account"], _("not among our accounts")),
            **{name: shown(facts[name]) for name in ("opening", "received", "withdrawn", "closing")},
        }
        for facts in statement.accounts
    )


def outcome(statement: Statement) -> tuple[tuple[str, str], ...]:
    """Labels and values of what became of the statement; amounts with VAT, as they were paid."""
    posted = (
        select(Payment.direction, func.count(Payment.id), func.sum(Payment.amount))
        .join(StatementLine, StatementLine.id == Payment.statement_line_id)
        .where(StatementLine.statement_id == statement.id)
        .group_by(Payment.direction)
    )
    facts = [(_("Documents in the file"), formats.number(statement.documents))]
    facts.append((_("Loaded before"), formats.number(statement.already)))
    for direction, count, amount in db.session.execute(posted):
        value = _("%(count)s for %(amount)s", count=formats.number(count), amount=formats.roubles(amount))
        facts.append((_("Posted: %(direction)s", direction=str(direction.label).lower()), value))
    return tuple(facts)
