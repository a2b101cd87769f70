"""What a letter can be begun from, and what follows from it: the client, the deal, the document that goes along."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import abort, url_for

from app.database import begin_reading, db
from app.errors import RuleError
from app.models.agreements import Contract
from app.models.clients import Client, Contact
from app.models.deals import Deal
from app.models.interactions import Interaction
from app.models.sales import Invoice, Quote, QuoteStatus
from app.models.service import Visit
from app.permissions import READ, WRITE
from app.services.letters import check_sendable
from app.texts import _
from app.views.crud.cells import card_url
from app.views.current import viewer
from app.views.files import whole_key
from app.views.printing import FORMS


@dataclass(frozen=True, slots=True)
class Target:
    """A table whose records letters are written from: the area whose right opens them."""

    model: type[Any]
    area: str
    client: Callable[[Any], Client] = lambda record: record.client
    deal: Callable[[Any], Deal | None] = lambda record: record.deal
    contact: Callable[[Any], Contact | None] = lambda _record: None
    form: str = ""
    """Kind of the printed form that goes along (views/printing.py)."""


TARGETS: dict[str, Target] = {
    "client": Target(Client, "Clients", client=lambda record: record, deal=lambda _record: None),
    "deal": Target(Deal, "Deals", deal=lambda record: record, contact=lambda record: record.contact),
    "quote": Target(Quote, "Quotes", contact=lambda record: record.contact, form="quote"),
    "invoice": Target(Invoice, "Invoices", form="invoice"),
    "contract": Target(Contract, "Contracts", deal=lambda _record: None, form="contract"),
    "visit": Target(
        Visit, "Visits", deal=lambda _record: None, contact=lambda record: record.contact, form="visit_act"
    ),
    "interaction": Target(Interaction, "Interactions", contact=lambda record: record.contact),
}
"""Table in the address -> what is written about."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A printed form, and the version of the record that it was printed from."""

    content: bytes
    name: str
    version: int


def target_record(table: str, pk: str) -> tuple[Target, Any]:
    """The record through the rights and the row rule; 404 for what is not to be seen."""
    target = TARGETS.get(table) or abort(404)
    if not viewer().may(READ, target.area):
        abort(404)
    record = db.session.get(target.model, whole_key(pk)) or abort(404)
    return target, record


def check_may_send(record: Any) -> None:
    """Refuse a document that cannot go, and one that would be changed by whoever may not: 403."""
    if not isinstance(record, Quote | Invoice):
        return
    check_sendable(record)
    if isinstance(record, Quote) and record.status is QuoteStatus.DRAFT and not viewer().may(WRITE, "Quotes"):
        abort(403)


def enclosed(table: str, pk: str) -> Enclosed | None:
    """The printed form of the record. Printing takes a second or two, so it holds no write lock meanwhile."""
    target = TARGETS[table]
    if not target.form:
        return None
    db.session.rollback()
    begin_reading(True)
    try:
        record = db.session.get(target.model, whole_key(pk)) or abort(404)
        form = FORMS[target.form]
        return Enclosed(form.pdf(record), form.name(record), record.version)
    finally:
        db.session.rollback()
        begin_reading(False)


def check_unchanged(record: Any, printed: Enclosed | None) -> None:
    """Refuse to send a print of what the record no longer says."""
    if printed is not None and record.version != printed.version:
        raise RuleError(_("The document has just been changed. Send the letter again."))


def back_url(record: Any) -> str:
    """Where the letter was begun."""
    return card_url(record) or url_for("InteractionView.list")


def form_url(target: Target, record: Any) -> str:
    """The printed form as it will go."""
    return url_for("PrintView.document", kind=target.form, pk=record.id) if target.form else ""
