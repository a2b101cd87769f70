"""Documents of sale, in the order in which they follow each other: quotes (КП), orders of clients, invoices."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.clock import utc_now
from app.database import Choice, ChoiceType, Money, Percent, Quantity, User, UtcDateTime
from app.models.agreements import Agreement, Contract
from app.models.base import LONG, Record, Row, Searchable, named
from app.models.catalogue import PriceType, Product, VatCode
from app.models.clients import Client, Contact
from app.models.deals import Deal, LossReason
from app.models.staff import BankAccount, Employee, Organisation
from app.texts import _, lazy


class DocumentStatus(Choice):
    """The life of a document: a draft changes freely; posted has written registers; cancelled has reversed them."""

    DRAFT = "draft", lazy("Draft"), "neutral"
    POSTED = "posted", lazy("Posted"), "ok"
    CANCELLED = "cancelled", lazy("Cancelled"), "neutral"


class Document(Record, Searchable):
    """What every document has: number, day, organisation, responsible, totals. Each kind has a status of its own."""

    named_by: ClassVar[tuple[str, ...]] = ("number",)

    __abstract__ = True

    number: Mapped[str] = mapped_column(String(40), default="", index=True, info=named(lazy("Number")))
    number_year: Mapped[int | None] = mapped_column()
    day: Mapped[date] = mapped_column(info=named(lazy("Date")))
    total: Mapped[Decimal] = mapped_column(
        Money, default=0, index=True, info=named(lazy("Total"), lazy("VAT included"))
    )
    vat_total: Mapped[Decimal] = mapped_column(Money, default=0, info=named(lazy("VAT")))
    price_includes_vat: Mapped[bool] = mapped_column(default=True, info=named(lazy("Prices include VAT")))
    comment: Mapped[str | None] = mapped_column(String(LONG), info=named(lazy("Comment")))

    @declared_attr
    def organisation_id(cls) -> Mapped[int]:
        """Which of our legal entities the document is of."""
        return mapped_column(ForeignKey("organisation.id"), info=named(lazy("Organisation")))

    @declared_attr
    def responsible_id(cls) -> Mapped[int]:
        """The employee who answers for the document."""
        return mapped_column(ForeignKey("employee.id"), info=named(lazy("Responsible")))

    @declared_attr
    def deal_id(cls) -> Mapped[int | None]:
        """The deal that the document belongs to."""
        return mapped_column(ForeignKey("deal.id"), index=True, info=named(lazy("Deal")))

    @declared_attr
    def organisation(cls) -> Mapped[Organisation]:
        """Which of our legal entities the document is of."""
        return relationship(Organisation)

    @declared_attr
    def responsible(cls) -> Mapped[Employee]:
        """The employee who answers for the document."""
        return relationship(Employee)

    @declared_attr
    def deal(cls) -> Mapped[Deal | None]:
        """The deal that the document belongs to."""
        return relationship(Deal)

    def __str__(self) -> str:
        return f"№ {self.number}" if self.number else _("without a number")

    def search_parts(self) -> list[str | None]:
        """The texts by which a person looks for this record."""
        return [self.number]


def indexes_of_list() -> tuple[Index, Index]:
    """By what a list of sale documents is read: the newest first and whose, each with what the row rule looks at.

    A salesperson's own are counted and added up without the documents themselves.
    """
    return Index(None, "day", "id", "responsible_id", "client_id"), Index(None, "responsible_id", "client_id", "total")


class SaleDocument(Document):
    """What the documents of sale have besides: the client, and the terms by which we sell."""

    __abstract__ = True

    @declared_attr
    def client_id(cls) -> Mapped[int]:
        """The counterparty."""
        return mapped_column(ForeignKey("client.id"), index=True, info=named(lazy("Client")))

    @declared_attr
    def agreement_id(cls) -> Mapped[int | None]:
        """The terms of sale."""
        return mapped_column(ForeignKey("agreement.id"), info=named(lazy("Agreement")))

    @declared_attr
    def client(cls) -> Mapped[Client]:
        """The counterparty."""
        return relationship(Client)

    @declared_attr
    def agreement(cls) -> Mapped[Agreement | None]:
        """The terms of sale."""
        return relationship(Agreement)


class DocumentLine(Row):
    """What every line has. Price and amount include VAT or not as the document's `price_includes_vat` says."""

    __abstract__ = True

    position: Mapped[int] = mapped_column(info=named(lazy("No.")))
    name: Mapped[str] = mapped_column(String(300), default="", info=named(lazy("Name in the document")))
    quantity: Mapped[Decimal] = mapped_column(Quantity, default=1, info=named(lazy("Quantity")))
    price: Mapped[Decimal] = mapped_column(Money, default=0, info=named(lazy("Price")))
    discount_percent: Mapped[Decimal] = mapped_column(Percent, default=0, info=named(lazy("Discount, %")))
    vat: Mapped[VatCode] = mapped_column(ChoiceType(VatCode), default=VatCode.VAT22, info=named(lazy("VAT")))
    amount: Mapped[Decimal] = mapped_column(Money, default=0, info=named(lazy("Amount"), lazy("VAT included")))
    vat_amount: Mapped[Decimal] = mapped_column(Money, default=0, info=named(lazy("VAT amount")))

    @declared_attr
    def product_id(cls) -> Mapped[int]:
        """What is sold."""
        return mapped_column(ForeignKey("product.id"), index=True, info=named(lazy("Product")))

    @declared_attr
    def product(cls) -> Mapped[Product]:
        """What is sold."""
        return relationship(Product)


# --- Quotes ---------------------------------------------------------------------------------------------------------


class QuoteStatus(Choice):
    """The way of a quote. Only a draft changes; a new edition of a sent one replaces it."""

    DRAFT = "draft", lazy("Draft"), "neutral"
    SENT = "sent", lazy("Sent"), "info"
    VIEWED = "viewed", lazy("Viewed by the client"), "plan"
    ACCEPTED = "accepted", lazy("Accepted"), "ok"
    REJECTED = "rejected", lazy("Turned down"), "danger"
    EXPIRED = "expired", lazy("Term is over"), "warn"
    REPLACED = "replaced", lazy("Replaced by a new edition"), "neutral"


class Quote(SaleDocument):
    """A commercial offer (коммерческое предложение, КП). Its editions share the number."""

    named_by: ClassVar[tuple[str, ...]] = ("number", "edition")

    __tablename__ = "quote"
    __table_args__: Any = (
        UniqueConstraint("organisation_id", "number_year", "number", "edition", name="uq_quote_number"),
        Index(None, "client_id", "day"),
        *indexes_of_list(),
        Index(None, "status", "valid_to"),
        CheckConstraint("total >= 0", name="total_not_negative"),
        CheckConstraint("status <> 'rejected' or loss_reason_id is not null", name="rejected_for_a_reason"),
    )

    status: Mapped[QuoteStatus] = mapped_column(
        ChoiceType(QuoteStatus), default=QuoteStatus.DRAFT, info=named(lazy("Status"))
    )
    edition: Mapped[int] = mapped_column(default=1, info=named(lazy("Edition")))
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("quote.id"), info=named(lazy("Edition before it")))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), info=named(lazy("Contact")))
    price_type_id: Mapped[int | None] = mapped_column(ForeignKey("price_type.id"), info=named(lazy("Price type")))
    valid_to: Mapped[date | None] = mapped_column(index=True, info=named(lazy("Valid until")))
    sent_on: Mapped[date | None] = mapped_column(index=True, info=named(lazy("Sent on")))
    preamble: Mapped[str | None] = mapped_column(
        String(LONG), info=named(lazy("Preamble"), lazy("printed above the lines"))
    )
    delivery_terms: Mapped[str | None] = mapped_column(String(500), info=named(lazy("Delivery")))
    payment_terms: Mapped[str | None] = mapped_column(String(500), info=named(lazy("Payment terms")))
    guarantee: Mapped[str | None] = mapped_column(String(300), info=named(lazy("Guarantee")))
    loss_reason_id: Mapped[int | None] = mapped_column(
        ForeignKey("loss_reason.id"), info=named(lazy("Why turned down"))
    )
    previous: Mapped["Quote | None"] = relationship(remote_side="Quote.id")
    contact: Mapped[Contact | None] = relationship(Contact)
    price_type: Mapped[PriceType | None] = relationship(PriceType)
    loss_reason: Mapped[LossReason | None] = relationship(LossReason)
    lines: Mapped[list["QuoteLine"]] = relationship(
        back_populates="quote",
        cascade="all, delete-orphan",
        order_by="QuoteLine.position",
        info=named(lazy("Products and services")),
    )

    def __str__(self) -> str:
        shown = Document.__str__(self)
        return f"{shown}/{self.edition}" if self.edition and self.edition > 1 else shown


class QuoteLine(DocumentLine):
    """A line of a quote."""

    __tablename__ = "quote_line"

    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id", ondelete="CASCADE"), index=True)
    quote: Mapped[Quote] = relationship(Quote, back_populates="lines")


class QuoteStatusChange(Row):
    """A move of a quote from status to status: when, by whom, and what was said."""

    __tablename__ = "quote_status_change"

    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id", ondelete="CASCADE"), index=True)
    from_status: Mapped[QuoteStatus | None] = mapped_column(ChoiceType(QuoteStatus), info=named(lazy("From")))
    to_status: Mapped[QuoteStatus] = mapped_column(ChoiceType(QuoteStatus), info=named(lazy("Status")))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, info=named(lazy("When")))
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), info=named(lazy("Who")))
    note: Mapped[str | None] = mapped_column(String(300), info=named(lazy("Note")))
    by_user: Mapped[User | None] = relationship(User)


# --- Orders ---------------------------------------------------------------------------------------------------------


class OrderStatus(Choice):
    """The way of an order: posted is agreed with the client, closed is fulfilled or given up."""

    DRAFT = "draft", lazy("Draft"), "neutral"
    POSTED = "posted", lazy("Posted"), "info"
    CLOSED = "closed", lazy("Fulfilled and closed"), "ok"
    CANCELLED = "cancelled", lazy("Cancelled"), "neutral"


class Order(SaleDocument):
    """An order of a client (заказ клиента): what was agreed, and by when we have promised it."""

    __tablename__ = "sales_order"
    __table_args__: Any = (
        UniqueConstraint("organisation_id", "number_year", "number", name="uq_sales_order_number"),
        Index(None, "client_id", "day"),
        *indexes_of_list(),
        Index(None, "status", "promised_on"),
        CheckConstraint("total >= 0", name="total_not_negative"),
    )

    status: Mapped[OrderStatus] = mapped_column(
        ChoiceType(OrderStatus), default=OrderStatus.DRAFT, info=named(lazy("Status"))
    )
    promised_on: Mapped[date | None] = mapped_column(index=True, info=named(lazy("Promised by")))
    quote_id: Mapped[int | None] = mapped_column(ForeignKey("quote.id"), index=True, info=named(lazy("By quote")))
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"), index=True, info=named(lazy("Contract")))
    quote: Mapped[Quote | None] = relationship(Quote)
    contract: Mapped[Contract | None] = relationship(Contract)
    lines: Mapped[list["OrderLine"]] = relationship(
        back_populates="order",
        cascade="all, delete-orphan",
        order_by="OrderLine.position",
        info=named(lazy("Products and services")),
    )


class OrderLine(DocumentLine):
    """A line of an order."""

    __tablename__ = "sales_order_line"

    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id", ondelete="CASCADE"), index=True)
    order: Mapped[Order] = relationship(Order, back_populates="lines")


# --- Invoices -------------------------------------------------------------------------------------------------------


class Invoice(SaleDocument):
    """An invoice for payment (счёт на оплату). Posting makes the client's debt fall due by the agreement's stages."""

    __tablename__ = "invoice"
    __table_args__: Any = (
        UniqueConstraint("organisation_id", "number_year", "number", name="uq_invoice_number"),
        Index(None, "client_id", "day"),
        *indexes_of_list(),
        CheckConstraint("total >= 0", name="total_not_negative"),
    )

    status: Mapped[DocumentStatus] = mapped_column(
        ChoiceType(DocumentStatus), default=DocumentStatus.DRAFT, index=True, info=named(lazy("Status"))
    )
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"), index=True, info=named(lazy("Contract")))
    quote_id: Mapped[int | None] = mapped_column(ForeignKey("quote.id"), index=True, info=named(lazy("By quote")))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("sales_order.id"), index=True, info=named(lazy("By order")))
    bank_account_id: Mapped[int] = mapped_column(ForeignKey("bank_account.id"), info=named(lazy("Account for payment")))
    valid_to: Mapped[date | None] = mapped_column(info=named(lazy("Pay until"), lazy("printed in the invoice")))
    shipped_on: Mapped[date | None] = mapped_column(
        info=named(lazy("Shipped on"), lazy("stages counted from shipment fall due from this day"))
    )
    contract: Mapped[Contract | None] = relationship(Contract)
    quote: Mapped[Quote | None] = relationship(Quote)
    order: Mapped[Order | None] = relationship(Order)
    bank_account: Mapped[BankAccount] = relationship(BankAccount)
    lines: Mapped[list["InvoiceLine"]] = relationship(
        back_populates="invoice",
        cascade="all, delete-orphan",
        order_by="InvoiceLine.position",
        info=named(lazy("Products and services")),
    )


class InvoiceLine(DocumentLine):
    """A line of an invoice; `order_line_id` says which line of an order it is for, so that none is billed twice."""

    __tablename__ = "invoice_line"

    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id", ondelete="CASCADE"), index=True)
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("sales_order_line.id"), index=True)
    invoice: Mapped[Invoice] = relationship(Invoice, back_populates="lines")
