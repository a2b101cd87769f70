"""What each tab of a client's card shows."""

from collections.abc import Callable

from flask import url_for

from app.database import db
from app.models.clients import Client
from app.permissions import WRITE, Viewer
from app.reports.client_card import tabs
from app.texts import _
from app.views import formats
from app.views.client_card.contracts import contracts
from app.views.client_card.documents import deals, debts
from app.views.client_card.feed import feed
from app.views.client_card.machines import equipment, visits
from app.views.client_card.people import contacts
from app.views.client_card.shown import CardBody, CommentItem
from app.views.crud.columns import column_of
from app.views.pages import CardField, CardGroup, Command

OVERVIEW = (
    (("Requisites"), ("full_name", "kind", "inn", "kpp", "ogrn", "head_name", "head_position")),
    (("About"), ("segment", "source", "legal_address", "actual_address", "comment")),
)
LATEST = 5
"""Entries of the timeline and comments on the overview."""


def body(tab: str, client: Client, viewer: Viewer) -> CardBody:
    """The body of one tab."""
    return _BODIES[tab](client, viewer)


def _overview(client: Client, viewer: Viewer) -> CardBody:
    titles = {"Requisites": _("Requisites"), "About": _("About the client")}
    groups = tuple(
        CardGroup(
            titles[title],
            tuple(_field(client, name) for name in names if getattr(client, name)),
            url_for("ClientView.edit", pk=client.id, fields=",".join(names)) if viewer.may(WRITE, "Clients") else "",
        )
        for title, names in OVERVIEW
    )
    items, _filters, _next = feed(client, viewer)
    return CardBody(
        groups=tuple(group for group in groups if group.fields),
        feed=items[:LATEST],
        next_url=url_for("ClientCardView.card", pk=client.id, tab="timeline") if len(items) > LATEST else "",
        comments=_comments(client, viewer, LATEST),
        comment_url=comment_url(client, viewer),
    )


def _field(client: Client, name: str) -> CardField:
    column = column_of(Client, name)
    value = getattr(client, name)
    return CardField(str(column.label), formats.cell(value, column.kind), column.kind == "long_text")


def may_comment(viewer: Viewer) -> bool:
    """Whoever writes about clients or with them may comment: engineers too."""
    return viewer.may(WRITE, "Clients") or viewer.may(WRITE, "Interactions")


def comment_url(client: Client, viewer: Viewer) -> str:
    """Where a comment is sent; '' for who may not comment."""
    return url_for("ClientCardView.comment", pk=client.id) if may_comment(viewer) else ""


def _comments(client: Client, viewer: Viewer, limit: int) -> tuple[CommentItem, ...]:
    may_pin = viewer.may(WRITE, "Clients")
    return tuple(
        CommentItem(
            text=comment.record.text,
            note=", ".join(filter(None, (comment.author, formats.moment(comment.record.created_at)))),
            is_pinned=comment.record.is_pinned,
            pin=Command(
                _("Unpin") if comment.record.is_pinned else _("Pin"),
                url_for("ClientCardView.pin", pk=client.id, comment=comment.record.id),
                icon="star",
                post=True,
            )
            if may_pin
            else None,
        )
        for comment in tabs.comments(db.session(), client.id, limit)
    )


def _timeline(client: Client, viewer: Viewer) -> CardBody:
    items, filters, following = feed(client, viewer)
    return CardBody(
        feed=items,
        feed_tabs=filters,
        next_url=following,
        comment_url=comment_url(client, viewer),
        empty_text=_("Nothing has happened yet. The first call, letter or document will stand here."),
    )


def _map(client: Client, viewer: Viewer) -> CardBody:
    """The template includes the map's own fragment."""
    return CardBody()


_BODIES: dict[str, Callable[[Client, Viewer], CardBody]] = {
    "overview": _overview,
    "contacts": contacts,
    "timeline": _timeline,
    "deals": deals,
    "contracts": contracts,
    "equipment": equipment,
    "visits": visits,
    "debts": debts,
    "map": _map,
}
