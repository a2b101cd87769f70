"""A person decides about a line: whose payment it is, what it settles, or that it is left out."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import ALL_ROWS
from app.errors import RuleError
from app.models.clients import Client
from app.models.ledger import DueItem
from app.models.money import (
    MatchState,
    MoneyDirection,
    PayerAlias,
    Payment,
    StatementLine,
    StatementStatus,
)
from app.services.statements.articles import guess_article
from app.services.statements.facts import Desk, Line
from app.services.statements.match import match_line
from app.services.statements.payer import reason
from app.services.statements.settle import Settlement, settle
from app.services.upserts import insert_into
from app.services.vat import round_kopecks
from app.texts import _

Allocations = Sequence[tuple[int, Decimal]]
"""Due items by id, with roubles for each."""


def choose(
    session: Session,
    line: StatementLine,
    client: Client | None,
    allocations: Allocations | None = None,
    *,
    learn: bool = True,
) -> None:
    """Decide whose payment a line is; without a client it is nobody's income (a loan, a return of a supplier).

    `allocations` say what it settles, the rest is an advance; None takes the proposal for that client. With
    `learn` the payer is remembered for this client. Raises RuleError when the line is posted already, or the
    sums exceed the payment or the debts.
    """
    _check_open(session, line)
    desk = Desk(session)
    (seen,) = desk.lines([line])
    line.client_id = client.id if client else None
    line.state = MatchState.MATCHED
    line.proposal = _decided(session, desk, seen, client, allocations)
    session.flush()
    if learn and client:
        _remember(session, seen, client)


def skip(session: Session, line: StatementLine) -> None:
    """Leave a line out: it is not posted, but its payment is not loaded a second time either."""
    _check_open(session, line)
    line.state = MatchState.SKIPPED
    session.flush()


def reconsider(session: Session, line: StatementLine) -> None:
    """Take a decision back: propose for the line anew, with what is known and owed now."""
    _check_open(session, line)
    desk = Desk(session)
    (seen,) = desk.lines([line])
    found = match_line(seen, desk.facts([seen]))
    line.state, line.client_id, line.proposal = found.state, found.client_id, found.proposal
    session.flush()


def propose_for(session: Session, line: StatementLine, client: Client) -> Settlement:
    """What the line would settle if it were this client's payment."""
    desk = Desk(session)
    (seen,) = desk.lines([line])
    return settle(seen, client.id, desk.facts_of(client, [seen]))


def _check_open(session: Session, line: StatementLine) -> None:
    if line.statement.status is StatementStatus.TAKEN_BACK:
        raise RuleError(_("The statement was taken back; load the file again."))
    posted = select(Payment.id).where(Payment.statement_line_id == line.id)
    if session.scalars(posted, execution_options=ALL_ROWS).first():
        raise RuleError(_("This payment is posted already; change its allocation in the payment itself."))


def _decided(
    session: Session, desk: Desk, line: Line, client: Client | None, allocations: Allocations | None
) -> dict[str, Any]:
    is_in = line.direction is MoneyDirection.IN
    article = "client_payment" if client and is_in else guess_article(line)
    proposal: dict[str, Any] = {
        "chosen": True,
        "confidence": 100,
        "reasons": [reason("chosen")],
        "parts": [],
        "advance": str(line.amount) if client else "0.00",
        "article": article,
        "candidates": [],
    }
    if client is None or not is_in:
        return proposal
    if allocations is None:
        found = settle(line, client.id, desk.facts_of(client, [line]))
        parts = [(debt.id, debt.number, part) for debt, part in found.parts]
        proposal["reasons"] += found.reasons
    else:
        parts = _checked(session, line, client, allocations)
    proposal["parts"] = [{"due_item": key, "number": number, "amount": str(part)} for key, number, part in parts]
    proposal["advance"] = str(line.amount - sum((part for _key, _number, part in parts), Decimal(0)))
    return proposal


def _checked(session: Session, line: Line, client: Client, allocations: Allocations) -> list[tuple[int, str, Decimal]]:
    """The parts, each within its debt and together within the payment."""
    wanted: defaultdict[int, Decimal] = defaultdict(Decimal)
    for key, amount in allocations:
        wanted[key] += amount
    owed = select(DueItem).where(DueItem.id.in_(wanted))
    items = {item.id: item for item in session.scalars(owed)}
    for key, amount in wanted.items():
        item = items.get(key)
        if item is None or (item.client_id, item.organisation_id) != (client.id, line.organisation_id):
            raise RuleError(_("The payment and the debt must be of one client and one organisation."))
        if amount < 0 or amount != round_kopecks(amount):
            raise RuleError(_("Enter an amount above zero, in roubles and kopecks."))
        if amount > item.balance:
            raise RuleError(_("Invoice %(number)s owes less than was entered.", number=item.document_number))
    if sum(wanted.values(), Decimal(0)) > line.amount:
        raise RuleError(_("The parts add up to more than the payment."))
    return [(key, items[key].document_number, amount) for key, amount in wanted.items() if amount]


def _remember(session: Session, line: Line, client: Client) -> None:
    """Next time this payer is known: by INN, unless it is the client's own or the bank's, and by account."""
    payers = {line.account}
    if not line.inn_may_be_the_banks and line.inn != client.inn:
        payers.add(line.inn)
    learning = insert_into(session, PayerAlias, {}).on_conflict_do_nothing(index_elements=["payer", "client_id"])
    rows = [{"payer": payer, "client_id": client.id} for payer in sorted(payers - {""})]
    if rows:
        session.execute(learning, rows)
