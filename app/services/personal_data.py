"""Consents to the use of personal data, and their destruction (152-ФЗ): legal documents stay, the person goes.

Terms, 152-ФЗ ст. 21: thirty calendar days after consent was withdrawn (ч. 5) or the purpose was reached (ч. 4),
ten working days where the processing was unlawful (ч. 3).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.access import AuditEntry
from app.models.batches import BatchChange
from app.models.claims import Claim, ClaimStatus
from app.models.clients import Contact, ContactEmail, ContactPhone
from app.models.files import Attachment
from app.models.interactions import Interaction, InteractionState
from app.models.personal_data import Consent, ConsentPurpose, Erasure, ErasureBasis, ErasureStatus
from app.models.service import RequestStatus, ServiceRequest, Visit
from app.services.access.personal import forget_opened
from app.services.audit import ERASED, erase_values
from app.services.files import detach
from app.services.numbering import take_number
from app.services.service.requests import OPEN_VISIT, first_organisation
from app.services.working_days import WorkingCalendar
from app.texts import _, lazy

ERASURE_DAYS = 30
UNLAWFUL_WORKING_DAYS = 10
_CLOSED_REQUESTS = (RequestStatus.DONE, RequestStatus.CANCELLED)
_AT_ONCE = 500
"""Keys of one question."""

CATEGORIES = {
    "name": lazy("Full name"),
    "position": lazy("Position"),
    "phones": lazy("Phones"),
    "emails": lazy("E-mails"),
    "birth_date": lazy("Birth date"),
    "portrait": lazy("Psychological portrait"),
    "comment": lazy("Comment"),
    "contact_details": lazy("Phone or e-mail in interactions"),
    "files": lazy("Files and pictures"),
    "history": lazy("Values in the history of changes"),
}
"""What can be destroyed, by the name that an erasure keeps."""


@dataclass(frozen=True)
class Pending:
    """Work in which the contact still stands: it is finished or given to another contact first."""

    interactions: int
    requests: int
    visits: int
    claims: int

    def __bool__(self) -> bool:
        return any((self.interactions, self.requests, self.visits, self.claims))


# --- Consents ---


def check_consent(consent: Consent) -> None:
    """Refuse a consent that ends before it begins, and one of a person whose data are erased."""
    if consent.contact.erased_at is not None:
        raise RuleError(_("The personal data of this contact are erased."))
    if consent.valid_until is not None and consent.valid_until < consent.given_on:
        raise RuleError(_("The consent ends before it was given."))
    if consent.withdrawn_on is not None and consent.withdrawn_on < consent.given_on:
        raise RuleError(_("The consent was withdrawn before it was given."))


def has_consent(session: Session, contact: Contact, purpose: ConsentPurpose, day: date) -> bool:
    """Tell whether the person's consent to the purpose is in force on the day."""
    question = select(Consent.id).where(
        Consent.contact_id == contact.id,
        Consent.purpose == purpose,
        Consent.given_on <= day,
        or_(Consent.valid_until.is_(None), Consent.valid_until >= day),
        or_(Consent.withdrawn_on.is_(None), Consent.withdrawn_on > day),
    )
    return session.scalar(question.limit(1)) is not None


def withdraw_consent(session: Session, consent: Consent, *, today: date, calendar: WorkingCalendar) -> Erasure:
    """Note the withdrawal and open the request to erase, unless one is open. RuleError when it is withdrawn already."""
    if consent.withdrawn_on is not None:
        raise RuleError(_("The consent is withdrawn already."))
    consent.withdrawn_on = today
    opened = session.scalars(
        select(Erasure).where(Erasure.contact_id == consent.contact_id, Erasure.status == ErasureStatus.REQUESTED)
    ).first()
    if opened is not None:
        return opened
    erasure = Erasure(contact=consent.contact, basis=ErasureBasis.WITHDRAWN, requested_on=today)
    prepare_erasure(session, erasure, calendar=calendar)
    session.add(erasure)
    session.flush()
    return erasure


# --- Erasing ---


def prepare_erasure(session: Session, erasure: Erasure, *, calendar: WorkingCalendar) -> None:
    """Set the term by the basis, and the number. Raises RuleError for a person whose data are erased already."""
    if erasure.contact.erased_at is not None:
        raise RuleError(_("The personal data of this contact are erased."))
    if erasure.basis is ErasureBasis.UNLAWFUL:
        erasure.due_on = calendar.add_banking_days(erasure.requested_on, UNLAWFUL_WORKING_DAYS)
    else:
        erasure.due_on = erasure.requested_on + timedelta(days=ERASURE_DAYS)
    if not erasure.number:
        with session.no_autoflush:  # the number is what the row still lacks
            erasure.number = take_number(session, "erasure", first_organisation(session), erasure.requested_on)


def is_overdue(erasure: Erasure, today: date) -> bool:
    """Tell whether the data should have been erased by now."""
    return erasure.status is ErasureStatus.REQUESTED and erasure.due_on < today


def refuse_erasure(erasure: Erasure) -> None:
    """Close a request that has no ground; the comment must say why."""
    _check_open(erasure)
    if not (erasure.comment or "").strip():
        raise RuleError(_("Write in the comment why the request is refused."))
    erasure.status = ErasureStatus.REFUSED


def pending_work(session: Session, contact: Contact) -> Pending:
    """What the contact still stands in: planned interactions, open requests and claims, visits ahead."""
    return Pending(
        _count(session, Interaction, contact, Interaction.state == InteractionState.PLANNED),
        _count(session, ServiceRequest, contact, ServiceRequest.status.not_in(_CLOSED_REQUESTS)),
        _count(session, Visit, contact, Visit.status.in_(OPEN_VISIT)),
        _count(session, Claim, contact, Claim.status != ClaimStatus.CLOSED),
    )


def erase_contact(session: Session, erasure: Erasure, *, now: datetime) -> None:
    """Destroy the personal data of the request's contact, and note what was destroyed.

    Former values that batches keep to be taken back go too. Documents, payments and the texts of finished work
    stay: primary documents are kept for five years (402-ФЗ, ст. 29).
    Raises RuleError while the contact stands in open work, or when the request is closed.
    """
    _check_open(erasure)
    contact = erasure.contact
    if pending_work(session, contact):
        raise RuleError(_("The contact stands in open work. Finish it or name another contact there first."))
    held = _held_by(session, contact)
    entries = _entries_of(session, held)
    destroyed = _forget_person(contact, erasure.number) | _forget_elsewhere(session, held)
    contact.erased_at = now
    destroyed["history"] = len(entries)
    erasure.destroyed = [[name, count] for name, count in destroyed.items() if count]
    erasure.status, erasure.done_at = ErasureStatus.DONE, now
    viewer = session.info.get("viewer")
    erasure.done_by_id = viewer.user_id if viewer is not None else None
    session.flush()
    forget_opened(session, Contact.__tablename__, [contact.id])
    erase_values(session, contact, entries, held.places())


def _check_open(erasure: Erasure) -> None:
    if erasure.status is not ErasureStatus.REQUESTED:
        raise RuleError(_("This request is closed."))


def _count(session: Session, model: Any, contact: Contact, condition: Any) -> int:
    question = select(func.count()).select_from(model).where(model.contact_id == contact.id, condition)
    return session.scalar(question) or 0


def _forget_person(contact: Contact, number: str) -> dict[str, int]:
    """Empty the contact's own fields; how many values of each category there were."""
    found = {
        "name": 1,
        "position": int(bool(contact.position)),
        "phones": len(contact.phones),
        "emails": len(contact.emails),
        "birth_date": int(contact.birth_date is not None),
        "portrait": int(bool(contact.portrait)),
        "comment": int(bool(contact.comment)),
    }
    contact.family_name = _("Erased, request %(number)s", number=number)
    contact.given_name = contact.patronymic = contact.position = None
    contact.birth_date = contact.portrait = contact.comment = None
    contact.phones.clear()
    contact.emails.clear()
    contact.is_main = contact.is_active = False
    return found


@dataclass(frozen=True)
class _Held:
    """Where the person's values stand besides the contact itself; parts that are gone are known by the history."""

    contact: Contact
    parts: dict[str, set[int]]
    talks: tuple[Interaction, ...]
    files: tuple[Attachment, ...]

    def places(self) -> set[tuple[str, int]]:
        """Every record that holds a value, by table and key."""
        found = {(Contact.__tablename__, self.contact.id)}
        found |= {(Interaction.__tablename__, talk.id) for talk in self.talks}
        found |= {(Attachment.__tablename__, attachment.id) for attachment in self.files}
        return found | {(table, key) for table, keys in self.parts.items() for key in keys}


def _held_by(session: Session, contact: Contact) -> _Held:
    talks = select(Interaction).where(Interaction.contact_id == contact.id, Interaction.contact_details.is_not(None))
    files = select(Attachment).where(
        Attachment.record_table == Contact.__tablename__, Attachment.record_id == contact.id
    )
    parts: dict[str, set[int]] = {
        ContactPhone.__tablename__: {phone.id for phone in contact.phones},
        ContactEmail.__tablename__: {email.id for email in contact.emails},
    }
    for table, keys in parts.items():
        keys |= _former_parts(session, table, contact)
    return _Held(contact, parts, tuple(session.scalars(talks)), tuple(session.scalars(files)))


def _former_parts(session: Session, table: str, contact: Contact) -> set[int]:
    """Keys of parts that the contact ever had: their first entry in the history names it."""
    owner = AuditEntry.changes["contact_id"]
    is_of_contact = or_(owner[0].as_integer() == contact.id, owner[1].as_integer() == contact.id)
    return set(session.scalars(select(AuditEntry.record_id).where(AuditEntry.table_name == table, is_of_contact)))


def _forget_elsewhere(session: Session, held: _Held) -> dict[str, int]:
    for talk in held.talks:
        talk.contact_details = None
    for attachment in held.files:
        detach(session, attachment)
    for table, keys in _by_table(held.places()).items():
        here = BatchChange.table_name == table
        session.execute(delete(BatchChange).where(here, BatchChange.record_id.in_(keys)))
    return {"contact_details": len(held.talks), "files": len(held.files)}


def _entries_of(session: Session, held: _Held) -> set[int]:
    """Entries of the history that hold the person's values. Of interactions only those with the address used."""
    found: set[int] = set()
    for table, keys in _by_table(held.places()).items():
        for start in range(0, len(keys), _AT_ONCE):
            found |= _entries_at(session, table, keys[start : start + _AT_ONCE])
    return found


def _by_table(places: set[tuple[str, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for table, key in sorted(places):
        found.setdefault(table, []).append(key)
    return found


def _entries_at(session: Session, table: str, keys: list[int]) -> set[int]:
    question = select(AuditEntry.id, AuditEntry.changes).where(
        AuditEntry.table_name == table, AuditEntry.record_id.in_(keys), AuditEntry.act != "erase"
    )
    rows = session.execute(question).all()
    if table == Interaction.__tablename__:
        return {key for key, changes in rows if "contact_details" in changes}
    return {key for key, changes in rows if changes != ERASED}
