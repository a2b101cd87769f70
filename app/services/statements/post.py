"""Posts the matched lines of a statement: one payment per line, many in few statements of SQL.

A payment of a statement writes the same rows as one posted by hand (`payments.post_payment` and `allocate`); a
test holds the two together. Refunds to clients are rare and go the ordinary way, one by one.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.database import ALL_ROWS
from app.errors import RuleError
from app.models.clients import Client, ClientBankAccount
from app.models.ledger import CashBalance, CashMovement, DocumentKind, DueItem, SettlementMovement
from app.models.money import (
    Allocation,
    MatchState,
    MoneyDirection,
    Payment,
    Statement,
    StatementLine,
    StatementStatus,
)
from app.models.sales import DocumentStatus
from app.models.staff import BankAccount
from app.services.allocations import OWN_STAGE
from app.services.ledger import lock_due_items, lock_registers
from app.services.payments import post_payment
from app.services.statements.articles import article_ids
from app.services.statements.load import CHUNK
from app.services.statements.payer import Reason, reason
from app.services.statements.words import reason_text
from app.services.upserts import insert_into
from app.texts import _

_POSTED_STATES = (MatchState.MATCHED, MatchState.NOT_INCOME)
_AT_ONCE = 900
_BUSINESS_ACCOUNTS = ("405", "406", "407", "408")
_ACCOUNT_DIGITS = 20
_BIK_DIGITS = 9
_REASON_LENGTH = 200


@dataclass(frozen=True)
class PostingResult:
    """How many lines were posted now and how many wait for a decision."""

    posted: int
    left: int


@dataclass
class _Books:
    """What the postings of one statement share."""

    today: date
    articles: dict[str, int]
    accounts: dict[int, BankAccount]
    account_ids: dict[str, int]
    cash: defaultdict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))


def post_statement(session: Session, statement: Statement, *, today: date) -> PostingResult:
    """Post every line that is matched, and what is no income; the rest stays to be chosen.

    A line whose debt was paid meanwhile, or which the bank dates after `today`, is not posted but put back to be
    chosen. Calling again posts only what was decided since. Raises RuleError when there is nothing to post.
    """
    held = select(Statement).where(Statement.id == statement.id).with_for_update()
    statement = session.scalars(held, execution_options={"populate_existing": True}).one()
    if statement.status is StatementStatus.TAKEN_BACK:
        raise RuleError(_("The statement was taken back; load the file again."))
    accounts = {account.id: account for account in session.scalars(select(BankAccount), execution_options=ALL_ROWS)}
    by_number = {account.account: key for key, account in accounts.items()}
    books = _Books(today, article_ids(session), accounts, by_number)
    _lock(session, statement.id, by_number)
    posted = sum(_post_portion(session, lines, books) for lines in _portions(session, statement.id))
    if not posted:
        raise RuleError(_("There is nothing to post: choose whose payments these are first."))
    _renew_balances(session, books)
    statement.status = StatementStatus.POSTED
    session.flush()
    return PostingResult(posted, _count_left(session, statement.id))


def _waiting(statement_id: int) -> Any:
    """Condition: lines of the statement that have no payment."""
    paid = select(Payment.id).where(Payment.statement_line_id == StatementLine.id).exists()
    return (StatementLine.statement_id == statement_id) & ~paid


def _count_left(session: Session, statement_id: int) -> int:
    left = select(StatementLine.id).where(_waiting(statement_id), StatementLine.state != MatchState.SKIPPED)
    return len(session.scalars(left, execution_options=ALL_ROWS).all())


def _lock(session: Session, statement_id: int, accounts: dict[str, int]) -> None:
    """Hold all clients and accounts first, in the registers' one order, so that no two postings wait in a ring."""
    lines = select(StatementLine.client_id).where(_waiting(statement_id), StatementLine.client_id.is_not(None))
    clients = sorted(key for key in session.scalars(lines.distinct()) if key)
    for start in range(0, len(clients), _AT_ONCE):
        lock_registers(session, clients=clients[start : start + _AT_ONCE])
    own = select(StatementLine.account_id, StatementLine.other_account).where(_waiting(statement_id))
    used = {
        key for account, other in session.execute(own.distinct()) for key in (account, accounts.get(other or "")) if key
    }
    lock_registers(session, accounts=used)


def _portions(session: Session, statement_id: int) -> Iterator[Sequence[StatementLine]]:
    last = 0
    while True:
        question = (
            select(StatementLine)
            .where(
                _waiting(statement_id),
                StatementLine.id > last,
                StatementLine.state.in_(_POSTED_STATES),
            )
            .order_by(StatementLine.id)
            .limit(CHUNK)
        )
        lines = session.scalars(question, execution_options=ALL_ROWS).all()
        if not lines:
            return
        last = lines[-1].id
        yield lines


def _post_portion(session: Session, lines: Sequence[StatementLine], books: _Books) -> int:
    wanted = {part["due_item"] for line in lines for part in line.proposal["parts"]}
    items = lock_due_items(session, wanted) if wanted else {}
    fitting = [line for line in lines if _fits(line, items, books.today)]
    clients = _clients(session, fitting)
    payments = [_payment(line, books, clients) for line in fitting]
    session.add_all(payments)
    session.flush()
    pairs = list(zip(fitting, payments, strict=True))
    ordinary = [pair for pair in pairs if not _is_refund(pair[1])]
    _write_settlements(session, ordinary, items, books)
    _write_cash(session, ordinary, books)
    session.flush()
    for _line, payment in pairs:
        if _is_refund(payment):
            post_payment(session, payment.id, today=books.today)
    _learn_accounts(session, fitting, clients)
    return len(fitting)


def _is_refund(payment: Payment) -> bool:
    return payment.client_id is not None and payment.direction is MoneyDirection.OUT


def _fits(line: StatementLine, items: dict[int, DueItem], today: date) -> bool:
    """Whether the line can be posted as proposed; if so, its parts are taken from the balances at once."""
    if line.posting_day > today:
        return _put_back(line, reason("future_day", day=f"{line.posting_day:%d.%m.%Y}"))
    parts = [(items.get(part["due_item"]), Decimal(part["amount"])) for part in line.proposal["parts"]]
    if any(item is None or item.client_id != line.client_id or item.balance < part for item, part in parts):
        return _put_back(line, reason("changed_meanwhile"))
    for part in line.proposal["parts"]:
        items[part["due_item"]].balance -= Decimal(part["amount"])
    return True


def _put_back(line: StatementLine, why: Reason) -> bool:
    line.state = MatchState.TO_CHOOSE
    line.proposal = line.proposal | {"reasons": [*line.proposal["reasons"], why], "parts": [], "chosen": False}
    return False


def _clients(session: Session, lines: Sequence[StatementLine]) -> dict[int, tuple[str, str]]:
    """Names and INNs of the clients of these lines."""
    keys = {line.client_id for line in lines if line.client_id}
    question = select(Client.id, Client.name, Client.inn).where(Client.id.in_(keys))
    found = session.execute(question, execution_options=ALL_ROWS) if keys else ()
    return {key: (name, inn or "") for key, name, inn in found}


def _payment(line: StatementLine, books: _Books, clients: dict[int, tuple[str, str]]) -> Payment:
    payment = Payment(
        direction=line.direction,
        day=line.posting_day,
        number=line.number,
        document_day=line.document_day,
        status=DocumentStatus.POSTED,
        account_id=line.account_id,
        amount=line.amount,
        client_id=line.client_id,
        payer_name=line.other_name,
        payer_inn=line.other_inn,
        payer_account=line.other_account,
        purpose=line.purpose,
        article_id=books.articles[line.proposal["article"]],
        statement_line_id=line.id,
        comment=_comment(line, clients),
    )
    if _is_refund(payment):
        payment.status = DocumentStatus.DRAFT
    return payment


def _comment(line: StatementLine, clients: dict[int, tuple[str, str]]) -> str | None:
    """Who paid for whom, when a third party paid (ГК РФ, ст. 313)."""
    name, inn = clients.get(line.client_id or 0, ("", ""))
    if not line.other_inn or not inn or inn == line.other_inn:
        return None
    return _("Paid by %(payer)s for %(client)s", payer=line.other_name, client=name)


def _write_settlements(
    session: Session, pairs: Sequence[tuple[StatementLine, Payment]], items: dict[int, DueItem], books: _Books
) -> None:
    """The payments' own due items, the movements, and what settles what."""
    of_clients = [(line, payment) for line, payment in pairs if payment.client_id]
    own = [_own_item(payment, line, books) for line, payment in of_clients]
    session.add_all(own)
    session.flush()
    movements: list[dict[str, Any]] = []
    for (line, payment), item in zip(of_clients, own, strict=True):
        movements.append(_movement(payment, item, payment.day, -payment.amount))
        why = "; ".join(map(reason_text, line.proposal["reasons"]))[:_REASON_LENGTH]
        for part in line.proposal["parts"]:
            target, amount = items[part["due_item"]], Decimal(part["amount"])
            day = max(payment.day, target.document_day)
            movements.append(_movement(payment, item, day, amount))
            movements.append(_movement(payment, target, day, -amount))
            session.add(Allocation(payment_id=payment.id, due_item_id=target.id, amount=amount, reason=why))
    if movements:
        session.execute(insert(SettlementMovement), movements)


def _own_item(payment: Payment, line: StatementLine, books: _Books) -> DueItem:
    settled = sum((Decimal(part["amount"]) for part in line.proposal["parts"]), Decimal(0))
    return DueItem(
        client_id=payment.client_id,
        organisation_id=books.accounts[payment.account_id].organisation_id,
        document_kind=DocumentKind.PAYMENT,
        document_id=payment.id,
        stage=OWN_STAGE,
        document_number=payment.number[:40],
        document_day=payment.day,
        balance=settled - payment.amount,
    )


def _movement(payment: Payment, item: DueItem, day: date, amount: Decimal) -> dict[str, Any]:
    return {
        "day": day,
        "client_id": item.client_id,
        "due_item_id": item.id,
        "document_kind": DocumentKind.PAYMENT,
        "document_id": payment.id,
        "amount": amount,
    }


def _write_cash(session: Session, pairs: Sequence[tuple[StatementLine, Payment]], books: _Books) -> None:
    rows: list[dict[str, Any]] = [
        {
            "day": payment.day,
            "account_id": account_id,
            "article_id": payment.article_id,
            "client_id": payment.client_id,
            "document_kind": DocumentKind.PAYMENT,
            "document_id": payment.id,
            "amount": amount,
        }
        for _line, payment in pairs
        for account_id, amount in _flows(payment, books)
    ]
    for row in rows:
        books.cash[row["account_id"]] += row["amount"]
    if rows:
        session.execute(insert(CashMovement), rows)


def _flows(payment: Payment, books: _Books) -> list[tuple[int, Decimal]]:
    """What the payment does to which account; a transfer moves two of them."""
    if payment.direction is MoneyDirection.IN:
        return [(payment.account_id, payment.amount)]
    flows = [(payment.account_id, -payment.amount)]
    if payment.direction is MoneyDirection.INTERNAL:
        flows.append((books.account_ids[payment.payer_account or ""], payment.amount))
    return flows


def _renew_balances(session: Session, books: _Books) -> None:
    """Add up what each account got; the rows are held since the beginning."""
    for account_id, amount in sorted(books.cash.items()):
        changed = update(CashBalance).where(CashBalance.account_id == account_id)
        session.execute(changed.values(balance=CashBalance.balance + amount), execution_options=ALL_ROWS)


def _learn_accounts(session: Session, lines: Sequence[StatementLine], clients: dict[int, tuple[str, str]]) -> None:
    """Accounts from which clients paid, with the INN to prove it, become known accounts of theirs."""
    rows = {
        (line.client_id, line.other_account, line.other_bik)
        for line in lines
        if line.client_id and line.other_inn and line.other_inn == clients[line.client_id][1]
        and _is_business_account(line.other_account or "", line.other_bik or "")
    }  # fmt: skip
    learning = insert_into(session, ClientBankAccount, {})
    learning = learning.on_conflict_do_nothing(index_elements=["client_id", "account", "bik"])
    if rows:
        values = [{"client_id": client, "account": account, "bik": bik} for client, account, bik in sorted(rows)]
        session.execute(learning, values)


def _is_business_account(account: str, bik: str) -> bool:
    return len(account) == _ACCOUNT_DIGITS and account.startswith(_BUSINESS_ACCOUNTS) and len(bik) == _BIK_DIGITS
