"""The lines of a document as they are printed: sums as the document shows them, VAT by rate, the total in words."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypedDict

from app.models.catalogue import VatCode
from app.models.sales import DocumentLine
from app.reports.rendering import invoice_form as forms
from app.services.money_words import amount_in_words
from app.services.vat import round_kopecks

_RATES = {
    VatCode.VAT22: "22%",
    VatCode.VAT20: "20%",
    VatCode.VAT10: "10%",
    VatCode.VAT0: "0%",
    VatCode.VAT5: "5%",
    VatCode.VAT7: "7%",
    VatCode.NO_VAT: "Без НДС",
}


class GoodsParts(TypedDict):
    """The fields of rendering.invoice_form.Goods."""

    lines: tuple[forms.InvoiceLine, ...]
    subtotal: Decimal
    vat_totals: tuple[forms.VatTotal, ...]
    total: Decimal
    amount_in_words: str


def goods_of(document: Any) -> GoodsParts:
    """What every form of a document with lines prints of them: `InvoiceForm(**goods_of(invoice), …)`."""
    return {
        "lines": tuple(_line(document, line) for line in document.lines),
        "subtotal": sum((_shown_amount(document, line) for line in document.lines), Decimal(0)),
        "vat_totals": tuple(_vat_totals(document)),
        "total": document.total,
        "amount_in_words": amount_in_words(document.total),
    }


def _shown_amount(document: Any, line: DocumentLine) -> Decimal:
    return line.amount if document.price_includes_vat else line.amount - line.vat_amount


def _line(document: Any, line: DocumentLine) -> forms.InvoiceLine:
    amount = _shown_amount(document, line)
    return forms.InvoiceLine(
        number=line.position,
        sku=line.product.sku,
        name=line.name or line.product.name,
        quantity=line.quantity,
        unit=line.product.unit.name,
        price=line.price,
        amount=amount,
        discount=round_kopecks(line.quantity * line.price) - amount,
        vat=_RATES[line.vat],
    )


def _vat_totals(document: Any) -> Sequence[forms.VatTotal]:
    """One line per rate (НК РФ, ст. 168 п. 4); «Без налога (НДС)» where nothing is taxed."""
    sums: dict[VatCode, Decimal] = defaultdict(Decimal)
    for line in document.lines:
        sums[line.vat] += line.vat_amount
    taxed = {rate: amount for rate, amount in sums.items() if rate is not VatCode.NO_VAT}
    if not taxed:
        return [forms.VatTotal("Без налога (НДС)", None)]
    words = "В том числе НДС" if document.price_includes_vat else "НДС"
    return [forms.VatTotal(f"{words} ({_RATES[rate]})", amount) for rate, amount in sorted(taxed.items())]
