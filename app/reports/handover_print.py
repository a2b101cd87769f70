"""Prints the pack of a client on two pages at most, and the packs of many clients as one document."""

import io
from collections.abc import Iterable
from dataclasses import dataclass

from pypdf import PdfReader
from sqlalchemy.orm import Session

from app.models.clients import Client
from app.models.handover import Handover
from app.permissions import READ, FieldRight
from app.reports.handover import Asking
from app.reports.handover_pack import people_of, sections_of
from app.reports.rendering.figures import short_date
from app.reports.rendering.handover_form import Caps, HandoverForm, trimmed
from app.reports.rendering.printing import print_form
from app.services.files import safe_name
from app.services.names import format_phone
from app.texts import speaking

MOST_PAGES = 2
CAPS = (Caps(12, 160, 300), Caps(8, 110, 200), Caps(5, 80, 120), Caps(3, 60, 80))
"""How much is printed, the most first: less is taken where it does not fit."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A printed pack. `portraits` are the keys of the contacts whose portrait stands in it: the opening is logged."""

    pdf: bytes
    portraits: tuple[int, ...]


def pack_pdf(session: Session, handover: Handover, client: Client, asking: Asking) -> Pack:
    """Print the pack of one client. Raises IntegrationError when the PDF engine fails."""
    with speaking("ru"):
        form = pack_form(session, handover, client, asking)
        caps, pdf = _fitted(form)
    may_see = asking.viewer.may(READ, FieldRight.PORTRAIT) and asking.viewer.may(READ, "Contacts")
    people = people_of(session, client)[0][: caps.lines] if may_see else ()
    return Pack(pdf, tuple(person.id for person in people if person.portrait))


def _fitted(form: HandoverForm) -> tuple[Caps, bytes]:
    """As much as fits on the pages; the last of the caps fits whatever stands in the records."""
    for caps in CAPS[:-1]:
        pdf = print_form("handover.html", trimmed(form, caps))
        if len(PdfReader(io.BytesIO(pdf)).pages) <= MOST_PAGES:
            return caps, pdf
    return CAPS[-1], print_form("handover.html", trimmed(form, CAPS[-1]))


def pack_form(session: Session, handover: Handover, client: Client, asking: Asking) -> HandoverForm:
    """What is printed, before it is cut to fit."""
    return HandoverForm(
        client=client.name,
        about=tuple(_about(client)),
        number=handover.number,
        day=short_date(handover.day),
        giver=str(handover.from_employee),
        taker=str(handover.to_employee),
        reason=handover.reason,
        made_on=short_date(asking.today),
        sections=sections_of(session, client, asking),
    )


def _about(client: Client) -> Iterable[str]:
    if client.full_name and client.full_name != client.name:
        yield client.full_name
    kind = (str(client.kind.label), str(client.status.label), client.segment.name if client.segment else "")
    codes = (f"ИНН {client.inn}" if client.inn else "", f"КПП {client.kpp}" if client.kpp else "")
    yield ", ".join(filter(None, (*kind, *codes)))
    reach = (client.actual_address or client.legal_address or client.town or "",)
    phone = format_phone(client.phone) if client.phone else ""
    yield ", ".join(filter(None, (*reach, phone, client.email or "", client.website or "")))
    if client.comment:
        yield client.comment


def pack_file_name(handover: Handover, client: Client | None = None) -> str:
    """«Досье Ромашка, передача КС-2026-000015.pdf»; without a client it is that of all."""
    who = client.name if client is not None else "клиентов"
    return safe_name(f"Досье {who}, передача {handover.number}.pdf".replace("/", "-"))
