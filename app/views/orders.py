"""Screens of orders of clients."""

from collections.abc import Sequence
from typing import Any

from flask import abort, redirect, url_for
from sqlalchemy import select

from app.database import db
from app.models.ledger import DocumentKind
from app.models.purchasing import PurchaseOrder
from app.models.sales import Invoice, Order, OrderLine, OrderStatus
from app.permissions import CANCEL, POST, READ, WRITE
from app.services.basis import invoice_from_order
from app.services.documents import give_number
from app.services.orders import CHANGEABLE, cancel_order, check_order, close_order, fill_order, is_late, post_order
from app.services.service.hours import working_time
from app.texts import _, lazy
from app.views.attachments import card_files
from app.views.crud import Act, CardColumns, CrudView, Group, Preset
from app.views.crud.cells import card_url
from app.views.current import today, viewer, zone
from app.views.dated import Dated
from app.views.pages import Command
from app.views.printing import FORMS
from app.views.sale_lines import LINE_METHODS, SaleLines, lines_table, sale_defaults, sale_lines
from app.views.sections import SALES


def _invoices(order: Order) -> list[Invoice]:
    return list(db.session.scalars(select(Invoice).where(Invoice.order_id == order.id).order_by(Invoice.id)))


def _purchases(order: Order) -> list[PurchaseOrder]:
    if not viewer().may(READ, "PurchaseOrders"):
        return []
    statement = select(PurchaseOrder).where(PurchaseOrder.order_id == order.id)
    return list(db.session.scalars(statement.order_by(PurchaseOrder.id)))


class OrderView(SaleLines, Dated, CrudView):
    """Orders of clients; one that was promised by a day that has passed shows red."""

    model = Order
    area = "Orders"
    route_base = "/orders"
    printed = FORMS["order"]
    section = SALES
    due_name = "promised_on"
    has_files = True
    title = lazy("Orders of clients")
    title_one = lazy("Order of a client")
    add_label = lazy("New order")
    list_names = ("number", "day", "client", "total", "status", "promised_on", "deal", "responsible")
    list_reads = ("status", "promised_on")
    sorts = ("number", "day", "total", "promised_on")
    sort = "-day"
    filters = (
        "status",
        "client",
        "organisation",
        "responsible",
        "day",
        "promised_on",
        "total",
        "deal",
        "contract",
        "lines",
    )
    presets = (
        Preset("mine", lazy("Mine"), lambda person, _day: Order.responsible_id == (person.employee_id or 0)),
        Preset("drafts", lazy("Drafts"), lambda _person, _day: Order.status == OrderStatus.DRAFT),
        Preset("going", lazy("In work"), lambda _person, _day: Order.status == OrderStatus.POSTED),
        Preset(
            "late",
            lazy("Overdue"),
            lambda _person, day: (Order.status == OrderStatus.POSTED) & (Order.promised_on < day),
        ),
    )
    search_through = ("client",)
    search_hint = lazy("Number, client, INN")
    totals = ("total", "vat_total")
    groups = (
        Group(lazy("Order of a client"), ("number", "day", "client", "organisation", "responsible", "promised_on")),
        Group(lazy("Terms"), ("quote", "deal", "agreement", "contract", "price_includes_vat")),
        Group(lazy("Totals"), ("total", "vat_total")),
        Group(lazy("Comment"), ("comment",)),
    )
    form_groups = (
        Group(lazy("Order of a client"), ("client", "day", "promised_on", "organisation", "responsible")),
        Group(lazy("Terms"), ("deal", "agreement", "contract", "price_includes_vat", "comment")),
    )
    lines = sale_lines(OrderLine, "OrderView")
    tables = (
        lines_table(OrderLine),
        CardColumns(lazy("Invoices by this order"), ("number", "day", "total", "status"), _invoices, Invoice),
        CardColumns(
            lazy("Orders to suppliers"), ("number", "supplier", "expected_on", "status"), _purchases, PurchaseOrder
        ),
    )
    acts = (
        Act(
            "post",
            lazy("Post"),
            "post_record",
            right=POST,
            icon="check",
            primary=True,
            bulk=True,
            when=lambda order: order.status in CHANGEABLE,
        ),
        Act(
            "invoice",
            lazy("Make an invoice"),
            "invoice_record",
            icon="receipt",
            primary=True,
            when=lambda order: order.status is OrderStatus.POSTED,
        ),
        Act(
            "close",
            lazy("Close the order"),
            "close_record",
            icon="check",
            confirm=lazy("Close the order? Nothing more will be done by it."),
            when=lambda order: order.status is OrderStatus.POSTED,
        ),
        Act(
            "cancel",
            lazy("Cancel the order"),
            "cancel_record",
            right=CANCEL,
            icon="undo",
            confirm=lazy("Cancel the order? It can be posted again."),
            when=lambda order: order.status is OrderStatus.POSTED,
        ),
    )

    method_permission_name = CrudView.method_permission_name | LINE_METHODS

    def defaults(self, record: Any) -> None:
        """An order of today, mine."""
        sale_defaults(record)

    def before_save(self, record: Any, *, is_new: bool) -> None:
        """Fill in from the terms of sale, compute the totals, hold to the limit of discounts."""
        fill_order(db.session(), record, today())
        check_order(db.session(), record)

    def after_save(self, record: Any, *, is_new: bool) -> None:
        """Number a new order at once."""
        give_number(db.session(), record, DocumentKind.ORDER)

    def may_post(self) -> bool:
        """The form offers posting to holders of the right."""
        return self.may(POST)

    def post_record(self, record: Any) -> None:
        """Agree it with the client."""
        post_order(db.session(), record.id, today=today(), calendar=working_time(db.session(), zone()).calendar)

    def invoice_record(self, record: Any) -> Any:
        """Make an invoice for what is not invoiced yet, and open it."""
        if not viewer().may(WRITE, "Invoices"):
            abort(403)
        return redirect(card_url(invoice_from_order(db.session(), record.id, today=today())))

    def close_record(self, record: Any) -> None:
        """Nothing more will be done."""
        close_order(db.session(), record.id)

    def cancel_record(self, record: Any) -> None:
        """Take it back."""
        cancel_order(db.session(), record.id)

    def is_editable(self, record: Any) -> bool:
        """A posted order is changed only after it is cancelled."""
        return record.status in CHANGEABLE

    def card_commands(self, record: Any) -> Sequence[Command]:
        """Print; order from a supplier."""
        url = url_for("PrintView.document", kind="order", pk=record.id)
        return [Command(_("Print"), url, icon="printer", new_tab=True, name="print")]

    def card_files(self, record: Any) -> Any:
        """Letters and scans that belong to it."""
        return card_files(record, self.area, can_write=self.may(WRITE))

    def is_late(self, record: Any) -> bool:
        """Tell whether the day has passed."""
        return is_late(record, today())
