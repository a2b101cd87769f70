"""The printed invoice."""

import subprocess
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from app.models.catalogue import VatCode
from app.models.sales import InvoiceLine
from app.reports.invoice_print import invoice_file_name, invoice_form, invoice_pdf
from app.reports.rendering.figures import long_date
from app.services.documents import recalculate
from app.services.invoices import post_invoice
from app.services.working_days import WorkingCalendar
from tests.factories import (
    TODAY,
    make_agreement,
    make_bank_account,
    make_client,
    make_contract,
    make_invoice,
    make_organisation,
    make_product,
)


@pytest.fixture
def invoice(session: Session):
    organisation = make_organisation(session)
    account = make_bank_account(session, organisation=organisation, account="40702810138250123017")
    client = make_client(session, name="ООО «Ромашка»", inn="7707083893", kpp="770701001")
    return make_invoice(session, client=client, organisation=organisation, bank_account=account)


def text_of(pdf: bytes) -> str:
    found = subprocess.run(["/usr/bin/pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(found.stdout.decode().split())


def test_the_pdf_names_sides_sum_vat_and_words(session: Session, invoice):
    post_invoice(session, invoice.id, today=TODAY, calendar=WorkingCalendar())

    text = text_of(invoice_pdf(session, invoice))

    assert f"№ {invoice.number} от 23 ноября 2026 г." in text
    assert "7707083893" in text
    assert "40702810138250123017" in text
    assert "1 220,00" in text
    assert "В том числе НДС (22%)" in text
    assert "220,00" in text
    assert "Одна тысяча двести двадцать рублей 00 копеек" in text


def test_the_payment_code_is_there_only_with_sound_requisites(session: Session, invoice):
    assert invoice_form(session, invoice).qr.startswith("data:image/png")

    invoice.bank_account.bik = "1"
    assert invoice_form(session, invoice).qr == ""


def test_a_single_stage_is_named_with_its_day_and_several_are_not(session: Session, invoice):
    assert invoice_form(session, invoice).due == ""

    invoice.agreement = make_agreement(session, organisation=invoice.organisation)
    post_invoice(session, invoice.id, today=TODAY, calendar=WorkingCalendar())

    assert invoice_form(session, invoice).due == long_date(date(2026, 12, 3))


def test_prices_without_vat_show_net_lines_and_vat_on_top(session: Session, invoice):
    invoice.price_includes_vat = False
    invoice.lines[0].price = Decimal("1000.00")
    recalculate(invoice)

    form = invoice_form(session, invoice)

    assert form.lines[0].amount == Decimal("1000.00")
    assert (form.subtotal, form.total) == (Decimal("1000.00"), Decimal("1220.00"))
    assert [(total.label, total.amount) for total in form.vat_totals] == [("НДС (22%)", Decimal("220.00"))]


def test_each_rate_has_its_line_and_a_discount_is_shown_in_roubles(session: Session, invoice):
    product = make_product(session, vat=VatCode.VAT10)
    invoice.lines.append(
        InvoiceLine(
            position=2,
            product=product,
            name="",
            quantity=Decimal(2),
            price=Decimal("110.00"),
            discount_percent=Decimal(50),
            vat=VatCode.VAT10,
        )
    )
    recalculate(invoice)

    form = invoice_form(session, invoice)

    assert form.lines[1].discount == Decimal("110.00")
    assert form.lines[1].name == product.name
    assert {total.label for total in form.vat_totals} == {"В том числе НДС (10%)", "В том числе НДС (22%)"}


def test_an_invoice_without_vat_says_so(session: Session, invoice):
    invoice.lines[0].vat = VatCode.NO_VAT
    recalculate(invoice)

    form = invoice_form(session, invoice)

    assert [(total.label, total.amount) for total in form.vat_totals] == [("Без налога (НДС)", None)]
    assert form.purpose.endswith("НДС не облагается")


def test_the_contract_is_the_basis_and_the_term_is_printed(session: Session, invoice):
    invoice.contract = make_contract(session, client=invoice.client, organisation=invoice.organisation, number="Д-7")
    invoice.valid_to = TODAY + timedelta(days=5)

    form = invoice_form(session, invoice)

    assert form.basis == f"Договор № Д-7 от {long_date(TODAY)}"
    assert form.valid_until == long_date(date(2026, 11, 28))


def test_the_file_is_named_by_number_day_and_client(session: Session, invoice):
    assert invoice_file_name(invoice) == "Счёт черновик от 2026-11-23 Ромашка.pdf"
    invoice.number = "КС-2026-000015"
    assert invoice_file_name(invoice) == "Счёт КС-2026-000015 от 2026-11-23 Ромашка.pdf"
