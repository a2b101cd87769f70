"""The act of an engineer's visit, printed from the visit's record. Sums stand in the invoice, not here."""

from base64 import b64encode
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import day_of
from app.errors import RuleError
from app.models.agreements import Contract, ContractStatus
from app.models.clients import Contact
from app.models.files import Attachment, AttachmentKind
from app.models.service import Equipment, Visit
from app.models.staff import Organisation
from app.reports.parties import client_party, file_name, organisation_party
from app.reports.rendering.figures import long_date
from app.reports.rendering.printing import print_form
from app.reports.rendering.visit_act_form import ActSignature, ServicedEquipment, VisitActForm
from app.services.files import PHOTOS, FileStore, attachments_of
from app.texts import _

MOST_PHOTOS = 8
"""Photographs on an act: the rest stay in the card of the visit."""


def visit_act_pdf(session: Session, visit: Visit, zone: ZoneInfo, store: FileStore | None = None) -> bytes:
    """Print the act, with signature and photographs where the store is given.

    Raises RuleError without an own organisation, IntegrationError when the PDF engine fails.
    """
    form = visit_act_form(session, visit, zone)
    if store is not None:
        found = attachments_of(session, visit)
        drawn = (_picture(store, each, whole=True) for each in found if each.kind is AttachmentKind.SIGNATURE)
        photos = tuple((_CAPTIONS[each.kind], _picture(store, each)) for each in reversed(found) if each.kind in PHOTOS)
        form = replace(form, signature=next(drawn, ""), photos=tuple(pair for pair in photos if pair[1])[:MOST_PHOTOS])
    return print_form("visit_act.html", form)


_CAPTIONS = {
    AttachmentKind.PHOTO: "Фотография",
    AttachmentKind.PHOTO_BEFORE: "До работ",
    AttachmentKind.PHOTO_AFTER: "После работ",
}


def _picture(store: FileStore, attachment: Attachment, *, whole: bool = False) -> str:
    """A picture as a `data:` address, the thumbnail unless the whole is wanted; '' where its content is gone."""
    file = attachment.file
    sha256 = file.sha256 if whole else file.thumbnail_sha256
    media_type = file.media_type if whole else "image/jpeg"
    if sha256 is None:
        return ""
    try:
        with store.open(sha256) as content:
            return f"data:{media_type};base64,{b64encode(content.read()).decode()}"
    except FileNotFoundError:
        return ""


def visit_act_file_name(visit: Visit, zone: ZoneInfo) -> str:
    """«Акт 17 от 2026-11-23 Ромашка.pdf»."""
    return file_name("Акт", _number(visit), day_of(visit.ends_at, zone), visit.client)


def visit_act_form(session: Session, visit: Visit, zone: ZoneInfo) -> VisitActForm:
    """What is printed: the contractor is the organisation of the client's latest contract in force, else our first."""
    contract = _contract(session, visit)
    contractor = contract.organisation if contract is not None else _first_organisation(session)
    return VisitActForm(
        number=_number(visit),
        date=day_of(visit.ends_at, zone),
        contractor=organisation_party(contractor),
        client=client_party(visit.client),
        contractor_signature=ActSignature(visit.employee.position, str(visit.employee)),
        client_signature=ActSignature("", visit.signed_by) if visit.signed_by else _client_signature(visit.contact),
        work_done=_work_done(visit),
        basis=_basis(visit, contract),
        period=_period(visit.starts_at.astimezone(zone), visit.ends_at.astimezone(zone)),
        engineer=str(visit.employee),
        equipment=(_serviced(visit.equipment),) if visit.equipment is not None else (),
        recommendations=visit.next_step or "",
    )


def _number(visit: Visit) -> str:
    return visit.act_number or str(visit.id)


def _contract(session: Session, visit: Visit) -> Contract | None:
    statement = (
        select(Contract)
        .where(Contract.client_id == visit.client_id, Contract.status == ContractStatus.SIGNED)
        .order_by(Contract.signed_on.desc(), Contract.id.desc())
        .limit(1)
    )
    return session.scalars(statement).first()


def _first_organisation(session: Session) -> Organisation:
    found = session.scalars(select(Organisation).order_by(Organisation.id).limit(1)).first()
    if found is None:
        raise RuleError(_("Enter your own organisation first."))
    return found


def _client_signature(contact: Contact | None) -> ActSignature:
    if contact is None:
        return ActSignature("", "")
    initials = "".join(f" {name[0]}." for name in (contact.given_name, contact.patronymic) if name)
    return ActSignature(contact.position or "", f"{contact.family_name}{initials}")


def _work_done(visit: Visit) -> str:
    parts = f"Запасные части и материалы: {visit.parts_used}" if visit.parts_used else ""
    return "\n".join(text for text in (visit.work_done or "", parts) if text)


def _basis(visit: Visit, contract: Contract | None) -> str:
    parts = (
        f"Договор № {contract.number} от {long_date(contract.signed_on)}" if contract is not None else "",
        f"заявка № {visit.request.number}" if visit.request is not None else "",
    )
    return ", ".join(part for part in parts if part)


def _period(start: datetime, end: datetime) -> str:
    """«с 9:00 до 13:30 1 февраля 2026 г.»; over midnight both days are named."""
    if start.date() == end.date():
        return f"с {_clock(start)} до {_clock(end)} {long_date(start.date())}"
    return f"с {_clock(start)} {long_date(start.date())} до {_clock(end)} {long_date(end.date())}"


def _clock(moment: datetime) -> str:
    return f"{moment.hour}:{moment.minute:02d}"


def _serviced(equipment: Equipment) -> ServicedEquipment:
    return ServicedEquipment(
        name=equipment.model,
        serial_number=equipment.serial_number or "",
        place=equipment.location or "",
        state=_STATES[equipment.status.value],
    )


_STATES = {
    "works": "Исправно",
    "needs_repair": "Требует ремонта",
    "stopped": "Остановлено",
    "written_off": "Списано",
}
"""In Russian whatever the language of the screen, as all printed documents are."""
