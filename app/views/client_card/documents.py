"""Deals, invoices, payments and what is open of them."""

from flask import url_for

from app.database import db
from app.models.clients import Client
from app.models.ledger import DocumentKind, DueItem
from app.permissions import READ, Viewer
from app.reports.client_card import tabs
from app.reports.overdue import overdue_invoices
from app.texts import _
from app.views import formats
from app.views.client_card.shown import CardBody
from app.views.client_card.tables import add_command, due_cell, due_tone, heads, more_url
from app.views.current import today
from app.views.debts import overdue_words
from app.views.pages import CardTable, Cell, ListRow


def deals(client: Client, viewer: Viewer) -> CardBody:
    """Deals, invoices and payments, each by its own right."""
    tables = []
    if viewer.may(READ, "Deals"):
        tables.append(_deal_table(client, viewer))
    if viewer.may(READ, "Invoices"):
        tables.append(_invoice_table(client, viewer))
    if viewer.may(READ, "Payments"):
        tables.append(_payment_table(client))
    return CardBody(tables=tuple(tables))


def _deal_table(client: Client, viewer: Viewer) -> CardTable:
    rows = tuple(
        ListRow(
            deal.id,
            url_for("DealCardView.deal", pk=deal.id),
            (
                Cell(deal.title),
                Cell(deal.stage.name, "chip", tone=deal.stage.outcome.tone),
                formats.cell(deal.amount, "money"),
                Cell(deal.next_step or ""),
                due_cell(deal.next_step_on) if deal.closed_on is None else formats.cell(deal.closed_on),
                Cell(str(deal.responsible)),
            ),
            tone=due_tone(deal.next_step_on if deal.closed_on is None else None),
        )
        for deal in tabs.deals(db.session(), client.id)
    )
    return CardTable(
        _("Deals"),
        heads(
            (_("Title"), "text"),
            (_("Stage"), "text"),
            (_("Amount"), "money"),
            (_("Next step"), "text"),
            (_("When"), "date"),
            (_("Responsible"), "text"),
        ),
        rows,
        empty_text=_("No deals yet."),
        commands=add_command("DealView.add", _("New deal"), client, viewer, "Deals"),
        more_url=more_url("DealView.list", client, rows),
    )


def _invoice_table(client: Client, viewer: Viewer) -> CardTable:
    found = tabs.invoices(db.session(), client.id)
    overdue = overdue_invoices(db.session(), [invoice.id for invoice in found], today())
    rows = tuple(
        ListRow(
            invoice.id,
            url_for("InvoiceView.show", pk=invoice.id),
            (
                Cell(_("№ %(number)s", number=invoice.number or "—")),
                formats.cell(invoice.day),
                formats.cell(invoice.total, "money"),
                Cell(overdue_words(overdue[invoice.id].days), "chip", tone="danger")
                if invoice.id in overdue
                else formats.cell(invoice.status),
                Cell(str(invoice.responsible)),
            ),
            tone="danger" if invoice.id in overdue else "",
        )
        for invoice in found
    )
    return CardTable(
        _("Invoices"),
        heads(
            (_("Number"), "text"),
            (_("Date"), "date"),
            (_("Total"), "money"),
            (_("Status"), "text"),
            (_("Responsible"), "text"),
        ),
        rows,
        empty_text=_("No invoices yet."),
        commands=add_command("InvoiceView.add", _("New invoice"), client, viewer, "Invoices"),
        more_url=more_url("InvoiceView.list", client, rows),
    )


def _payment_table(client: Client) -> CardTable:
    rows = tuple(
        ListRow(
            payment.id,
            url_for("PaymentView.show", pk=payment.id),
            (
                Cell(_("№ %(number)s", number=payment.number or "—")),
                formats.cell(payment.day),
                formats.cell(payment.direction),
                formats.cell(payment.amount, "money"),
                Cell(payment.purpose[:200]),
            ),
        )
        for payment in tabs.payments(db.session(), client.id)
    )
    return CardTable(
        _("Payments"),
        heads(
            (_("Number"), "text"),
            (_("Date"), "date"),
            (_("Direction"), "text"),
            (_("Amount"), "money"),
            (_("Purpose of payment"), "text"),
        ),
        rows,
        empty_text=_("No payments yet."),
        more_url=more_url("PaymentView.list", client, rows),
    )


def debts(client: Client, viewer: Viewer) -> CardBody:
    """What the client owes, by document and stage, in red what is overdue."""
    found = tabs.due_items(db.session(), client.id)
    rows = tuple(_due_row(item, viewer) for item in found)
    total = sum((item.balance for item in found if item.balance > 0), start=client.debt_threshold * 0)
    return CardBody(
        tables=(
            CardTable(
                _("What is open, by document and stage"),
                heads(
                    (_("Document"), "text"),
                    (_("Date"), "date"),
                    (_("Stage"), "number"),
                    (_("Due on"), "date"),
                    (_("State"), "text"),
                    (_("Amount"), "money"),
                ),
                rows,
                totals=(*(Cell("") for _column in range(5)), formats.cell(total, "money")) if rows else (),
                empty_text=_("The client owes nothing."),
            ),
        )
    )


def _due_row(item: DueItem, viewer: Viewer) -> ListRow:
    is_invoice = item.document_kind is DocumentKind.INVOICE
    area, endpoint = ("Invoices", "InvoiceView.show") if is_invoice else ("Payments", "PaymentView.show")
    title = f"{item.document_kind.label} № {item.document_number or '—'}"
    return ListRow(
        item.id,
        url_for(endpoint, pk=item.document_id) if viewer.may(READ, area) else "",
        (
            Cell(title),
            formats.cell(item.document_day),
            Cell(str(item.stage), "number"),
            formats.cell(item.due_on) if item.due_on is not None else Cell(""),
            _due_state(item),
            formats.cell(item.balance, "money"),
        ),
        tone=due_tone(item.due_on) if item.balance > 0 else "",
    )


def _due_state(item: DueItem) -> Cell:
    if item.balance < 0:
        return Cell(_("Advance"), "chip", tone="ok")
    if item.due_on is None:
        return Cell(_("Waits for the shipment"), "chip", tone="neutral")
    days = (today() - item.due_on).days
    if days > 0:
        return Cell(overdue_words(days), "chip", tone="danger")
    return Cell(_("Due today"), "chip", tone="warn") if days == 0 else Cell(_("Not yet due"), "chip", tone="info")
