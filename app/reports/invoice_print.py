"""The printed invoice for payment (счёт на оплату), made from its record. Printed documents are always Russian."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.ledger import DocumentKind, DueItem
from app.models.sales import Invoice
from app.reports.goods import goods_of
from app.reports.parties import client_party, file_name, organisation_bank, organisation_party
from app.reports.rendering import invoice_form as forms
from app.reports.rendering.figures import long_date, money, short_date
from app.reports.rendering.printing import print_form
from app.reports.rendering.qr import qr_png_data_uri
from app.services.payment_qr import PaymentDetails, payment_qr_text

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
    return forms.InvoiceForm(
        organisation=organisation_party(organisation),
        bank=organisation_bank(invoice.bank_account),
        signatories=director,
        client=client_party(invoice.client),
        number=invoice.number or "черновик",
        date=invoice.day,
        **goods_of(invoice),
        basis=_basis(invoice),
        purpose=_purpose(invoice),
        due=_due(session, invoice),
        valid_until=long_date(invoice.valid_to) if invoice.valid_to else "",
        conditions=CONDITIONS,
        qr=_qr(invoice),
    )


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
