from datetime import date
from decimal import Decimal

import pytest

from app.errors import RuleError
from app.models.agreements import AgreementKind
from app.models.catalogue import Price, VatCode
from app.models.sales import DocumentStatus, Invoice, InvoiceLine
from app.services.documents import recalculate
from app.services.invoices import check_invoice, fill_from_terms
from tests.factories import (
    TODAY,
    make_agreement,
    make_bank_account,
    make_client,
    make_contract,
    make_employee,
    make_invoice,
    make_organisation,
    make_price_type,
    make_product,
)
from tests.services.invoices.documents import new_line, post

# --- amounts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("included", "amount", "vat_amount"), [(True, "12345.67", "2226.27"), (False, "15061.72", "2716.05")]
)
def test_vat_is_inside_the_price_or_on_top(included, amount, vat_amount):
    line = new_line(price=Decimal("12345.67"))
    invoice = Invoice(price_includes_vat=included, lines=[line])

    recalculate(invoice)

    assert (line.amount, line.vat_amount) == (Decimal(amount), Decimal(vat_amount))
    assert (invoice.total, invoice.vat_total) == (Decimal(amount), Decimal(vat_amount))


def test_the_discount_is_taken_from_the_line_sum_and_rounded_half_up():
    line = new_line(quantity=Decimal("3"), price=Decimal("33.35"), discount_percent=Decimal(10))

    recalculate(Invoice(price_includes_vat=True, lines=[line]))

    # 3 × 33.35 = 100.05; less 10 % = 90.045
    assert line.amount == Decimal("90.05")
    assert line.vat_amount == Decimal("16.24")


def test_a_negative_discount_is_a_markup():
    line = new_line(price=Decimal(100), discount_percent=Decimal(-5))

    recalculate(Invoice(price_includes_vat=True, lines=[line]))

    assert line.amount == Decimal(105)


def test_the_line_sum_is_rounded_half_up_before_the_discount():
    line = new_line(quantity=Decimal("0.005"), price=Decimal("1.00"))

    recalculate(Invoice(price_includes_vat=True, lines=[line]))

    assert line.amount == Decimal("0.01")


def test_totals_are_sums_of_the_lines_not_computed_from_the_total():
    lines = [new_line(price=Decimal("0.03")) for _ in range(3)]
    invoice = Invoice(price_includes_vat=True, lines=lines)

    recalculate(invoice)

    assert invoice.total == Decimal("0.09")
    assert invoice.vat_total == Decimal("0.03")  # from the total it would be 0.02


def test_an_invoice_without_lines_comes_to_nothing():
    invoice = Invoice(price_includes_vat=True, lines=[])

    recalculate(invoice)

    assert (invoice.total, invoice.vat_total) == (0, 0)


# --- filling from the terms -------------------------------------------------------------------------------


def test_prices_discount_and_vat_come_from_the_terms_and_the_product(session):
    price_type = make_price_type(session, includes_vat=False)
    terms = make_agreement(session, price_type=price_type, discount_percent=Decimal(10))
    product = make_product(session, vat=VatCode.VAT10)
    session.add(Price(product=product, price_type=price_type, valid_from=TODAY, amount=Decimal(200)))
    account = make_bank_account(session, organisation=terms.organisation)
    session.flush()
    client = make_client(session)
    line = InvoiceLine(position=1, product=product)
    invoice = Invoice(client=client, organisation=terms.organisation, agreement=terms, lines=[line])

    fill_from_terms(session, invoice, TODAY)

    assert (line.name, line.price, line.vat) == (product.name, Decimal(200), VatCode.VAT10)
    assert (line.discount_percent, line.amount) == (Decimal(10), Decimal("198.00"))
    assert (invoice.day, invoice.total, invoice.vat_total) == (TODAY, Decimal(198), Decimal(18))
    assert (invoice.bank_account, invoice.responsible) == (account, client.responsible)


def test_what_a_person_entered_is_kept(session):
    terms = make_agreement(session, discount_percent=Decimal(10))
    account = make_bank_account(session, organisation=terms.organisation)
    manager = make_employee(session)
    day = date(2026, 11, 2)
    line = new_line(product=make_product(session), price=Decimal(500), quantity=Decimal(2), vat=VatCode.NO_VAT)
    invoice = Invoice(
        client=make_client(session),
        organisation=terms.organisation,
        agreement=terms,
        responsible=manager,
        bank_account=account,
        day=day,
        lines=[line],
    )

    fill_from_terms(session, invoice, TODAY)

    assert (line.price, line.discount_percent, line.vat) == (Decimal(500), 0, VatCode.NO_VAT)
    assert (invoice.day, invoice.responsible, invoice.total) == (day, manager, Decimal(1000))


def test_terms_come_from_the_contract(session):
    terms = make_agreement(session)
    make_bank_account(session, organisation=terms.organisation)
    contract = make_contract(session, agreement=terms, organisation=terms.organisation)
    line = InvoiceLine(position=1, product=make_product(session))
    invoice = Invoice(client=contract.client, organisation=contract.organisation, contract=contract, lines=[line])

    fill_from_terms(session, invoice, TODAY)

    assert invoice.agreement is terms
    assert line.price == 0  # the price type has no price of this product


def test_without_terms_prices_stay_as_they_are(session):
    organisation = make_organisation(session)
    make_bank_account(session, organisation=organisation)
    line = InvoiceLine(position=1, product=make_product(session))
    invoice = Invoice(client=make_client(session), organisation=organisation, lines=[line], price_includes_vat=True)

    fill_from_terms(session, invoice, TODAY)

    assert (line.price, invoice.agreement) == (0, None)


def test_an_organisation_without_an_account_cannot_invoice(session):
    invoice = Invoice(client=make_client(session), organisation=make_organisation(session), lines=[])

    with pytest.raises(RuleError, match="has no bank account"):
        fill_from_terms(session, invoice, TODAY)


# --- checks -----------------------------------------------------------------------------------------------


def _in_another_organisation(session, invoice):
    invoice.agreement = make_agreement(session)


def _of_another_client(session, invoice):
    invoice.agreement = make_agreement(
        session,
        organisation=invoice.organisation,
        kind=AgreementKind.INDIVIDUAL,
        client=make_client(session),
    )


def _not_yet_in_force(session, invoice):
    invoice.agreement = make_agreement(session, organisation=invoice.organisation, valid_from=date(2026, 12, 1))


def _no_longer_in_force(session, invoice):
    invoice.agreement = make_agreement(session, organisation=invoice.organisation, valid_to=date(2026, 11, 22))


def _contract_of_another_client(session, invoice):
    invoice.contract = make_contract(session, organisation=invoice.organisation)


def _foreign_account(session, invoice):
    invoice.bank_account = make_bank_account(session)


def _set(**values):
    def change(_session, invoice):
        for name, value in values.items():
            setattr(invoice, name, value)

    return change


def _set_line(**values):
    def change(_session, invoice):
        for name, value in values.items():
            setattr(invoice.lines[0], name, value)

    return change


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_set(day=date(2026, 11, 24)), "dated in the future"),
        (_set(valid_to=date(2026, 11, 22)), "before the date of the invoice"),
        (_set(lines=[]), "at least one line"),
        (_set_line(quantity=Decimal(0)), "Line 1: the quantity"),
        (_set_line(price=Decimal(-1)), "Line 1: the price or amount is below zero"),
        (_set_line(discount_percent=Decimal(101)), "Line 1: the price or amount is below zero"),
        (_set_line(vat=VatCode.VAT20), "Line 1: the VAT rate 20% is not in force on 23.11.2026"),
        (_set_line(price=Decimal(0)), "The total is zero"),
        (_foreign_account, "belongs to another organisation"),
        (_contract_of_another_client, "The contract is with another client"),
        (_in_another_organisation, "terms of sale are of another organisation"),
        (_of_another_client, "those of another client"),
        (_not_yet_in_force, "not in force on the date"),
        (_no_longer_in_force, "not in force on the date"),
    ],
)
def test_a_wrong_invoice_is_refused_with_what_to_correct(session, spoil, message):
    invoice = make_invoice(session)
    spoil(session, invoice)
    session.flush()

    with pytest.raises(RuleError, match=message):
        post(session, invoice)


def test_a_right_invoice_with_terms_and_contract_passes(session):
    client = make_client(session)
    organisation = make_organisation(session)
    terms = make_agreement(
        session, organisation=organisation, kind=AgreementKind.INDIVIDUAL, client=client, valid_to=TODAY
    )
    contract = make_contract(session, client=client, organisation=organisation)
    invoice = make_invoice(
        session, client=client, organisation=organisation, agreement=terms, contract=contract, valid_to=TODAY
    )

    check_invoice(invoice, TODAY)

    assert post(session, invoice).status is DocumentStatus.POSTED


def test_the_vat_rate_is_that_of_the_day_of_shipment(session):
    invoice = make_invoice(session, day=date(2026, 1, 12), shipped_on=date(2025, 12, 30))
    invoice.lines[0].vat = VatCode.VAT20

    check_invoice(invoice, TODAY)

    invoice.shipped_on = None
    with pytest.raises(RuleError, match=r"not in force on 12\.01\.2026"):
        check_invoice(invoice, TODAY)
