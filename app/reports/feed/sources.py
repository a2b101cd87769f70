"""Where each kind of entries is read from, and which of them belong to a client, a deal or a machine."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy import type_coerce as as_type
from sqlalchemy.orm import aliased

from app.database import Money, User, UtcDateTime
from app.models.agreements import Contract
from app.models.claims import Claim
from app.models.clients import ClientComment, Contact, ResponsibilityChange
from app.models.deals import Deal, DealStage, DealStageChange
from app.models.files import Attachment
from app.models.follow_ups import FollowUp, FollowUpRule
from app.models.interactions import Interaction
from app.models.ledger import DocumentKind, DueItem
from app.models.money import Allocation, Payment
from app.models.sales import DocumentStatus, Invoice, Order, Quote
from app.models.service import Equipment, ServiceRequest, Visit, WorkKind
from app.models.staff import Employee
from app.permissions import READ, Viewer
from app.reports.client_card.instants import noon_of
from app.reports.feed.kinds import FeedKind


@dataclass(frozen=True, slots=True)
class Timeline:
    """Of which record: its table (client, deal, equipment), its key, and of which tables the files are shown.

    The key may be a parameter, for a question that is kept.
    """

    table: str
    id: Any
    files: frozenset[str]


@dataclass(frozen=True, slots=True)
class FeedOf:
    """Whose timeline: the table (client, deal, equipment), the record, its client, and who asks."""

    table: str
    id: int
    client_id: int
    viewer: Viewer

    def timeline(self, key: Any = None) -> Timeline:
        """The record as the sources know it, with another key in place of its own."""
        files = frozenset(table for table, area in _AREAS_OF_FILES.items() if self.viewer.may(READ, area))
        return Timeline(self.table, self.id if key is None else key, files)


@dataclass(frozen=True, slots=True)
class Source:
    """The entries of one kind: their model, their instant, and the question with the columns that all kinds share."""

    model: Any
    at: ColumnElement[Any]
    statement: Select[Any]


TEXTS = ("number", "title", "body", "outcome", "note", "state", "mark", "family", "given", "patronymic", "whom")


def source(kind: FeedKind, of: Timeline) -> Source:
    """The entries of a kind on this timeline."""
    found = _SOURCES[kind]()
    return Source(found.model, found.at, found.statement.where(_belongs(kind, found.model, of)))


def _columns(kind: FeedKind, model: Any, at: Any, **given: Any) -> Select[Any]:
    """The same columns for every kind, in the same order; what a kind lacks is null of the right type."""
    return select(
        literal(kind.value, String).label("kind"),
        model.id.label("id"),
        at.label("at"),
        as_type(_or_null(given.get("amount"), BigInteger), Money).label("amount"),
        *(as_type(_or_null(given.get(name), String), String).label(name) for name in TEXTS),
        _or_null(given.get("link_id"), Integer).label("link_id"),
        _or_null(given.get("author_id"), Integer).label("author_id"),
        as_type(_or_null(given.get("edited_at"), UtcDateTime), UtcDateTime).label("edited_at"),
    )


def _or_null(column: Any, kind: Any) -> ColumnElement[Any]:
    return column if column is not None else cast(null(), kind)


def _name(model: Any) -> ColumnElement[Any]:
    found: ColumnElement[Any] = model.family_name + func.coalesce(" " + model.given_name, "")
    return found


_PEOPLE = {"family": Employee.family_name, "given": Employee.given_name, "patronymic": Employee.patronymic}
_AUTHOR = {"family": User.last_name, "given": User.first_name}


def _interactions() -> Source:
    at: Any = Interaction.starts_at
    statement = _columns(
        FeedKind.INTERACTION,
        Interaction,
        at,
        title=Interaction.topic,
        body=Interaction.comment,
        outcome=Interaction.result,
        note=FollowUpRule.name,
        state=Interaction.state,
        mark=Interaction.kind,
        whom=_name(Contact),
        **_PEOPLE,
    )
    statement = statement.select_from(Interaction).outerjoin(Employee, Employee.id == Interaction.responsible_id)
    statement = statement.outerjoin(FollowUp, FollowUp.interaction_id == Interaction.id)
    statement = statement.outerjoin(FollowUpRule, FollowUpRule.id == FollowUp.rule_id)
    return Source(Interaction, at, statement.outerjoin(Contact, Contact.id == Interaction.contact_id))


def _comments() -> Source:
    at: Any = ClientComment.created_at
    edited = case((ClientComment.version > 1, ClientComment.changed_at))
    statement = _columns(
        FeedKind.COMMENT,
        ClientComment,
        at,
        body=ClientComment.text,
        author_id=ClientComment.created_by_id,
        edited_at=edited,
        **_AUTHOR,
    )
    statement = statement.select_from(ClientComment).outerjoin(User, User.id == ClientComment.created_by_id)
    return Source(ClientComment, at, statement)


def _sale(kind: FeedKind, model: Any) -> Source:
    """A document of sale."""
    at = noon_of(model.day)
    given = {"amount": model.total, "number": model.number, "body": model.comment, "state": model.status}
    statement = _columns(kind, model, at, **given, **_PEOPLE)
    return Source(model, at, statement.select_from(model).outerjoin(Employee, Employee.id == model.responsible_id))


def _payments() -> Source:
    at = noon_of(Payment.day)
    given = {"amount": Payment.amount, "number": Payment.number, "body": Payment.purpose, "state": Payment.direction}
    statement = _columns(FeedKind.PAYMENT, Payment, at, **given)
    return Source(Payment, at, statement.where(Payment.status == DocumentStatus.POSTED))


def _contracts() -> Source:
    at = noon_of(Contract.signed_on)
    given = {"amount": Contract.amount, "number": Contract.number, "title": Contract.subject, "state": Contract.status}
    statement = _columns(FeedKind.CONTRACT, Contract, at, **given, **_PEOPLE).select_from(Contract)
    return Source(Contract, at, statement.outerjoin(Employee, Employee.id == Contract.responsible_id))


def _requests() -> Source:
    request = ServiceRequest
    at = noon_of(request.registered_on)
    given = {"number": request.number, "body": request.description, "state": request.status, "title": WorkKind.name}
    statement = _columns(FeedKind.REQUEST, request, at, whom=_name(Contact), **given, **_PEOPLE).select_from(request)
    statement = statement.outerjoin(Employee, Employee.id == request.responsible_id)
    statement = statement.outerjoin(WorkKind, WorkKind.id == request.work_kind_id)
    return Source(request, at, statement.outerjoin(Contact, Contact.id == request.contact_id))


def _visits() -> Source:
    at: Any = Visit.starts_at
    given = {"title": WorkKind.name, "body": func.coalesce(Visit.work_done, Visit.task), "state": Visit.status}
    statement = _columns(FeedKind.VISIT, Visit, at, whom=_name(Contact), **given, **_PEOPLE).select_from(Visit)
    statement = statement.outerjoin(Employee, Employee.id == Visit.employee_id)
    statement = statement.outerjoin(WorkKind, WorkKind.id == Visit.work_kind_id)
    return Source(Visit, at, statement.outerjoin(Contact, Contact.id == Visit.contact_id))


def _claims() -> Source:
    at = noon_of(Claim.registered_on)
    given = {"amount": Claim.amount, "number": Claim.number, "body": Claim.text, "state": Claim.status}
    statement = _columns(FeedKind.CLAIM, Claim, at, outcome=Claim.result, **given, **_PEOPLE).select_from(Claim)
    return Source(Claim, at, statement.outerjoin(Employee, Employee.id == Claim.responsible_id))


def _stages() -> Source:
    """Moves of deals: where to (title), where from (note), which deal (body)."""
    at: Any = DealStageChange.at
    before = aliased(DealStage)
    given = {"title": DealStage.name, "note": before.name, "body": Deal.title, "link_id": DealStageChange.deal_id}
    statement = _columns(FeedKind.STAGE, DealStageChange, at, **given, **_AUTHOR).select_from(DealStageChange)
    statement = statement.join(Deal, Deal.id == DealStageChange.deal_id)
    statement = statement.join(DealStage, DealStage.id == DealStageChange.to_id)
    statement = statement.outerjoin(before, before.id == DealStageChange.from_id)
    return Source(DealStageChange, at, statement.outerjoin(User, User.id == DealStageChange.by_user_id))


def _responsibility() -> Source:
    """Who became responsible (title) after whom (note), and why (body)."""
    change, before, after = ResponsibilityChange, aliased(Employee), aliased(Employee)
    at: Any = change.at
    given = {"title": _name(after), "note": _name(before), "body": change.reason}
    statement = _columns(FeedKind.RESPONSIBLE, change, at, **given, **_AUTHOR).select_from(change)
    statement = statement.join(after, after.id == change.to_id).outerjoin(before, before.id == change.from_id)
    return Source(change, at, statement.outerjoin(User, User.id == change.by_user_id))


def _files() -> Source:
    at: Any = Attachment.created_at
    given = {"title": Attachment.name, "body": Attachment.caption}
    statement = _columns(FeedKind.FILE, Attachment, at, **given, **_AUTHOR).select_from(Attachment)
    return Source(Attachment, at, statement.outerjoin(User, User.id == Attachment.created_by_id))


_SOURCES: dict[FeedKind, Callable[[], Source]] = {
    FeedKind.INTERACTION: _interactions,
    FeedKind.COMMENT: _comments,
    FeedKind.QUOTE: lambda: _sale(FeedKind.QUOTE, Quote),
    FeedKind.ORDER: lambda: _sale(FeedKind.ORDER, Order),
    FeedKind.INVOICE: lambda: _sale(FeedKind.INVOICE, Invoice),
    FeedKind.PAYMENT: _payments,
    FeedKind.CONTRACT: _contracts,
    FeedKind.REQUEST: _requests,
    FeedKind.VISIT: _visits,
    FeedKind.CLAIM: _claims,
    FeedKind.STAGE: _stages,
    FeedKind.RESPONSIBLE: _responsibility,
    FeedKind.FILE: _files,
}


# --- Whose entries they are -------------------------------------------------------------------------------------


def _belongs(kind: FeedKind, model: Any, of: Timeline) -> ColumnElement[bool]:
    if kind is FeedKind.FILE:
        return _files_of(of)
    if of.table == "deal":
        return _OF_DEAL[kind](of.id) if kind in _OF_DEAL else model.deal_id == of.id
    if of.table == "equipment":
        found: ColumnElement[bool] = model.equipment_id == of.id
        return found
    if kind is FeedKind.STAGE:
        return DealStageChange.deal_id.in_(select(Deal.id).where(Deal.client_id == of.id))
    return _of_client(model, of.id)


def _of_client(model: Any, client_id: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = model.client_id == client_id
    return found


def _paid_for(deal_id: Any) -> ColumnElement[bool]:
    """Payments of which a part was allocated to the deal's invoices."""
    paid = (
        select(Allocation.payment_id)
        .join(DueItem, DueItem.id == Allocation.due_item_id)
        .join(Invoice, and_(DueItem.document_kind == DocumentKind.INVOICE, DueItem.document_id == Invoice.id))
        .where(Invoice.deal_id == deal_id)
    )
    return Payment.id.in_(paid)


def _contracts_of(deal_id: Any) -> ColumnElement[bool]:
    """The contracts that the deal's orders and invoices are under."""
    named = (select(model.contract_id).where(model.deal_id == deal_id) for model in (Order, Invoice))
    return or_(*(Contract.id.in_(keys) for keys in named))


def _claims_of(deal_id: Any) -> ColumnElement[bool]:
    """Claims about the deal's invoices, and those that began in its talks."""
    return or_(
        Claim.invoice_id.in_(select(Invoice.id).where(Invoice.deal_id == deal_id)),
        Claim.interaction_id.in_(select(Interaction.id).where(Interaction.deal_id == deal_id)),
    )


_OF_DEAL: dict[FeedKind, Callable[[Any], ColumnElement[bool]]] = {
    FeedKind.PAYMENT: _paid_for,
    FeedKind.CONTRACT: _contracts_of,
    FeedKind.CLAIM: _claims_of,
}


_AREAS_OF_FILES = {"client": "Clients", "deal": "Deals", "equipment": "Equipment"}
"""Behind which right the files of a table stand."""


def _files_of(of: Timeline) -> ColumnElement[bool]:
    """Files of the record itself; a client's timeline has those of its deals and machines besides.

    Files of documents are counted beside the document. Each stands behind the right of its record.
    """
    parts = []
    if of.table in of.files:
        parts.append(and_(Attachment.record_table == of.table, Attachment.record_id == of.id))
    if of.table == "client":
        for model, table in ((Deal, "deal"), (Equipment, "equipment")):
            if table in of.files:
                keys: Any = select(model.id).where(_of_client(model, of.id))
                parts.append(and_(Attachment.record_table == table, Attachment.record_id.in_(keys)))
    return or_(false(), *parts)


def file_count(rows: Any) -> Any:
    """How many files an entry has: the kind of an entry is the name of its table."""
    same = and_(Attachment.record_table == rows.c.kind, Attachment.record_id == rows.c.id)
    return select(func.count(Attachment.id)).where(same).correlate(rows).scalar_subquery()
