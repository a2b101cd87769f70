"""Screens of sale documents: invoices."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy import select

from app.database import db
from app.models.ledger import DocumentKind, DueItem
from app.models.sales import DocumentStatus, Invoice, InvoiceLine
from app.models.staff import BankAccount
from app.permissions import POST
from app.reports.overdue import OverdueDebt, invoices_overdue_on, overdue_invoices
from app.services.documents import give_number, recalculate
from app.services.invoices import cancel_invoice, fill_from_terms, post_invoice, ship_invoice
from app.services.service.hours import working_time
from app.texts import _, lazy
from app.views import formats
from app.views.crud import CardColumns, CrudView, Group, Preset
from app.views.crud.columns import Column
from app.views.current import day_from, today, zone
from app.views.debts import overdue_words
from app.views.letters.beside import LETTERS, letter_command
from app.views.pages import Cell, Command
from app.views.postings import is_posted, posting_acts
from app.views.printing import FORMS
from app.views.sale_lines import LINE_METHODS, SaleLines, lines_table, sale_defaults, sale_lines
from app.views.sections import SALES


def _due_items(invoice: Invoice) -> list[DueItem]:
    statement = select(DueItem).where(DueItem.document_kind == DocumentKind.INVOICE, DueItem.document_id == invoice.id)
    return list(db.session.scalars(statement.order_by(DueItem.stage)))


class InvoiceView(SaleLines, CrudView):
    """Invoices: made, posted and printed by anyone with the right; what is unpaid past its day shows red."""

    model = Invoice
    area = "Invoices"
    route_base = "/invoices"
    printed = FORMS["invoice"]
    section = SALES
    title = lazy("Invoices")
    title_one = lazy("Invoice")
    add_label = lazy("New invoice")
    list_names = ("number", "day", "client", "total", "status", "valid_to", "responsible")
    list_reads = ("status",)
    sorts = ("number", "day", "total")
    sort = "-day"
    filters = ("status", "client", "organisation", "responsible", "day", "total", "deal", "contract", "lines")
    presets = (
        Preset("mine", lazy("Mine"), lambda person, _day: Invoice.responsible_id == (person.employee_id or 0)),
        Preset("drafts", lazy("Drafts"), lambda _person, _day: Invoice.status == DocumentStatus.DRAFT),
        Preset("overdue", lazy("Overdue"), lambda _person, day: Invoice.id.in_(invoices_overdue_on(day))),
    )
    search_through = ("client",)
    search_hint = lazy("Number, client, INN")
    copy_leaves = ("valid_to",)
    totals = ("total", "vat_total")
    groups = (
        Group(lazy("Invoice"), ("number", "day", "client", "organisation", "bank_account", "responsible")),
        Group(lazy("Terms"), ("agreement", "contract", "deal", "valid_to", "shipped_on", "price_includes_vat")),
        Group(lazy("Basis"), ("quote", "order")),
        Group(lazy("Totals"), ("total", "vat_total")),
        Group(lazy("Comment"), ("comment",)),
    )
    form_groups = (
        Group(lazy("Invoice"), ("client", "day", "organisation", "bank_account", "responsible")),
        Group(lazy("Terms"), ("agreement", "contract", "deal", "valid_to", "price_includes_vat", "comment")),
    )
    lines = sale_lines(InvoiceLine, "InvoiceView")
    tables = (
        lines_table(InvoiceLine),
        CardColumns(lazy("Payment by stages"), ("due_on", "stage", "balance"), _due_items, DueItem, ("balance",)),
        LETTERS,
    )
    acts = posting_acts(lazy("Cancel the invoice? The debt goes, payments stay as advances."))

    method_permission_name = CrudView.method_permission_name | LINE_METHODS | {"ship": "post"}

    @expose("/ship/<pk>", methods=["GET", "POST"])
    @has_access
    def ship(self, pk: str) -> Any:
        """Ask for the day of the shipment, and note it: stages counted from it fall due. No day: not shipped yet."""
        invoice = self.get_record(pk)
        if invoice.status is DocumentStatus.CANCELLED:
            flash(_("This record can no longer be changed."), "warning")
            return redirect(self.record_url(invoice))
        if request.method == "POST":
            day = day_from(request.form.get("day", ""))
            calendar = working_time(db.session(), zone()).calendar
            if self.attempt(lambda: ship_invoice(db.session(), invoice.id, day, today=today(), calendar=calendar)):
                return redirect(self.record_url(invoice))
        return render_template("invoices/ship.html", invoice=invoice, today=today(), page_section=str(self.section))

    def defaults(self, record: Any) -> None:
        """An invoice of today, mine, of our first organisation and its first account."""
        sale_defaults(record)
        accounts = select(BankAccount).where(BankAccount.is_active).order_by(BankAccount.id)
        record.bank_account = db.session.scalars(accounts).first()

    def before_save(self, record: Any, *, is_new: bool) -> None:
        """Fill in from the terms of sale and compute the totals; posting checks the rest."""
        fill_from_terms(db.session(), record, today())
        recalculate(record)

    def after_save(self, record: Any, *, is_new: bool) -> None:
        """Number a new invoice at once: it may be named to the client before posting."""
        give_number(db.session(), record, DocumentKind.INVOICE)

    def may_post(self) -> bool:
        """The form offers posting to holders of the right."""
        return self.may(POST)

    def post_record(self, record: Any) -> None:
        """Post: the client's debt falls due by stages."""
        post_invoice(db.session(), record.id, today=today(), calendar=working_time(db.session(), zone()).calendar)

    def cancel_record(self, record: Any) -> None:
        """Cancel posting."""
        cancel_invoice(db.session(), record.id)

    def is_editable(self, record: Any) -> bool:
        """A posted invoice is changed only after its posting is cancelled."""
        return not is_posted(record)

    def card_commands(self, record: Any) -> list[Command]:
        """Print with the payment QR, send, note the shipment."""
        url = url_for("PrintView.document", kind="invoice", pk=record.id)
        commands = [Command(_("Print"), url, icon="printer", new_tab=True), *letter_command(record)]
        if self.may(POST) and record.status is not DocumentStatus.CANCELLED:
            words = _("Change the shipment") if record.shipped_on else _("Note the shipment")
            commands.append(Command(words, url_for("InvoiceView.ship", pk=record.id), icon="truck", name="ship"))
        return commands

    def list_marks(self, keys: Sequence[int]) -> Mapping[int, OverdueDebt]:
        """Which of the page's invoices are overdue."""
        return overdue_invoices(db.session(), keys, today())

    def row_tone(self, record: Any) -> str:
        """Red while a stage is overdue."""
        return "danger" if getattr(record, "list_mark", None) else ""

    def cell(self, record: Any, column: Column) -> Cell:
        """The status of an overdue invoice says so."""
        debt: OverdueDebt | None = getattr(record, "list_mark", None)
        if column.name == "status" and debt is not None:
            hint = formats.roubles(debt.amount)
            return Cell(overdue_words(debt.days), "chip", tone="danger", hint=hint)
        return super().cell(record, column)
