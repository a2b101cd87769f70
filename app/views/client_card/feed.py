"""The timeline as shown: words, icons and links of its entries; the filter and the pages in the address."""

import re
from datetime import UTC, datetime
from typing import Any

from flask import abort, request, url_for

from app.database import db
from app.models.clients import Client
from app.models.interactions import InteractionKind
from app.permissions import Viewer
from app.reports.client_card.timeline import Cursor, FeedEntry, FeedKind, open_kinds, timeline
from app.texts import _, ngettext
from app.views import formats
from app.views.client_card.shown import FeedItem
from app.views.pages import Tab

_CURSOR = re.compile(r"(\d{14})-([a-z_]{1,20})-(\d{1,18})", re.ASCII)
_ICONS = {
    FeedKind.INTERACTION: "message-square",
    FeedKind.QUOTE: "file-text",
    FeedKind.ORDER: "package",
    FeedKind.INVOICE: "receipt",
    FeedKind.PAYMENT: "banknote",
    FeedKind.CONTRACT: "file-text",
    FeedKind.VISIT: "wrench",
    FeedKind.COMMENT: "message-square",
    FeedKind.CLAIM: "alert-triangle",
}
_MARK_ICONS = {InteractionKind.CALL: "phone", InteractionKind.MEETING: "users", InteractionKind.LETTER: "mail"}
_ENDPOINTS = {
    FeedKind.INTERACTION: "InteractionView.show",
    FeedKind.QUOTE: "QuoteView.show",
    FeedKind.ORDER: "OrderView.show",
    FeedKind.INVOICE: "InvoiceView.show",
    FeedKind.PAYMENT: "PaymentView.show",
    FeedKind.CONTRACT: "ContractView.show",
    FeedKind.VISIT: "VisitView.show",
    FeedKind.CLAIM: "ClaimView.show",
}
LONGEST_BODY = 400
"""Characters of an entry's text; the whole stands on its own card."""


def feed(client: Client, viewer: Viewer) -> tuple[tuple[FeedItem, ...], tuple[Tab, ...], str]:
    """A page of the timeline, the tabs of its filter, and the address of the next page."""
    kinds = open_kinds(viewer)
    wanted = request.args.get("kind", "")
    if wanted and wanted not in kinds:
        abort(400)
    chosen = [FeedKind(wanted)] if wanted else list(kinds)
    page = timeline(db.session(), client.id, chosen, after=read_cursor(request.args.get("after", "")))
    following = _address(client, wanted, write_cursor(page.next)) if page.next is not None else ""
    everything = Tab("all", _("Everything"), _address(client, "", ""), not wanted)
    filters = [
        Tab(kind.value, str(kind.label), _address(client, kind.value, ""), kind.value == wanted) for kind in kinds
    ]
    return tuple(map(feed_item, page.entries)), (everything, *filters), following


def _address(client: Client, kind: str, after: str) -> str:
    given: dict[str, Any] = {name: value for name, value in (("kind", kind), ("after", after)) if value}
    return url_for("ClientCardView.card", pk=client.id, tab="timeline", **given)


def write_cursor(cursor: Cursor) -> str:
    """A cursor as it stands in an address: «20261123090000-invoice-15»."""
    return f"{cursor.at.astimezone(UTC):%Y%m%d%H%M%S}-{cursor.kind}-{cursor.id}"


def read_cursor(text: str) -> Cursor | None:
    """The cursor of an address; None for the first page, 400 for nonsense."""
    if not text:
        return None
    found = _CURSOR.fullmatch(text) or abort(400)
    try:
        at = datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        abort(400)
    return Cursor(at, found[2], int(found[3]))


def feed_item(entry: FeedEntry) -> FeedItem:
    """One entry in words."""
    endpoint = _ENDPOINTS.get(entry.kind, "")
    return FeedItem(
        icon=_MARK_ICONS[entry.mark] if entry.mark is not None else _ICONS[entry.kind],
        tone=entry.kind.tone,
        kind=entry.kind.value,
        when=formats.day(entry.day) if entry.day is not None else formats.moment(entry.at),
        title=_title(entry),
        url=url_for(endpoint, pk=entry.id) if endpoint else "",
        body=entry.body if len(entry.body) <= LONGEST_BODY else f"{entry.body[:LONGEST_BODY]}…",
        amount=formats.roubles(entry.amount) if entry.amount is not None else "",
        chip=formats.cell(entry.state) if entry.state is not None else None,
        people=" → ".join(name for name in (entry.who, entry.whom) if name),
        files=ngettext("%(num)s file", "%(num)s files", entry.files) if entry.files else "",
    )


def _title(entry: FeedEntry) -> str:
    number = entry.number or "—"
    match entry.kind:
        case FeedKind.INTERACTION:
            return f"{entry.mark.label}: {entry.title}" if entry.mark is not None else entry.title
        case FeedKind.QUOTE:
            return _("Quote № %(number)s", number=number)
        case FeedKind.ORDER:
            return _("Order № %(number)s", number=number)
        case FeedKind.INVOICE:
            return _("Invoice № %(number)s", number=number)
        case FeedKind.PAYMENT:
            return _("Payment № %(number)s", number=number)
        case FeedKind.CONTRACT:
            return _("Contract № %(number)s: %(subject)s", number=number, subject=entry.title)
        case FeedKind.VISIT:
            return _("Visit: %(work)s", work=entry.title) if entry.title else _("Visit")
        case FeedKind.COMMENT:
            return _("Comment")
        case FeedKind.CLAIM:
            return _("Claim № %(number)s", number=number)
