"""Takes in letters that came: each once, into the conversation or to the client that it belongs to, or to be sorted.

The conversation is known by the letters that it names, then by the tag in its subject, then by whose the address is.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.integrations.inbox import IncomingLetter, Nature
from app.models.interactions import Interaction
from app.models.letters import IncomingKind, IncomingMail, IncomingState
from app.models.mail import MailState, OutgoingMail
from app.services.files import FileStore, Limits, attach, store_file
from app.services.letters.outcomes import interaction_of, note_refused
from app.services.letters.sorting import Place, write_down
from app.services.letters.threads import new_thread, thread_in
from app.services.reach import only, owners_of_email
from app.services.upserts import insert_into
from app.texts import _

LONGEST_WARNING = 1000


@dataclass(frozen=True)
class MailDesk:
    """Where letters are taken in: the store of files with its limits, the company's zone, the moment and the day."""

    store: FileStore
    limits: Limits
    zone: ZoneInfo
    now: datetime
    today: date


def receive_letter(session: Session, letter: IncomingLetter, desk: MailDesk) -> IncomingMail | None:
    """Take in a letter; None where it is known already, or is one of ours that came back as a copy."""
    if session.scalar(select(OutgoingMail.id).where(OutgoingMail.message_id == letter.message_id)) is not None:
        return None
    mail = _kept(session, letter, desk)
    if mail is None:
        return None
    if letter.nature is Nature.RETURNED:
        _note_returned(session, mail, letter, desk)
        return mail
    earlier = _earlier(session, letter)
    mail.thread = earlier.thread if earlier is not None else new_thread()
    answered = _interaction(session, earlier)
    if letter.nature is Nature.AUTO_REPLY:
        mail.state = IncomingState.SORTED if answered is not None else IncomingState.SET_ASIDE
        mail.interaction = answered
        session.flush()
        return mail
    _keep_files(session, mail, letter, desk)
    place = _place(session, letter, answered)
    if place is not None:
        write_down(session, mail, place, zone=desk.zone, today=desk.today)
    session.flush()
    return mail


def receive_unreadable(session: Session, message_id: str, desk: MailDesk) -> IncomingMail | None:
    """Note that a letter lies in the mailbox that cannot be read here; None when that is known."""
    nothing = IncomingLetter(message_id, "", "", (), "", "", desk.now)
    mail = _kept(session, nothing, desk)
    if mail is not None:
        mail.warning = _("The letter cannot be read here. Open it in the mail program.")
        session.flush()
    return mail


def _kept(session: Session, letter: IncomingLetter, desk: MailDesk) -> IncomingMail | None:
    values: dict[str, Any] = {
        "message_id": letter.message_id,
        "in_reply_to": letter.in_reply_to,
        "earlier_ids": " ".join(letter.references)[:4000],
        "thread": "",
        "sender": letter.sender,
        "sender_name": letter.sender_name,
        "recipients": list(letter.recipients),
        "subject": letter.subject,
        "text": letter.text,
        "written_at": letter.written_at,
        "came_at": desk.now,
        "kind": IncomingKind(letter.nature.value),
        "state": IncomingState.UNSORTED,
        "warning": "",
    }
    statement = insert_into(session, IncomingMail, values).on_conflict_do_nothing(index_elements=["message_id"])
    key = session.execute(statement.returning(IncomingMail.id)).scalar()
    return session.get_one(IncomingMail, key) if key is not None else None


def _earlier(session: Session, letter: IncomingLetter) -> OutgoingMail | IncomingMail | None:
    """The newest known letter that this one names, else the newest of the conversation that its subject names."""
    named = [letter.in_reply_to, *reversed(letter.references)]
    for message_id in dict.fromkeys(each for each in named if each):
        for model in (OutgoingMail, IncomingMail):
            found = session.scalars(select(model).where(model.message_id == message_id)).first()
            if found is not None and found.thread:
                return found
    thread = thread_in(letter.subject)
    if not thread:
        return None
    for model in (OutgoingMail, IncomingMail):
        newest = select(model).where(model.thread == thread).order_by(model.id.desc()).limit(1)
        if (found := session.scalars(newest).first()) is not None:
            return found
    return None


def _interaction(session: Session, earlier: OutgoingMail | IncomingMail | None) -> Interaction | None:
    if isinstance(earlier, OutgoingMail):
        return interaction_of(session, earlier)
    return earlier.interaction if earlier is not None else None


def _place(session: Session, letter: IncomingLetter, answered: Interaction | None) -> Place | None:
    """The client, deal and person of a letter: those of the letter that it answers, else whose the address is."""
    owners = owners_of_email(session, letter.sender) if letter.sender else []
    if answered is not None:
        own = next((owner for owner in owners if owner.client.id == answered.client_id), None)
        contact = own.contact if own is not None else None
        return Place(answered.client, contact, answered.deal, answered.responsible)
    owner = only(owners)
    return Place(owner.client, owner.contact) if owner is not None else None


def _keep_files(session: Session, mail: IncomingMail, letter: IncomingLetter, desk: MailDesk) -> None:
    """Attach the files that may be kept to the letter, and say which may not and why."""
    refused = list(letter.warnings)
    for file in letter.files:
        try:
            stored = store_file(session, file.content, file.name, folder=desk.store, limits=desk.limits)
        except RuleError as refusal:
            refused.append(f"{file.name[:80]}: {refusal}")
            continue
        attach(session, mail, stored)
    if refused:
        mail.warning = _("Not taken: %(files)s", files="; ".join(refused))[:LONGEST_WARNING]


def _note_returned(session: Session, mail: IncomingMail, letter: IncomingLetter, desk: MailDesk) -> None:
    """Mark the letter of ours that came back, and let its author know."""
    mail.state = IncomingState.SET_ASIDE
    returned = letter.returned
    ids = [returned.message_id if returned is not None else "", letter.in_reply_to, *letter.references]
    ours = session.scalars(select(OutgoingMail).where(OutgoingMail.message_id.in_([each for each in ids if each])))
    sent = ours.first()
    if sent is None or returned is None:
        session.flush()
        return
    mail.thread, mail.interaction, mail.state = sent.thread, interaction_of(session, sent), IncomingState.SORTED
    if sent.state is MailState.SENT:
        sent.state = MailState.RETURNED
        sent.error = ": ".join(part for part in (returned.recipient, returned.reason) if part)[:500]
        session.flush()
        note_refused(session, sent.id, zone=desk.zone)
    session.flush()
