"""Screens of payments."""

from typing import Any

from sqlalchemy import or_

from app.database import db
from app.models.money import Allocation, MoneyDirection, Payment
from app.permissions import POST
from app.services.payments import cancel_payment, post_payment
from app.texts import _, lazy
from app.views.clients import client_from_address
from app.views.crud import CardColumns, CrudView, Group, Preset
from app.views.current import today
from app.views.postings import is_posted, posting_acts
from app.views.sections import TREASURY


class PaymentView(CrudView):
    """Payments; most come from bank statements."""

    model = Payment
    area = "Payments"
    route_base = "/payments"
    section = TREASURY
    title = lazy("Payments")
    title_one = lazy("Payment")
    add_label = lazy("New payment")
    list_names = ("number", "day", "direction", "amount", "client", "purpose", "status")
    list_reads = ("status",)
    sorts = ("day", "amount", "number")
    sort = "-day"
    filters = ("direction", "status", "client", "account", "article", "day", "amount")
    presets = (
        Preset("in", lazy("Money in"), lambda _person, _day: Payment.direction == MoneyDirection.IN),
        Preset("out", lazy("Money out"), lambda _person, _day: Payment.direction == MoneyDirection.OUT),
        Preset(
            "unknown",
            lazy("Unknown payer"),
            lambda _person, _day: (Payment.direction == MoneyDirection.IN) & or_(Payment.client_id.is_(None)),
        ),
    )
    search_through = ("client",)
    search_hint = lazy("Number, payer, INN, client")
    totals = ("amount",)
    groups = (
        Group(lazy("Payment"), ("number", "day", "document_day", "direction", "amount", "account", "article")),
        Group(lazy("Other side"), ("client", "payer_name", "payer_inn", "payer_account")),
        Group(lazy("Purpose"), ("purpose", "comment")),
    )
    tables = (
        CardColumns(
            lazy("What it settles"),
            ("due_item", "amount", "reason"),
            lambda payment: payment.allocations,
            Allocation,
            ("amount",),
        ),
    )
    acts = posting_acts(lazy("Cancel the payment? The debts that it settled open again."))

    def defaults(self, record: Any) -> None:
        """Money that came today."""
        record.day = today()
        record.direction = MoneyDirection.IN
        record.client = client_from_address()

    def may_post(self) -> bool:
        """The form offers posting to holders of the right."""
        return self.may(POST)

    def post_record(self, record: Any) -> None:
        """Post: the money settles the client's debts, oldest due first."""
        post_payment(db.session(), record.id, today=today())

    def cancel_record(self, record: Any) -> None:
        """Cancel posting."""
        cancel_payment(db.session(), record.id)

    def is_editable(self, record: Any) -> bool:
        """A posted payment is changed only after its posting is cancelled."""
        return not is_posted(record)

    def record_title(self, record: Any) -> str:
        """Which way the money went."""
        return _("%(direction)s payment %(number)s", direction=str(record.direction.label), number=str(record))
