"""Orders to suppliers (заказы поставщикам). What a supplier asks for is seen by those with the right to costs."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Choice, ChoiceType, Money, Percent
from app.models.base import named
from app.models.clients import Client
from app.models.sales import Document, DocumentLine, Order, Quote
from app.permissions import FieldRight
from app.texts import lazy

_COST = FieldRight.PURCHASE_COST


class PurchaseStatus(Choice):
    """The way of an order to a supplier."""

    DRAFT = "draft", lazy("Draft"), "neutral"
    ORDERED = "ordered", lazy("Ordered"), "info"
    RECEIVED = "received", lazy("Received"), "ok"
    CANCELLED = "cancelled", lazy("Cancelled"), "neutral"


class PurchaseOrder(Document):
    """An order to a supplier (заказ поставщику); one made from a deal says for which order or quote it is."""

    __tablename__ = "purchase_order"
    __table_args__: Any = (
        UniqueConstraint("organisation_id", "number_year", "number", name="uq_purchase_order_number"),
        Index(None, "day"),
        Index(None, "responsible_id"),
        Index(None, "status", "expected_on"),
        CheckConstraint("total >= 0", name="total_not_negative"),
    )

    status: Mapped[PurchaseStatus] = mapped_column(
        ChoiceType(PurchaseStatus), default=PurchaseStatus.DRAFT, info=named(lazy("Status"))
    )
    supplier_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True, info=named(lazy("Supplier")))
    order_id: Mapped[int | None] = mapped_column(
        ForeignKey("sales_order.id"), index=True, info=named(lazy("For order"))
    )
    quote_id: Mapped[int | None] = mapped_column(ForeignKey("quote.id"), index=True, info=named(lazy("For quote")))
    expected_on: Mapped[date | None] = mapped_column(index=True, info=named(lazy("Expected on")))
    received_on: Mapped[date | None] = mapped_column(info=named(lazy("Received on")))
    total: Mapped[Decimal] = mapped_column(
        Money, default=0, info=named(lazy("Total"), lazy("VAT included"), right=_COST)
    )
    vat_total: Mapped[Decimal] = mapped_column(Money, default=0, info=named(lazy("VAT"), right=_COST))
    supplier: Mapped[Client] = relationship(Client)
    order: Mapped[Order | None] = relationship(Order)
    quote: Mapped[Quote | None] = relationship(Quote)
    lines: Mapped[list["PurchaseOrderLine"]] = relationship(
        back_populates="purchase_order",
        cascade="all, delete-orphan",
        order_by="PurchaseOrderLine.position",
        info=named(lazy("Products and services")),
    )


class PurchaseOrderLine(DocumentLine):
    """A line of an order to a supplier."""

    __tablename__ = "purchase_order_line"

    purchase_order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id", ondelete="CASCADE"), index=True)
    price: Mapped[Decimal] = mapped_column(Money, default=0, info=named(lazy("Price"), right=_COST))
    discount_percent: Mapped[Decimal] = mapped_column(Percent, default=0, info=named(lazy("Discount, %"), right=_COST))
    amount: Mapped[Decimal] = mapped_column(
        Money, default=0, info=named(lazy("Amount"), lazy("VAT included"), right=_COST)
    )
    vat_amount: Mapped[Decimal] = mapped_column(Money, default=0, info=named(lazy("VAT amount"), right=_COST))
    purchase_order: Mapped[PurchaseOrder] = relationship(PurchaseOrder, back_populates="lines")
