"""What stands on a timeline: the kinds of entries, the rights that open them, and where each can appear."""

from collections.abc import Mapping

from app.database import Choice
from app.models.agreements import ContractStatus
from app.models.claims import ClaimStatus
from app.models.interactions import InteractionState
from app.models.money import MoneyDirection
from app.models.sales import DocumentStatus, OrderStatus, QuoteStatus
from app.models.service import RequestStatus, VisitStatus
from app.permissions import READ, Viewer
from app.texts import lazy


class FeedKind(Choice):
    """What an entry is: the name of its table; the label is that of its filter."""

    INTERACTION = "interaction", lazy("Calls, meetings, letters"), "info"
    COMMENT = "client_comment", lazy("Comments"), "neutral"
    QUOTE = "quote", lazy("Offers"), "info"
    ORDER = "sales_order", lazy("Client orders"), "info"
    INVOICE = "invoice", lazy("Bills"), "plan"
    PAYMENT = "payment", lazy("Payments"), "ok"
    CONTRACT = "contract", lazy("Contracts"), "plan"
    REQUEST = "service_request", lazy("Requests"), "warn"
    VISIT = "visit", lazy("Visits"), "warn"
    CLAIM = "claim", lazy("Claims"), "danger"
    STAGE = "deal_stage_change", lazy("Stages"), "info"
    RESPONSIBLE = "responsibility_change", lazy("Responsibility"), "neutral"
    FILE = "attachment", lazy("Files"), "neutral"


AREAS: Mapping[FeedKind, str] = {
    FeedKind.INTERACTION: "Interactions",
    FeedKind.COMMENT: "Clients",
    FeedKind.QUOTE: "Quotes",
    FeedKind.ORDER: "Orders",
    FeedKind.INVOICE: "Invoices",
    FeedKind.PAYMENT: "Payments",
    FeedKind.CONTRACT: "Contracts",
    FeedKind.REQUEST: "Requests",
    FeedKind.VISIT: "Visits",
    FeedKind.CLAIM: "Claims",
    FeedKind.STAGE: "Deals",
    FeedKind.RESPONSIBLE: "Clients",
    FeedKind.FILE: "Files",
}
"""The area whose right to read opens a kind; files stand behind that of their record besides."""

STATES: Mapping[FeedKind, type[Choice]] = {
    FeedKind.INTERACTION: InteractionState,
    FeedKind.QUOTE: QuoteStatus,
    FeedKind.ORDER: OrderStatus,
    FeedKind.INVOICE: DocumentStatus,
    FeedKind.PAYMENT: MoneyDirection,
    FeedKind.CONTRACT: ContractStatus,
    FeedKind.REQUEST: RequestStatus,
    FeedKind.VISIT: VisitStatus,
    FeedKind.CLAIM: ClaimStatus,
}
DAY_ONLY = frozenset(
    {
        FeedKind.QUOTE,
        FeedKind.ORDER,
        FeedKind.INVOICE,
        FeedKind.PAYMENT,
        FeedKind.CONTRACT,
        FeedKind.REQUEST,
        FeedKind.CLAIM,
    }
)
"""Kinds that have a day but no time."""

_NOT_OF = {
    "client": frozenset[FeedKind](),
    "deal": frozenset({FeedKind.REQUEST, FeedKind.VISIT, FeedKind.RESPONSIBLE}),
    "equipment": frozenset(
        {
            FeedKind.QUOTE,
            FeedKind.ORDER,
            FeedKind.INVOICE,
            FeedKind.PAYMENT,
            FeedKind.CONTRACT,
            FeedKind.STAGE,
            FeedKind.RESPONSIBLE,
        }
    ),
}
"""Kinds that no deal, or no machine, has."""


def kinds_of(table: str) -> tuple[FeedKind, ...]:
    """The kinds that the timeline of a record of the table can show."""
    return tuple(kind for kind in FeedKind if kind not in _NOT_OF[table])


def open_kinds(table: str, viewer: Viewer) -> tuple[FeedKind, ...]:
    """Those of them that the viewer may read."""
    return tuple(kind for kind in kinds_of(table) if viewer.may(READ, AREAS[kind]))
