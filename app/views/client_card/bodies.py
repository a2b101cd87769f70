"""What each tab of a client's card shows."""

from collections.abc import Callable

from flask import url_for

from app.models.clients import Client
from app.permissions import WRITE, Viewer
from app.texts import _
from app.views import formats
from app.views.client_card.contracts import contracts
from app.views.client_card.documents import deals, debts
from app.views.client_card.machines import equipment, visits
from app.views.client_card.people import contacts
from app.views.client_card.shown import CardBody
from app.views.crud.columns import column_of
from app.views.feed.page import feed_body, feed_start
from app.views.pages import CardField, CardGroup

OVERVIEW = (
    (("Requisites"), ("full_name", "kind", "inn", "kpp", "ogrn", "head_name", "head_position")),
    (("About"), ("segment", "source", "legal_address", "actual_address", "comment")),
)
LATEST = 5
"""Entries of the timeline on the overview."""


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
    return CardBody(groups=tuple(group for group in groups if group.fields), feed=feed_start(client, viewer, LATEST))


def _field(client: Client, name: str) -> CardField:
    column = column_of(Client, name)
    value = getattr(client, name)
    return CardField(str(column.label), formats.cell(value, column.kind), column.kind == "long_text")


def _timeline(client: Client, viewer: Viewer) -> CardBody:
    return CardBody(feed=feed_body(client, viewer))


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
