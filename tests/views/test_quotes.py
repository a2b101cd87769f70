"""Quotes, orders and orders to suppliers on their screens: one way through, and what is refused."""

import subprocess

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.deals import LossReason
from app.models.sales import Invoice, Order, OrderStatus, Quote, QuoteStatus
from app.permissions import Role
from tests import factories as make
from tests.conftest import ClientAs


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.text[:500]
    return answer.text


def state(session: Session, record: Quote | Order):
    session.refresh(record)
    return record.status


def act(client: FlaskClient, table: str, name: str, key: int) -> str:
    answer = client.post(f"/{table}/action/{name}/{key}")
    assert answer.status_code == 302
    return answer.headers["Location"]


def sent(session: Session, client: FlaskClient, **changes) -> Quote:
    organisation = make.make_organisation(session)
    make.make_bank_account(session, organisation=organisation)
    mine = {"client": make.make_client(session, responsible_id=client.employee_id), "organisation": organisation}
    quote = make.make_quote(session, responsible_id=client.employee_id, **mine | changes)
    session.commit()
    act(client, "quotes", "send", quote.id)
    session.refresh(quote)
    return quote


class TestQuotes:
    def test_a_quote_is_typed_from_a_deal_and_printed(self, client_as: ClientAs, session: Session):
        anna = client_as(Role.SALES)
        account = make.make_bank_account(session)
        product = make.make_product(session)
        mine = make.make_client(session, responsible_id=anna.employee_id)
        deal = make.make_deal(session, client=mine)
        session.commit()

        form = page(anna, f"/quotes/add?deal={deal.id}")
        assert str(mine) in form
        assert str(deal) in form
        typed = {
            "client": mine.id,
            "deal": deal.id,
            "day": "2026-11-23",
            "organisation": account.organisation_id,
            "responsible": anna.employee_id,
            "lines-0-product": product.id,
            "lines-0-quantity": "2",
            "lines-0-price": "1220",
        }
        answer = anna.post("/quotes/add", data=typed)
        assert answer.status_code == 302, answer.text
        quote = session.scalars(select(Quote)).one()
        assert quote.number
        assert f"{quote.total:.2f}" == "2440.00"

        pdf = anna.get(f"/print/quote/{quote.id}.pdf")
        text = subprocess.run(["/usr/bin/pdftotext", "-", "-"], input=pdf.data, capture_output=True, check=True)
        assert f"№ {quote.number}" in " ".join(text.stdout.decode().split())

    def test_a_sent_quote_becomes_an_order_and_the_order_an_invoice(self, client_as: ClientAs, session: Session):
        anna = client_as(Role.SALES)
        quote = sent(session, anna)

        order_url = act(anna, "quotes", "order", quote.id)
        order = session.scalars(select(Order)).one()
        assert order_url == f"/orders/show/{order.id}"
        assert state(session, quote) is QuoteStatus.ACCEPTED
        act(anna, "orders", "post", order.id)
        invoice_url = act(anna, "orders", "invoice", order.id)
        invoice = session.scalars(select(Invoice)).one()
        assert invoice_url == f"/invoices/show/{invoice.id}"
        assert quote.total == order.total == invoice.total
        assert order_url in page(anna, f"/quotes/show/{quote.id}")
        assert invoice_url in page(anna, order_url)
        back = page(anna, invoice_url)
        assert order_url in back
        assert f"/quotes/show/{quote.id}" in back

    def test_a_quote_is_turned_down_for_a_reason_only(self, client_as: ClientAs, session: Session):
        anna = client_as(Role.SALES)
        reason = LossReason(name="Дорого")
        session.add(reason)
        session.flush()
        quote = sent(session, anna)

        assert "Дорого" in page(anna, f"/quotes/reject/{quote.id}")
        assert anna.post(f"/quotes/reject/{quote.id}", data={}).status_code == 200
        assert state(session, quote) is QuoteStatus.SENT
        told = {"loss_reason": reason.id, "note": "нашли дешевле"}
        assert anna.post(f"/quotes/reject/{quote.id}", data=told).status_code == 302

        assert state(session, quote) is QuoteStatus.REJECTED
        assert "Дорого: нашли дешевле" in page(anna, f"/quotes/show/{quote.id}")
        assert anna.get(f"/quotes/reject/{quote.id}").status_code == 302

    def test_a_sent_quote_changes_by_a_new_edition(self, client_as: ClientAs, session: Session):
        anna = client_as(Role.SALES)
        quote = sent(session, anna)

        assert anna.get(f"/quotes/edit/{quote.id}").status_code == 302
        assert anna.post(f"/quotes/delete/{quote.id}").status_code == 403
        made = act(anna, "quotes", "edition", quote.id)

        assert state(session, quote) is QuoteStatus.REPLACED
        shown = page(anna, made)
        assert f"№ {quote.number}/2" in shown
        assert f"/quotes/show/{quote.id}" in shown

    def test_what_waits_past_its_term_is_red(self, client_as: ClientAs, session: Session):
        anna = client_as(Role.SALES)
        quote = sent(session, anna)
        quote.valid_to = make.TODAY.replace(year=2025)
        session.commit()

        listed = page(anna, "/quotes/list/?tab=late")
        assert "is-danger" in listed
        assert "Просрочено" in listed

    def test_act_after_act_is_noted(self, client_as: ClientAs, session: Session):
        anna = client_as(Role.SALES)
        quote = sent(session, anna)

        act(anna, "quotes", "viewed", quote.id)
        act(anna, "quotes", "accept", quote.id)
        act(anna, "quotes", "invoice", quote.id)

        assert session.scalars(select(Invoice)).one().quote_id == quote.id
        shown = page(anna, f"/quotes/show/{quote.id}")
        assert shown.count("Тест") >= 3

    def test_who_may_not_make_orders_is_refused(self, client_as: ClientAs, session: Session):
        accountant = client_as(Role.ACCOUNTANT)
        quote = make.make_quote(session)
        session.commit()

        assert accountant.post(f"/quotes/action/order/{quote.id}").status_code == 403


class TestOrders:
    def test_an_order_is_posted_printed_closed_and_cancelled(self, client_as: ClientAs, session: Session):
        head = client_as(Role.SALES_HEAD)
        order, other = make.make_order(session), make.make_order(session)
        order.promised_on = make.TODAY.replace(year=2025)
        order.day = make.TODAY.replace(year=2025, month=1)
        order.lines[0].vat = "vat20"
        session.commit()

        act(head, "orders", "post", order.id)
        assert "is-danger" in page(head, "/orders/list/?tab=late")
        assert head.get(f"/print/order/{order.id}.pdf").data.startswith(b"%PDF-")
        act(head, "orders", "close", order.id)
        assert state(session, order) is OrderStatus.CLOSED
        act(head, "orders", "post", other.id)
        act(head, "orders", "cancel", other.id)
        assert state(session, other) is OrderStatus.CANCELLED
