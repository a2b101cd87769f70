"""A letter that came, as plain values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.integrations.mail import MailFile


class Nature(StrEnum):
    """Who wrote it: a person, or a program that answers or reports by itself (RFC 3834, RFC 3464)."""

    LETTER = "letter"
    AUTO_REPLY = "auto_reply"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Returned:
    """What a mail server says of a letter that it could not deliver; empty Message-ID where it does not name it."""

    message_id: str
    recipient: str
    reason: str


@dataclass(frozen=True, slots=True)
class IncomingLetter:
    """A letter as read. Texts hold no control characters but line breaks and tabs, and fit into the database."""

    message_id: str
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    written_at: datetime
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    nature: Nature = Nature.LETTER
    returned: Returned | None = None
    files: tuple[MailFile, ...] = ()
    warnings: tuple[str, ...] = ()
    """Names of what was not taken: files beyond the limits, letters inside the letter."""
