"""Documents of sale. Now: invoices for payment (счета на оплату) with lines."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.database import Choice, ChoiceType, Money, Percent, Quantity
from app.models.agreements import Agreement, Contract
from app.models.base import LONG, Record, Row, Searchable, named
from app.models.catalogue import Product, VatCode
from app.models.clients import Client
from app.models.deals import Deal
from app.models.staff import BankAccount, Employee, Organisation
from app.texts import lazy


class DocumentStatus(Choice):
    """The life of a document: a draft changes freely; posted has written registers; cancelled has reversed them."""

    DRAFT = "draft", lazy("Draft"), "neutral"
    POSTED = "posted", lazy("Posted"), "ok"
    CANCELLED = "cancelled", lazy("Cancelled"), "neutral"


class Document(Record, Searchable):
    """What every document has: number, day, organisation, client, responsible, status, totals."""

    __abstract__ = True

    number: Mapped[str] = mapped_column(String(40), default="", index=True, info=named(lazy("Number")))
    day: Mapped[date] = mapped_column(index=True, info=named(lazy("Date")))
    status: Mapped[DocumentStatus] = mapped_column(
        ChoiceType(DocumentStatus), default=DocumentStatus.DRAFT, index=True, info=named(lazy("Status"))
    )
    total: Mapped[Decimal] = mapped_column(Money, default=0, info=named(lazy("Total"), lazy("VAT included")))
    vat_total: Mapped[Decimal] = mapped_column(Money, default=0, info=named(lazy("VAT")))
    comment: Mapped[str | None] = mapped_column(String(LONG), info=named(lazy("Comment")))

    @declared_attr
    def organisation_id(cls) -> Mapped[int]:
        """Which of our legal entities the document is of."""
        return mapped_column(ForeignKey("organisation.id"), info=named(lazy("Organisation")))

    @declared_attr
    def client_id(cls) -> Mapped[int]:
        """The counterparty."""
        return mapped_column(ForeignKey("client.id"), index=True, info=named(lazy("Client")))

    @declared_attr
    def responsible_id(cls) -> Mapped[int]:
        """The employee who answers for the document."""
        return mapped_column(ForeignKey("employee.id"), index=True, info=named(lazy("Responsible")))

    @declared_attr
    def organisation(cls) -> Mapped[Organisation]:
        """Which of our legal entities the document is of."""
        return relationship(Organisation)

    @declared_attr
    def client(cls) -> Mapped[Client]:
        """The counterparty."""
        return relationship(Client)

    @declared_attr
    def responsible(cls) -> Mapped[Employee]:
        """The employee who answers for the document."""
        return relationship(Employee)

    def __str__(self) -> str:
        return f"№ {self.number}" if self.number else "—"

    def search_parts(self) -> list[str | None]:
        """The texts by which a person looks for this record."""
        return [self.number]


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


class Invoice(Document):
    """An invoice for payment (счёт на оплату). Posting makes the client's debt fall due by the agreement's stages."""

    __tablename__ = "invoice"
    __table_args__: Any = (
        UniqueConstraint("organisation_id", "number_year", "number", name="uq_invoice_number"),
        Index(None, "client_id", "day"),
        CheckConstraint("total >= 0", name="total_not_negative"),
    )

    number_year: Mapped[int | None] = mapped_column()
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"), info=named(lazy("Agreement")))
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"), index=True, info=named(lazy("Contract")))
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deal.id"), index=True, info=named(lazy("Deal")))
    bank_account_id: Mapped[int] = mapped_column(ForeignKey("bank_account.id"), info=named(lazy("Account for payment")))
    valid_to: Mapped[date | None] = mapped_column(info=named(lazy("Pay until"), lazy("printed in the invoice")))
    shipped_on: Mapped[date | None] = mapped_column(
        info=named(lazy("Shipped on"), lazy("stages counted from shipment fall due from this day"))
    )
    price_includes_vat: Mapped[bool] = mapped_column(default=True, info=named(lazy("Prices include VAT")))
    agreement: Mapped[Agreement | None] = relationship(Agreement)
    contract: Mapped[Contract | None] = relationship(Contract)
    deal: Mapped[Deal | None] = relationship(Deal)
    bank_account: Mapped[BankAccount] = relationship(BankAccount)
    lines: Mapped[list["InvoiceLine"]] = relationship(
        back_populates="invoice",
        cascade="all, delete-orphan",
        order_by="InvoiceLine.position",
        info=named(lazy("Products and services")),
    )


class InvoiceLine(DocumentLine):
    """A line of an invoice."""

    __tablename__ = "invoice_line"

    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id", ondelete="CASCADE"), index=True)
    invoice: Mapped[Invoice] = relationship(Invoice, back_populates="lines")
