"""The documents of a deal as tables, a kind each, with totals."""

from collections.abc import Sequence
from decimal import Decimal

from flask import url_for

from app.models.claims import ClaimStatus
from app.models.deals import Deal
from app.models.interactions import InteractionState
from app.models.money import MoneyDirection
from app.models.purchasing import PurchaseStatus
from app.models.sales import DocumentStatus, OrderStatus, QuoteStatus
from app.permissions import READ, WRITE, Viewer
from app.reports.deal_card.documents import AREAS, DealDocument, DocKind
from app.services.quotes import AWAITING
from app.texts import _
from app.views import formats
from app.views.client_card.tables import heads
from app.views.current import today
from app.views.dated import late_cell
from app.views.pages import CardTable, Cell, Command, ListRow

_VIEWS = {
    DocKind.INTERACTION: "InteractionView",
    DocKind.QUOTE: "QuoteView",
    DocKind.ORDER: "OrderView",
    DocKind.INVOICE: "InvoiceView",
    DocKind.PAYMENT: "PaymentView",
    DocKind.PURCHASE: "PurchaseOrderView",
    DocKind.CONTRACT: "ContractView",
    DocKind.CLAIM: "ClaimView",
}
_WAITING = frozenset(
    {
        *AWAITING,
        QuoteStatus.EXPIRED,
        OrderStatus.POSTED,
        DocumentStatus.POSTED,
        PurchaseStatus.ORDERED,
        *(status for status in ClaimStatus if status is not ClaimStatus.CLOSED),
    }
)
"""States in which a day that has passed is a fault."""
_LEFT_OUT = frozenset({QuoteStatus.REPLACED, OrderStatus.CANCELLED, DocumentStatus.CANCELLED, PurchaseStatus.CANCELLED})
"""Documents that are no longer meant: they are shown, but not counted in the total."""
_ALWAYS = (DocKind.QUOTE, DocKind.ORDER, DocKind.INVOICE, DocKind.INTERACTION)
"""Kinds that are offered even while the deal has none."""


def document_tables(deal: Deal, found: Sequence[DealDocument], viewer: Viewer) -> tuple[CardTable, ...]:
    """The tables in the order of the kinds."""
    tables = []
    for kind in DocKind:
        own = [document for document in found if document.kind is kind]
        if viewer.may(READ, AREAS[kind]) and (own or kind in _ALWAYS):
            tables.append(_table(kind, own, _commands(kind, deal, viewer)))
    return tuple(tables)


def make_commands(deal: Deal, viewer: Viewer) -> list[Command]:
    """What can be made from the deal."""
    labels = {
        DocKind.INTERACTION: (_("Interaction"), "phone"),
        DocKind.QUOTE: (_("Quote"), "file-text"),
        DocKind.ORDER: (_("Order of a client"), "package"),
        DocKind.INVOICE: (_("Invoice"), "receipt"),
        DocKind.PURCHASE: (_("Order to a supplier"), "truck"),
    }
    found = [
        Command(label, _add_url(kind, deal), icon=icon, primary=kind is DocKind.QUOTE, name=kind.value)
        for kind, (label, icon) in labels.items()
        if viewer.may(WRITE, AREAS[kind])
    ]
    if viewer.may(WRITE, "Interactions"):
        url = url_for("LetterView.write", table="deal", pk=deal.id)
        found.append(Command(_("Letter"), url, icon="mail", name="letter"))
    return found


def _commands(kind: DocKind, deal: Deal, viewer: Viewer) -> tuple[Command, ...]:
    may_add = kind in {*_ALWAYS, DocKind.PURCHASE} and viewer.may(WRITE, AREAS[kind])
    return (Command(_("Add"), _add_url(kind, deal), icon="plus"),) if may_add else ()


def _add_url(kind: DocKind, deal: Deal) -> str:
    return url_for(f"{_VIEWS[kind]}.add", deal=deal.id, client=deal.client_id)


def _table(kind: DocKind, own: Sequence[DealDocument], commands: tuple[Command, ...]) -> CardTable:
    with_amount = kind is not DocKind.INTERACTION
    total = _total(own)
    columns = [(_("Number"), "text"), (_("Date"), "date"), (_("Status"), "text"), (_("When"), "date")]
    if with_amount:
        columns.insert(2, (_("Amount"), "money"))
    else:
        columns[0] = (_("Topic"), "text")
    totals = [Cell(_("In all")), Cell(""), Cell(""), Cell("")]
    if with_amount:
        totals.insert(2, formats.cell(total, "money"))
    return CardTable(
        str(kind.label),
        heads(*columns),
        tuple(_row(document, with_amount=with_amount) for document in own),
        totals=tuple(totals) if with_amount and len(own) > 1 else (),
        empty_text=_("Nothing here yet."),
        commands=commands,
    )


def _total(own: Sequence[DealDocument]) -> Decimal:
    """What is meant, by sign: money returned to the client is taken off."""
    total = Decimal(0)
    for document in own:
        if document.amount is not None and document.state not in _LEFT_OUT:
            total += -document.amount if document.state is MoneyDirection.OUT else document.amount
    return total


def _row(document: DealDocument, *, with_amount: bool) -> ListRow:
    is_late = document.due is not None and document.due < today() and document.state in _WAITING
    is_late = is_late or (document.state is InteractionState.PLANNED and document.day < today())
    due = document.due or (document.day if is_late else None)
    cells = [
        Cell(_("№ %(number)s", number=document.number or "—") if with_amount else document.title),
        formats.cell(document.day),
        formats.cell(document.state),
        late_cell(due) if is_late and due is not None else formats.cell(document.due) if document.due else Cell(""),
    ]
    if with_amount:
        cells.insert(2, formats.cell(document.amount, "money") if document.amount is not None else Cell(""))
    url = url_for(f"{_VIEWS[document.kind]}.show", pk=document.id)
    return ListRow(document.id, url, tuple(cells), tone="danger" if is_late else "")
