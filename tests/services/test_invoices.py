from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.errors import NotVisibleError, RuleError
from app.models.agreements import AgreementKind, AgreementStage, DayKind, PaymentEvent
from app.models.catalogue import Price, VatCode
from app.models.ledger import DueItem, SettlementMovement
from app.models.money import Allocation
from app.models.sales import DocumentStatus, Invoice, InvoiceLine
from app.services.invoices import (
    cancel_invoice,
    check_invoice,
    fill_from_terms,
    give_number,
    post_invoice,
    recalculate,
    ship_invoice,
)
from app.services.ledger import check_registers
from app.services.payments import allocate, post_payment
from app.services.working_days import WorkingCalendar
from tests.factories import (
    TODAY,
    make_agreement,
    make_bank_account,
    make_client,
    make_contract,
    make_employee,
    make_invoice,
    make_organisation,
    make_payment,
    make_price_type,
    make_product,
)

CALENDAR = WorkingCalendar()


def _line(**changes):
    values = {
        "position": 1,
        "name": "Компрессор",
        "quantity": Decimal(1),
        "price": Decimal(0),
        "discount_percent": Decimal(0),
        "vat": VatCode.VAT22,
        "amount": Decimal(0),
        "vat_amount": Decimal(0),
    }
    return InvoiceLine(**values | changes)


def _post(session, invoice):
    return post_invoice(session, invoice.id, today=TODAY, calendar=CALENDAR)


def _items(session, invoice):
    """Stage, due date and balance of what is owed by an invoice."""
    items = select(DueItem).where(DueItem.document_kind == "invoice", DueItem.document_id == invoice.id)
    return [(item.stage, item.due_on, item.balance) for item in session.scalars(items.order_by(DueItem.stage))]


def _stages(*stages):
    return [
        AgreementStage(position=number, percent=Decimal(percent), event=event, shift_days=days, day_kind=kind)
        for number, (percent, event, days, kind) in enumerate(stages, start=1)
    ]


def _pay(session, invoice, amount, day=TODAY):
    payment = make_payment(
        session, account=invoice.bank_account, client=invoice.client, amount=Decimal(amount), day=day
    )
    return post_payment(session, payment.id, today=TODAY)


@pytest.fixture
def staged(session):
    """Terms: 30 % three banking days after the invoice, 70 % in ten calendar days after the shipment."""
    return make_agreement(
        session,
        stages=_stages(
            (30, PaymentEvent.INVOICE, 3, DayKind.BANKING), (70, PaymentEvent.SHIPMENT, 10, DayKind.CALENDAR)
        ),
    )


# --- amounts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("included", "amount", "vat_amount"), [(True, "12345.67", "2226.27"), (False, "15061.72", "2716.05")]
)
def test_vat_is_inside_the_price_or_on_top(included, amount, vat_amount):
    line = _line(price=Decimal("12345.67"))
    invoice = Invoice(price_includes_vat=included, lines=[line])

    recalculate(invoice)

    assert (line.amount, line.vat_amount) == (Decimal(amount), Decimal(vat_amount))
    assert (invoice.total, invoice.vat_total) == (Decimal(amount), Decimal(vat_amount))


def test_the_discount_is_taken_from_the_line_sum_and_rounded_half_up():
    line = _line(quantity=Decimal("3"), price=Decimal("33.35"), discount_percent=Decimal(10))

    recalculate(Invoice(price_includes_vat=True, lines=[line]))

    # 3 × 33.35 = 100.05; less 10 % = 90.045
    assert line.amount == Decimal("90.05")
    assert line.vat_amount == Decimal("16.24")


def test_a_negative_discount_is_a_markup():
    line = _line(price=Decimal(100), discount_percent=Decimal(-5))

    recalculate(Invoice(price_includes_vat=True, lines=[line]))

    assert line.amount == Decimal(105)


def test_the_line_sum_is_rounded_half_up_before_the_discount():
    line = _line(quantity=Decimal("0.005"), price=Decimal("1.00"))

    recalculate(Invoice(price_includes_vat=True, lines=[line]))

    assert line.amount == Decimal("0.01")


def test_totals_are_sums_of_the_lines_not_computed_from_the_total():
    lines = [_line(price=Decimal("0.03")) for _ in range(3)]
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
    line = _line(product=make_product(session), price=Decimal(500), quantity=Decimal(2), vat=VatCode.NO_VAT)
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
        _post(session, invoice)


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

    assert _post(session, invoice).status is DocumentStatus.POSTED


def test_the_vat_rate_is_that_of_the_day_of_shipment(session):
    invoice = make_invoice(session, day=date(2026, 1, 12), shipped_on=date(2025, 12, 30))
    invoice.lines[0].vat = VatCode.VAT20

    check_invoice(invoice, TODAY)

    invoice.shipped_on = None
    with pytest.raises(RuleError, match=r"not in force on 12\.01\.2026"):
        check_invoice(invoice, TODAY)


# --- posting ----------------------------------------------------------------------------------------------


def test_posting_numbers_the_invoice_and_makes_the_client_owe(session):
    invoice = _post(session, make_invoice(session, valid_to=date(2026, 12, 7)))

    assert (invoice.number, invoice.number_year) == ("КС-2026-000001", 2026)
    assert invoice.status is DocumentStatus.POSTED
    assert _items(session, invoice) == [(1, date(2026, 12, 7), Decimal(1220))]
    assert check_registers(session) == []


def test_without_terms_and_day_the_whole_is_due_five_banking_days_later(session):
    invoice = _post(session, make_invoice(session, day=date(2025, 12, 29), lines=_old_lines(session)))

    assert _items(session, invoice) == [(1, date(2026, 1, 15), Decimal(1200))]


def _old_lines(session):
    return [_line(product=make_product(session), price=Decimal(1200), vat=VatCode.VAT20)]


def test_posting_computes_the_totals_itself(session):
    invoice = make_invoice(session, total=Decimal(1), vat_total=Decimal(0))

    assert _post(session, invoice).total == Decimal(1220)


def test_posting_twice_is_posting_once(session):
    invoice = _post(session, make_invoice(session))
    number = invoice.number

    assert _post(session, invoice).number == number
    assert len(session.scalars(select(SettlementMovement)).all()) == 1


def test_stages_fall_due_by_their_events(session, staged):
    invoice = _post(session, make_invoice(session, organisation=staged.organisation, agreement=staged))

    assert _items(session, invoice) == [
        (1, date(2026, 11, 26), Decimal("366.00")),
        (2, None, Decimal("854.00")),
    ]


def test_shipment_makes_the_waiting_stage_due(session, staged):
    invoice = _post(session, make_invoice(session, organisation=staged.organisation, agreement=staged))

    ship_invoice(session, invoice.id, date(2026, 11, 25), calendar=CALENDAR)

    # The tenth day, 05.12.2026, is a Saturday.
    assert [due for _, due, _ in _items(session, invoice)] == [date(2026, 11, 26), date(2026, 12, 7)]


def test_a_shipment_taken_back_makes_the_stage_wait_again(session, staged):
    invoice = make_invoice(session, organisation=staged.organisation, agreement=staged, shipped_on=TODAY)
    _post(session, invoice)
    assert _items(session, invoice)[1][1] == date(2026, 12, 3)

    ship_invoice(session, invoice.id, None, calendar=CALENDAR)

    assert _items(session, invoice)[1][1] is None


def test_a_draft_only_notes_its_shipment(session, staged):
    invoice = make_invoice(session, organisation=staged.organisation, agreement=staged)

    ship_invoice(session, invoice.id, TODAY, calendar=CALENDAR)

    assert invoice.shipped_on == TODAY
    assert _items(session, invoice) == []


def test_shipment_is_refused_when_the_stages_were_changed_after_posting(session, staged):
    invoice = _post(session, make_invoice(session, organisation=staged.organisation, agreement=staged))
    staged.stages[0].percent, staged.stages[1].percent = Decimal(50), Decimal(50)

    with pytest.raises(RuleError, match="stages were changed"):
        ship_invoice(session, invoice.id, TODAY, calendar=CALENDAR)


def test_a_number_given_by_hand_is_kept(session):
    invoice = make_invoice(session, number="А-1")

    assert _post(session, invoice).number == "А-1"
    assert invoice.number_year == 2026


def test_a_number_that_somebody_gave_by_hand_is_passed_over(session):
    taken = make_invoice(session, number="КС-2026-000001", number_year=2026)
    invoice = make_invoice(session, organisation=taken.organisation)

    give_number(session, invoice)

    assert invoice.number == "КС-2026-000002"


def test_an_invoice_that_is_not_there_cannot_be_posted(session):
    with pytest.raises(NotVisibleError):
        post_invoice(session, 10**9, today=TODAY, calendar=CALENDAR)


# --- advances ---------------------------------------------------------------------------------------------


def test_advances_are_taken_oldest_first(session):
    invoice = make_invoice(session)
    later = _pay(session, invoice, 1000)
    earlier = _pay(session, invoice, 500, day=date(2026, 11, 20))

    _post(session, invoice)

    taken = session.scalars(select(Allocation).order_by(Allocation.id)).all()
    assert [(row.payment_id, row.amount) for row in taken] == [(earlier.id, 500), (later.id, 720)]
    assert {row.reason for row in taken} == {"Advance taken automatically, oldest first"}
    assert _items(session, invoice)[0][2] == 0
    assert check_registers(session) == []


def test_an_advance_pays_the_first_stage_first(session, staged):
    invoice = make_invoice(session, organisation=staged.organisation, agreement=staged)
    _pay(session, invoice, 400)

    _post(session, invoice)

    assert [balance for *_, balance in _items(session, invoice)] == [Decimal(0), Decimal(820)]


def test_an_invoice_that_the_first_advance_covers_touches_no_other(session):
    invoice = make_invoice(session)
    first, second = _pay(session, invoice, 1220, day=date(2026, 11, 20)), _pay(session, invoice, 1000)

    _post(session, invoice)

    assert ([row.amount for row in first.allocations], second.allocations) == ([Decimal(1220)], [])


def test_advances_of_other_clients_and_organisations_stay(session):
    invoice = make_invoice(session)
    make = {"amount": Decimal(1000)}
    foreign = make_payment(session, account=invoice.bank_account, client=make_client(session), **make)
    elsewhere = make_payment(session, client=invoice.client, **make)
    for payment in (foreign, elsewhere):
        post_payment(session, payment.id, today=TODAY)

    _post(session, invoice)

    assert _items(session, invoice)[0][2] == Decimal(1220)


# --- cancelling -------------------------------------------------------------------------------------------


def test_a_cancelled_invoice_leaves_no_debt_and_keeps_its_number(session):
    invoice = _post(session, make_invoice(session))

    cancel_invoice(session, invoice.id)

    assert (invoice.status, invoice.number) == (DocumentStatus.CANCELLED, "КС-2026-000001")
    assert _items(session, invoice)[0][2] == 0
    assert check_registers(session) == []


def test_cancelling_twice_is_cancelling_once(session):
    invoice = _post(session, make_invoice(session))

    cancel_invoice(session, invoice.id)
    cancel_invoice(session, invoice.id)

    assert len(session.scalars(select(SettlementMovement)).all()) == 2


def test_a_draft_can_be_cancelled(session):
    invoice = make_invoice(session)

    assert cancel_invoice(session, invoice.id).status is DocumentStatus.CANCELLED


def test_what_was_paid_for_a_cancelled_invoice_becomes_an_advance(session):
    invoice = _post(session, make_invoice(session))
    payment = _pay(session, invoice, 1500)
    item = session.scalars(select(DueItem).where(DueItem.balance > 0)).one()
    allocate(session, payment, item, Decimal(1220), "named in the purpose")

    cancel_invoice(session, invoice.id)

    balances = session.scalars(select(DueItem.balance).order_by(DueItem.balance)).all()
    assert balances == [Decimal(-1500), Decimal(0)]
    assert payment.allocations == []
    assert check_registers(session) == []


def test_a_cancelled_invoice_posted_again_owes_and_takes_the_advance_again(session):
    invoice = make_invoice(session)
    _pay(session, invoice, 1000)
    _post(session, invoice)
    cancel_invoice(session, invoice.id)
    invoice.day = date(2026, 11, 20)

    _post(session, invoice)

    assert _items(session, invoice) == [(1, date(2026, 11, 27), Decimal(220))]
    assert check_registers(session) == []


def test_fewer_stages_after_posting_again_leave_nothing_on_the_old_ones(session, staged):
    invoice = _post(session, make_invoice(session, organisation=staged.organisation, agreement=staged))
    cancel_invoice(session, invoice.id)
    invoice.agreement = None

    _post(session, invoice)
    ship_invoice(session, invoice.id, TODAY, calendar=CALENDAR)

    assert [balance for *_, balance in _items(session, invoice)] == [Decimal(1220), Decimal(0)]
