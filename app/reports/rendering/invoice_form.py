"""What stands in a printed invoice for payment (счёт на оплату): no law sets its form, this is 1C custom.

Amounts are in roubles; prices and line sums are as the invoice shows them, with VAT or not.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Party:
    """Requisites of a side as the invoice names them; empty ones are left out, a sole trader has no KPP."""

    name: str
    inn: str
    kpp: str = ""
    address: str = ""
    phone: str = ""

    @property
    def requisites(self) -> str:
        """One line, in the customary order: «ООО „Ромашка“, ИНН …, КПП …, address, тел.: …»."""
        parts = (
            self.name,
            self.inn and f"ИНН {self.inn}",
            self.kpp and f"КПП {self.kpp}",
            self.address,
            self.phone and f"тел.: {self.phone}",
        )
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class Bank:
    """Where to pay: the bank with its town, BIK, correspondent account (к/с) and settlement account (р/с)."""

    name: str
    bik: str
    correspondent_account: str
    account: str


@dataclass(frozen=True)
class Signatories:
    """Who signs, with initials. Pictures are raster `data:` addresses; empty means a place to sign."""

    director: str
    accountant: str = ""
    director_post: str = "Руководитель"
    stamp: str = ""
    director_signature: str = ""
    accountant_signature: str = ""


@dataclass(frozen=True)
class InvoiceLine:
    """A position; `discount` is the sum in roubles taken off the line, `vat` the label of its rate, «22%»."""

    number: int
    sku: str
    name: str
    quantity: Decimal
    unit: str
    price: Decimal
    amount: Decimal
    discount: Decimal = Decimal(0)
    vat: str = ""


@dataclass(frozen=True)
class VatTotal:
    """One line of the totals: label «В том числе НДС (22%)» with the sum, or «Без налога (НДС)» with None."""

    label: str
    amount: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Goods:
    """The lines of a document and what they come to: the same in an invoice, a quote and an order.

    `subtotal` is the sum of lines (Итого), `total` what is to be paid. VAT is a separate line in settlement
    documents (НК РФ, ст. 168 п. 4). `amount_in_words` is of `total`, kopecks in digits.
    """

    lines: tuple[InvoiceLine, ...]
    subtotal: Decimal
    vat_totals: tuple[VatTotal, ...]
    total: Decimal
    amount_in_words: str

    @property
    def has_discount(self) -> bool:
        """Whether the columns of the discount are printed."""
        return any(line.discount for line in self.lines)

    @property
    def has_sku(self) -> bool:
        """Whether the column of the article number is printed."""
        return any(line.sku for line in self.lines)

    @property
    def has_mixed_vat(self) -> bool:
        """Whether the lines differ in VAT, so that each has to name its rate."""
        return len({line.vat for line in self.lines}) > 1


@dataclass(frozen=True, kw_only=True)
class InvoiceForm(Goods):
    """A printed invoice. Texts come ready from the invoice; empty ones leave their line out."""

    organisation: Party
    bank: Bank
    signatories: Signatories
    client: Party
    number: str
    date: date
    basis: str = ""
    purpose: str = ""
    due: str = ""
    valid_until: str = ""
    conditions: str = ""
    qr: str = ""
