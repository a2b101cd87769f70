"""How to call the client of a visit, and how to get there: links for the phone's own programs."""

from urllib.parse import quote

from app.models.service import Visit
from app.services.names import tel_url
from app.texts import _


def call_url(visit: Visit) -> str:
    """`tel:` of the visit's contact, else of the client; '' without a number."""
    numbers = [phone.number for phone in visit.contact.phones] if visit.contact is not None else []
    number = next(iter(numbers), visit.client.phone or "")
    return tel_url(number)


def route_links(visit: Visit) -> tuple[tuple[str, str], ...]:
    """Name and address of the map services that lead to the client; none where the place is not known."""
    client = visit.client
    if client.latitude is not None and client.longitude is not None:
        place = f"{client.latitude},{client.longitude}"
    else:
        place = quote(", ".join(part for part in (visit.town or client.town, visit.site) if part))
    if not place:
        return ()
    return (
        (_("Yandex Maps"), f"https://yandex.ru/maps/?rtext=~{place}&rtt=auto"),
        (_("Google Maps"), f"https://www.google.com/maps/dir/?api=1&destination={place}"),
    )
