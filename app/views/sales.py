"""Screens of sale documents: invoices."""

from typing import Any

from flask import jsonify, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy import select

from app.database import db
from app.models.catalogue import Product
from app.models.deals import Deal
from app.models.ledger import DocumentKind, DueItem
from app.models.sales import DocumentStatus, Invoice, InvoiceLine
from app.models.staff import BankAccount, Organisation
from app.permissions import POST
from app.reports.overdue import OverdueDebt, invoices_overdue_on, overdue_invoices
from app.services.invoices import cancel_invoice, fill_from_terms, give_number, post_invoice, recalculate
from app.services.prices import default_price
from app.services.service.hours import working_time
from app.texts import _, lazy
from app.views import formats
from app.views.clients import client_from_address, me
from app.views.crud import CardColumns, CrudView, Group, Lines, Preset
from app.views.crud.columns import Column
from app.views.crud.editing import Editing
from app.views.crud.query import whole
from app.views.current import today, viewer, zone
from app.views.debts import overdue_words
from app.views.pages import Cell, Command
from app.views.postings import is_posted, posting_acts
from app.views.sections import SALES


def _due_items(invoice: Invoice) -> list[DueItem]:
    statement = select(DueItem).where(DueItem.document_kind == DocumentKind.INVOICE, DueItem.document_id == invoice.id)
    return list(db.session.scalars(statement.order_by(DueItem.stage)))


def _is_countable(line: InvoiceLine) -> bool:
    """Tell whether a line being typed already says enough to be counted."""
    return None not in (line.quantity, line.price, line.discount_percent, line.vat)


class InvoiceView(CrudView):
    """Invoices: made, posted and printed by anyone with the right; what is unpaid past its day shows red."""

    model = Invoice
    area = "Invoices"
    route_base = "/invoices"
    section = SALES
    title = lazy("Invoices")
    title_one = lazy("Invoice")
    add_label = lazy("New invoice")
    list_names = ("number", "day", "client", "total", "vat_total", "status", "valid_to", "responsible")
    sorts = ("number", "day", "total")
    sort = "-day"
    filters = ("status", "client", "organisation", "responsible", "day", "total", "deal", "contract")
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
        Group(lazy("Totals"), ("total", "vat_total")),
        Group(lazy("Comment"), ("comment",)),
    )
    form_groups = (
        Group(lazy("Invoice"), ("client", "day", "organisation", "bank_account", "responsible")),
        Group(lazy("Terms"), ("agreement", "contract", "deal", "valid_to", "price_includes_vat", "comment")),
    )
    lines = (
        Lines(
            "lines",
            InvoiceLine,
            ("product", "name", "quantity", "price", "discount_percent", "vat"),
            ("vat_amount", "amount"),
            price_endpoint="InvoiceView.price",
            totals_endpoint="InvoiceView.count_lines",
        ),
    )
    tables = (
        CardColumns(
            lazy("Products and services"),
            ("name", "quantity", "price", "discount_percent", "vat", "vat_amount", "amount"),
            lambda invoice: invoice.lines,
            InvoiceLine,
            ("vat_amount", "amount"),
        ),
        CardColumns(lazy("Payment by stages"), ("due_on", "stage", "balance"), _due_items, DueItem, ("balance",)),
    )
    acts = posting_acts(lazy("Cancel the invoice? The debt goes, payments stay as advances."))

    method_permission_name = CrudView.method_permission_name | {"price": "read", "count_lines": "write"}

    @expose("/price")
    @has_access
    def price(self) -> Any:
        """Name, price and VAT of a product for a line just picked (`?product=5`)."""
        product = db.session.get(Product, whole(request.args.get("product", ""))) if request.args else None
        if product is None:
            return jsonify({}), 404
        amount = default_price(db.session(), product, today())
        return jsonify(
            {
                "name": product.name,
                "price": formats.money(amount) if amount is not None else "",
                "vat": product.vat.value,
                "unit": str(product.unit),
            }
        )

    @expose("/totals", methods=["POST"])
    @has_access
    def count_lines(self) -> Any:
        """Count the lines of the form as it stands, nothing saved: amounts per line and the totals."""
        draft = Editing(self, None)
        with db.session.no_autoflush:
            draft.form.populate_obj(draft.record)
            lines = [line for line in draft.record.lines if _is_countable(line)]
            draft.record.lines = lines
            recalculate(draft.record)
            answer = {
                "lines": [
                    {"vat_amount": formats.money(line.vat_amount), "amount": formats.money(line.amount)}
                    for line in lines
                ],
                "totals": {
                    "vat_total": formats.money(draft.record.vat_total),
                    "total": formats.money(draft.record.total),
                },
            }
            db.session.rollback()
        return jsonify(answer)

    def defaults(self, record: Any) -> None:
        """An invoice of today, mine, of our first organisation and its first account."""
        record.day = today()
        record.responsible = me(viewer())
        record.client = client_from_address()
        record.organisation = db.session.scalars(select(Organisation).order_by(Organisation.id)).first()
        accounts = select(BankAccount).where(BankAccount.is_active).order_by(BankAccount.id)
        record.bank_account = db.session.scalars(accounts).first()
        deal = request.args.get("deal", "")
        if deal.isascii() and deal.isdigit() and len(deal) < 19:
            record.deal = db.session.get(Deal, int(deal))
            record.client = record.deal.client if record.deal is not None else record.client

    def before_save(self, record: Any, *, is_new: bool) -> None:
        """Fill in from the terms of sale and compute the totals; posting checks the rest."""
        fill_from_terms(db.session(), record, today())
        recalculate(record)

    def after_save(self, record: Any, *, is_new: bool) -> None:
        """Number a new invoice at once: it may be named to the client before posting."""
        give_number(db.session(), record)

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
        """Print with the payment QR."""
        url = url_for("PrintView.document", kind="invoice", pk=record.id)
        return [Command(_("Print"), url, icon="printer", new_tab=True)]

    def before_list(self, rows: Any) -> None:
        """Which of the page's invoices are overdue, in one question."""
        debts = overdue_invoices(db.session(), [record.id for record in rows], today())
        for record in rows:
            record.overdue_debt = debts.get(record.id)

    def row_tone(self, record: Any) -> str:
        """Red while a stage is overdue."""
        return "danger" if getattr(record, "overdue_debt", None) else ""

    def cell(self, record: Any, column: Column) -> Cell:
        """The status of an overdue invoice says so."""
        debt: OverdueDebt | None = getattr(record, "overdue_debt", None)
        if column.name == "status" and debt is not None:
            hint = formats.roubles(debt.amount)
            return Cell(overdue_words(debt.days), "chip", tone="danger", icon="alert-triangle", hint=hint)
        return super().cell(record, column)
