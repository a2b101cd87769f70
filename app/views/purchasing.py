"""Screens of orders to suppliers."""

from typing import Any

from app.database import db
from app.models.ledger import DocumentKind
from app.models.purchasing import PurchaseOrder, PurchaseOrderLine, PurchaseStatus
from app.models.sales import Order, Quote
from app.models.staff import Organisation
from app.permissions import WRITE
from app.services.basis import needed_lines
from app.services.documents import give_number
from app.services.purchasing import (
    cancel_purchase,
    check_purchase,
    fill_purchase,
    is_late,
    place_purchase,
    receive_purchase,
)
from app.texts import lazy
from app.views.attachments import card_files
from app.views.crud import Act, CrudView, Group, Preset
from app.views.current import today
from app.views.dated import Dated
from app.views.sale_lines import LINE_METHODS, SaleLines, lines_table, sale_defaults, sale_lines
from app.views.sections import SALES


class PurchaseOrderView(SaleLines, Dated, CrudView):
    """Orders to suppliers; goods that should have come show red."""

    model = PurchaseOrder
    area = "PurchaseOrders"
    route_base = "/purchase-orders"
    section = SALES
    due_name = "expected_on"
    has_files = True
    title = lazy("Orders to suppliers")
    title_one = lazy("Order to a supplier")
    add_label = lazy("New order to a supplier")
    list_names = ("number", "day", "supplier", "total", "status", "expected_on", "deal", "responsible")
    list_reads = ("status", "expected_on")
    sorts = ("number", "day", "expected_on")
    sort = "-day"
    filters = ("status", "supplier", "organisation", "responsible", "day", "expected_on", "deal", "order", "lines")
    presets = (
        Preset("mine", lazy("Mine"), lambda person, _day: PurchaseOrder.responsible_id == (person.employee_id or 0)),
        Preset("going", lazy("On the way"), lambda _person, _day: PurchaseOrder.status == PurchaseStatus.ORDERED),
        Preset(
            "late",
            lazy("Overdue"),
            lambda _person, day: (PurchaseOrder.status == PurchaseStatus.ORDERED) & (PurchaseOrder.expected_on < day),
        ),
    )
    search_through = ("supplier",)
    search_hint = lazy("Number, supplier, INN")
    totals = ("total",)
    groups = (
        Group(lazy("Order to a supplier"), ("number", "day", "supplier", "organisation", "responsible")),
        Group(lazy("Terms"), ("expected_on", "received_on", "deal", "order", "quote", "price_includes_vat")),
        Group(lazy("Totals"), ("total", "vat_total")),
        Group(lazy("Comment"), ("comment",)),
    )
    form_groups = (
        Group(lazy("Order to a supplier"), ("supplier", "day", "expected_on", "organisation", "responsible")),
        Group(lazy("Terms"), ("deal", "order", "quote", "price_includes_vat", "comment")),
    )
    lines = sale_lines(PurchaseOrderLine, "PurchaseOrderView")
    tables = (lines_table(PurchaseOrderLine),)
    acts = (
        Act(
            "place",
            lazy("Mark as ordered"),
            "place_record",
            icon="mail",
            primary=True,
            bulk=True,
            when=lambda order: order.status in (PurchaseStatus.DRAFT, PurchaseStatus.CANCELLED),
        ),
        Act(
            "receive",
            lazy("Everything has come"),
            "receive_record",
            icon="check",
            primary=True,
            when=lambda order: order.status is PurchaseStatus.ORDERED,
        ),
        Act(
            "cancel",
            lazy("Cancel the order"),
            "cancel_record",
            icon="undo",
            confirm=lazy("Cancel the order to the supplier?"),
            when=lambda order: order.status in (PurchaseStatus.DRAFT, PurchaseStatus.ORDERED),
        ),
    )

    method_permission_name = CrudView.method_permission_name | LINE_METHODS

    def defaults(self, record: Any) -> None:
        """An order of today, mine; for a deal, with what is to be bought for it."""
        sale_defaults(record)
        if record.deal is None:
            return
        basis, lines = needed_lines(db.session(), record.deal)
        record.lines = lines
        record.order = basis if isinstance(basis, Order) else None
        record.quote = basis if isinstance(basis, Quote) else None
        if basis is not None:
            record.organisation = db.session.get(Organisation, basis.organisation_id)

    def before_save(self, record: Any, *, is_new: bool) -> None:
        """Fill in names and VAT, compute the totals, check the sides."""
        fill_purchase(db.session(), record, today())
        check_purchase(record)

    def after_save(self, record: Any, *, is_new: bool) -> None:
        """Number a new order at once."""
        give_number(db.session(), record, DocumentKind.PURCHASE_ORDER)

    def place_record(self, record: Any) -> None:
        """The supplier has it."""
        place_purchase(db.session(), record.id, today=today())

    def receive_record(self, record: Any) -> None:
        """Everything has come."""
        receive_purchase(db.session(), record.id, today=today())

    def cancel_record(self, record: Any) -> None:
        """Take it back."""
        cancel_purchase(db.session(), record.id)

    def is_editable(self, record: Any) -> bool:
        """What was ordered changes no more, but for what it costs: then cancel it first."""
        return record.status in (PurchaseStatus.DRAFT, PurchaseStatus.CANCELLED)

    def card_files(self, record: Any) -> Any:
        """Letters and scans that belong to it."""
        return card_files(record, self.area, can_write=self.may(WRITE))

    def is_late(self, record: Any) -> bool:
        """Tell whether the day has passed."""
        return is_late(record, today())
