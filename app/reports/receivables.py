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

from sqlalchemy import CTE, ColumnElement, FromClause, Select, Subquery, and_, case, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from app.database import BY_ROW
from app.models.clients import Client
from app.models.interactions import Interaction, InteractionKind, InteractionState
from app.models.ledger import ZERO_BALANCE, DocumentKind, DueItem, SettlementMovement
from app.models.staff import Employee
from app.services.names import query_variants

DEFAULT_BUCKETS = (30, 60, 90)
"""Last day of each interval of overdue days; the days above the last one are an interval of their own."""

MOST_ROWS = 200
_NOTHING = Decimal("0.00")
_AT_ONCE = 500


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
    """One page of clients that owe on the day, at most MOST_ROWS, with totals over all of them.

    All debts are read for the order and the totals; by interval they are told apart for the clients of the page only.
    """
    items = _balances(question.as_of, question.today)
    owed = _owed(items, question)
    totals = _totals(items, owed, question)
    limit = max(1, min(question.limit, MOST_ROWS))
    # The totals stand beside each row, so that the debts are added up once for both.
    page = _ordered(select(owed.c.client_id, totals).join(totals, true()), owed, question)
    found = session.execute(page.offset(max(0, question.offset)).limit(limit)).all()
    rows = tuple(_debts_of(session, [row.client_id for row in found], question))
    if found:
        return Receivables(rows, _debt_totals(found[0], question))
    return Receivables(rows, _debt_totals(session.execute(select(totals)).one(), question))


def _debts_of(session: Session, client_ids: Sequence[int], question: ReceivablesQuestion) -> Iterator[ClientDebt]:
    """The debts of some clients in full, in the order of their keys; whoever has paid meanwhile is left out."""
    if not client_ids:
        return
    items = _balances(question.as_of, question.today, client_ids)
    found = {
        row.client_id: _client_debt(row, question)
        for row in session.execute(_rows(_per_client(items, question)), execution_options=BY_ROW)
    }
    yield from _with_contacts(session, [found[key] for key in client_ids if key in found])


def all_receivables(session: Session, question: ReceivablesQuestion) -> Iterator[ClientDebt]:
    """Every client that owes, for a sheet or paper; the page of the question is left out of account."""
    items = _balances(question.as_of, question.today)
    owed, sums = _owed(items, question), _per_client(items, question)
    asked = _ordered(_rows(sums).join(owed, owed.c.client_id == sums.c.client_id), owed, question)
    found = iter(session.execute(asked))
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
        .where(DueItem.client_id == client_id, items.c.balance != ZERO_BALANCE)
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


def _balances(as_of: date, today: date, client_ids: Sequence[int] = ()) -> FromClause:
    """Due items with what is open of each: kept balances for today, movements up to the day for the past.

    Of some clients, where they are named. Kept balances are read where they are asked for, from their indexes;
    movements are added up once.
    """
    facts = (DueItem.id, DueItem.client_id, DueItem.organisation_id, DueItem.due_on)
    only = [DueItem.client_id.in_(client_ids)] if client_ids else []
    if as_of >= today:
        return select(*facts, DueItem.balance.label("balance")).where(DueItem.balance != ZERO_BALANCE, *only).subquery()
    moved = (
        select(SettlementMovement.due_item_id, func.sum(SettlementMovement.amount).label("balance"))
        .where(SettlementMovement.day <= as_of)
        .group_by(SettlementMovement.due_item_id)
        .having(func.sum(SettlementMovement.amount) != 0)
    )
    if client_ids:
        moved = moved.where(SettlementMovement.client_id.in_(client_ids))
    added = moved.subquery()
    return select(*facts, added.c.balance.label("balance")).join(added, added.c.due_item_id == DueItem.id).cte()


def _owed(items: FromClause, question: ReceivablesQuestion) -> CTE:
    """The clients that owe and that the filters leave: total, overdue and the oldest due date of each."""
    late = case((items.c.due_on < question.as_of, items.c.balance), else_=0)
    added = _of_organisation(
        select(
            items.c.client_id,
            func.sum(items.c.balance).label("total"),
            func.sum(late).label("overdue"),
            func.min(items.c.due_on).label("oldest"),
        )
        .where(items.c.balance > ZERO_BALANCE)
        .group_by(items.c.client_id),
        items,
        question,
    ).subquery()
    about = (Client.name, Client.debt_threshold, Client.responsible_id)
    return (
        select(added.c.client_id, added.c.total, added.c.overdue, added.c.oldest, *about)
        .join(Client, Client.id == added.c.client_id)
        .where(*_conditions(added, question))
        .cte()
    )


def _of_organisation(asked: Select[Any], items: FromClause, question: ReceivablesQuestion) -> Select[Any]:
    if question.organisation_id is None:
        return asked
    return asked.where(items.c.organisation_id == question.organisation_id)


def _per_client(items: FromClause, question: ReceivablesQuestion) -> Subquery:
    """Sums per client: total, not due, one column per interval, overdue, oldest due date, advance."""
    owed = items.c.balance > ZERO_BALANCE
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
    for number, within in enumerate(_intervals(items.c.due_on, question)):
        columns.append(added(and_(owed, within)).label(f"bucket{number}"))
    summed = _of_organisation(select(*columns).group_by(items.c.client_id), items, question)
    return summed.having(added(owed) > 0).subquery()


def _intervals(due_on: Any, question: ReceivablesQuestion) -> Iterator[ColumnElement[bool]]:
    """The conditions that a due date lies in each interval; the last one has no earliest date."""
    ends = sorted(set(question.buckets))
    for start, end in zip([1, *(end + 1 for end in ends)], [*ends, None], strict=True):
        latest = due_on <= question.as_of - timedelta(days=start)
        yield latest if end is None else and_(latest, due_on >= question.as_of - timedelta(days=end))


def _conditions(owed: Subquery, question: ReceivablesQuestion) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if question.responsible_id is not None:
        conditions.append(Client.responsible_id == question.responsible_id)
    if question.overdue_only:
        conditions.append(owed.c.overdue > Client.debt_threshold)
    if question.q.strip():
        found = [Client.search_key.contains(text, autoescape=True) for text in query_variants(question.q)]
        conditions.append(or_(*found) if found else Client.id.is_(None))
    return conditions


def _rows(sums: Subquery) -> Select[Any]:
    return (
        select(Client.id, Client.name, Client.debt_threshold, Employee, sums)
        .join(sums, sums.c.client_id == Client.id)
        .join(Employee, Employee.id == Client.responsible_id)
    )


def _ordered(rows: Select[Any], owed: CTE, question: ReceivablesQuestion) -> Select[Any]:
    if question.order == "responsible":
        responsible = aliased(Employee)
        rows = rows.join(responsible, responsible.id == owed.c.responsible_id)
        return rows.order_by(responsible.family_name, responsible.given_name, owed.c.name, owed.c.client_id)
    orders: dict[str, Sequence[Any]] = {
        "-overdue": (owed.c.overdue.desc(), owed.c.total.desc()),
        "client": (),
        "-total": (owed.c.total.desc(),),
        "-days": (owed.c.oldest.is_(None), owed.c.oldest),
    }
    return rows.order_by(*orders.get(question.order, ()), owed.c.name, owed.c.client_id)


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


def _totals(items: FromClause, owed: CTE, question: ReceivablesQuestion) -> Subquery:
    """One row over all clients that the filters leave."""
    is_narrowed = question.responsible_id is not None or question.overdue_only or bool(question.q.strip())
    theirs: ColumnElement[bool]
    if is_narrowed:
        theirs = items.c.client_id.in_(select(owed.c.client_id))
    else:
        debts = items.alias()
        owes = _of_organisation(select(debts.c.id).where(debts.c.client_id == items.c.client_id), debts, question)
        theirs = owes.where(debts.c.balance > 0).exists()
    # By day first, from an index: each interval then adds up days, not debts.
    late = select(items.c.due_on, func.sum(items.c.balance).label("amount")).where(
        items.c.balance > ZERO_BALANCE, items.c.due_on < question.as_of, *([theirs] if is_narrowed else [])
    )
    days = _of_organisation(late.group_by(items.c.due_on), items, question).subquery()
    within = enumerate(_intervals(days.c.due_on, question))
    buckets = select(
        *(func.sum(case((each, days.c.amount), else_=0)).label(f"all_bucket{number}") for number, each in within)
    ).subquery()
    advance = _of_organisation(select(func.sum(items.c.balance)).where(items.c.balance < 0, theirs), items, question)
    sums = select(
        func.count().label("all_clients"),
        func.sum(case((owed.c.overdue > owed.c.debt_threshold, 1), else_=0)).label("all_red"),
        func.sum(owed.c.total).label("all_total"),
        func.sum(owed.c.overdue).label("all_overdue"),
    ).subquery()
    return select(sums, buckets, advance.scalar_subquery().label("all_advance")).join(buckets, true()).subquery()


def _debt_totals(row: Any, question: ReceivablesQuestion) -> DebtTotals:
    total, overdue, advance, *buckets = (
        getattr(row, f"all_{name}") or _NOTHING for name in ("total", "overdue", "advance", *_buckets(question))
    )
    not_due = total - overdue or _NOTHING
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
