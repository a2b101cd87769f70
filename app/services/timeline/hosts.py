"""The records that have a timeline: a client, a deal, a machine."""

from typing import Any

from app.models.clients import Client
from app.models.deals import Deal
from app.models.service import Equipment

Host = Client | Deal | Equipment


def client_of(host: Host) -> Client:
    """The client whose record it is."""
    return host if isinstance(host, Client) else host.client


def host_links(host: Host) -> dict[str, Any]:
    """What is written on its timeline belongs to the client, and to the deal or machine where it is one's."""
    links: dict[str, Any] = {"client_id": host.id if isinstance(host, Client) else host.client_id}
    if isinstance(host, Deal):
        links["deal_id"] = host.id
    if isinstance(host, Equipment):
        links["equipment_id"] = host.id
    return links
