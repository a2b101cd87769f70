"""Printed forms: /print/<kind>/<id>.pdf, by the right to read the record's area and by the row rule."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, abort
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access

from app.database import db
from app.models.agreements import Contract
from app.models.sales import Invoice, Order, Quote
from app.models.service import Visit
from app.permissions import READ
from app.reports.contract_print import contract_file_name, contract_pdf
from app.reports.invoice_print import invoice_file_name, invoice_pdf
from app.reports.offer_print import order_file_name, order_pdf, quote_file_name, quote_pdf
from app.reports.rendering.merging import merged
from app.reports.visit_act_print import visit_act_file_name, visit_act_pdf
from app.views.attachments import store
from app.views.current import viewer, zone
from app.views.files import PDF_POLICY, disposition, whole_key


@dataclass(frozen=True, slots=True)
class Form:
    """A printed form: whose records it is for, the area whose right it asks, how it is made and named."""

    model: type[Any]
    area: str
    pdf: Callable[[Any], bytes]
    name: Callable[[Any], str]

    def answer(self, records: Sequence[Any], title: str) -> Response:
        """The form of a record, or those of several as one document of this title."""
        if len(records) == 1:
            return shown(self.pdf(records[0]), self.name(records[0]))
        return shown(merged(self.pdf(record) for record in records), title)


FORMS: dict[str, Form] = {
    "contract": Form(Contract, "Contracts", lambda record: contract_pdf(db.session(), record), contract_file_name),
    "invoice": Form(Invoice, "Invoices", lambda record: invoice_pdf(db.session(), record), invoice_file_name),
    "quote": Form(Quote, "Quotes", quote_pdf, quote_file_name),
    "order": Form(Order, "Orders", order_pdf, order_file_name),
    "visit_act": Form(
        Visit,
        "Visits",
        lambda record: visit_act_pdf(db.session(), record, zone(), store()),
        lambda record: visit_act_file_name(record, zone()),
    ),
}
"""Kind in the address -> the form."""


class PrintView(BaseView):
    """Makes the PDF of a record and shows it in the browser."""

    route_base = "/print"
    class_permission_name = "Print"
    method_permission_name = {"document": "read"}

    @expose("/<kind>/<pk>.pdf")
    @has_access
    def document(self, kind: str, pk: str) -> Any:
        """Show the PDF, offered for saving under a name that says what it is."""
        form = FORMS.get(kind) or abort(404)
        if not viewer().may(READ, form.area):
            abort(404)
        record = db.session.get(form.model, whole_key(pk)) or abort(404)
        return form.answer([record], "")


def shown(pdf: bytes, name: str) -> Response:
    """A PDF to be read in the browser, offered for saving under the name."""
    response = Response(pdf, mimetype="application/pdf")
    response.headers["Content-Disposition"] = disposition(name, inline=True)
    response.headers["Content-Security-Policy"] = PDF_POLICY
    return response
