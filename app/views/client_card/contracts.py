"""Contracts with their PDF shown in place."""

from flask import abort, request, url_for

from app.database import db
from app.models.clients import Client
from app.models.files import Attachment, AttachmentKind
from app.permissions import Viewer
from app.reports.client_card import tabs
from app.texts import _, ngettext
from app.views import formats
from app.views.attachments import file_url
from app.views.client_card.shown import CardBody, Document
from app.views.client_card.tables import add_command, due_cell, due_tone, heads, more_url
from app.views.crud.query import whole
from app.views.pages import CardTable, Cell, ListRow


def contracts(client: Client, viewer: Viewer) -> CardBody:
    """The contracts, and one PDF open beneath: the one asked for, else the newest signed one."""
    found = tabs.contracts(db.session(), client.id)
    rows = tuple(_contract_row(item, client) for item in found)
    table = CardTable(
        _("Contracts"),
        heads(
            (_("Number"), "text"),
            (_("PDF"), "file"),
            (_("Date"), "date"),
            (_("Valid until"), "date"),
            (_("Amount"), "money"),
            (_("Status"), "text"),
            (_("Kind"), "text"),
            (_("History"), "text"),
        ),
        rows,
        empty_text=_("No contracts yet."),
        commands=add_command("ContractView.add", _("New contract"), client, viewer, "Contracts"),
        more_url=more_url("ContractView.list", client, rows),
    )
    files = [file for item in found for file in item.files if file.file.media_type == "application/pdf"]
    return CardBody(tables=(table,), document=_document(files))


def _contract_row(item: tabs.ContractFiles, client: Client) -> ListRow:
    contract, pdf = item.contract, _latest_pdf(item.files)
    term = contract.valid_to if not contract.is_prolonged else None
    until = formats.cell(contract.valid_to) if contract.valid_to else Cell(_("no end date"))
    print_url = url_for("PrintView.document", kind="contract", pk=contract.id)
    return ListRow(
        contract.id,
        url_for("ContractView.show", pk=contract.id),
        (
            Cell(f"№ {contract.number}"),
            Cell(_("Open"), "file", url=file_url(pdf)) if pdf else Cell(_("Print the contract"), url=print_url),
            formats.cell(contract.signed_on),
            due_cell(term) if contract.status.value == "signed" and term else until,
            formats.cell(contract.amount, "money") if contract.amount is not None else Cell(""),
            formats.cell(contract.status),
            Cell(str(contract.kind.label)),
            _history(item, client),
        ),
        tone=due_tone(term) if contract.status.value == "signed" else "",
    )


def _latest_pdf(files: tuple[Attachment, ...]) -> Attachment | None:
    pdfs = [file for file in files if file.file.media_type == "application/pdf"]
    return next((file for file in pdfs if file.kind is AttachmentKind.SIGNED), pdfs[0] if pdfs else None)


def _history(item: tabs.ContractFiles, client: Client) -> Cell:
    """How many versions there are; leads to the newest one, shown in place."""
    if not item.files:
        return Cell("")
    words = ngettext("%(num)s file", "%(num)s files", len(item.files))
    newest = _latest_pdf(item.files)
    if newest is None:
        return Cell(words, url=url_for("ContractView.show", pk=item.contract.id))
    return Cell(words, url=url_for("ClientCardView.card", pk=client.id, tab="contracts", file=newest.id) + "#document")


def _document(files: list[Attachment]) -> Document | None:
    """The PDF shown in place."""
    chosen: Attachment | None
    if asked := request.args.get("file", ""):
        chosen = next((file for file in files if file.id == whole(asked)), None) or abort(404)
    else:
        chosen = next((file for file in files if file.kind is AttachmentKind.SIGNED), files[0] if files else None)
    if chosen is None:
        return None
    pages = ngettext("%(num)s page", "%(num)s pages", chosen.file.pages or 1)
    note = ", ".join((formats.moment(chosen.created_at), pages, formats.size(chosen.file.size)))
    return Document(chosen.name, file_url(chosen), note)
