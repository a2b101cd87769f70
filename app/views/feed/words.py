"""Entries of a timeline in words, with icons, links and what may be done with them."""

from collections.abc import Callable
from typing import Any

from flask import url_for

from app.clock import day_of
from app.models.interactions import InteractionKind, InteractionState
from app.permissions import WRITE, Viewer
from app.reports.feed import FeedEntry, FeedKind
from app.services.timeline import may_delete, may_edit
from app.texts import _, ngettext
from app.views import formats
from app.views.current import today, zone
from app.views.dated import late_cell
from app.views.feed.shown import FeedItem
from app.views.pages import Cell, Command

_ICONS = {
    FeedKind.INTERACTION: "message-square",
    FeedKind.COMMENT: "message-square",
    FeedKind.QUOTE: "file-text",
    FeedKind.ORDER: "package",
    FeedKind.INVOICE: "receipt",
    FeedKind.PAYMENT: "banknote",
    FeedKind.CONTRACT: "file-text",
    FeedKind.REQUEST: "wrench",
    FeedKind.VISIT: "wrench",
    FeedKind.CLAIM: "alert-triangle",
    FeedKind.STAGE: "handshake",
    FeedKind.RESPONSIBLE: "user",
    FeedKind.FILE: "paperclip",
}
MARK_ICONS = {InteractionKind.CALL: "phone", InteractionKind.MEETING: "users", InteractionKind.LETTER: "mail"}
_ENDPOINTS = {
    FeedKind.INTERACTION: "InteractionView.show",
    FeedKind.QUOTE: "QuoteView.show",
    FeedKind.ORDER: "OrderView.show",
    FeedKind.INVOICE: "InvoiceView.show",
    FeedKind.PAYMENT: "PaymentView.show",
    FeedKind.CONTRACT: "ContractView.show",
    FeedKind.REQUEST: "RequestView.show",
    FeedKind.VISIT: "VisitView.show",
    FeedKind.CLAIM: "ClaimView.show",
}
LONGEST_BODY = 400
"""Characters of an entry's text; the whole stands on its own card. Comments have none and are shown whole."""


def feed_item(entry: FeedEntry, viewer: Viewer, address: Callable[..., str]) -> FeedItem:
    """One entry in words. `address` gives the timeline's own address with arguments."""
    return FeedItem(
        id=entry.id,
        icon=MARK_ICONS[entry.mark] if entry.mark is not None else _ICONS[entry.kind],
        tone=entry.kind.tone,
        kind=entry.kind.value,
        when=formats.day(entry.day) if entry.day is not None else formats.moment(entry.at),
        title=_title(entry),
        url=_url(entry),
        body=_short(entry, entry.body),
        outcome=_short(entry, entry.outcome),
        note=_note(entry),
        amount=formats.roubles(entry.amount) if entry.amount is not None else "",
        chip=_chip(entry),
        people=" → ".join(name for name in (entry.who, entry.whom) if name),
        files=ngettext("%(num)s file", "%(num)s files", entry.files) if entry.files else "",
        is_pinned=entry.is_pinned,
        edited=_("changed %(when)s", when=formats.moment(entry.edited_at)) if entry.edited_at is not None else "",
        edited_url=url_for("FeedView.comment", comment=entry.id) if entry.edited_at is not None else "",
        commands=tuple(_commands(entry, viewer, address)),
    )


def _short(entry: FeedEntry, text: str) -> str:
    if entry.kind is FeedKind.COMMENT or len(text) <= LONGEST_BODY:
        return text
    return f"{text[:LONGEST_BODY]}…"


def _url(entry: FeedEntry) -> str:
    if entry.kind is FeedKind.STAGE:
        return url_for("DealCardView.deal", pk=entry.link_id)
    if entry.kind is FeedKind.FILE:
        return url_for("FileView.show", pk=entry.id, name=entry.title)
    return url_for(_ENDPOINTS[entry.kind], pk=entry.id) if entry.kind in _ENDPOINTS else ""


def _is_planned(entry: FeedEntry) -> bool:
    return entry.state is InteractionState.PLANNED


def _chip(entry: FeedEntry) -> Cell | None:
    """The status; of what should have happened by now, how late it is."""
    if entry.state is None:
        return None
    day = day_of(entry.at, zone())
    if entry.state.value == "planned" and entry.day is None and day < today():
        return late_cell(day)
    return formats.cell(entry.state)


def _note(entry: FeedEntry) -> str:
    if not entry.note:
        return ""
    if entry.kind is FeedKind.INTERACTION:
        return _("by the rule «%(rule)s»", rule=entry.note)
    return _("before: %(before)s", before=entry.note)


def _commands(entry: FeedEntry, viewer: Viewer, address: Callable[..., str]) -> Any:
    if entry.kind is FeedKind.INTERACTION and _is_planned(entry) and viewer.may(WRITE, "Interactions"):
        url = f"{address(done=str(entry.id))}#composer"
        yield Command(_("Write up"), url, icon="check", name="done")
    if entry.kind is FeedKind.COMMENT:
        if may_edit(entry.author_id, viewer):
            yield Command(_("Edit"), url_for("FeedView.comment", comment=entry.id), icon="edit", name="edit")
        if may_delete(entry.author_id, viewer):
            question = _("Delete this comment? The history keeps it.")
            url = url_for("FeedView.delete_comment", comment=entry.id)
            yield Command(_("Delete"), url, icon="trash", post=True, danger=True, confirm=question, name="delete")


def _title(entry: FeedEntry) -> str:
    return _TITLES[entry.kind](entry)


def _number(entry: FeedEntry) -> str:
    return entry.number or "—"


def _request(entry: FeedEntry) -> str:
    return _("Service request № %(number)s: %(work)s", number=_number(entry), work=entry.title)


def _contract(entry: FeedEntry) -> str:
    return _("Contract № %(number)s: %(subject)s", number=_number(entry), subject=entry.title)


def _responsible(entry: FeedEntry) -> str:
    return _("New responsible: %(name)s", name=entry.title)


_TITLES: dict[FeedKind, Callable[[FeedEntry], str]] = {
    FeedKind.INTERACTION: lambda entry: f"{entry.mark.label}: {entry.title}" if entry.mark is not None else entry.title,
    FeedKind.COMMENT: lambda _entry: _("Comment"),
    FeedKind.QUOTE: lambda entry: _("Quote № %(number)s", number=_number(entry)),
    FeedKind.ORDER: lambda entry: _("Order № %(number)s", number=_number(entry)),
    FeedKind.INVOICE: lambda entry: _("Invoice № %(number)s", number=_number(entry)),
    FeedKind.PAYMENT: lambda entry: _("Payment № %(number)s", number=_number(entry)),
    FeedKind.CONTRACT: _contract,
    FeedKind.REQUEST: _request,
    FeedKind.VISIT: lambda entry: _("Visit: %(work)s", work=entry.title) if entry.title else _("Visit"),
    FeedKind.CLAIM: lambda entry: _("Claim № %(number)s", number=_number(entry)),
    FeedKind.STAGE: lambda entry: _("Stage «%(stage)s»", stage=entry.title),
    FeedKind.RESPONSIBLE: _responsible,
    FeedKind.FILE: lambda entry: entry.title,
}
