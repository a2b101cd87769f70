"""Interest by product (предмет): what clients asked about in a period, and what came of it.

Interest is a done interaction that names the product as its subject. Quotes that were sent and invoices that are
posted count when their client asked about that very product within the period and their day is not before its first
day. Sums are roubles, VAT included.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, literal, select, type_coerce
from sqlalchemy.orm import Session

from app.clock import instants_of
from app.database import Money, UtcDateTime
from app.models.catalogue import Product, ProductGroup
from app.models.interactions import Interaction, InteractionState, InteractionSubject
from app.models.sales import DocumentStatus, Invoice, InvoiceLine, Quote, QuoteLine

MOST_ROWS = 500


class By(StrEnum):
    """What a row of the report is."""

    PRODUCT = "product"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class InterestQuestion:
    """The period, both days included, in the company's zone; one employee who talked, or all."""

    first: date
    last: date
    zone: ZoneInfo
    by: By = By.PRODUCT
    responsible_id: int | None = None


@dataclass(frozen=True, slots=True)
class Interest:
    """How much one product, or a group of them, was asked about. `key` is None for products without a group."""

    key: int | None
    name: str
    sku: str
    interactions: int
    clients: int
    last_at: datetime | None
    clients_quoted: int = 0
    clients_invoiced: int = 0
    invoiced: Decimal = Decimal(0)

    @property
    def conversion(self) -> Decimal | None:
        """Per cent of the interested clients who were invoiced; None when nobody asked."""
        if not self.clients:
            return None
        return (Decimal(100 * self.clients_invoiced) / self.clients).quantize(Decimal("0.1"))


@dataclass(frozen=True, slots=True)
class Interests:
    """The most wanted first, at most MOST_ROWS. In `total` a client who asked about two products is one client."""

    rows: tuple[Interest, ...]
    total: Interest

    @property
    def is_cut(self) -> bool:
        """There may be more rows than are given."""
        return len(self.rows) == MOST_ROWS


def interest(session: Session, question: InterestQuestion) -> Interests:
    """Answer, in six questions."""
    quoted, invoiced = _quoted(session, question), _invoiced(session, question)
    return Interests(
        rows=tuple(
            Interest(key, name, sku, talks, clients, last, quoted.get(key, 0), *invoiced.get(key, (0, Decimal(0))))
            for key, name, sku, talks, clients, last in session.execute(_asked_most(question))
        ),
        total=_total(session, question),
    )


def _talked(question: InterestQuestion) -> list[ColumnElement[bool]]:
    first, beyond = instants_of(question.first, question.last, question.zone)
    conditions = [
        Interaction.state == InteractionState.DONE,
        Interaction.starts_at >= first,
        Interaction.starts_at < beyond,
    ]
    if question.responsible_id is not None:
        conditions.append(Interaction.responsible_id == question.responsible_id)
    return conditions


_FIGURES = (
    func.count(Interaction.id.distinct()).label("talks"),
    func.count(Interaction.client_id.distinct()),
    type_coerce(func.max(Interaction.starts_at), UtcDateTime),
)


def _asked_most(question: InterestQuestion) -> Select[Any]:
    """Rows of the key, name, SKU and figures of what was asked about."""
    if question.by is By.GROUP:
        words: tuple[Any, ...] = (ProductGroup.id, func.coalesce(ProductGroup.name, ""), literal(""))
        grouped: tuple[Any, ...] = (ProductGroup.id, ProductGroup.name)
    else:
        words = grouped = (Product.id, Product.name, Product.sku)
    return (
        select(*words, *_FIGURES)
        .select_from(Interaction)
        .join(InteractionSubject, InteractionSubject.interaction_id == Interaction.id)
        .join(Product, Product.id == InteractionSubject.product_id)
        .outerjoin(ProductGroup, ProductGroup.id == Product.group_id)
        .where(*_talked(question))
        .group_by(*grouped)
        .order_by(func.count(Interaction.id.distinct()).desc(), words[1], grouped[0])
        .limit(MOST_ROWS)
    )


def _wanted(question: InterestQuestion) -> Any:
    """Which client asked about which product."""
    return (
        select(Interaction.client_id, InteractionSubject.product_id)
        .join(InteractionSubject, InteractionSubject.interaction_id == Interaction.id)
        .where(*_talked(question))
        .distinct()
        .subquery()
    )


def _key(question: InterestQuestion) -> Any:
    return Product.group_id if question.by is By.GROUP else Product.id


def _quoted(session: Session, question: InterestQuestion) -> dict[int | None, int]:
    """By key: how many of the interested clients were sent a quote of it."""
    rows = session.execute(_quotes(question, _key(question)).group_by(_key(question)))
    return {key: clients for key, clients in rows}  # noqa: C416 (mypy knows no rows of two in dict())


def _quotes(question: InterestQuestion, *columns: Any) -> Select[Any]:
    wanted = _wanted(question)
    return (
        select(*columns, func.count(Quote.client_id.distinct()))
        .select_from(Quote)
        .join(QuoteLine, QuoteLine.quote_id == Quote.id)
        .join(Product, Product.id == QuoteLine.product_id)
        .join(wanted, (wanted.c.client_id == Quote.client_id) & (wanted.c.product_id == Product.id))
        .where(Quote.sent_on >= question.first)
    )


def _invoiced(session: Session, question: InterestQuestion) -> dict[int | None, tuple[int, Decimal]]:
    """By key: how many of the interested clients were invoiced for it, and the sum."""
    rows = session.execute(_invoices(question, _key(question)).group_by(_key(question)))
    return {key: (clients, amount) for key, clients, amount in rows}


def _invoices(question: InterestQuestion, *columns: Any) -> Select[Any]:
    wanted = _wanted(question)
    return (
        select(*columns, func.count(Invoice.client_id.distinct()), type_coerce(func.sum(InvoiceLine.amount), Money))
        .select_from(Invoice)
        .join(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
        .join(Product, Product.id == InvoiceLine.product_id)
        .join(wanted, (wanted.c.client_id == Invoice.client_id) & (wanted.c.product_id == Product.id))
        .where(Invoice.status == DocumentStatus.POSTED, Invoice.day >= question.first)
    )


def _total(session: Session, question: InterestQuestion) -> Interest:
    talked = (
        select(*_FIGURES)
        .select_from(Interaction)
        .join(InteractionSubject, InteractionSubject.interaction_id == Interaction.id)
        .where(*_talked(question))
    )
    talks, clients, last = session.execute(talked).one()
    quoted = session.scalar(_quotes(question)) or 0
    invoiced, amount = session.execute(_invoices(question)).one()
    return Interest(None, "", "", talks, clients, last, quoted, invoiced, amount or Decimal(0))
