"""Screens of quotes (КП)."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy import select

from app.database import db
from app.models.deals import LossReason
from app.models.ledger import DocumentKind
from app.models.sales import Invoice, Order, Quote, QuoteLine, QuoteStatus, QuoteStatusChange
from app.permissions import WRITE
from app.services.basis import invoice_from_quote, made_from, order_from_quote
from app.services.documents import give_number
from app.services.quotes import (
    AWAITING,
    accept_quote,
    check_quote,
    fill_quote,
    forget_history,
    is_late,
    new_edition,
    note_status,
    note_viewed,
    reject_quote,
    send_quote,
)
from app.texts import _, lazy
from app.views.attachments import card_files
from app.views.crud import Act, CardColumns, CrudView, Group, Preset
from app.views.crud.cells import card_url
from app.views.crud.columns import Column
from app.views.crud.query import whole
from app.views.current import today, viewer
from app.views.dated import Dated
from app.views.letters.beside import LETTERS, letter_command
from app.views.pages import Cell, Command, Option
from app.views.printing import FORMS
from app.views.sale_lines import LINE_METHODS, SaleLines, lines_table, sale_defaults, sale_lines, terms_of
from app.views.sections import SALES

_ANSWERED = (*AWAITING, QuoteStatus.EXPIRED)
_BEFORE_NEW_EDITION = (*_ANSWERED, QuoteStatus.REJECTED)
_GOES_ON = (*AWAITING, QuoteStatus.ACCEPTED)


def _history(quote: Quote) -> list[QuoteStatusChange]:
    statement = select(QuoteStatusChange).where(QuoteStatusChange.quote_id == quote.id)
    return list(db.session.scalars(statement.order_by(QuoteStatusChange.at.desc(), QuoteStatusChange.id.desc())))


def _editions(quote: Quote) -> list[Quote]:
    """The other editions of the same number."""
    same = (Quote.organisation_id == quote.organisation_id, Quote.number_year == quote.number_year)
    statement = select(Quote).where(*same, Quote.number == quote.number, Quote.id != quote.id)
    return list(db.session.scalars(statement.order_by(Quote.edition)))


class QuoteView(SaleLines, Dated, CrudView):
    """Quotes: what waits for an answer past its term shows red."""

    model = Quote
    area = "Quotes"
    route_base = "/quotes"
    printed = FORMS["quote"]
    section = SALES
    due_name = "valid_to"
    has_files = True
    title = lazy("Quotes")
    title_one = lazy("Quote")
    add_label = lazy("New quote")
    list_names = ("number", "day", "client", "total", "status", "valid_to", "deal", "responsible")
    list_reads = ("status", "valid_to")
    sorts = ("number", "day", "total", "valid_to")
    sort = "-day"
    filters = (
        "status",
        "client",
        "organisation",
        "responsible",
        "day",
        "sent_on",
        "edition",
        "valid_to",
        "total",
        "deal",
        "lines",
    )
    presets = (
        Preset("mine", lazy("Mine"), lambda person, _day: Quote.responsible_id == (person.employee_id or 0)),
        Preset("drafts", lazy("Drafts"), lambda _person, _day: Quote.status == QuoteStatus.DRAFT),
        Preset("waiting", lazy("Waiting for an answer"), lambda _person, _day: Quote.status.in_(AWAITING)),
        Preset(
            "late",
            lazy("Term is over"),
            lambda _person, day: Quote.status.in_(_ANSWERED) & (Quote.valid_to < day),
        ),
        Preset("empty", lazy("Without lines"), lambda _person, _day: ~Quote.lines.any()),
    )
    search_through = ("client",)
    search_hint = lazy("Number, client, INN")
    totals = ("total",)
    groups = (
        Group(lazy("Quote"), ("number", "edition", "day", "client", "contact", "organisation", "responsible")),
        Group(lazy("Terms"), ("valid_to", "sent_on", "agreement", "price_type", "price_includes_vat", "deal")),
        Group(lazy("In the quote"), ("delivery_terms", "payment_terms", "guarantee", "preamble")),
        Group(lazy("Totals"), ("total", "vat_total")),
        Group(lazy("Answer of the client"), ("loss_reason",)),
        Group(lazy("Comment"), ("comment",)),
    )
    form_groups = (
        Group(lazy("Quote"), ("client", "contact", "day", "valid_to", "organisation", "responsible")),
        Group(lazy("Terms"), ("agreement", "price_type", "deal")),
        Group(lazy("In the quote"), ("delivery_terms", "payment_terms", "guarantee", "preamble", "comment")),
    )
    lines = sale_lines(QuoteLine, "QuoteView")
    tables = (
        lines_table(QuoteLine),
        CardColumns(
            lazy("Orders by this quote"),
            ("number", "day", "total", "status"),
            lambda quote: list(made_from(db.session(), quote)[0]),
            Order,
        ),
        CardColumns(
            lazy("Invoices by this quote"),
            ("number", "day", "total", "status"),
            lambda quote: list(made_from(db.session(), quote)[1]),
            Invoice,
        ),
        CardColumns(lazy("Other editions"), ("edition", "day", "total", "status"), _editions, Quote),
        LETTERS,
        CardColumns(lazy("History of statuses"), ("at", "to_status", "by_user", "note"), _history, QuoteStatusChange),
    )
    acts = (
        Act(
            "send",
            lazy("Mark as sent"),
            "send_record",
            icon="mail",
            primary=True,
            confirm=lazy("Mark the quote as sent? After that it changes only by a new edition."),
            when=lambda quote: quote.status is QuoteStatus.DRAFT,
        ),
        Act(
            "order",
            lazy("Make an order"),
            "order_record",
            icon="package",
            primary=True,
            when=lambda quote: quote.status in _GOES_ON,
        ),
        Act(
            "invoice",
            lazy("Make an invoice"),
            "invoice_record",
            icon="receipt",
            when=lambda quote: quote.status in _GOES_ON,
        ),
        Act("accept", lazy("Accepted"), "accept_record", icon="check", when=lambda quote: quote.status in _ANSWERED),
        Act(
            "viewed",
            lazy("Viewed by the client"),
            "view_record",
            icon="eye",
            when=lambda quote: quote.status is QuoteStatus.SENT,
        ),
        Act(
            "edition",
            lazy("New edition"),
            "edition_record",
            icon="copy",
            confirm=lazy("Make a new edition? This one stays as it was sent and is marked as replaced."),
            when=lambda quote: quote.status in _BEFORE_NEW_EDITION,
        ),
    )

    method_permission_name = CrudView.method_permission_name | LINE_METHODS | {"reject": "write"}

    @expose("/reject/<pk>", methods=["GET", "POST"])
    @has_access
    def reject(self, pk: str) -> Any:
        """Ask why the client refuses, and note it."""
        quote = self.get_record(pk)
        if quote.status not in (*_ANSWERED, QuoteStatus.ACCEPTED):
            flash(_("This record can no longer be changed."), "warning")
            return redirect(self.record_url(quote))
        if request.method == "POST":
            typed = request.form.get("loss_reason", "")
            reason = db.session.get(LossReason, whole(typed)) or abort(400) if typed else None
            note = request.form.get("note", "").strip()[:200] or None
            if self.attempt(lambda: reject_quote(db.session(), quote.id, reason, note)):
                return redirect(self.record_url(quote))
        found = db.session.scalars(select(LossReason).order_by(LossReason.name))
        reasons = [Option(str(each.id), each.name) for each in found]
        return render_template("quotes/reject.html", quote=quote, reasons=reasons, page_section=str(self.section))

    # --- Form ---------------------------------------------------------------------------------------------------

    def defaults(self, record: Any) -> None:
        """A quote of today, mine, by the client's own terms of sale."""
        sale_defaults(record)
        record.agreement = terms_of(record)
        if record.deal is not None:
            record.contact = record.deal.contact

    def before_save(self, record: Any, *, is_new: bool) -> None:
        """Fill in from the terms of sale, compute the totals, hold to the limit of discounts."""
        fill_quote(db.session(), record, today())
        check_quote(db.session(), record)

    def after_save(self, record: Any, *, is_new: bool) -> None:
        """Number a new quote at once: it may be named to the client before it is sent."""
        give_number(db.session(), record, DocumentKind.QUOTE)
        if is_new:
            note_status(db.session(), record, None)

    def before_delete(self, record: Any) -> None:
        """The history of statuses goes with a draft."""
        forget_history(db.session(), record)

    def is_editable(self, record: Any) -> bool:
        """What was sent changes by a new edition only."""
        return record.status is QuoteStatus.DRAFT

    # --- Acts ---------------------------------------------------------------------------------------------------

    def send_record(self, record: Any) -> None:
        """Note that the client has it."""
        send_quote(db.session(), record.id, today=today())

    def view_record(self, record: Any) -> None:
        """Note that the client has seen it."""
        note_viewed(db.session(), record.id)

    def accept_record(self, record: Any) -> None:
        """Note that the client agrees."""
        accept_quote(db.session(), record.id)

    def edition_record(self, record: Any) -> Any:
        """Copy into a new edition and open it."""
        return redirect(self.record_url(new_edition(db.session(), record.id, today=today())))

    def order_record(self, record: Any) -> Any:
        """Make the order and open it."""
        if not viewer().may(WRITE, "Orders"):
            abort(403)
        return redirect(card_url(order_from_quote(db.session(), record.id, today=today())))

    def invoice_record(self, record: Any) -> Any:
        """Make the invoice and open it."""
        if not viewer().may(WRITE, "Invoices"):
            abort(403)
        return redirect(card_url(invoice_from_quote(db.session(), record.id, today=today())))

    # --- What is shown --------------------------------------------------------------------------------------------

    def card_commands(self, record: Any) -> Sequence[Command]:
        """Print, and the way to a refusal."""
        url = url_for("PrintView.document", kind="quote", pk=record.id)
        found = [Command(_("Print"), url, icon="printer", new_tab=True, name="print"), *letter_command(record)]
        if self.may(WRITE) and record.status in (*_ANSWERED, QuoteStatus.ACCEPTED):
            found.append(Command(_("Turned down"), url_for("QuoteView.reject", pk=record.id), icon="x", name="reject"))
        return found

    def card_files(self, record: Any) -> Any:
        """Letters and scans that belong to it."""
        return card_files(record, self.area, can_write=self.may(WRITE))

    def is_late(self, record: Any) -> bool:
        """Tell whether the day has passed."""
        return is_late(record, today())

    def cell(self, record: Any, column: Column) -> Cell:
        """The number with its edition."""
        return Cell(str(record)) if column.name == "number" else super().cell(record, column)
