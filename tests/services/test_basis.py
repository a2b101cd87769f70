"""Documents made on the basis of others: nothing is lost, nothing is made twice; orders and orders to suppliers."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.errors import NotVisibleError, RuleError
from app.models.catalogue import ProductKind, VatCode
from app.models.ledger import DocumentKind
from app.models.purchasing import PurchaseOrderLine, PurchaseStatus
from app.models.sales import DocumentStatus, OrderLine, OrderStatus, QuoteLine, QuoteStatus
from app.services.basis import invoice_from_order, invoice_from_quote, made_from, needed_lines, order_from_quote
from app.services.documents import give_number, recalculate
from app.services.orders import cancel_order, check_order, close_order, fill_order, is_late, post_order, rest_of
from app.services.purchasing import (
    cancel_purchase,
    check_purchase,
    fill_purchase,
    place_purchase,
    receive_purchase,
)
from app.services.purchasing import is_late as is_purchase_late
from app.services.quotes import send_quote
from app.services.working_days import WorkingCalendar
from tests import factories as make

TODAY, CALENDAR = make.TODAY, WorkingCalendar()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def sent(session: Session, **changes):
    if "organisation" not in changes:
        changes["organisation"] = make.make_organisation(session)
    make.make_bank_account(session, organisation=changes["organisation"])
    return send_quote(session, make.make_quote(session, **changes).id, today=TODAY)


def posted(session: Session, **changes):
    order = make.make_order(session, **changes)
    make.make_bank_account(session, organisation=order.organisation)
    return post_order(session, order.id, today=TODAY, calendar=CALENDAR)


money = st.decimals("0.01", "99999.99", places=2)
line = st.fixed_dictionaries(
    {
        "quantity": st.decimals("0.001", "999.999", places=3),
        "price": money,
        "discount_percent": st.decimals("-20", "90", places=2),
        "vat": st.sampled_from([VatCode.VAT22, VatCode.VAT10, VatCode.VAT0, VatCode.NO_VAT, VatCode.VAT5]),
    }
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(line, min_size=1, max_size=4), included=st.booleans())
def test_the_sums_stay_the_same_from_the_quote_to_the_invoice(session: Session, lines, included):
    product = make.make_product(session)
    quote = make.make_quote(
        session,
        price_includes_vat=included,
        lines=[
            QuoteLine(position=place, product=product, name="Товар", amount=Decimal(0), vat_amount=Decimal(0), **each)
            for place, each in enumerate(lines, start=1)
        ],
    )
    make.make_bank_account(session, organisation=quote.organisation)
    recalculate(quote)
    assert quote.total == sum(each.amount for each in quote.lines)
    assert quote.vat_total == sum(each.vat_amount for each in quote.lines)
    if quote.total <= 0:
        return
    send_quote(session, quote.id, today=TODAY)
    order = post_order(session, order_from_quote(session, quote.id, today=TODAY).id, today=TODAY, calendar=CALENDAR)
    invoice = invoice_from_order(session, order.id, today=TODAY)
    for made in (order, invoice):
        assert (made.total, made.vat_total) == (quote.total, quote.vat_total)
        assert made.total == sum(each.amount for each in made.lines)
        assert [each.amount for each in made.lines] == [each.amount for each in quote.lines]


class TestFromQuotes:
    def test_an_order_is_made_once_and_accepts_the_quote(self, session: Session):
        quote = sent(session)
        order = order_from_quote(session, quote.id, today=TODAY)

        assert order_from_quote(session, quote.id, today=TODAY) is order
        assert quote.status is QuoteStatus.ACCEPTED
        assert order.number
        assert (order.client_id, order.responsible_id) == (quote.client_id, quote.responsible_id)
        assert made_from(session, quote) == ([order], [])
        with pytest.raises(RuleError, match="from the order"):
            invoice_from_quote(session, quote.id, today=TODAY)

    def test_an_invoice_is_made_once(self, session: Session):
        quote = sent(session)
        invoice = invoice_from_quote(session, quote.id, today=TODAY)

        assert invoice_from_quote(session, quote.id, today=TODAY) is invoice
        assert invoice.total == quote.total
        assert made_from(session, quote) == ([], [invoice])

    def test_only_an_offer_becomes_something(self, session: Session):
        with pytest.raises(RuleError, match="sent and accepted"):
            order_from_quote(session, make.make_quote(session).id, today=TODAY)


class TestFromOrders:
    def test_the_rest_is_invoiced_never_twice(self, session: Session):
        order = make.make_order(
            session,
            lines=[
                make.document_line(session, OrderLine, quantity=Decimal(5), amount=Decimal(6100)),
                make.document_line(session, OrderLine, position=2),
            ],
        )
        make.make_bank_account(session, organisation=order.organisation)
        post_order(session, order.id, today=TODAY, calendar=CALENDAR)
        first = invoice_from_order(session, order.id, today=TODAY)
        first.lines[0].quantity = Decimal(2)
        recalculate(first)
        session.flush()
        second = invoice_from_order(session, order.id, today=TODAY)

        assert [(each.order_line_id, each.quantity) for each in second.lines] == [(order.lines[0].id, Decimal(3))]
        assert first.total + second.total == order.total
        assert rest_of(session, order) == {}
        with pytest.raises(RuleError, match="Everything"):
            invoice_from_order(session, order.id, today=TODAY)
        with pytest.raises(RuleError, match="invoices by this order"):
            cancel_order(session, order.id)
        for invoice in (first, second):
            invoice.status = DocumentStatus.CANCELLED
        session.flush()
        assert len(rest_of(session, order)) == 2

    def test_a_draft_is_not_invoiced(self, session: Session):
        with pytest.raises(RuleError, match="Post the order first"):
            invoice_from_order(session, make.make_order(session).id, today=TODAY)


class TestOrders:
    def test_filled_from_the_contract(self, session: Session):
        terms = make.make_agreement(session, delivery_days=10)
        contract = make.make_contract(session, agreement=terms, organisation=terms.organisation)
        order = make.make_order(session, client=contract.client, contract=contract, organisation=terms.organisation)
        fill_order(session, order, TODAY)
        assert order.agreement is terms

        post_order(session, order.id, today=TODAY, calendar=CALENDAR)
        assert order.promised_on == CALENDAR.roll_forward(TODAY + timedelta(days=10))
        assert post_order(session, order.id, today=TODAY, calendar=CALENDAR) is order

    def test_the_way_of_an_order(self, session: Session):
        order = posted(session, promised_on=TOMORROW)
        assert not is_late(order, TOMORROW)
        assert is_late(order, TOMORROW + timedelta(days=1))
        close_order(session, order.id)
        assert close_order(session, order.id).status is OrderStatus.CLOSED
        assert not is_late(order, date(2030, 1, 1))
        with pytest.raises(RuleError, match="closed"):
            post_order(session, order.id, today=TODAY, calendar=CALENDAR)
        other = posted(session)
        cancel_order(session, other.id)
        with pytest.raises(RuleError, match="Only a posted"):
            close_order(session, other.id)
        assert post_order(session, other.id, today=TODAY, calendar=CALENDAR).status is OrderStatus.POSTED

    def test_refusals(self, session: Session):
        with pytest.raises(RuleError, match="future"):
            posted(session, day=TOMORROW)
        with pytest.raises(RuleError, match="promised before"):
            check_order(session, make.make_order(session, promised_on=YESTERDAY))
        with pytest.raises(RuleError, match="made for another client"):
            check_order(session, make.make_order(session, quote=make.make_quote(session)))
        quote = make.make_quote(session)
        check_order(session, make.make_order(session, quote=quote, client=quote.client))
        with pytest.raises(RuleError, match="contract is with another"):
            posted(session, contract=make.make_contract(session))
        with pytest.raises(NotVisibleError):
            close_order(session, 10**9)


class TestPurchases:
    def test_what_a_deal_needs_is_its_goods_less_what_was_ordered(self, session: Session):
        deal = make.make_deal(session)
        goods = make.make_product(session)
        work = make.make_product(session, kind=ProductKind.SERVICE)
        lines = [
            make.document_line(session, OrderLine, product=goods, quantity=Decimal(5)),
            make.document_line(session, OrderLine, product=work, position=2),
            make.document_line(session, OrderLine, product=goods, position=3, quantity=Decimal(1)),
        ]
        order = make.make_order(session, client=deal.client, deal=deal, lines=lines)
        basis, needed = needed_lines(session, deal)
        assert basis is order
        assert [each.quantity for each in needed] == [Decimal(5), Decimal(1)]

        ordered = make.document_line(session, PurchaseOrderLine, product=goods, quantity=Decimal(2))
        make.make_purchase_order(session, deal=deal, lines=[ordered])
        _basis, needed = needed_lines(session, deal)
        assert [each.quantity for each in needed] == [Decimal(3), Decimal(1)]

    def test_without_an_order_the_quote_says_it(self, session: Session):
        deal = make.make_deal(session)
        assert needed_lines(session, deal) == (None, [])
        quote = sent(session, client=deal.client, deal=deal)
        basis, needed = needed_lines(session, deal)
        assert basis is quote
        assert [each.price for each in needed] == [Decimal(0)], "what it costs is the supplier's to say"

    def test_the_way_of_an_order_to_a_supplier(self, session: Session):
        order = make.make_purchase_order(session, expected_on=TOMORROW)
        fill_purchase(session, order, TODAY)
        place_purchase(session, order.id, today=TODAY)
        assert place_purchase(session, order.id, today=TODAY).status is PurchaseStatus.ORDERED
        assert order.number
        assert not is_purchase_late(order, TOMORROW)
        assert is_purchase_late(order, TOMORROW + timedelta(days=1))
        receive_purchase(session, order.id, today=TOMORROW)
        assert order.received_on == TOMORROW
        with pytest.raises(RuleError, match="cannot become"):
            cancel_purchase(session, order.id)

    def test_what_is_missing_is_filled(self, session: Session):
        product = make.make_product(session, name="Ресивер")
        row = PurchaseOrderLine(position=1, product=product, quantity=Decimal(2), price=None, discount_percent=None)
        order = make.make_purchase_order(session)
        order.lines = [row]
        fill_purchase(session, order, TODAY)
        assert (row.name, row.amount, order.total) == ("Ресивер", 0, 0)

    def test_refusals(self, session: Session):
        for changes, words in (
            ({"day": TOMORROW, "expected_on": None}, "future"),
            ({"lines": []}, "at least one"),
            ({"expected_on": None}, "when the goods"),
            ({"expected_on": YESTERDAY}, "before the order"),
            ({"supplier": make.make_client(session)}, "not marked as a supplier"),
        ):
            with pytest.raises(RuleError, match=words):
                place_purchase(session, make.make_purchase_order(session, **changes).id, today=TODAY)
        order = make.make_purchase_order(session)
        order.lines[0].quantity = Decimal(0)
        with pytest.raises(RuleError, match="above zero"):
            check_purchase(order)
        with pytest.raises(NotVisibleError):
            cancel_purchase(session, 10**9)

    def test_a_number_given_by_hand_is_passed_over(self, session: Session):
        first = make.make_purchase_order(session, number_year=2026)
        give_number(session, first, DocumentKind.PURCHASE_ORDER)
        taken = first.number[:-1] + "2"
        second = make.make_purchase_order(session, organisation=first.organisation, number=taken, number_year=2026)
        third = make.make_purchase_order(session, organisation=first.organisation)
        give_number(session, third, DocumentKind.PURCHASE_ORDER)
        assert third.number not in {first.number, second.number}


def test_an_order_takes_the_terms_of_its_contract(session: Session):
    client = make.make_client(session)
    terms = make.make_agreement(session, client=client)
    contract = make.make_contract(session, client=client, agreement=terms)
    with_contract = make.make_order(session, client=client, contract=contract, agreement=None)
    without = make.make_order(session, client=client, contract=None, agreement=None)

    fill_order(session, with_contract, TODAY)
    fill_order(session, without, TODAY)

    assert with_contract.agreement is terms
    assert with_contract.price_includes_vat is terms.price_type.includes_vat
    assert without.agreement is None


def test_an_order_to_a_supplier_is_taken_back(session: Session):
    order = make.make_purchase_order(session, expected_on=TOMORROW)
    fill_purchase(session, order, TODAY)
    place_purchase(session, order.id, today=TODAY)

    assert cancel_purchase(session, order.id).status is PurchaseStatus.CANCELLED
