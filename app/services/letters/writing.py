"""Writes a letter to a client: an interaction and a letter in the outbox, in one transaction.

The interaction is planned until the letter has left (see `outcomes`). A quote counts as sent from the moment when its
letter is written: what was printed into the letter must not change on the way.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.base import LONG
from app.models.clients import Client, Contact
from app.models.deals import Deal
from app.models.files import AttachmentKind
from app.models.interactions import Direction, Interaction, InteractionKind, InteractionState
from app.models.sales import DocumentStatus, Invoice, Quote, QuoteStatus
from app.models.staff import Employee
from app.services.files import Stored, attach
from app.services.letters.threads import before, new_thread, tagged, untagged
from app.services.mail import Letter, queue_letter
from app.services.names import check_email, email_key
from app.services.quotes import send_quote
from app.texts import _

MOST_ADDRESSES = 20
LONGEST_TEXT = 50_000
LARGEST_FILES = 20 * 1024 * 1024
"""Bytes of all files of a letter: most mailboxes take no more."""


@dataclass(frozen=True)
class LetterDraft:
    """A letter as written: to whom, about which deal or document, in answer to which letter."""

    client: Client
    to: tuple[str, ...]
    subject: str
    text: str
    copies: tuple[str, ...] = ()
    contact: Contact | None = None
    deal: Deal | None = None
    document: Quote | Invoice | None = None
    answers: Interaction | None = None
    files: tuple[Stored, ...] = ()


def send_letter(session: Session, draft: LetterDraft, by: Employee, *, now: datetime, today: date) -> Interaction:
    """Write the letter down and into the outbox; a quote is marked as sent. Raises RuleError for what cannot go."""
    to, copies = _addresses(draft)
    _check(draft)
    _send_document(session, draft, ", ".join(to), today)
    earlier = before(session, draft.answers) if draft.answers is not None else None
    thread = earlier.thread if earlier is not None else new_thread()
    interaction = _interaction(session, draft, by, to, now)
    mail = queue_letter(
        session,
        Letter(
            to=to,
            copies=copies,
            subject=tagged(draft.subject, thread),
            text=draft.text,
            sender_name=by.full_name,
            in_reply_to=earlier.message_id if earlier is not None else None,
            references=earlier.references if earlier is not None else (),
            files=draft.files,
            about=interaction,
            document=draft.document,
            thread=thread,
        ),
    )
    mail.made_at = now
    for stored in draft.files:
        attach(session, interaction, stored, AttachmentKind.OTHER)
    session.flush()
    return interaction


def _addresses(draft: LetterDraft) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """To whom and in copy, each address once."""
    to = tuple(dict.fromkeys(check_email(address) for address in draft.to))
    keys = {email_key(address) for address in to}
    copies = tuple(dict.fromkeys(check_email(each) for each in draft.copies if email_key(each) not in keys))
    if not to:
        raise RuleError(_("Say to whom the letter goes."))
    if len(to) + len(copies) > MOST_ADDRESSES:
        raise RuleError(_("A letter goes to at most %(most)s addresses.", most=MOST_ADDRESSES))
    return to, copies


def _check(draft: LetterDraft) -> None:
    if not untagged(draft.subject):
        raise RuleError(_("Write the subject of the letter."))
    if not draft.text.strip():
        raise RuleError(_("Write the text of the letter."))
    if len(draft.text) > LONGEST_TEXT:
        raise RuleError(_("The text is longer than %(most)s characters.", most=LONGEST_TEXT))
    if sum(stored.file.size for stored in draft.files) > LARGEST_FILES:
        raise RuleError(_("The files are larger than %(most)s MB together.", most=LARGEST_FILES // 1024**2))


def check_sendable(document: Quote | Invoice) -> None:
    """Refuse to send a document that is none of the client's business yet, or no more. Raises RuleError."""
    if isinstance(document, Invoice):
        if document.status is DocumentStatus.DRAFT:
            raise RuleError(_("Post the invoice before you send it."))
        if document.status is DocumentStatus.CANCELLED:
            raise RuleError(_("The invoice is cancelled."))
    elif document.status is QuoteStatus.REJECTED:
        raise RuleError(_("The client has turned this quote down; make a new edition."))
    elif document.status is QuoteStatus.REPLACED:
        raise RuleError(_("There is a newer edition of this quote; send that one."))


def _send_document(session: Session, draft: LetterDraft, to: str, today: date) -> None:
    document = draft.document
    if document is None:
        return
    check_sendable(document)
    if isinstance(document, Quote) and document.status is QuoteStatus.DRAFT:
        send_quote(session, document.id, today=today, note=_("By letter to %(to)s", to=to)[:300])


def _interaction(session: Session, draft: LetterDraft, by: Employee, to: tuple[str, ...], now: datetime) -> Interaction:
    made = Interaction(
        kind=InteractionKind.LETTER,
        state=InteractionState.PLANNED,
        direction=Direction.OUT,
        client=draft.client,
        contact=draft.contact,
        contact_details=", ".join(to)[:200],
        deal=draft.deal,
        topic=untagged(draft.subject)[:200],
        comment=draft.text[:LONG],
        starts_at=now,
        responsible=by,
    )
    session.add(made)
    session.flush()
    return made
