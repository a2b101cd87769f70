"""The timeline of a client: all that happened with it in one feed, newest first, a bounded page at a time.

One question gathers every kind; each of its parts stops after a page, so that a long history costs no more.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy import type_coerce as as_type
from sqlalchemy.orm import Session

from app.database import Choice, Money, User
from app.models.agreements import Contract, ContractStatus
from app.models.claims import Claim, ClaimStatus
from app.models.clients import ClientComment, Contact
from app.models.files import Attachment
from app.models.interactions import Interaction, InteractionKind, InteractionState
from app.models.money import MoneyDirection, Payment
from app.models.sales import DocumentStatus, Invoice, Order, OrderStatus, Quote, QuoteStatus
from app.models.service import Visit, VisitStatus, WorkKind
from app.models.staff import Employee
from app.permissions import READ, Viewer
from app.reports.client_card.instants import noon_of
from app.texts import lazy

PAGE = 30


class FeedKind(Choice):
    """What an entry of the timeline is; the label is that of its filter."""

    INTERACTION = "interaction", lazy("Calls, meetings, letters"), "info"
    QUOTE = "quote", lazy("Quotes"), "info"
    ORDER = "sales_order", lazy("Orders of clients"), "info"
    INVOICE = "invoice", lazy("Invoices"), "plan"
    PAYMENT = "payment", lazy("Payments"), "ok"
    CONTRACT = "contract", lazy("Contracts"), "plan"
    VISIT = "visit", lazy("Visits"), "warn"
    COMMENT = "comment", lazy("Comments"), "neutral"
    CLAIM = "claim", lazy("Claims"), "danger"


AREAS = {
    FeedKind.INTERACTION: "Interactions",
    FeedKind.QUOTE: "Quotes",
    FeedKind.ORDER: "Orders",
    FeedKind.INVOICE: "Invoices",
    FeedKind.PAYMENT: "Payments",
    FeedKind.CONTRACT: "Contracts",
    FeedKind.VISIT: "Visits",
    FeedKind.COMMENT: "Clients",
    FeedKind.CLAIM: "Claims",
}
"""The area whose right to read opens a kind."""

_STATES: dict[FeedKind, type[Choice]] = {
    FeedKind.INTERACTION: InteractionState,
    FeedKind.QUOTE: QuoteStatus,
    FeedKind.ORDER: OrderStatus,
    FeedKind.INVOICE: DocumentStatus,
    FeedKind.PAYMENT: MoneyDirection,
    FeedKind.CONTRACT: ContractStatus,
    FeedKind.VISIT: VisitStatus,
    FeedKind.CLAIM: ClaimStatus,
}


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last entry of a page: the next page begins after it."""

    at: datetime
    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry. `day` is set for what has a day but no time. `mark` is the call's, meeting's or letter's kind.

    `amount` is in roubles; `who` did it, `whom` it was done with; `files` counts the attached files.
    """

    kind: FeedKind
    id: int
    at: datetime
    day: date | None
    number: str
    title: str
    body: str
    amount: Decimal | None
    state: Choice | None
    mark: InteractionKind | None
    who: str
    whom: str
    files: int = 0

    @property
    def cursor(self) -> Cursor:
        """Where the next page would begin if this were the last entry."""
        return Cursor(self.at, self.kind.value, self.id)


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A page of the timeline; `next` is None on the last one."""

    entries: tuple[FeedEntry, ...]
    next: Cursor | None


def open_kinds(viewer: Viewer) -> tuple[FeedKind, ...]:
    """The kinds that the viewer may read."""
    return tuple(kind for kind in FeedKind if viewer.may(READ, AREAS[kind]))


def timeline(
    session: Session, client_id: int, kinds: Collection[FeedKind], *, after: Cursor | None = None, size: int = PAGE
) -> FeedPage:
    """A page of the client's timeline with entries of these kinds, newest first; at most two questions."""
    if not kinds:
        return FeedPage((), None)
    parts = [_part(kind, client_id, after, size + 1) for kind in FeedKind if kind in kinds]
    union = union_all(*parts).subquery()
    statement = select(union).order_by(union.c.at.desc(), union.c.kind.desc(), union.c.id.desc()).limit(size + 1)
    rows = session.execute(statement).all()
    counts = _file_counts(session, rows[:size])
    entries = tuple(_entry(row, counts.get((row.kind, row.id), 0)) for row in rows[:size])
    return FeedPage(entries, entries[-1].cursor if len(rows) > size else None)


def _part(kind: FeedKind, client_id: int, after: Cursor | None, limit: int) -> Select[Any]:
    model, at, statement = _SOURCES[kind]()
    if after is not None:
        statement = statement.where(_older(kind, model, at, after))
    inner = statement.where(model.client_id == client_id).order_by(at.desc(), model.id.desc()).limit(limit).subquery()
    return select(inner)


def _older(kind: FeedKind, model: type[Any], at: ColumnElement[Any], after: Cursor) -> ColumnElement[bool]:
    """Beyond the cursor in the order (at, kind, id), all descending."""
    if kind.value < after.kind:
        return at <= after.at
    if kind.value > after.kind:
        return at < after.at
    return or_(at < after.at, and_(at == after.at, model.id < after.id))


def _text(column: Any) -> ColumnElement[Any]:
    return as_type(column, String) if column is not None else cast(null(), String)


def _columns(kind: FeedKind, model: type[Any], at: ColumnElement[Any], **given: Any) -> Select[Any]:
    """The same columns for every kind, in the same order; what a kind lacks is null of the right type."""
    amount = given.get("amount")
    return select(
        literal(kind.value, String).label("kind"),
        model.id.label("id"),
        at.label("at"),
        as_type(amount if amount is not None else cast(null(), BigInteger), Money).label("amount"),
        *(_text(given.get(name)).label(name) for name in ("number", "title", "body", "state", "mark")),
        *(_text(given.get(name)).label(name) for name in ("family", "given", "patronymic", "whom")),
    )


def _contact_name() -> ColumnElement[Any]:
    return Contact.family_name + func.coalesce(" " + Contact.given_name, "")


_Source = tuple[type[Any], ColumnElement[Any], Select[Any]]
_PEOPLE = {"family": Employee.family_name, "given": Employee.given_name, "patronymic": Employee.patronymic}


def _interactions() -> _Source:
    at: Any = Interaction.starts_at
    statement = _columns(
        FeedKind.INTERACTION,
        Interaction,
        at,
        title=Interaction.topic,
        body=func.coalesce(Interaction.result, Interaction.comment),
        state=Interaction.state,
        mark=Interaction.kind,
        whom=_contact_name(),
        **_PEOPLE,
    )
    statement = statement.select_from(Interaction).outerjoin(Employee, Employee.id == Interaction.responsible_id)
    return Interaction, at, statement.outerjoin(Contact, Contact.id == Interaction.contact_id)


def _sale(kind: FeedKind, model: Any) -> _Source:
    """A document of sale."""
    at = noon_of(model.day)
    statement = _columns(
        kind,
        model,
        at,
        amount=model.total,
        number=model.number,
        body=model.comment,
        state=model.status,
        **_PEOPLE,
    )
    return model, at, statement.select_from(model).outerjoin(Employee, Employee.id == model.responsible_id)


def _payments() -> _Source:
    at = noon_of(Payment.day)
    statement = _columns(
        FeedKind.PAYMENT,
        Payment,
        at,
        amount=Payment.amount,
        number=Payment.number,
        body=Payment.purpose,
        state=Payment.direction,
    )
    return Payment, at, statement.where(Payment.status == DocumentStatus.POSTED)


def _contracts() -> _Source:
    at = noon_of(Contract.signed_on)
    statement = _columns(
        FeedKind.CONTRACT,
        Contract,
        at,
        amount=Contract.amount,
        number=Contract.number,
        title=Contract.subject,
        state=Contract.status,
        **_PEOPLE,
    )
    return Contract, at, statement.select_from(Contract).outerjoin(Employee, Employee.id == Contract.responsible_id)


def _visits() -> _Source:
    at: Any = Visit.starts_at
    statement = _columns(
        FeedKind.VISIT,
        Visit,
        at,
        title=WorkKind.name,
        body=func.coalesce(Visit.work_done, Visit.task),
        state=Visit.status,
        whom=_contact_name(),
        **_PEOPLE,
    )
    statement = statement.select_from(Visit).outerjoin(Employee, Employee.id == Visit.employee_id)
    statement = statement.outerjoin(WorkKind, WorkKind.id == Visit.work_kind_id)
    return Visit, at, statement.outerjoin(Contact, Contact.id == Visit.contact_id)


def _comments() -> _Source:
    at: Any = ClientComment.created_at
    statement = _columns(
        FeedKind.COMMENT,
        ClientComment,
        at,
        body=ClientComment.text,
        family=User.last_name,
        given=User.first_name,
    )
    statement = statement.select_from(ClientComment).outerjoin(User, User.id == ClientComment.created_by_id)
    return ClientComment, at, statement


def _claims() -> _Source:
    at = noon_of(Claim.registered_on)
    statement = _columns(
        FeedKind.CLAIM,
        Claim,
        at,
        amount=Claim.amount,
        number=Claim.number,
        body=Claim.text,
        state=Claim.status,
        **_PEOPLE,
    )
    return Claim, at, statement.select_from(Claim).outerjoin(Employee, Employee.id == Claim.responsible_id)


_SOURCES: dict[FeedKind, Callable[[], _Source]] = {
    FeedKind.INTERACTION: _interactions,
    FeedKind.QUOTE: lambda: _sale(FeedKind.QUOTE, Quote),
    FeedKind.ORDER: lambda: _sale(FeedKind.ORDER, Order),
    FeedKind.INVOICE: lambda: _sale(FeedKind.INVOICE, Invoice),
    FeedKind.PAYMENT: _payments,
    FeedKind.CONTRACT: _contracts,
    FeedKind.VISIT: _visits,
    FeedKind.COMMENT: _comments,
    FeedKind.CLAIM: _claims,
}
_DAY_ONLY = frozenset(
    {FeedKind.QUOTE, FeedKind.ORDER, FeedKind.INVOICE, FeedKind.PAYMENT, FeedKind.CONTRACT, FeedKind.CLAIM}
)


def _entry(row: Any, files: int) -> FeedEntry:
    kind = FeedKind(row.kind)
    initials = "".join(f"{name[0]}." for name in (row.given, row.patronymic) if name)
    return FeedEntry(
        kind=kind,
        id=row.id,
        at=row.at,
        day=row.at.date() if kind in _DAY_ONLY else None,
        number=row.number or "",
        title=row.title or "",
        body=row.body or "",
        amount=row.amount,
        state=_STATES[kind](row.state) if kind in _STATES else None,
        mark=InteractionKind(row.mark) if row.mark else None,
        who=f"{row.family} {initials}".strip() if row.family else "",
        whom=row.whom or "",
        files=files,
    )


def _file_counts(session: Session, rows: Collection[Any]) -> dict[tuple[str, int], int]:
    """How many files each entry has. A kind's value is the name of its table, comments excepted: they have none."""
    keys = [and_(Attachment.record_table == row.kind, Attachment.record_id == row.id) for row in rows]
    if not keys:
        return {}
    statement = (
        select(Attachment.record_table, Attachment.record_id, func.count())
        .where(or_(*keys))
        .group_by(Attachment.record_table, Attachment.record_id)
    )
    return {(table, key): count for table, key, count in session.execute(statement)}
