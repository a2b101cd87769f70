"""The matching table: lines with their proposals, by state."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import url_for
from sqlalchemy import func, select

from app.database import db
from app.models.clients import Client
from app.models.money import MatchState, Payment, Statement, StatementLine
from app.permissions import READ
from app.services.statements import reason_text
from app.texts import _
from app.views import formats
from app.views.current import viewer
from app.views.pages import Cell, Tab

ROWS = 50


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of the matching table as a person reads it."""

    id: int
    day: str
    amount: str
    direction: Cell
    payer: str
    requisites: str
    purpose: str
    state: Cell
    proposed: tuple[str, ...]
    reasons: str
    confidence: str
    url: str
    payment_url: str
    can_confirm: bool
    is_skipped: bool


def tabs(statement: Statement, counts: dict[MatchState, int], chosen: str) -> Any:
    """A tab per state of lines with its count, and one of all."""
    address = url_for("BankImportView.lines", pk=statement.id)
    yield Tab("all", _("All"), address, not chosen, formats.number(sum(counts.values())))
    for state, count in counts.items():
        url = url_for("BankImportView.lines", pk=statement.id, state=state.value)
        tone = "danger" if state is MatchState.UNKNOWN and count else ""
        yield Tab(state.value, str(state.label), url, chosen == state.value, formats.number(count), tone)


def count_ready(statement: Statement) -> int:
    """How many lines would be posted now."""
    waiting = _waiting(statement).where(StatementLine.state.in_((MatchState.MATCHED, MatchState.NOT_INCOME)))
    return int(db.session.scalar(waiting) or 0)


def count_left(statement: Statement) -> int:
    """How many lines still wait for a decision or for posting."""
    return int(db.session.scalar(_waiting(statement).where(StatementLine.state != MatchState.SKIPPED)) or 0)


def _waiting(statement: Statement) -> Any:
    paid = select(Payment.id).where(Payment.statement_line_id == StatementLine.id).exists()
    return select(func.count(StatementLine.id)).where(StatementLine.statement_id == statement.id, ~paid)


def line_rows(statement: Statement, state: str, page: int) -> tuple[LineRow, ...]:
    """A page of the lines, in the order of the file; `state` empty: of all states."""
    question = (
        select(StatementLine, Client.name, Payment.id)
        .outerjoin(Client, Client.id == StatementLine.client_id)
        .outerjoin(Payment, Payment.statement_line_id == StatementLine.id)
        .where(StatementLine.statement_id == statement.id)
        .order_by(StatementLine.id)
        .offset((page - 1) * ROWS)
        .limit(ROWS)
    )
    if state:
        question = question.where(StatementLine.state == MatchState(state))
    return tuple(line_row(line, client or "", payment) for line, client, payment in db.session.execute(question))


def line_row(line: StatementLine, client: str, payment_id: int | None) -> LineRow:
    """A line with its proposal; `payment_id` is that of the payment which it became."""
    proposal = line.proposal
    confidence = int(proposal.get("confidence", 0))
    return LineRow(
        id=line.id,
        day=formats.day(line.posting_day),
        amount=formats.money(line.amount),
        direction=formats.cell(line.direction),
        payer=line.other_name or _("not named"),
        requisites=_requisites(line),
        purpose=line.purpose,
        state=formats.cell(line.state),
        proposed=tuple(_proposed(line, client)),
        reasons=" · ".join(map(reason_text, proposal.get("reasons", ()))),
        confidence=formats.percent(Decimal(confidence)) if confidence else "",
        url=url_for("BankImportView.line", pk=line.statement_id, line_id=line.id),
        payment_url=_payment_url(payment_id),
        can_confirm=line.state is MatchState.TO_CHOOSE and line.client_id is not None,
        is_skipped=line.state is MatchState.SKIPPED,
    )


def _requisites(line: StatementLine) -> str:
    parts = []
    if line.other_inn:
        parts.append(_("INN %(inn)s", inn=line.other_inn))
    if line.other_account:
        parts.append(_("acc. %(account)s", account=line.other_account))
    return ", ".join(parts)


def _payment_url(payment_id: int | None) -> str:
    may_read = payment_id and viewer().may(READ, "Payments")
    return url_for("PaymentView.show", pk=payment_id) if may_read else ""


def _proposed(line: StatementLine, client: str) -> Any:
    if client:
        yield client
    for part in line.proposal.get("parts", ()):
        amount = formats.money(Decimal(part["amount"]))
        yield _("Invoice %(number)s: %(amount)s", number=part["number"], amount=amount)
    advance = Decimal(line.proposal.get("advance", "0"))
    if advance and client:
        yield _("Advance: %(amount)s", amount=formats.money(advance))
