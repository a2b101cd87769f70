"""Questions of the hand-over of clients: whose clients there are, and what is open at each."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.clock import day_of
from app.models.clients import Client, ClientStatus
from app.models.handover import HandedClient, Handover, WorkKind
from app.models.ledger import DueItem
from app.permissions import READ, Viewer
from app.reports.overdue import OverdueDebt, overdue_debts, overdue_invoices
from app.services.handover import MOST_CLIENTS, open_work

SAMPLES = 3
"""Records of a kind that are named; of the rest the number is told."""
AREAS = {
    WorkKind.DEAL: "Deals",
    WorkKind.DEAL_STEP: "Deals",
    WorkKind.INTERACTION: "Interactions",
    WorkKind.VISIT: "Visits",
    WorkKind.QUOTE: "Quotes",
    WorkKind.ORDER: "Orders",
    WorkKind.PURCHASE: "PurchaseOrders",
    WorkKind.INVOICE: "Invoices",
    WorkKind.CONTRACT: "Contracts",
    WorkKind.REQUEST: "Requests",
    WorkKind.CLAIM: "Claims",
    WorkKind.CLAIM_STEP: "Claims",
}
"""The area whose right tells more than how many there are."""
_DUE = {
    WorkKind.DEAL: ("next_step_on",),
    WorkKind.DEAL_STEP: ("due_on",),
    WorkKind.INTERACTION: ("starts_at",),
    WorkKind.VISIT: ("starts_at",),
    WorkKind.QUOTE: ("valid_to",),
    WorkKind.ORDER: ("promised_on",),
    WorkKind.PURCHASE: ("expected_on",),
    WorkKind.INVOICE: (),
    WorkKind.CONTRACT: ("valid_to",),
    WorkKind.REQUEST: ("promised_at", "desired_on"),
    WorkKind.CLAIM: ("answer_due_on",),
    WorkKind.CLAIM_STEP: ("due_on",),
}
"""The day that counts: the first of these that is filled in."""
_AMOUNT = {WorkKind.DEAL: "amount", WorkKind.QUOTE: "total", WorkKind.ORDER: "total", WorkKind.INVOICE: "total"}


@dataclass(frozen=True, slots=True)
class ClientFilter:
    """Which of a manager's clients: the chosen ones, or those that the filters leave."""

    employee_id: int
    client_ids: Sequence[int] = ()
    status: ClientStatus | None = None
    segment_id: int | None = None
    town: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """An open record by its name and the day that counts."""

    text: str
    due_on: date | None = None
    is_overdue: bool = False


@dataclass(frozen=True, slots=True)
class WorkPart:
    """The open work of one kind at one client; `samples` are empty where the viewer may not read them."""

    kind: WorkKind
    count: int
    overdue: int
    amount: Decimal | None
    samples: tuple[Sample, ...] = ()


@dataclass(frozen=True, slots=True)
class ClientWork:
    """A client with the open work of the manager and all that the client owes us."""

    client: Client
    parts: tuple[WorkPart, ...]
    debt: Decimal | None = None
    overdue: OverdueDebt | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and when, in the company's zone."""

    viewer: Viewer
    today: date
    zone: ZoneInfo


def clients_of(session: Session, asked: ClientFilter) -> Sequence[Client]:
    """The manager's clients by name, at most one more than can be handed over at once."""
    conditions: list[Any] = [Client.responsible_id == asked.employee_id]
    if asked.client_ids:
        conditions.append(Client.id.in_(asked.client_ids))
    if asked.status is not None:
        conditions.append(Client.status == asked.status)
    if asked.segment_id is not None:
        conditions.append(Client.segment_id == asked.segment_id)
    if asked.town:
        conditions.append(func.lower(Client.town) == asked.town.lower())
    statement = select(Client).where(*conditions).order_by(Client.name, Client.id).limit(MOST_CLIENTS + 1)
    return session.scalars(statement.options(joinedload(Client.responsible))).all()


def clients_named(session: Session, keys: Collection[int]) -> Sequence[Client]:
    """Those of the clients with these keys that the person may see, by name."""
    return session.scalars(select(Client).where(Client.id.in_(keys)).order_by(Client.name, Client.id)).all()


def handed_clients(session: Session, handover: Handover) -> Sequence[Client]:
    """Those of the handed clients that the person may see now, by name."""
    keys = select(HandedClient.client_id).where(HandedClient.handover_id == handover.id)
    return clients_named(session, session.scalars(keys).all())


def work_at(session: Session, clients: Sequence[Client], employee_id: int, asking: Asking) -> list[ClientWork]:
    """What the manager has open at these clients, in their order."""
    keys = [client.id for client in clients]
    work = open_work(session, keys, employee_id)
    may_see_debts = asking.viewer.may(READ, "Receivables")
    debts = _debts(session, keys) if may_see_debts else {}
    overdue = overdue_debts(session, keys, asking.today) if may_see_debts else {}
    late = _late_invoices(session, work, asking)
    return [
        ClientWork(
            client,
            tuple(_part(kind, records, late, asking) for kind, records in work[client.id].items()),
            debts.get(client.id),
            overdue.get(client.id),
        )
        for client in clients
    ]


def _debts(session: Session, keys: Collection[int]) -> dict[int, Decimal]:
    statement = (
        select(DueItem.client_id, func.sum(DueItem.balance))
        .where(DueItem.client_id.in_(keys), DueItem.balance > 0)
        .group_by(DueItem.client_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _late_invoices(session: Session, work: Any, asking: Asking) -> Collection[int]:
    keys = [record.id for kinds in work.values() for record in kinds.get(WorkKind.INVOICE, ())]
    return overdue_invoices(session, keys, asking.today).keys()


def _part(kind: WorkKind, records: Sequence[Any], late: Collection[int], asking: Asking) -> WorkPart:
    samples = sorted(_samples(kind, records, late, asking), key=_most_urgent)
    is_open = asking.viewer.may(READ, AREAS[kind])
    amount = sum((getattr(record, _AMOUNT[kind]) for record in records), Decimal(0)) if kind in _AMOUNT else None
    return WorkPart(
        kind,
        len(records),
        sum(sample.is_overdue for sample in samples),
        amount if is_open else None,
        tuple(samples[:SAMPLES]) if is_open else (),
    )


def _most_urgent(sample: Sample) -> tuple[bool, date, str]:
    return not sample.is_overdue, sample.due_on or date.max, sample.text


def _samples(kind: WorkKind, records: Sequence[Any], late: Collection[int], asking: Asking) -> Iterator[Sample]:
    for record in records:
        due = next((value for name in _DUE[kind] if (value := getattr(record, name)) is not None), None)
        day = day_of(due, asking.zone) if isinstance(due, datetime) else due
        is_late = record.id in late if kind is WorkKind.INVOICE else day is not None and day < asking.today
        yield Sample(_words(kind, record), day, is_late)


def _words(kind: WorkKind, record: Any) -> str:
    if kind is WorkKind.REQUEST:
        return f"{record}: {record.description}"[:120]
    if kind is WorkKind.CLAIM:
        return f"{record}: {record.text}"[:120]
    if kind is WorkKind.VISIT:
        return record.task or str(record)
    return record.task if kind is WorkKind.CLAIM_STEP else str(record)
