from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.errors import NotVisibleError, RuleError
from app.models.catalogue import VatCode
from app.models.ledger import DocumentKind, DueItem, SettlementMovement
from app.models.money import Allocation
from app.models.sales import DocumentStatus
from app.services.documents import give_number
from app.services.invoices import cancel_invoice, post_invoice, ship_invoice
from app.services.ledger import check_registers
from app.services.payments import allocate, post_payment
from tests.factories import TODAY, make_client, make_invoice, make_payment, make_product
from tests.services.invoices.documents import CALENDAR, due_items, new_line, pay, post

# --- posting ----------------------------------------------------------------------------------------------


def test_posting_numbers_the_invoice_and_makes_the_client_owe(session):
    invoice = post(session, make_invoice(session, valid_to=date(2026, 12, 7)))

    assert (invoice.number, invoice.number_year) == ("КС-2026-000001", 2026)
    assert invoice.status is DocumentStatus.POSTED
    assert due_items(session, invoice) == [(1, date(2026, 12, 7), Decimal(1220))]
    assert check_registers(session) == []


def test_without_terms_and_day_the_whole_is_due_five_banking_days_later(session):
    invoice = post(session, make_invoice(session, day=date(2025, 12, 29), lines=_old_lines(session)))

    assert due_items(session, invoice) == [(1, date(2026, 1, 15), Decimal(1200))]


def _old_lines(session):
    return [new_line(product=make_product(session), price=Decimal(1200), vat=VatCode.VAT20)]


def test_posting_computes_the_totals_itself(session):
    invoice = make_invoice(session, total=Decimal(1), vat_total=Decimal(0))

    assert post(session, invoice).total == Decimal(1220)


def test_posting_twice_is_posting_once(session):
    invoice = post(session, make_invoice(session))
    number = invoice.number

    assert post(session, invoice).number == number
    assert len(session.scalars(select(SettlementMovement)).all()) == 1


def test_stages_fall_due_by_their_events(session, staged):
    invoice = post(session, make_invoice(session, organisation=staged.organisation, agreement=staged))

    assert due_items(session, invoice) == [
        (1, date(2026, 11, 26), Decimal("366.00")),
        (2, None, Decimal("854.00")),
    ]


def test_shipment_makes_the_waiting_stage_due(session, staged):
    invoice = post(session, make_invoice(session, organisation=staged.organisation, agreement=staged))

    ship_invoice(session, invoice.id, date(2026, 11, 25), today=date(2026, 11, 25), calendar=CALENDAR)

    # The tenth day, 05.12.2026, is a Saturday.
    assert [due for _, due, _ in due_items(session, invoice)] == [date(2026, 11, 26), date(2026, 12, 7)]


def test_a_shipment_taken_back_makes_the_stage_wait_again(session, staged):
    invoice = make_invoice(session, organisation=staged.organisation, agreement=staged, shipped_on=TODAY)
    post(session, invoice)
    assert due_items(session, invoice)[1][1] == date(2026, 12, 3)

    ship_invoice(session, invoice.id, None, today=TODAY, calendar=CALENDAR)

    assert due_items(session, invoice)[1][1] is None


def test_a_draft_only_notes_its_shipment(session, staged):
    invoice = make_invoice(session, organisation=staged.organisation, agreement=staged)

    ship_invoice(session, invoice.id, TODAY, today=TODAY, calendar=CALENDAR)

    assert invoice.shipped_on == TODAY
    assert due_items(session, invoice) == []


def test_shipment_is_refused_when_the_stages_were_changed_after_posting(session, staged):
    invoice = post(session, make_invoice(session, organisation=staged.organisation, agreement=staged))
    staged.stages[0].percent, staged.stages[1].percent = Decimal(50), Decimal(50)

    with pytest.raises(RuleError, match="stages were changed"):
        ship_invoice(session, invoice.id, TODAY, today=TODAY, calendar=CALENDAR)


def test_a_shipment_is_not_noted_ahead(session):
    invoice = make_invoice(session)

    with pytest.raises(RuleError, match="later than today"):
        ship_invoice(session, invoice.id, TODAY + timedelta(days=1), today=TODAY, calendar=CALENDAR)


def test_nothing_is_shipped_by_a_cancelled_invoice(session):
    invoice = post(session, make_invoice(session))
    cancel_invoice(session, invoice.id)

    with pytest.raises(RuleError, match="cancelled"):
        ship_invoice(session, invoice.id, TODAY, today=TODAY, calendar=CALENDAR)


def test_a_number_given_by_hand_is_kept(session):
    invoice = make_invoice(session, number="А-1")

    assert post(session, invoice).number == "А-1"
    assert invoice.number_year == 2026


def test_a_number_that_somebody_gave_by_hand_is_passed_over(session):
    taken = make_invoice(session, number="КС-2026-000001", number_year=2026)
    invoice = make_invoice(session, organisation=taken.organisation)

    give_number(session, invoice, DocumentKind.INVOICE)

    assert invoice.number == "КС-2026-000002"


def test_an_invoice_that_is_not_there_cannot_be_posted(session):
    with pytest.raises(NotVisibleError):
        post_invoice(session, 10**9, today=TODAY, calendar=CALENDAR)


# --- advances ---------------------------------------------------------------------------------------------


def test_advances_are_taken_oldest_first(session):
    invoice = make_invoice(session)
    later = pay(session, invoice, 1000)
    earlier = pay(session, invoice, 500, day=date(2026, 11, 20))

    post(session, invoice)

    taken = session.scalars(select(Allocation).order_by(Allocation.id)).all()
    assert [(row.payment_id, row.amount) for row in taken] == [(earlier.id, 500), (later.id, 720)]
    assert {row.reason for row in taken} == {"Advance taken automatically, oldest first"}
    assert due_items(session, invoice)[0][2] == 0
    assert check_registers(session) == []


def test_an_advance_pays_the_first_stage_first(session, staged):
    invoice = make_invoice(session, organisation=staged.organisation, agreement=staged)
    pay(session, invoice, 400)

    post(session, invoice)

    assert [balance for *_, balance in due_items(session, invoice)] == [Decimal(0), Decimal(820)]


def test_an_invoice_that_the_first_advance_covers_touches_no_other(session):
    invoice = make_invoice(session)
    first, second = pay(session, invoice, 1220, day=date(2026, 11, 20)), pay(session, invoice, 1000)

    post(session, invoice)

    assert ([row.amount for row in first.allocations], second.allocations) == ([Decimal(1220)], [])


def test_advances_of_other_clients_and_organisations_stay(session):
    invoice = make_invoice(session)
    make = {"amount": Decimal(1000)}
    foreign = make_payment(session, account=invoice.bank_account, client=make_client(session), **make)
    elsewhere = make_payment(session, client=invoice.client, **make)
    for payment in (foreign, elsewhere):
        post_payment(session, payment.id, today=TODAY)

    post(session, invoice)

    assert due_items(session, invoice)[0][2] == Decimal(1220)


# --- cancelling -------------------------------------------------------------------------------------------


def test_a_cancelled_invoice_leaves_no_debt_and_keeps_its_number(session):
    invoice = post(session, make_invoice(session))

    cancel_invoice(session, invoice.id)

    assert (invoice.status, invoice.number) == (DocumentStatus.CANCELLED, "КС-2026-000001")
    assert due_items(session, invoice)[0][2] == 0
    assert check_registers(session) == []


def test_cancelling_twice_is_cancelling_once(session):
    invoice = post(session, make_invoice(session))

    cancel_invoice(session, invoice.id)
    cancel_invoice(session, invoice.id)

    assert len(session.scalars(select(SettlementMovement)).all()) == 2


def test_a_draft_can_be_cancelled(session):
    invoice = make_invoice(session)

    assert cancel_invoice(session, invoice.id).status is DocumentStatus.CANCELLED


def test_what_was_paid_for_a_cancelled_invoice_becomes_an_advance(session):
    invoice = post(session, make_invoice(session))
    payment = pay(session, invoice, 1500)
    item = session.scalars(select(DueItem).where(DueItem.balance > 0)).one()
    allocate(session, payment, item, Decimal(1220), "named in the purpose")

    cancel_invoice(session, invoice.id)

    balances = session.scalars(select(DueItem.balance).order_by(DueItem.balance)).all()
    assert balances == [Decimal(-1500), Decimal(0)]
    assert payment.allocations == []
    assert check_registers(session) == []


def test_a_cancelled_invoice_posted_again_owes_and_takes_the_advance_again(session):
    invoice = make_invoice(session)
    pay(session, invoice, 1000)
    post(session, invoice)
    cancel_invoice(session, invoice.id)
    invoice.day = date(2026, 11, 20)

    post(session, invoice)

    assert due_items(session, invoice) == [(1, date(2026, 11, 27), Decimal(220))]
    assert check_registers(session) == []


def test_fewer_stages_after_posting_again_leave_nothing_on_the_old_ones(session, staged):
    invoice = post(session, make_invoice(session, organisation=staged.organisation, agreement=staged))
    cancel_invoice(session, invoice.id)
    invoice.agreement = None

    post(session, invoice)
    ship_invoice(session, invoice.id, TODAY, today=TODAY, calendar=CALENDAR)

    assert [balance for *_, balance in due_items(session, invoice)] == [Decimal(1220), Decimal(0)]
