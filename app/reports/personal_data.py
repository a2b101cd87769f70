"""What is kept of a person (152-ФЗ): the extract for the person, what to look through by hand, what is due.

An extract is made for the person it is about, so it shows every field; whoever makes it needs the right on
personal data, and the opening is logged.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.database import User
from app.models.access import PersonalDataAccess
from app.models.calls import PhoneCall
from app.models.claims import Claim
from app.models.clients import ClientComment, Contact, ContactEmail, ContactPhone
from app.models.interactions import Direction, Interaction
from app.models.letters import IncomingMail
from app.models.mail import OutgoingMail
from app.models.personal_data import Consent, Erasure, ErasureStatus
from app.models.service import ServiceRequest, Visit
from app.services.names import format_phone
from app.services.personal_data import Correspondence, correspondence_of, subject_of
from app.texts import _

RETENTION_YEARS = 3
"""A contact who left, or of a client nobody speaks with, is kept so long after the last interaction."""
MOST_TEXTS = 100
"""Texts to look through that are listed; more than that means the client is best read as a whole."""
_EXCERPT = 160


@dataclass(frozen=True)
class Section:
    """A part of an extract: a table of texts."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Extract:
    """Everything kept of one person, for the person: sections in a fixed order, empty ones left out."""

    subject: str
    made_at: datetime
    sections: tuple[Section, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values for a file."""
        return {
            "subject": self.subject,
            "made_at": self.made_at.isoformat(timespec="minutes"),
            "sections": [
                {"title": section.title, "rows": [dict(zip(section.columns, row, strict=True)) for row in section.rows]}
                for section in self.sections
            ],
        }


@dataclass(frozen=True)
class Mention:
    """A text that names the person and that nobody can erase by rule: the record, its field, the place in it."""

    record: Any
    field: str
    excerpt: str


@dataclass(frozen=True)
class Desk:
    """Figures of the personal data desk: requests open and overdue, consents that end, people kept too long."""

    open_erasures: int
    overdue_erasures: int
    ending_consents: int
    expired_contacts: int


@dataclass(frozen=True)
class KeptField:
    """A field of the register of personal data: model and column, and the right without which it is not shown."""

    model: type[Any]
    column: str
    right: str


KEPT_FIELDS = tuple(
    KeptField(model, name, model.__table__.c[name].info.get("right", ""))
    for model, names in (
        (Contact, ("family_name", "given_name", "patronymic", "position", "birth_date", "portrait", "comment")),
        (ContactPhone, ("number", "extension")),
        (ContactEmail, ("address",)),
        (Interaction, ("contact_details",)),
        (OutgoingMail, ("recipients", "copies", "subject", "text")),
        (IncomingMail, ("sender", "recipients", "subject", "text")),
        (PhoneCall, ("number",)),
    )
    for name in names
)


# --- The extract ---


def subject_extract(session: Session, contact: Contact, *, now: datetime, zone: ZoneInfo) -> Extract:
    """All that is kept of the person, newest first in each section; moments in the company's time zone."""
    found = correspondence_of(session, subject_of(session, contact))
    sections = (
        _person(contact),
        _consents(session, contact),
        _interactions(session, contact, zone),
        _letters(found, zone),
        _calls(found, zone),
        _documents(session, contact, zone),
        _openings(session, contact, zone),
    )
    return Extract(contact.full_name, now.astimezone(zone), tuple(section for section in sections if section.rows))


def _person(contact: Contact) -> Section:
    facts = (
        (_("Full name"), contact.full_name),
        (_("Company"), str(contact.client)),
        (_("Position"), contact.position),
        (_("Birth date"), _day(contact.birth_date)),
        (_("Phones"), ", ".join(phone.number for phone in contact.phones)),
        (_("E-mails"), ", ".join(email.address for email in contact.emails)),
        (_("Psychological portrait"), contact.portrait),
        (_("Comment"), contact.comment),
    )
    return Section(
        _("Personal data"), (_("What"), _("Value")), tuple((name, str(value)) for name, value in facts if value)
    )


def _consents(session: Session, contact: Contact) -> Section:
    found = session.scalars(
        select(Consent).where(Consent.contact_id == contact.id).order_by(Consent.given_on.desc(), Consent.id.desc())
    )
    rows = tuple(
        (
            str(each.purpose.label),
            str(each.form.label),
            each.text_version,
            _day(each.given_on),
            _day(each.valid_until),
            _day(each.withdrawn_on),
        )
        for each in found
    )
    columns = (_("Purpose"), _("Form"), _("Version of the text"), _("Given on"), _("Valid until"), _("Withdrawn on"))
    return Section(_("Consents"), columns, rows)


def _interactions(session: Session, contact: Contact, zone: ZoneInfo) -> Section:
    found = session.scalars(
        select(Interaction).where(Interaction.contact_id == contact.id).order_by(Interaction.starts_at.desc())
    )
    rows = tuple(
        (
            _moment(each.starts_at, zone),
            str(each.kind.label),
            each.topic,
            each.contact_details or "",
            _lines(each.comment, each.result),
        )
        for each in found
    )
    columns = (_("When"), _("Kind"), _("Topic"), _("Phone or e-mail"), _("Comment and result"))
    return Section(_("Interactions"), columns, rows)


def _letters(found: Correspondence, zone: ZoneInfo) -> Section:
    """Letters both ways; of one to several people only that it went to this one too."""
    written = [
        (each.made_at, Direction.OUT, ", ".join((*each.recipients, *each.copies)), each.subject, each.text)
        for each in found.written
    ]
    received = [(each.written_at, Direction.IN, each.sender, each.subject, each.text) for each in found.received]
    beside = [
        *((each.made_at, Direction.OUT, "", each.subject, "") for each in found.shared_out),
        *((each.written_at, Direction.IN, "", each.subject, "") for each in found.shared_in),
    ]
    rows = sorted((*written, *received, *beside), key=lambda row: row[0], reverse=True)
    columns = (_("When"), _("Direction"), _("E-mail"), _("Subject of the letter"), _("Text"))
    return Section(
        _("Letters"), columns, tuple((_moment(at, zone), str(way.label), *texts) for at, way, *texts in rows)
    )


def _calls(found: Correspondence, zone: ZoneInfo) -> Section:
    rows = tuple(
        (
            _moment(each.started_at, zone),
            str(each.direction.label),
            str(each.state.label),
            format_phone(each.number),
            _("Yes") if each.recording else _("No"),
        )
        for each in sorted(found.calls, key=lambda call: call.started_at, reverse=True)
    )
    columns = (_("When"), _("Direction"), _("Status"), _("Phone"), _("Recording kept"))
    return Section(_("Calls"), columns, rows)


def _documents(session: Session, contact: Contact, zone: ZoneInfo) -> Section:
    """Where the person stands as the contact; the documents themselves are the company's."""
    visits = session.scalars(select(Visit).where(Visit.contact_id == contact.id))
    requests = session.scalars(select(ServiceRequest).where(ServiceRequest.contact_id == contact.id))
    claims = session.scalars(select(Claim).where(Claim.contact_id == contact.id))
    rows = [
        *((each.starts_at.astimezone(zone).date(), _("Visit"), each.act_number or str(each.id)) for each in visits),
        *((each.registered_on, _("Service request"), each.number) for each in requests),
        *((each.registered_on, _("Claim"), each.number) for each in claims),
    ]
    rows.sort(reverse=True)
    columns = (_("Date"), _("Document"), _("Number"))
    return Section(_("Documents"), columns, tuple((_day(day), kind, number) for day, kind, number in rows))


def _openings(session: Session, contact: Contact, zone: ZoneInfo) -> Section:
    found = session.execute(
        select(PersonalDataAccess.at, PersonalDataAccess.fields, User.last_name, User.first_name)
        .outerjoin(User, User.id == PersonalDataAccess.user_id)
        .where(PersonalDataAccess.contact_id == contact.id)
        .order_by(PersonalDataAccess.id.desc())
    )
    rows = tuple(
        (_moment(at, zone), " ".join(filter(None, (family, given))), _field_words(fields))
        for at, fields, family, given in found
    )
    return Section(_("Who opened restricted fields"), (_("When"), _("Who"), _("Fields")), rows)


def _field_words(fields: str) -> str:
    columns = Contact.__table__.c
    return ", ".join(str(columns[name].info["label"]) if name in columns else name for name in fields.split(", "))


# --- What is looked through by hand ---


def mentions(session: Session, contact: Contact) -> list[Mention]:
    """Texts of the client's records that name the person: no rule can tell the person's data from the work there."""
    name = contact.family_name.strip()
    if len(name) < 3:
        return []
    found: list[Mention] = []
    for model, fields in _TEXTS:
        named = or_(*(getattr(model, field).contains(name, autoescape=True) for field in fields))
        question = select(model).where(model.client_id == contact.client_id, named).order_by(model.id.desc())
        for record in session.scalars(question.limit(MOST_TEXTS)):
            found += _mentions_in(record, fields, name)
    return found[:MOST_TEXTS]


_TEXTS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (Interaction, ("topic", "comment", "participants", "result")),
    (Visit, ("task", "work_done", "next_step")),
    (ServiceRequest, ("description",)),
    (Claim, ("text", "analysis", "result")),
    (ClientComment, ("text",)),
)


def _mentions_in(record: Any, fields: Sequence[str], name: str) -> Iterator[Mention]:
    for field in fields:
        text = getattr(record, field) or ""
        place = re.search(re.escape(name), text)
        if place:
            start = max(place.start() - _EXCERPT // 2, 0)
            yield Mention(record, field, text[start : start + _EXCERPT])


# --- What is due ---


def desk_figures(session: Session, today: date, zone: ZoneInfo) -> Desk:
    """The figures of the desk on a day."""
    is_open = Erasure.status == ErasureStatus.REQUESTED
    ends_soon = and_(Consent.withdrawn_on.is_(None), Consent.valid_until.between(today, today + timedelta(days=30)))
    return Desk(
        open_erasures=_how_many(session, Erasure, is_open),
        overdue_erasures=_how_many(session, Erasure, is_open, Erasure.due_on < today),
        ending_consents=_how_many(session, Consent, ends_soon),
        expired_contacts=_how_many(session, Contact, *_is_expired(today, zone)),
    )


def expired_contacts(session: Session, today: date, zone: ZoneInfo, *, limit: int = 200) -> list[Contact]:
    """People kept longer than needed: inactive, and not spoken with for RETENTION_YEARS; the oldest cards first."""
    question = (
        select(Contact)
        .options(joinedload(Contact.client))
        .where(*_is_expired(today, zone))
        .order_by(Contact.created_at, Contact.id)
        .limit(limit)
    )
    return list(session.scalars(question))


def _is_expired(today: date, zone: ZoneInfo) -> tuple[Any, ...]:
    limit = datetime(today.year - RETENTION_YEARS, today.month, min(today.day, 28), tzinfo=zone)
    spoken = exists().where(Interaction.contact_id == Contact.id, Interaction.starts_at >= limit)
    return Contact.is_active.is_(False), Contact.erased_at.is_(None), Contact.created_at < limit, ~spoken


def _how_many(session: Session, model: Any, *conditions: Any) -> int:
    return session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def _day(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day is not None else ""


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%d.%m.%Y %H:%M}"


def _lines(*texts: str | None) -> str:
    return "\n".join(text for text in texts if text)
