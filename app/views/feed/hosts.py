"""The records that have a timeline, found by their address; and the addresses of their timelines."""

from typing import Any

from flask import abort, url_for

from app.database import db
from app.models.clients import Client
from app.models.deals import Deal
from app.models.service import Equipment
from app.permissions import READ, WRITE, Viewer
from app.reports.feed import FeedOf
from app.services.timeline import Host, client_of
from app.views.current import viewer
from app.views.files import whole_key

HOSTS: dict[str, tuple[type[Any], str]] = {
    "client": (Client, "Clients"),
    "deal": (Deal, "Deals"),
    "equipment": (Equipment, "Equipment"),
}
"""Table -> its model and the area whose right opens its timeline."""


def find_host(table: str, pk: str) -> Host:
    """The record through the row rule; 404 without the right or the row."""
    model, area = HOSTS.get(table) or abort(404)
    if not viewer().may(READ, area):
        abort(404)
    found: Host = db.session.get(model, whole_key(pk)) or abort(404)
    return found


def host_of(table: str, key: int) -> Host | None:
    """The record, where the person sees it."""
    model, area = HOSTS[table]
    found: Host | None = db.session.get(model, key) if viewer().may(READ, area) else None
    return found


def feed_of(host: Host, person: Viewer) -> FeedOf:
    """What the report is asked about."""
    client_id = host.id if isinstance(host, Client) else host.client_id
    return FeedOf(host.__tablename__, host.id, client_id, person)


def feed_url(host: Host, **given: Any) -> str:
    """The address of a timeline: the tab of a client's card, else a page of its own."""
    if isinstance(host, Client):
        return url_for("ClientCardView.card", pk=host.id, tab="timeline", **given)
    return url_for("FeedView.page", table=host.__tablename__, pk=host.id, **given)


def home_url(host: Host) -> str:
    """Where one goes after writing into a timeline: to where it is shown."""
    if isinstance(host, Deal):
        return url_for("DealCardView.deal", pk=host.id)
    return feed_url(host)


def may_talk(host: Host, person: Viewer) -> bool:
    """Whoever writes interactions may write one down here, when they see the client."""
    return person.may(WRITE, "Interactions") and _sees_client(host)


def may_comment(host: Host, person: Viewer) -> bool:
    """Whoever writes about clients or with them may comment: engineers too."""
    return (person.may(WRITE, "Clients") or person.may(WRITE, "Interactions")) and _sees_client(host)


def _sees_client(host: Host) -> bool:
    found: Client | None = client_of(host)
    return found is not None


def may_pin(person: Viewer) -> bool:
    """What stands first on a client's timeline is decided by whoever keeps the card."""
    return person.may(WRITE, "Clients")
