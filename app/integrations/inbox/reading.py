"""Reads a letter as it came over the wire (RFC 5322, 2045): whatever it holds, values or IntegrationError come out."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from hashlib import sha256
from typing import Any

from app.errors import IntegrationError
from app.integrations.inbox.letter import IncomingLetter, Nature
from app.integrations.inbox.reports import nature_of, returned_of
from app.integrations.inbox.words import LONGEST_HEADER, decoded, header_text, html_text, keepable, tidy
from app.integrations.mail import MailFile

MOST_PARTS, MOST_FILES, MOST_RECIPIENTS = 300, 40, 50
LONGEST_TEXT = 100_000
LONGEST_SUBJECT, LONGEST_NAME, LONGEST_ADDRESS = 300, 150, 320
_ID = re.compile(r"<[!-;=?-~]{1,240}>")
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
_BROKEN = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, MemoryError)
"""What the parser of the standard library has been seen to raise on damaged letters."""


def read_letter(raw: bytes, now: datetime, *, is_cut: bool = False) -> IncomingLetter:
    """Read one letter; `is_cut` says that only its beginning was fetched, because it is too large.

    Raises IntegrationError for bytes that are no letter at all.
    """
    try:
        return _read(raw, now, is_cut)
    except _BROKEN as error:
        raise IntegrationError(f"the letter cannot be read: {type(error).__name__}") from error


def _read(raw: bytes, now: datetime, is_cut: bool) -> IncomingLetter:
    message = message_from_bytes(raw)
    headers = headers_of(message)
    if not headers:
        raise IntegrationError("the letter has no headers")
    body = _Body()
    for part in _parts(message):
        body.take(part, is_cut=is_cut)
    name, sender = _addresses(headers.get("from", []))[0] if headers.get("from") else ("", "")
    nature, returned = nature_of(headers, sender), None
    if nature is Nature.RETURNED:
        found = returned_of(message, body.text())
        nature, returned = (Nature.RETURNED, found) if found is not None else (Nature.AUTO_REPLY, None)
    ids = _ids(headers.get("message-id", []))
    answered = _ids(headers.get("in-reply-to", []))
    return IncomingLetter(
        message_id=ids[0] if ids else f"<{sha256(raw).hexdigest()}@kontora.invalid>",
        sender=sender,
        sender_name=name,
        recipients=tuple(
            address for _name, address in _addresses(headers.get("to", []) + headers.get("cc", [])) if address
        )[:MOST_RECIPIENTS],
        subject=tidy(header_text(" ".join(headers.get("subject", [])[:1])), LONGEST_SUBJECT),
        text=body.text(),
        written_at=_written_at(headers.get("date", []), now),
        in_reply_to=answered[0] if answered else None,
        references=tuple(_ids(headers.get("references", [])))[-20:],
        nature=nature,
        returned=returned,
        files=tuple(body.files),
        warnings=tuple(body.warnings),
    )


def headers_of(message: Message) -> dict[str, list[str]]:
    """The headers as they came, by their names in lower case."""
    found: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        found.setdefault(name.lower(), []).append(str(value)[:LONGEST_HEADER])
    return found


def _parts(message: Message) -> Iterator[Message]:
    """The parts that hold something, in order; a letter inside the letter is one part and is not opened."""
    waiting, seen = [message], 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        inner: Any = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting = [*inner, *waiting]
        else:
            yield part


class _Body:
    """The texts and files of a letter."""

    def __init__(self) -> None:
        self.plain: list[str] = []
        self.html: list[str] = []
        self.files: list[MailFile] = []
        self.warnings: list[str] = []

    def take(self, part: Message, *, is_cut: bool) -> None:
        """Take a part as text or as file. Of a letter that was cut off only texts are whole enough."""
        kind, disposition, name = part.get_content_type(), part.get_content_disposition(), _name_of(part)
        is_text = kind in ("text/plain", "text/html") and disposition != "attachment" and not name
        is_text = is_text or kind.startswith("multipart/")  # one whose parts are not to be found
        if is_text:
            text = decoded(_content(part), part.get_content_charset() or "")
            (self.html if kind == "text/html" else self.plain).append(text)
        elif kind in ("message/delivery-status", "text/rfc822-headers") or part.get("Content-ID"):
            return  # a report's own parts, and pictures that belong to the design of a letter
        elif is_cut or len(self.files) >= MOST_FILES or kind.startswith("message/"):
            self.warnings.append(name or kind)
        elif content := _content(part):
            self.files.append(MailFile(name or kind.replace("/", "."), kind, content))

    def text(self) -> str:
        """The plain text; where there is none, what a person reads of the HTML."""
        plain = "\n".join(self.plain).strip()
        shown = plain or html_text("\n".join(self.html)[: 3 * LONGEST_TEXT])
        return keepable(shown)[:LONGEST_TEXT].strip()


def _content(part: Message) -> bytes:
    content: Any = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _name_of(part: Message) -> str:
    try:
        name = part.get_filename()
    except _BROKEN:  # a name cut into pieces (RFC 2231) that do not fit together
        name = "file"
    return tidy(header_text(str(name)), 200) if name else ""


def _addresses(raw: list[str]) -> list[tuple[str, str]]:
    found = getaddresses([value.encode("ascii", "surrogateescape").decode("utf-8", "replace") for value in raw])
    return [(tidy(header_text(name), LONGEST_NAME), tidy(address, LONGEST_ADDRESS)) for name, address in found]


def _ids(raw: list[str]) -> list[str]:
    return [found for value in raw for found in _ID.findall(value)]


def _written_at(raw: list[str], now: datetime) -> datetime:
    """The letter's date; the moment of fetching where it has none or one that cannot be."""
    try:
        written = parsedate_to_datetime(raw[0])
    except (IndexError, ValueError, TypeError, OverflowError):
        return now
    written = written.replace(tzinfo=UTC) if written.tzinfo is None else written
    try:
        written = written.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return now
    return written if _OLDEST < written < now + timedelta(days=1) else now
