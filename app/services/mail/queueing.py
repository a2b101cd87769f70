"""Puts a letter into the outbox. It goes only when the transaction that it was written in is kept."""

from dataclasses import dataclass
from email.utils import make_msgid
from typing import Any

from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.files import AttachmentKind
from app.models.mail import OutgoingMail
from app.services.files import Stored, attach
from app.services.names import check_email
from app.texts import _

LONGEST_SUBJECT, LONGEST_NAME = 300, 150
DOMAIN = "kontora.invalid"
"""The right half of our Message-IDs: unique by the left one, and it tells nobody the name of this machine."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to be sent.

    `about` is the record it tells of, `document` the one whose printed form is among the `files`, which are taken in
    already. An answer names the letter that it answers in
    `in_reply_to` and those before it in `references`; letters of one conversation share their `thread`.
    """

    to: tuple[str, ...]
    subject: str
    text: str
    html: str | None = None
    copies: tuple[str, ...] = ()
    sender: str = ""
    sender_name: str = ""
    reply_to: str = ""
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    files: tuple[Stored, ...] = ()
    about: Any = None
    document: Any = None
    thread: str = ""


def queue_letter(session: Session, letter: Letter) -> OutgoingMail:
    """Put a letter into the outbox. Raises RuleError without a recipient or for an address that cannot be one."""
    if not letter.to:
        raise RuleError(_("Say to whom the letter goes."))
    viewer = session.info.get("viewer")
    mail = OutgoingMail(
        message_id=make_msgid(domain=DOMAIN),
        in_reply_to=letter.in_reply_to,
        earlier_ids=" ".join(letter.references),
        sender=letter.sender and check_email(letter.sender),
        sender_name=" ".join(letter.sender_name.split())[:LONGEST_NAME],
        reply_to=letter.reply_to and check_email(letter.reply_to),
        recipients=[check_email(address) for address in letter.to],
        copies=[check_email(address) for address in letter.copies],
        subject=" ".join(letter.subject.split())[:LONGEST_SUBJECT],
        text=letter.text,
        html=letter.html,
        record_table=letter.about.__tablename__ if letter.about is not None else None,
        record_id=letter.about.id if letter.about is not None else None,
        document_table=letter.document.__tablename__ if letter.document is not None else None,
        document_id=letter.document.id if letter.document is not None else None,
        thread=letter.thread,
        made_by_id=viewer.user_id if viewer is not None else None,
    )
    session.add(mail)
    session.flush()
    for stored in letter.files:
        attach(session, mail, stored, AttachmentKind.OTHER)
    return mail
