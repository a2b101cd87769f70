"""Which rows a person sees: the one place that says so, for each table that belongs to a client or person.

A limited viewer sees a row when at least one of the table's grounds holds. The session applies the rules to
every query (app.database.install_row_rules), so lists, cards, forms, exports, reports and totals obey without
knowing them.
Figures that must be right beyond the viewer's rows (register balances, numbers) are asked with ALL_ROWS.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, union
from sqlalchemy.orm import Session

from app.database import RowRule, Way, behind_each_row
from app.models.access import AuditEntry, OpenedRecord, PersonalDataAccess
from app.models.agreements import Agreement, AgreementStage, Contract
from app.models.batches import BatchChange
from app.models.calls import PhoneCall
from app.models.claims import Claim, ClaimEvent, ClaimStep
from app.models.clients import (
    Client,
    ClientBankAccount,
    ClientComment,
    ClientTurnover,
    Contact,
    ContactEmail,
    ContactPhone,
    Pin,
    ResponsibilityChange,
)
from app.models.deals import Deal, DealParticipant, DealStageChange, DealStep
from app.models.duplicates import ClientKey
from app.models.files import Attachment
from app.models.follow_ups import FollowUp
from app.models.handover import HandedClient, HandedWork, Handover
from app.models.imports import ExternalId
from app.models.interactions import Interaction, InteractionSubject
from app.models.ledger import (
    ActivityBalance,
    ActivityMovement,
    CashBalance,
    CashMovement,
    DueItem,
    SettlementMovement,
)
from app.models.letters import IncomingMail
from app.models.mail import OutgoingMail
from app.models.money import Allocation, PayerAlias, Payment, Statement, StatementLine
from app.models.notices import Notice
from app.models.personal_data import Consent, Erasure
from app.models.plans import SalesPlan
from app.models.purchasing import PurchaseOrder, PurchaseOrderLine
from app.models.radar import RadarSnooze
from app.models.sales import Invoice, InvoiceLine, Order, OrderLine, Quote, QuoteLine, QuoteStatusChange
from app.models.service import Equipment, ServiceRequest, Visit
from app.permissions import Role, Scope, Viewer
from app.texts import _, lazy


@dataclass(frozen=True)
class Ground:
    """One reason for which a limited viewer sees a row: in words, and as a condition on columns.

    `others` say the same in other ways, where another table is asked (decisions 26 and 32): PostgreSQL reads all keys
    behind an `in` once it stands beside an `or`, though the question be about six rows. SQLite is quicker from the
    keys to the rows.
    """

    words: str
    condition: ColumnElement[bool]
    others: Mapping[Way, ColumnElement[bool]] = field(default_factory=dict)

    def on(self, way: Way) -> ColumnElement[bool]:
        """The condition, said in that way where it can be."""
        return self.others.get(way, self.condition)


Grounds = Callable[[Any, Viewer], list[Ground]]


def _me(viewer: Viewer) -> int:
    """The viewer's employee. Keys begin with 1: a login without an employee is responsible for nothing."""
    return viewer.employee_id or 0


class _MappedColumns:
    """The mapped attributes of a model, by name, as a table's `c` gives its columns."""

    def __init__(self, model: type[Any]) -> None:
        self._model = model

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def __getitem__(self, name: str) -> Any:
        return getattr(self._model, name)


class _Mapped:
    """A model in the place of its table: conditions on attributes follow the model into aliases and joined loads."""

    def __init__(self, model: type[Any]) -> None:
        self.c = _MappedColumns(model)


def _sees_own_clients(viewer: Viewer) -> bool:
    return viewer.scope is Scope.OWN_CLIENTS


def _goes_on_visits(viewer: Viewer) -> bool:
    """An engineer keeps the clients of own visits when a sales role widens the scope."""
    return viewer.scope is Scope.OWN_VISITS or Role.ENGINEER in viewer.roles


def _responsible_for_client(key: Any, viewer: Viewer) -> Ground:
    client, own = Client.__table__, Client.__table__.alias()
    # correlate(None): the outer query may read the client table itself.
    keys = select(client.c.id).where(client.c.responsible_id == _me(viewer)).correlate(None)
    ours = select(own.c.id).where(own.c.id == key, own.c.responsible_id == _me(viewer))
    return Ground(_RESPONSIBLE_FOR_CLIENT, key.in_(keys), _others(lambda _way: ours))


def _others(behind: Callable[[Way], Select[Any]]) -> Mapping[Way, ColumnElement[bool]]:
    """The ways to look up what stands behind a row."""
    return {Way.ROWS: exists(behind(Way.ROWS)), Way.EACH_ROW: behind_each_row(behind(Way.EACH_ROW))}


def _of_visits(viewer: Viewer, column: str) -> Select[Any]:
    """Keys of clients or equipment (`column`) of the viewer's own visits and requests."""
    visit, request = Visit.__table__, ServiceRequest.__table__
    keys = union(
        select(visit.c[column]).where(visit.c.employee_id == _me(viewer)),
        select(request.c[column]).where(request.c.responsible_id == _me(viewer)),
        select(request.c[column])
        .join_from(request, visit, visit.c.request_id == request.c.id)
        .where(visit.c.employee_id == _me(viewer)),
    ).subquery()
    return select(keys.c[column]).where(keys.c[column].is_not(None)).correlate(None)


_RESPONSIBLE_FOR_CLIENT = lazy("you are responsible for the client")
_VISITS_CLIENT = lazy("you have a visit or a service request at the client")


def _by_client(column: str, *, engineers: bool) -> Grounds:
    """The row is of a client: its manager sees it; so does an engineer who goes there, where that is said."""

    def grounds(table: Any, viewer: Viewer) -> list[Ground]:
        found = []
        if _sees_own_clients(viewer):
            found.append(_responsible_for_client(table.c[column], viewer))
        if engineers and _goes_on_visits(viewer):
            found.append(Ground(_VISITS_CLIENT, table.c[column].in_(_of_visits(viewer, "client_id"))))
        return found

    return grounds


def _own(column: str) -> Grounds:
    """The row names the viewer in the column."""

    def grounds(table: Any, viewer: Viewer) -> list[Ground]:
        return [Ground(lazy("the record is yours"), table.c[column] == _me(viewer))]

    return grounds


def _by_parent(parent: type[Any], column: str) -> Grounds:
    """The row is part of another record and is seen with it."""

    def grounds(table: Any, viewer: Viewer) -> list[Ground]:
        above, one = parent.__table__, parent.__table__.alias()
        key = table.c[column]

        def behind(of_one: Ground) -> Callable[[Way], Select[Any]]:
            return lambda way: select(one.c.id).where(one.c.id == key, of_one.on(way))

        return [
            Ground(
                ground.words,
                key.in_(select(above.c.id).where(ground.condition).correlate(None)),
                _others(behind(of_one)),
            )
            for ground, of_one in zip(_GROUNDS[parent](above, viewer), _GROUNDS[parent](one, viewer), strict=True)
        ]

    return grounds


def _client(table: Any, viewer: Viewer) -> list[Ground]:
    found = []
    if _sees_own_clients(viewer):
        found.append(Ground(_RESPONSIBLE_FOR_CLIENT, table.c.responsible_id == _me(viewer)))
        found.append(Ground(lazy("the company supplies us"), table.c.is_supplier.is_(True)))
    if _goes_on_visits(viewer):
        found.append(Ground(_VISITS_CLIENT, table.c.id.in_(_of_visits(viewer, "client_id"))))
    return found


def _for_any_client(table: Any, viewer: Viewer) -> list[Ground]:
    return [Ground(lazy("the terms are for any client"), table.c.client_id.is_(None))]


def _equipment_of_visits(table: Any, viewer: Viewer) -> list[Ground]:
    """An engineer sees the machines they work on, and those they registered on site."""
    if not _goes_on_visits(viewer):
        return []
    return [
        Ground(
            lazy("the equipment is in your visit or service request"),
            table.c.id.in_(_of_visits(viewer, "equipment_id")),
        ),
        Ground(lazy("you registered the equipment"), table.c.created_by_id == viewer.user_id),
    ]


def _request_of_visit(table: Any, viewer: Viewer) -> list[Ground]:
    visit = Visit.__table__
    keys = select(visit.c.request_id).where(visit.c.employee_id == _me(viewer), visit.c.request_id.is_not(None))
    return [Ground(lazy("you have a visit by the request"), table.c.id.in_(keys.correlate(None)))]


def _step_of_claim(table: Any, viewer: Viewer) -> list[Ground]:
    step = ClaimStep.__table__
    keys = select(step.c.claim_id).where(step.c.responsible_id == _me(viewer))
    return [Ground(lazy("a step of the investigation is yours"), table.c.id.in_(keys.correlate(None)))]


def _any_of(*parts: Grounds) -> Grounds:
    def grounds(table: Any, viewer: Viewer) -> list[Ground]:
        return [ground for part in parts for ground in part(table, viewer)]

    return grounds


def _nobody(table: Any, viewer: Viewer) -> list[Ground]:
    """The row is of the company as a whole: limited viewers never see it."""
    return []


_OF_CLIENT = _by_client("client_id", engineers=False)
_OF_CLIENT_AND_VISITED = _by_client("client_id", engineers=True)

_GROUNDS: Mapping[type[Any], Grounds] = {
    Client: _client,
    ClientBankAccount: _OF_CLIENT,
    ClientTurnover: _OF_CLIENT,
    ClientComment: _any_of(_OF_CLIENT_AND_VISITED, _by_parent(Deal, "deal_id"), _by_parent(Equipment, "equipment_id")),
    ResponsibilityChange: _OF_CLIENT,
    Contact: _OF_CLIENT_AND_VISITED,
    ContactPhone: _by_parent(Contact, "contact_id"),
    ContactEmail: _by_parent(Contact, "contact_id"),
    Consent: _by_parent(Contact, "contact_id"),
    Erasure: _by_parent(Contact, "contact_id"),
    Agreement: _any_of(_for_any_client, _OF_CLIENT),
    AgreementStage: _by_parent(Agreement, "agreement_id"),
    Contract: _any_of(_OF_CLIENT_AND_VISITED, _own("responsible_id")),
    Deal: _any_of(_OF_CLIENT, _own("responsible_id")),
    DealStageChange: _by_parent(Deal, "deal_id"),
    DealStep: _any_of(_by_parent(Deal, "deal_id"), _own("responsible_id")),
    DealParticipant: _by_parent(Deal, "deal_id"),
    Interaction: _any_of(_OF_CLIENT, _own("responsible_id")),
    PhoneCall: _any_of(_OF_CLIENT, _own("employee_id")),
    IncomingMail: _by_parent(Interaction, "interaction_id"),
    InteractionSubject: _by_parent(Interaction, "interaction_id"),
    Handover: _any_of(_own("to_id"), _own("from_id")),
    HandedClient: _by_parent(Handover, "handover_id"),
    HandedWork: _by_parent(Handover, "handover_id"),
    FollowUp: _by_parent(Interaction, "interaction_id"),
    DueItem: _OF_CLIENT,
    SettlementMovement: _OF_CLIENT,
    CashMovement: _nobody,
    CashBalance: _nobody,
    ActivityMovement: _any_of(_OF_CLIENT, _own("employee_id")),
    ActivityBalance: _own("employee_id"),
    Quote: _any_of(_OF_CLIENT, _own("responsible_id")),
    QuoteLine: _by_parent(Quote, "quote_id"),
    QuoteStatusChange: _by_parent(Quote, "quote_id"),
    Order: _any_of(_OF_CLIENT, _own("responsible_id")),
    OrderLine: _by_parent(Order, "order_id"),
    PurchaseOrder: _any_of(_by_parent(Deal, "deal_id"), _own("responsible_id")),
    PurchaseOrderLine: _by_parent(PurchaseOrder, "purchase_order_id"),
    Invoice: _any_of(_OF_CLIENT, _own("responsible_id")),
    InvoiceLine: _by_parent(Invoice, "invoice_id"),
    Payment: _OF_CLIENT,
    Allocation: _any_of(_by_parent(Payment, "payment_id"), _by_parent(DueItem, "due_item_id")),
    Statement: _nobody,
    StatementLine: _OF_CLIENT,
    PayerAlias: _OF_CLIENT,
    SalesPlan: _own("employee_id"),
    Equipment: _any_of(_OF_CLIENT, _equipment_of_visits),
    ServiceRequest: _any_of(_OF_CLIENT, _own("responsible_id"), _request_of_visit),
    Visit: _any_of(_OF_CLIENT, _own("employee_id")),
    Claim: _any_of(_OF_CLIENT, _own("responsible_id"), _step_of_claim),
    ClaimStep: _by_parent(Claim, "claim_id"),
    ClaimEvent: _by_parent(Claim, "claim_id"),
}

WITHOUT_RULE: Mapping[type[Any], str] = {
    ClientKey: "holds fingerprints only, and must be asked past the rows: a colleague's client is a duplicate too",
    Attachment: "names any table; the file service shows it through its record",
    AuditEntry: "read only with the right on the history, which goes with the scope of all",
    BatchChange: "names any table; taking back finds the record within the person's rows",
    ExternalId: "names any table; imports read it and find the record within the person's rows",
    Notice: "read by its person alone, and the record behind it is found within that person's rows",
    OpenedRecord: "read by its person alone, and the record is found within that person's rows",
    OutgoingMail: "read by nobody: it waits to be sent, and what it tells was seen by whoever wrote it",
    Pin: "names any table; the timeline shows the entry within the person's rows",
    PersonalDataAccess: "read only with the right on the history, which goes with the scope of all",
    RadarSnooze: "read by its person alone, beside a line that is found within that person's rows",
}
"""Tables that point at a client's records and have no rule here, each with the reason."""


def _grounds(model: type[Any], viewer: Viewer) -> list[Ground]:
    return _GROUNDS[model](model.__table__, viewer)


def _not_merged(model: Any) -> ColumnElement[bool]:
    """A card that was merged into another is seen by nobody: its address leads to the card that stayed."""
    found: ColumnElement[bool] = model.merged_into_id.is_(None)
    return found


def _rule(model: type[Any]) -> RowRule:
    def rule(viewer: Viewer, way: Way = Way.KEYS) -> ColumnElement[bool] | None:
        if viewer.sees_all():
            return _not_merged(model) if model is Client else None
        grounds = (ground.on(way) for ground in _grounds_of(model, viewer))
        limits = or_(false(), *grounds)
        return and_(_not_merged(model), limits) if model is Client else limits

    return rule


def ways_to(model: type[Any], viewer: Viewer, way: Way = Way.KEYS) -> list[ColumnElement[bool]]:
    """The grounds of a limited viewer one by one: rows are found sooner by each of them than by all at once.

    They limit nothing: the session's rule does. Empty for a viewer who sees all rows, and for a table without a rule.
    """
    if viewer.sees_all() or model not in _GROUNDS:
        return []
    return [ground.on(way) for ground in _grounds_of(model, viewer)]


def _grounds_of(model: type[Any], viewer: Viewer) -> list[Ground]:
    """The grounds with what the row says by itself first: where that holds, no other table is asked."""
    return sorted(_GROUNDS[model](_Mapped(model), viewer), key=lambda ground: bool(ground.others))


ROW_RULES: Mapping[type[Any], RowRule] = {model: _rule(model) for model in _GROUNDS}
"""For app.database.install_row_rules: the condition that rows must meet, None for a viewer who sees all."""


def explain(session: Session, record: Any, viewer: Viewer) -> str:
    """Say in words why the viewer sees the record or does not («Почему я это (не) вижу?»).

    Names nothing of the record itself: whoever may not see it must not learn from the answer what it is.
    """
    model = type(record)
    if isinstance(record, Client) and record.merged_into_id is not None:
        return _("Not visible: the card was merged into another one.")
    if viewer.sees_all():
        return _("Visible: your role sees all records.")
    if model not in _GROUNDS:
        return _("Visible: records of this kind belong to no client; the right to them is enough.")
    grounds = _grounds(model, viewer)
    for ground in grounds:
        table = model.__table__
        if session.execute(select(table.c.id).where(table.c.id == record.id, ground.condition)).first():
            return _("Visible: %(ground)s.", ground=ground.words)
    if not grounds:
        return _("Not visible: records of this kind are open only to roles that see all records.")
    words = "; ".join(dict.fromkeys(str(ground.words) for ground in grounds))
    return _("Not visible: none of this holds: %(grounds)s.", grounds=words)
