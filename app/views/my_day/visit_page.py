"""The page of one visit as an engineer sees it on the phone."""

from dataclasses import dataclass

from flask import request, url_for
from sqlalchemy import select

from app.database import db
from app.models.service import Equipment, Visit, VisitStatus
from app.permissions import READ, WRITE
from app.services.files import attachments_of
from app.services.names import format_phone, tel_url
from app.services.service.requests import OPEN_VISIT
from app.texts import _
from app.views import formats
from app.views.attachments import file_tiles
from app.views.crud.cells import card_url
from app.views.current import viewer, zone
from app.views.my_day.routes import call_url, route_links
from app.views.pages import Cell, FileTile

MACHINES = 8
"""Other equipment of the client on the page."""
VISITS_BEFORE = 3


@dataclass(frozen=True, slots=True)
class Phone:
    """A number to call."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that was changed meanwhile: what the engineer saw, and what is there now."""

    label: str
    seen: str
    now: str


@dataclass(frozen=True, slots=True)
class VisitPage:
    """Everything that the page shows."""

    visit: Visit
    mark: Cell
    is_open: bool
    when: str
    place: str
    phones: tuple[Phone, ...]
    phone_url: str
    routes: tuple[tuple[str, str], ...]
    client_url: str
    machine_url: str
    machines: tuple[Equipment, ...]
    before: tuple[tuple[str, Visit], ...]
    seen: dict[str, str]
    files: tuple[FileTile, ...]
    act_url: str


def visit_page(visit: Visit) -> VisitPage:
    """Describe the visit; asks only for what the person may read."""
    may_write = viewer().may(WRITE, "Visits")
    is_open = visit.status in OPEN_VISIT and may_write
    return VisitPage(
        visit=visit,
        mark=formats.cell(visit.status),
        is_open=is_open,
        when=seen_fields(visit)["when"],
        place=", ".join(filter(None, (visit.town, visit.site))),
        phones=_phones(visit),
        phone_url=call_url(visit),
        routes=route_links(visit),
        client_url=card_url(visit.client) if viewer().may(READ, "Clients") else "",
        machine_url=card_url(visit.equipment) if visit.equipment is not None else "",
        machines=_machines(visit),
        before=_before(visit),
        seen=seen_fields(visit),
        files=file_tiles(attachments_of(db.session(), visit), can_write=False),
        act_url="" if is_open else url_for("PrintView.document", kind="visit_act", pk=visit.id),
    )


def labels() -> dict[str, str]:
    """What a person calls the fields that may change while the engineer is on the way."""
    return {
        "status": _("Status"),
        "when": _("When"),
        "who": _("Who goes"),
        "place": _("Place"),
        "task": _("What to do"),
        "work_done": _("What was done"),
        "next_step": _("Next step"),
    }


def seen_fields(visit: Visit) -> dict[str, str]:
    """The fields that the engineer acts by, as they are read: they travel with the form."""
    starts, ends = (moment.astimezone(zone()) for moment in (visit.starts_at, visit.ends_at))
    return {
        "status": str(visit.status.label),
        "when": f"{formats.day(starts.date())}, {starts:%H:%M}–{ends:%H:%M}",
        "who": str(visit.employee),
        "place": ", ".join(filter(None, (visit.town, visit.site))),
        "task": visit.task or "",
        "work_done": visit.work_done or "",
        "next_step": visit.next_step or "",
    }


def differences(visit: Visit) -> tuple[Difference, ...]:
    """What was changed between the moment when the page was opened and now."""
    now = seen_fields(visit)
    found = []
    for name, label in labels().items():
        seen = request.form.get(f"seen-{name}", "").replace("\r\n", "\n")
        if seen.strip() != now[name].replace("\r\n", "\n").strip():
            found.append(Difference(label, seen, now[name]))
    return tuple(found)


def _phones(visit: Visit) -> tuple[Phone, ...]:
    contact = visit.contact
    found = [(format_phone(phone.number), phone.number) for phone in contact.phones] if contact is not None else []
    if visit.client.phone:
        found.append((format_phone(visit.client.phone), visit.client.phone))
    return tuple(Phone(label, tel_url(number)) for label, number in dict(found).items())


def _machines(visit: Visit) -> tuple[Equipment, ...]:
    if not viewer().may(READ, "Equipment"):
        return ()
    statement = select(Equipment).where(
        Equipment.client_id == visit.client_id, Equipment.id != (visit.equipment_id or 0)
    )
    return tuple(db.session.scalars(statement.order_by(Equipment.model, Equipment.id).limit(MACHINES)))


def _before(visit: Visit) -> tuple[tuple[str, Visit], ...]:
    """The last visits to the same machine, with their days."""
    if visit.equipment_id is None:
        return ()
    statement = (
        select(Visit)
        .where(
            Visit.equipment_id == visit.equipment_id,
            Visit.starts_at < visit.starts_at,
            Visit.status.in_((VisitStatus.DONE, VisitStatus.PARTLY_DONE)),
        )
        .order_by(Visit.starts_at.desc())
        .limit(VISITS_BEFORE)
    )
    return tuple(
        (formats.day(each.starts_at.astimezone(zone()).date()), each) for each in db.session.scalars(statement)
    )
