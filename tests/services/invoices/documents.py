"""Lines, stages, postings and payments of invoices."""

from decimal import Decimal

from sqlalchemy import select

from app.models.agreements import AgreementStage
from app.models.catalogue import VatCode
from app.models.ledger import DueItem
from app.models.sales import InvoiceLine
from app.services.invoices import post_invoice
from app.services.payments import post_payment
from app.services.working_days import WorkingCalendar
from tests.factories import TODAY, make_payment

CALENDAR = WorkingCalendar()


def new_line(**changes):
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


def post(session, invoice):
    return post_invoice(session, invoice.id, today=TODAY, calendar=CALENDAR)


def due_items(session, invoice):
    """Stage, due date and balance of what is owed by an invoice."""
    items = select(DueItem).where(DueItem.document_kind == "invoice", DueItem.document_id == invoice.id)
    return [(item.stage, item.due_on, item.balance) for item in session.scalars(items.order_by(DueItem.stage))]


def new_stages(*stages):
    return [
        AgreementStage(position=number, percent=Decimal(percent), event=event, shift_days=days, day_kind=kind)
        for number, (percent, event, days, kind) in enumerate(stages, start=1)
    ]


def pay(session, invoice, amount, day=TODAY):
    payment = make_payment(
        session, account=invoice.bank_account, client=invoice.client, amount=Decimal(amount), day=day
    )
    return post_payment(session, payment.id, today=TODAY)
