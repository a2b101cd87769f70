"""What the screens of all documents with priced lines share: the price of a product just picked, live totals."""

from datetime import date
from typing import Any

from flask import jsonify, request
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy import select

from app.database import db
from app.models.agreements import Agreement
from app.models.catalogue import PriceType, Product
from app.models.deals import Deal
from app.models.staff import Organisation
from app.services.documents import recalculate
from app.services.prices import price_on, usual_price_type
from app.texts import lazy
from app.views import formats
from app.views.clients import client_from_address, me
from app.views.crud import CardColumns, Lines
from app.views.crud.editing import Editing
from app.views.crud.query import whole
from app.views.current import today, viewer

LINE_METHODS = {"price": "read", "count_lines": "write"}
"""Which permission the routes below ask for."""
_SHOWN = ("name", "quantity", "price", "discount_percent", "vat", "vat_amount", "amount")


def sale_lines(model: type[Any], view: str) -> tuple[Lines, ...]:
    """The lines of a document, edited inside its form; `view` has the routes below."""
    return (
        Lines(
            "lines",
            model,
            ("product", "name", "quantity", "price", "discount_percent", "vat"),
            ("vat_amount", "amount"),
            price_endpoint=f"{view}.price",
            totals_endpoint=f"{view}.count_lines",
        ),
    )


def lines_table(model: type[Any]) -> CardColumns:
    """The lines of a document on its card."""
    return CardColumns(
        lazy("Products and services"), _SHOWN, lambda document: document.lines, model, ("vat_amount", "amount")
    )


def is_countable(line: Any) -> bool:
    """Tell whether a line being typed already says enough to be counted."""
    return None not in (line.quantity, line.price, line.discount_percent, line.vat)


def record_from_address(model: type[Any], name: str) -> Any:
    """The record that an argument of the address names (`?deal=5`), when the person may see it; else None."""
    key = request.args.get(name, "")
    return db.session.get(model, int(key)) if key.isascii() and key.isdigit() and len(key) < 19 else None


def sale_defaults(record: Any) -> None:
    """A document of today, mine, of our first organisation, for the client or the deal of the address."""
    record.day = today()
    record.responsible = me(viewer())
    record.organisation = db.session.scalars(select(Organisation).order_by(Organisation.id)).first()
    record.deal = record_from_address(Deal, "deal")
    if hasattr(type(record), "client"):
        record.client = record.deal.client if record.deal is not None else client_from_address()


def terms_of(record: Any) -> Agreement | None:
    """The client's own terms of sale with the organisation, in force on the document's day; the newest ones."""
    if record.client is None or record.organisation is None:
        return None
    own = select(Agreement).where(
        Agreement.client_id == record.client.id,
        Agreement.organisation_id == record.organisation.id,
        Agreement.is_active,
        Agreement.valid_from <= record.day,
        Agreement.valid_to.is_(None) | (Agreement.valid_to >= record.day),
    )
    return db.session.scalars(own.order_by(Agreement.valid_from.desc(), Agreement.id.desc()).limit(1)).first()


class SaleLines:
    """Mixed into a screen of documents with priced lines."""

    @expose("/price")
    @has_access
    def price(self) -> Any:
        """Name, price and VAT of a product for a line just picked (`?product=5`), by the terms of the form."""
        product = db.session.get(Product, whole(request.args.get("product", ""))) if request.args else None
        if product is None:
            return jsonify({}), 404
        agreement = record_from_address(Agreement, "agreement")
        kind = record_from_address(PriceType, "price_type") or (agreement.price_type if agreement else None)
        kind = kind or usual_price_type(db.session())
        amount = price_on(db.session(), product, kind, _day()) if kind is not None else None
        answer = {
            "name": product.name,
            "price": formats.money(amount) if amount is not None else "",
            "vat": product.vat.value,
            "unit": str(product.unit),
        }
        if agreement is not None and agreement.discount_percent:
            answer["discount_percent"] = formats.quantity(agreement.discount_percent)
        return jsonify(answer)

    @expose("/totals", methods=["POST"])
    @has_access
    def count_lines(self: Any) -> Any:
        """Count the lines of the form as it stands, nothing saved: amounts per line and the totals."""
        draft = Editing(self, None)
        with db.session.no_autoflush:
            draft.form.populate_obj(draft.record)
            lines = [line for line in draft.record.lines if is_countable(line)]
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


def _day() -> date:
    """The day of the form, today when it says none that can be read."""
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today()
