"""Receivables (дебиторская задолженность): who owes us how much on a day, and how long it is overdue.

Overdue = the due date is before the day asked for. A debt without a due date (goods not shipped yet) is not due.
For today kept balances are read; for a past day movements up to it are added up, so an invoice paid later is
still owed there. The buckets of a row add up to its total; advances stand apart and lower nothing. Roubles.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, Subquery, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from app.models.clients import Client
from app.models.interactions import Interaction, InteractionKind, InteractionState
from app.models.ledger import DocumentKind, DueItem, SettlementMovement
from app.models.staff import Employee
from app.services.names import query_variants

DEFAULT_BUCKETS = (30, 60, 90)
"""Last day of each interval of overdue days; the days above the last one are an interval of their own."""

MOST_ROWS = 200
_NOTHING = Decimal("0.00")
_AT_ONCE = 500
_SUMS = ("total", "not_due", "overdue", "advance")


@dataclass(frozen=True, slots=True)
class ReceivablesQuestion:
    """What is asked: the day, today in the company's zone, intervals, filters, order and page.

    `q` looks for clients as quick search does; `order` is one of -overdue, client, -total, -days, responsible.
    """

    as_of: date
    today: date
    buckets: tuple[int, ...] = DEFAULT_BUCKETS
    responsible_id: int | None = None
    organisation_id: int | None = None
    q: str = ""
    overdue_only: bool = False
    order: str = "-overdue"
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class ClientDebt:
    """What one client owes. `overdue_by` follows the intervals asked for; `is_red`: above the client's threshold."""

    client_id: int
    client: str
    responsible: str
    total: Decimal
    not_due: Decimal
    overdue_by: tuple[Decimal, ...]
    overdue: Decimal
    oldest_due_on: date | None
    days: int
    advance: Decimal
    is_red: bool
    contact_at: datetime | None = None
    contact_kind: InteractionKind | None = None


@dataclass(frozen=True, slots=True)
class DebtTotals:
    """The same over all clients that the filters leave, whatever the page."""

    clients: int
    total: Decimal
    not_due: Decimal
    overdue_by: tuple[Decimal, ...]
    overdue: Decimal
    advance: Decimal
    red_clients: int


@dataclass(frozen=True, slots=True)
class Receivables:
    """One page of clients that owe, and the totals."""

    rows: tuple[ClientDebt, ...]
    totals: DebtTotals


@dataclass(frozen=True, slots=True)
class DocumentDebt:
    """What is owed by one stage of one document. `charged` is the stage's sum, `paid` what has come of it."""

    due_item_id: int
    kind: DocumentKind
    document_id: int
    number: str
    day: date
    stage: int
    due_on: date | None
    charged: Decimal
    paid: Decimal
    left: Decimal
    days: int


def receivables(session: Session, question: ReceivablesQuestion) -> Receivables:
    """One page of clients that owe on the day, at most MOST_ROWS, with totals over all of them."""
    owed = _per_client(question)
    totals = _totals(owed, question).subquery()
    limit = max(1, min(question.limit, MOST_ROWS))
    # The totals stand beside each row, so that the debts are added up once for both.
    page = _ordered(_rows(owed, question).add_columns(totals).join(totals, true()), owed, question)
    found = session.execute(page.offset(max(0, question.offset)).limit(limit)).all()
    rows = tuple(_with_contacts(session, [_client_debt(row, question) for row in found]))
    if found:
        return Receivables(rows, _debt_totals(found[0], question))
    return Receivables(rows, _debt_totals(session.execute(select(totals)).one(), question))


def all_receivables(session: Session, question: ReceivablesQuestion) -> Iterator[ClientDebt]:
    """Every client that owes, for a sheet or paper; the page of the question is left out of account."""
    owed = _per_client(question)
    found = iter(session.execute(_ordered(_rows(owed, question), owed, question)))
    while rows := [_client_debt(row, question) for row in islice(found, _AT_ONCE)]:
        yield from _with_contacts(session, rows)


def client_receivables(session: Session, client_id: int, as_of: date, today: date) -> tuple[DocumentDebt, ...]:
    """What one client owes by document and stage, the oldest due first.

    Advances are rows with `left` below 0; of them only what is free is told.
    """
    items = _balances(as_of, today)
    charged = (
        select(func.sum(SettlementMovement.amount))
        .where(
            SettlementMovement.due_item_id == DueItem.id,
            SettlementMovement.document_kind == DueItem.document_kind,
            SettlementMovement.document_id == DueItem.document_id,
            SettlementMovement.day <= (date.max if as_of >= today else as_of),
            DueItem.document_kind != DocumentKind.PAYMENT,
        )
        .scalar_subquery()
    )
    found = (
        select(DueItem, items.c.balance, charged)
        .join(items, items.c.id == DueItem.id)
        .where(DueItem.client_id == client_id, items.c.balance != 0)
        .order_by(DueItem.due_on.is_(None), DueItem.due_on, DueItem.document_day, DueItem.id)
    )
    return tuple(_document_debt(item, left, sum_, as_of) for item, left, sum_ in session.execute(found))


def _document_debt(item: DueItem, left: Decimal, charged: Decimal | None, as_of: date) -> DocumentDebt:
    charged = charged if charged is not None else left
    is_late = left > 0 and item.due_on is not None and item.due_on < as_of
    return DocumentDebt(
        due_item_id=item.id,
        kind=item.document_kind,
        document_id=item.document_id,
        number=item.document_number,
        day=item.document_day,
        stage=item.stage,
        due_on=item.due_on,
        charged=charged,
        paid=charged - left,
        left=left,
        days=(as_of - item.due_on).days if is_late and item.due_on else 0,
    )


def _balances(as_of: date, today: date) -> Subquery:
    """Due items with what is open of each: kept balances for today, movements up to the day for the past."""
    facts = (DueItem.id, DueItem.client_id, DueItem.organisation_id, DueItem.due_on)
    if as_of >= today:
        return select(*facts, DueItem.balance.label("balance")).where(DueItem.balance != 0).subquery()
    moved = (
        select(SettlementMovement.due_item_id, func.sum(SettlementMovement.amount).label("balance"))
        .where(SettlementMovement.day <= as_of)
        .group_by(SettlementMovement.due_item_id)
        .having(func.sum(SettlementMovement.amount) != 0)
        .subquery()
    )
    return select(*facts, moved.c.balance.label("balance")).join(moved, moved.c.due_item_id == DueItem.id).subquery()


def _per_client(question: ReceivablesQuestion) -> CTE:
    """Sums per client: total, not due, one column per interval, overdue, oldest due date, advance."""
    items = _balances(question.as_of, question.today)
    owed = items.c.balance > 0
    is_late = and_(owed, items.c.due_on < question.as_of)

    def added(condition: ColumnElement[bool]) -> ColumnElement[Decimal]:
        return func.sum(case((condition, items.c.balance), else_=0))

    columns = [
        items.c.client_id,
        added(owed).label("total"),
        added(and_(owed, or_(items.c.due_on.is_(None), items.c.due_on >= question.as_of))).label("not_due"),
        added(is_late).label("overdue"),
        func.min(case((is_late, items.c.due_on))).label("oldest"),
        added(items.c.balance < 0).label("advance"),
    ]
    for number, (first, last) in enumerate(_intervals(question)):
        within = [is_late, items.c.due_on <= first]
        if last is not None:
            within.append(items.c.due_on >= last)
        columns.append(added(and_(*within)).label(f"bucket{number}"))
    summed = select(*columns).group_by(items.c.client_id)
    if question.organisation_id is not None:
        summed = summed.where(items.c.organisation_id == question.organisation_id)
    return summed.having(added(owed) > 0).cte()


def _intervals(question: ReceivablesQuestion) -> list[tuple[date, date | None]]:
    """Latest and earliest due date of each interval; the last one has no earliest."""
    ends = sorted(set(question.buckets))
    starts = [1, *(end + 1 for end in ends)]
    latest = [question.as_of - timedelta(days=start) for start in starts]
    return list(zip(latest, [*(question.as_of - timedelta(days=end) for end in ends), None], strict=True))


def _conditions(owed: CTE, question: ReceivablesQuestion) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if question.responsible_id is not None:
        conditions.append(Client.responsible_id == question.responsible_id)
    if question.overdue_only:
        conditions.append(owed.c.overdue > Client.debt_threshold)
    if question.q.strip():
        found = [Client.search_key.contains(text, autoescape=True) for text in query_variants(question.q)]
        conditions.append(or_(*found) if found else Client.id.is_(None))
    return conditions


def _rows(owed: CTE, question: ReceivablesQuestion) -> Select[Any]:
    return (
        select(Client.id, Client.name, Client.debt_threshold, Employee, owed)
        .join(owed, owed.c.client_id == Client.id)
        .join(Employee, Employee.id == Client.responsible_id)
        .where(*_conditions(owed, question))
    )


def _ordered(rows: Select[Any], owed: CTE, question: ReceivablesQuestion) -> Select[Any]:
    orders: dict[str, Sequence[Any]] = {
        "-overdue": (owed.c.overdue.desc(), owed.c.total.desc()),
        "client": (),
        "-total": (owed.c.total.desc(),),
        "-days": (owed.c.oldest.is_(None), owed.c.oldest),
        "responsible": (Employee.family_name, Employee.given_name),
    }
    return rows.order_by(*orders.get(question.order, ()), Client.name, Client.id)


def _client_debt(row: Any, question: ReceivablesQuestion) -> ClientDebt:
    buckets = tuple(getattr(row, name) for name in _buckets(question))
    return ClientDebt(
        client_id=row.client_id,
        client=row.name,
        responsible=str(row.Employee),
        total=row.total,
        not_due=row.not_due,
        overdue_by=buckets,
        overdue=row.overdue,
        oldest_due_on=row.oldest,
        days=(question.as_of - row.oldest).days if row.oldest else 0,
        advance=-row.advance,
        is_red=row.overdue > row.debt_threshold,
    )


def _totals(owed: CTE, question: ReceivablesQuestion) -> Select[*tuple[Any, ...]]:
    sums = [func.sum(owed.c[name]).label(f"all_{name}") for name in _SUMS + _buckets(question)]
    red = func.sum(case((owed.c.overdue > Client.debt_threshold, 1), else_=0)).label("all_red")
    asked = select(func.count().label("all_clients"), red, *sums).join(owed, owed.c.client_id == Client.id)
    return asked.select_from(Client).where(*_conditions(owed, question))


def _debt_totals(row: Any, question: ReceivablesQuestion) -> DebtTotals:
    total, not_due, overdue, advance, *buckets = (
        getattr(row, f"all_{name}") or _NOTHING for name in _SUMS + _buckets(question)
    )
    return DebtTotals(row.all_clients, total, not_due, tuple(buckets), overdue, -advance or _NOTHING, row.all_red or 0)


def _buckets(question: ReceivablesQuestion) -> tuple[str, ...]:
    return tuple(f"bucket{number}" for number in range(len(set(question.buckets)) + 1))


def _with_contacts(session: Session, rows: Collection[ClientDebt]) -> Iterator[ClientDebt]:
    """The rows with the latest contact that took place with each client."""
    latest = (
        select(Interaction.client_id, func.max(Interaction.starts_at).label("at"))
        .where(
            Interaction.client_id.in_([row.client_id for row in rows]),
            Interaction.state == InteractionState.DONE,
        )
        .group_by(Interaction.client_id)
        .subquery()
    )
    found = select(Interaction.client_id, Interaction.starts_at, Interaction.kind).join(
        latest, and_(latest.c.client_id == Interaction.client_id, latest.c.at == Interaction.starts_at)
    )
    done = found.where(Interaction.state == InteractionState.DONE)
    contacts = {client: (at, kind) for client, at, kind in session.execute(done)} if rows else {}
    for row in rows:
        at, kind = contacts.get(row.client_id, (None, None))
        yield replace(row, contact_at=at, contact_kind=kind)
