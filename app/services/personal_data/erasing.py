"""Destroys a person's data (152-ФЗ, ст. 21): legal documents and the work stay, the person goes.

What stays and why is in docs/decisions/0020-erasing-from-the-history.md.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.database import ALL_ROWS
from app.errors import RuleError
from app.models.access import AuditEntry
from app.models.batches import BatchChange
from app.models.claims import Claim, ClaimStatus
from app.models.clients import Contact, ContactEmail, ContactPhone
from app.models.duplicates import DuplicatePair
from app.models.files import Attachment, AttachmentKind
from app.models.interactions import Interaction, InteractionState
from app.models.letters import IncomingMail
from app.models.mail import OutgoingMail
from app.models.personal_data import Erasure, ErasureStatus
from app.models.service import RequestStatus, ServiceRequest, Visit
from app.services.access.personal import forget_opened
from app.services.audit import ERASED, erase_values
from app.services.files import detach
from app.services.letters.outcomes import UNSENT
from app.services.personal_data.copies import forget_answers, forget_imports, forget_notices
from app.services.personal_data.correspondence import AT_ONCE, Correspondence, correspondence_of
from app.services.personal_data.forgetting import (
    empty_call,
    empty_letter_talk,
    empty_received,
    empty_written,
    forget_sent_quotes,
    leave_out,
    leave_recording_out,
    take_back_unsent,
)
from app.services.personal_data.merges import forget_in_merges, pairs_of
from app.services.personal_data.requests import check_open
from app.services.personal_data.subjects import Subject, former_parts, subject_of, was_of
from app.services.service.requests import OPEN_VISIT
from app.texts import _, lazy

_CLOSED_REQUESTS = (RequestStatus.DONE, RequestStatus.CANCELLED)
_SIGNED = (AttachmentKind.SIGNED, AttachmentKind.SIGNATURE)
_USED = frozenset({"contact_details"})
_LETTER = frozenset({"topic", "comment", "result"})
_RECORDING = frozenset({"comment"})

CATEGORIES = {
    "name": lazy("Full name"),
    "position": lazy("Position"),
    "phones": lazy("Phones"),
    "emails": lazy("E-mails"),
    "birth_date": lazy("Birth date"),
    "portrait": lazy("Psychological portrait"),
    "comment": lazy("Comment"),
    "contact_details": lazy("Phone or e-mail in interactions"),
    "letters_out": lazy("Outgoing letters: addresses, subjects and texts"),
    "letters_in": lazy("Incoming letters: addresses, subjects and texts"),
    "calls": lazy("Calls: numbers and recordings"),
    "files": lazy("Files and pictures"),
    "notices": lazy("Notifications and answers to programs"),
    "imports": lazy("Rows of imported tables"),
    "merges": lazy("Values kept for parting merged cards"),
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


def pending_work(session: Session, contact: Contact) -> Pending:
    """What the contact still stands in: planned interactions, open requests and claims, visits ahead.

    A letter that has not arrived is no work of the contact's: erasing withdraws it.
    """
    unsent = exists().where(
        OutgoingMail.record_table == Interaction.__tablename__,
        OutgoingMail.record_id == Interaction.id,
        OutgoingMail.state.in_(UNSENT),
    )
    return Pending(
        _count(session, Interaction, contact, Interaction.state == InteractionState.PLANNED, ~unsent),
        _count(session, ServiceRequest, contact, ServiceRequest.status.not_in(_CLOSED_REQUESTS)),
        _count(session, Visit, contact, Visit.status.in_(OPEN_VISIT)),
        _count(session, Claim, contact, Claim.status != ClaimStatus.CLOSED),
    )


def _count(session: Session, model: Any, contact: Contact, *conditions: Any) -> int:
    question = select(func.count()).select_from(model).where(model.contact_id == contact.id, *conditions)
    return session.scalar(question) or 0


def erase_contact(session: Session, erasure: Erasure, *, now: datetime) -> None:
    """Destroy the personal data of the request's contact, and note what was destroyed.

    Former values that batches and merges keep to be taken back go too, and so do letters, calls and notifications.
    Documents, payments and the texts of finished work stay: primary documents are kept for five years (402-ФЗ, ст. 29).
    Raises RuleError while the contact stands in open work, while a letter to them is being sent, or when the request
    is closed.
    """
    check_open(erasure)
    contact = erasure.contact
    if pending_work(session, contact):
        raise RuleError(_("The contact stands in open work. Finish it or name another contact there first."))
    held = _held_by(session, subject_of(session, contact))
    take_back_unsent(session, held.letters.written, now=now)
    entries = _entries_of(session, held)
    words = _("Erased, request %(number)s", number=erasure.number)
    destroyed = _forget_elsewhere(session, held, words, now=now) | _forget_person(contact, words)
    contact.erased_at = now
    destroyed["history"] = len(entries)
    erasure.destroyed = [[name, destroyed[name]] for name in CATEGORIES if destroyed[name]]
    erasure.status, erasure.done_at = ErasureStatus.DONE, now
    viewer = session.info.get("viewer")
    erasure.done_by_id = viewer.user_id if viewer is not None else None
    session.flush()
    forget_opened(session, Contact.__tablename__, [contact.id])
    erase_values(session, contact, entries, held.places().keys())


def _forget_person(contact: Contact, words: str) -> dict[str, int]:
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
    contact.family_name = words
    contact.given_name = contact.patronymic = contact.position = None
    contact.birth_date = contact.portrait = contact.comment = None
    contact.phones.clear()
    contact.emails.clear()
    contact.is_main = contact.is_active = False
    return found


# --- Where the person's values stand ---


@dataclass(frozen=True)
class _Held:
    """Where the person's values stand besides the contact itself; what is gone by now is known by the history.

    `talks` are interactions with the names of the fields that hold something of the person.
    """

    subject: Subject
    letters: Correspondence
    talks: dict[Interaction, frozenset[str]]
    files: tuple[Attachment, ...]
    gone: dict[str, set[int]]
    pairs: tuple[DuplicatePair, ...]

    def places(self) -> dict[tuple[str, int], frozenset[str] | None]:
        """Every record that holds a value, by table and key, with the fields that do; None: any of them."""
        found: dict[tuple[str, int], frozenset[str] | None] = {
            (table, key): _USED if table == Interaction.__tablename__ else None
            for table, keys in self.gone.items()
            for key in keys
        }
        found |= {(Contact.__tablename__, key): None for key in self.subject.keys}
        found |= {(Interaction.__tablename__, talk.id): fields for talk, fields in self.talks.items()}
        found |= {(Attachment.__tablename__, attachment.id): None for attachment in self.files}
        return found | {(DuplicatePair.__tablename__, pair.id): None for pair in self.pairs}

    def told(self) -> set[tuple[str, int]]:
        """Records of which notifications tell something of the person."""
        found = {(Contact.__tablename__, key) for key in self.subject.keys}
        talks = {talk.id for talk in self.letters.talks} | self.letters.letter_talks() | self.letters.call_talks()
        found |= {(Interaction.__tablename__, key) for key in talks}
        for rows in (self.letters.written, self.letters.received, self.letters.calls):
            found |= {(row.__tablename__, row.id) for row in rows}
        return found


def _held_by(session: Session, subject: Subject) -> _Held:
    contact = subject.contact
    letters = correspondence_of(session, subject)
    holders = {Contact.__tablename__: set(subject.keys), Interaction.__tablename__: letters.letter_talks()}
    holders[OutgoingMail.__tablename__] = {mail.id for mail in letters.written}
    holders[IncomingMail.__tablename__] = {mail.id for mail in letters.received}
    parts = {
        ContactPhone.__tablename__: {phone.id for phone in contact.phones},
        ContactEmail.__tablename__: {email.id for email in contact.emails},
    }
    gone = {table: keys | former_parts(session, table, subject.keys) for table, keys in parts.items()}
    gone[Attachment.__tablename__] = _former_files(session, holders)
    gone[Interaction.__tablename__] = _gone_talks(session, subject)
    return _Held(
        subject, letters, _talks(session, subject, letters), _files(session, holders), gone,
        tuple(pairs_of(session, subject.keys)),
    )  # fmt: skip


def _talks(session: Session, subject: Subject, letters: Correspondence) -> dict[Interaction, frozenset[str]]:
    """Interactions that hold something of the person, and where: theirs, and others that name an address of theirs."""
    found = dict.fromkeys(letters.talks, _USED)
    linked = {mail.record_id for mail in letters.shared_out if mail.record_table == Interaction.__tablename__}
    linked |= letters.letter_talks() | letters.call_talks()
    linked |= {call.callback_id for call in letters.calls if call.callback_id is not None}
    used = select(Interaction).where(
        Interaction.client_id == subject.contact.client_id, Interaction.contact_details.is_not(None)
    )
    named = [talk for talk in session.scalars(used, execution_options=ALL_ROWS) if _names(talk, subject)]
    for talk in (*named, *_by_keys(session, Interaction, {key for key in linked if key is not None})):
        found.setdefault(talk, _USED)
    recorded = {call.interaction_id for call in letters.calls if call.recording}
    letter_talks = letters.letter_talks()
    for talk in found:
        if talk.id in letter_talks:
            found[talk] |= _LETTER
        if talk.id in recorded:
            found[talk] |= _RECORDING
    return found


def _names(talk: Interaction, subject: Subject) -> bool:
    return subject.is_named_by(talk.contact_details or "")


def _by_keys(session: Session, model: type[Any], keys: Collection[int]) -> Iterable[Any]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), AT_ONCE):
        asked = select(model).where(model.id.in_(ordered[start : start + AT_ONCE]))
        yield from session.scalars(asked, execution_options=ALL_ROWS)


def _gone_talks(session: Session, subject: Subject) -> set[int]:
    """Interactions of the person that were deleted: only the history still holds the address used."""
    known = former_parts(session, Interaction.__tablename__, subject.keys)
    return known - {talk.id for talk in _by_keys(session, Interaction, known)}


def _files(session: Session, holders: dict[str, set[int]]) -> tuple[Attachment, ...]:
    """Files at the person's card and at letters; a signed document among a letter's is a document and stays."""
    found: list[Attachment] = []
    for table, keys in holders.items():
        ordered = sorted(keys)
        for start in range(0, len(ordered), AT_ONCE):
            asked = select(Attachment).where(
                Attachment.record_table == table, Attachment.record_id.in_(ordered[start : start + AT_ONCE])
            )
            found += session.scalars(asked)
    return tuple(each for each in found if each.record_table == Contact.__tablename__ or each.kind not in _SIGNED)


def _former_files(session: Session, holders: dict[str, set[int]]) -> set[int]:
    """Files that were taken off the same records before: the history keeps their names."""
    found: set[int] = set()
    table = AuditEntry.changes["record_table"]
    for holder, keys in holders.items():
        ordered = sorted(keys)
        for start in range(0, len(ordered), AT_ONCE):
            asked = select(AuditEntry.record_id).where(
                AuditEntry.table_name == Attachment.__tablename__,
                AuditEntry.act == "delete",
                table[0].as_string() == holder,
                was_of("record_id", ordered[start : start + AT_ONCE]),
            )
            found |= set(session.scalars(asked))
    return found


# --- Emptying these places ---


def _forget_elsewhere(session: Session, held: _Held, words: str, *, now: datetime) -> dict[str, int]:
    letters, subject = held.letters, held.subject
    used = sum(1 for talk in held.talks if talk.contact_details)
    forget_sent_quotes(session, (*letters.written, *letters.shared_out))
    notices = forget_notices(session, subject, held.told(), now=now) + forget_answers(session, subject)
    _empty_talks(held, words)
    for mail in letters.written:
        empty_written(mail, words)
    for received in letters.received:
        empty_received(received, words)
    for shared in (*letters.shared_out, *letters.shared_in):
        leave_out(shared, subject)
    for call in letters.calls:
        empty_call(call)
    for attachment in held.files:
        detach(session, attachment)
    for pair in held.pairs:
        pair.note = None
    _forget_batches(session, held)
    return {
        "contact_details": used,
        "letters_out": len(letters.written) + len(letters.shared_out),
        "letters_in": len(letters.received) + len(letters.shared_in),
        "calls": len(letters.calls),
        "files": len(held.files),
        "notices": notices,
        "imports": forget_imports(session, subject),
        "merges": forget_in_merges(session, subject.keys, held.places().keys(), words),
    }


def _empty_talks(held: _Held, words: str) -> None:
    letters = held.letters
    own = {talk.id for talk in letters.talks} | letters.letter_talks()
    errors = [mail.error for mail in letters.written]
    recordings = {call.interaction_id: call.recording for call in letters.calls if call.recording}
    letter_talks = letters.letter_talks()
    for talk in held.talks:
        if talk.contact_details:
            talk.contact_details = None if talk.id in own else held.subject.left_out_of(talk.contact_details)
        if talk.id in letter_talks:
            empty_letter_talk(talk, words, errors)
        if talk.id in recordings:
            leave_recording_out(talk, [recordings[talk.id]])


def _forget_batches(session: Session, held: _Held) -> None:
    for table, keys in _by_table(held).items():
        for start in range(0, len(keys), AT_ONCE):
            here = BatchChange.table_name == table, BatchChange.record_id.in_(keys[start : start + AT_ONCE])
            for change in session.scalars(select(BatchChange).where(*here)):
                if _holds(held.places()[table, change.record_id], change.before | change.after):
                    session.delete(change)


# --- The history ---


def _holds(fields: frozenset[str] | None, values: dict[str, Any]) -> bool:
    """Tell whether these values of a record say something of the person."""
    return fields is None or not fields.isdisjoint(values)


def _entries_of(session: Session, held: _Held) -> set[int]:
    """Entries of the history that hold the person's values. Of interactions only those with fields that do."""
    found: set[int] = set()
    places = held.places()
    for table, keys in _by_table(held).items():
        for start in range(0, len(keys), AT_ONCE):
            asked = select(AuditEntry.id, AuditEntry.record_id, AuditEntry.changes).where(
                AuditEntry.table_name == table,
                AuditEntry.record_id.in_(keys[start : start + AT_ONCE]),
                AuditEntry.act != "erase",
            )
            for entry, key, changes in session.execute(asked):
                if changes != ERASED and _holds(places[table, key], changes):
                    found.add(entry)
    return found


def _by_table(held: _Held) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for table, key in sorted(held.places()):
        found.setdefault(table, []).append(key)
    return found
