"""The printed invoice for payment (счёт на оплату), made from its record. Printed documents are always Russian."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.catalogue import VatCode
from app.models.ledger import DocumentKind, DueItem
from app.models.sales import Invoice, InvoiceLine
from app.reports.parties import client_party, file_name, organisation_bank, organisation_party
from app.reports.rendering import invoice_form as forms
from app.reports.rendering.figures import long_date, money, short_date
from app.reports.rendering.printing import print_form
from app.reports.rendering.qr import qr_png_data_uri
from app.services.money_words import amount_in_words
from app.services.payment_qr import PaymentDetails, payment_qr_text
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
CONDITIONS = (
    "Оплата данного счёта означает согласие с условиями поставки. Товар отпускается по факту поступления денег "
    "на расчётный счёт Поставщика, при наличии доверенности и паспорта. Просим указывать в назначении платежа "
    "номер счёта."
)


def invoice_pdf(session: Session, invoice: Invoice) -> bytes:
    """Print the invoice with the payment QR. Raises IntegrationError when the PDF engine fails."""
    return print_form("invoice.html", invoice_form(session, invoice))


def invoice_file_name(invoice: Invoice) -> str:
    """«Счёт КС-2026-000015 от 2026-11-23 Ромашка.pdf»."""
    return file_name("Счёт", invoice.number or "черновик", invoice.day, invoice.client)


def invoice_form(session: Session, invoice: Invoice) -> forms.InvoiceForm:
    """What is printed: line sums as entered, VAT by rate, the total with VAT, stages of payment in words."""
    organisation = invoice.organisation
    director = forms.Signatories(organisation.director, organisation.accountant or "")
    net = sum((_shown_amount(invoice, line) for line in invoice.lines), Decimal(0))
    return forms.InvoiceForm(
        organisation=organisation_party(organisation),
        bank=organisation_bank(invoice.bank_account),
        signatories=director,
        client=client_party(invoice.client),
        number=invoice.number or "черновик",
        date=invoice.day,
        lines=tuple(_line(invoice, line) for line in invoice.lines),
        subtotal=net,
        vat_totals=tuple(_vat_totals(invoice)),
        total=invoice.total,
        amount_in_words=amount_in_words(invoice.total),
        basis=_basis(invoice),
        purpose=_purpose(invoice),
        due=_due(session, invoice),
        valid_until=long_date(invoice.valid_to) if invoice.valid_to else "",
        conditions=CONDITIONS,
        qr=_qr(invoice),
    )


def _shown_amount(invoice: Invoice, line: InvoiceLine) -> Decimal:
    return line.amount if invoice.price_includes_vat else line.amount - line.vat_amount


def _line(invoice: Invoice, line: InvoiceLine) -> forms.InvoiceLine:
    amount = _shown_amount(invoice, line)
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


def _vat_totals(invoice: Invoice) -> Sequence[forms.VatTotal]:
    """One line per rate (НК РФ, ст. 168 п. 4); «Без налога (НДС)» where nothing is taxed."""
    sums: dict[VatCode, Decimal] = defaultdict(Decimal)
    for line in invoice.lines:
        sums[line.vat] += line.vat_amount
    taxed = {rate: amount for rate, amount in sums.items() if rate is not VatCode.NO_VAT}
    if not taxed:
        return [forms.VatTotal("Без налога (НДС)", None)]
    words = "В том числе НДС" if invoice.price_includes_vat else "НДС"
    return [forms.VatTotal(f"{words} ({_RATES[rate]})", amount) for rate, amount in sorted(taxed.items())]


def _basis(invoice: Invoice) -> str:
    contract = invoice.contract
    return f"Договор № {contract.number} от {long_date(contract.signed_on)}" if contract is not None else ""


def _purpose(invoice: Invoice) -> str:
    """What the payer is asked to write, so that the payment finds its invoice by itself."""
    vat = f"В т.ч. НДС {money(invoice.vat_total)} руб." if invoice.vat_total else "НДС не облагается"
    number = invoice.number or "черновик"
    return f"Оплата по счёту № {number} от {short_date(invoice.day)}. {vat}"


def _due(session: Session, invoice: Invoice) -> str:
    statement = select(DueItem).where(DueItem.document_kind == DocumentKind.INVOICE, DueItem.document_id == invoice.id)
    items = [item for item in session.scalars(statement.order_by(DueItem.stage)) if item.due_on is not None]
    if len(items) == 1 and items[0].due_on is not None:
        return long_date(items[0].due_on)
    return ""


def _qr(invoice: Invoice) -> str:
    """The payment code; nothing when our own requisites are not such as banks accept."""
    account, organisation = invoice.bank_account, invoice.organisation
    details = PaymentDetails(
        name=organisation.full_name,
        account=account.account,
        bank=account.bank_name,
        bik=account.bik,
        correspondent_account=account.correspondent_account or "",
        inn=organisation.inn,
        kpp=organisation.kpp or "",
        amount=invoice.total,
        purpose=_purpose(invoice),
    )
    try:
        return qr_png_data_uri(payment_qr_text(details))
    except RuleError:
        return ""
