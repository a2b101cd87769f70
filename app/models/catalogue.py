"""Products and services that we sell, price types and prices, VAT rates."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Choice, ChoiceType, Money
from app.models.base import LONG, Record, Searchable, named
from app.texts import lazy


class VatCode(Choice):
    """The VAT rate of a line. Which rates are in force on a day: services/vat.py."""

    VAT22 = "vat22", lazy("22%")
    VAT20 = "vat20", lazy("20%")
    VAT10 = "vat10", lazy("10%")
    VAT0 = "vat0", lazy("0%")
    NO_VAT = "no_vat", lazy("No VAT")
    VAT5 = "vat5", lazy("5%")
    VAT7 = "vat7", lazy("7%")


class Unit(Record):
    """A unit of measure by the national classifier ОКЕИ."""

    named_by = ("name",)

    __tablename__ = "unit"

    name: Mapped[str] = mapped_column(String(20), unique=True, info=named(lazy("Name")))
    full_name: Mapped[str] = mapped_column(String(60), info=named(lazy("Full name")))
    okei_code: Mapped[str] = mapped_column(String(4), info=named(lazy("OKEI code")))

    def __str__(self) -> str:
        return self.name


class ProductGroup(Record):
    """A group of products in the catalogue."""

    named_by = ("name",)

    __tablename__ = "product_group"

    name: Mapped[str] = mapped_column(String(100), unique=True, info=named(lazy("Name")))

    def __str__(self) -> str:
        return self.name


class ProductKind(Choice):
    """Goods are stocked and shipped; services are rendered and accepted by an act."""

    GOODS = "goods", lazy("Goods"), "info"
    SERVICE = "service", lazy("Service"), "plan"


class Product(Record, Searchable):
    """An item of the catalogue (номенклатура): goods or a service, with its unit and VAT rate."""

    named_by = ("name",)

    __tablename__ = "product"

    sku: Mapped[str] = mapped_column(String(40), unique=True, info=named(lazy("SKU")))
    name: Mapped[str] = mapped_column(String(200), index=True, info=named(lazy("Name")))
    kind: Mapped[ProductKind] = mapped_column(ChoiceType(ProductKind), info=named(lazy("Kind")))
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("product_group.id"), index=True, info=named(lazy("Product group"))
    )
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), info=named(lazy("Unit")))
    vat: Mapped[VatCode] = mapped_column(ChoiceType(VatCode), default=VatCode.VAT22, info=named(lazy("VAT")))
    barcode: Mapped[str | None] = mapped_column(String(30), info=named(lazy("Barcode")))
    description: Mapped[str | None] = mapped_column(String(LONG), info=named(lazy("Description")))
    is_active: Mapped[bool] = mapped_column(default=True, info=named(lazy("Active")))
    group: Mapped[ProductGroup | None] = relationship(ProductGroup)
    unit: Mapped[Unit] = relationship(Unit)

    def __str__(self) -> str:
        return self.name

    def search_parts(self) -> list[str | None]:
        """The texts by which a person looks for this record."""
        return [self.name, self.sku, self.barcode]


class PriceType(Record):
    """A kind of price (вид цены): wholesale, retail, dealer's."""

    named_by = ("name",)

    __tablename__ = "price_type"

    name: Mapped[str] = mapped_column(String(60), unique=True, info=named(lazy("Name")))
    includes_vat: Mapped[bool] = mapped_column(default=True, info=named(lazy("Prices include VAT")))
    is_default: Mapped[bool] = mapped_column(default=False, info=named(lazy("By default")))

    def __str__(self) -> str:
        return self.name


class Price(Record):
    """The price of a product by a price type, in force from a day until the next price."""

    __tablename__ = "price"
    __table_args__ = (
        UniqueConstraint("product_id", "price_type_id", "valid_from"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
    )

    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), info=named(lazy("Product")))
    price_type_id: Mapped[int] = mapped_column(ForeignKey("price_type.id"), index=True, info=named(lazy("Price type")))
    valid_from: Mapped[date] = mapped_column(index=True, info=named(lazy("Valid from")))
    amount: Mapped[Decimal] = mapped_column(Money, index=True, info=named(lazy("Price")))
    product: Mapped[Product] = relationship(Product)
    price_type: Mapped[PriceType] = relationship(PriceType)

    def __str__(self) -> str:
        return f"{self.product}: {self.amount}"
