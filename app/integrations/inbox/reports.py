"""Tells letters of people from those of programs: automatic replies (RFC 3834), reports of non-delivery (RFC 3464)."""

import re
from collections.abc import Iterator, Mapping
from email.message import Message
from typing import Any

from app.integrations.inbox.letter import Nature, Returned
from app.integrations.inbox.words import header_text, keepable, tidy

_DAEMON = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon)@", re.IGNORECASE)
_AUTO_SUBJECT = re.compile(
    r"^\s*(?:автоответ|автоматический ответ|вне офиса|out of (?:the )?office|automatic reply|auto:)", re.IGNORECASE
)
_OUR_ID = re.compile(r"<[!-;=?-~]{1,240}@kontora\.invalid>")
_FINAL = re.compile(r"^\s*final-recipient:[^;\n]*;\s*(\S{1,320})", re.IGNORECASE | re.MULTILINE)
_MESSAGE_ID = re.compile(r"^message-id:\s*(<[!-;=?-~]{1,240}>)", re.IGNORECASE | re.MULTILINE)
_CODE = re.compile(r"\b5\d\d[ -][^\n]{1,300}")
LONGEST_REASON = 400


def nature_of(headers: Mapping[str, list[str]], sender: str) -> Nature:
    """What the headers say of who wrote the letter."""
    kind = _first(headers, "content-type")
    if ("multipart/report" in kind and "delivery-status" in kind) or _DAEMON.match(sender):
        return Nature.RETURNED
    is_auto = (
        _first(headers, "auto-submitted").startswith("auto-replied")
        or _first(headers, "precedence") in ("auto_reply", "auto-reply")
        or "x-autoreply" in headers
        or "x-autorespond" in headers
        or _first(headers, "return-path") == "<>"
        or _AUTO_SUBJECT.match(header_text("".join(headers.get("subject", [])[:1])))
    )
    return Nature.AUTO_REPLY if is_auto else Nature.LETTER


def _first(headers: Mapping[str, list[str]], name: str) -> str:
    return headers.get(name, [""])[0].strip().lower()


def returned_of(message: Message, text: str) -> Returned | None:
    """What a report says of the letter that was not delivered; None where it is only late."""
    status = original = ""
    for part in _inside(message):
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            status += "\n".join(_lines(part))
        elif kind in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
            original += "\n".join(_lines(part))
    action = re.search(r"^\s*action:\s*(\w+)", status, re.IGNORECASE | re.MULTILINE)
    if action is not None and action[1].lower() != "failed":
        return None
    named = _MESSAGE_ID.search(original) or _OUR_ID.search(f"{status}\n{text}")
    if action is None and named is None:
        return None
    recipient = _FINAL.search(status)
    return Returned(
        message_id=(named[1] if named.lastindex else named[0]) if named is not None else "",
        recipient=tidy(recipient[1], 320) if recipient is not None else "",
        reason=_reason(status, text),
    )


def _reason(status: str, text: str) -> str:
    diagnostic = re.search(r"^\s*diagnostic-code:\s*(.+(?:\n[ \t]+.+)*)", status, re.IGNORECASE | re.MULTILINE)
    if diagnostic is not None:
        return tidy(header_text(diagnostic[1].rpartition("smtp;")[2] or diagnostic[1]), LONGEST_REASON)
    code = _CODE.search(text)
    return tidy(code[0] if code is not None else text, LONGEST_REASON)


def _inside(message: Message) -> Iterator[Message]:
    """The parts of a report; it is flat, and a letter inside it is one of them."""
    inner: Any = message.get_payload()
    yield from (part for part in inner if isinstance(part, Message)) if isinstance(inner, list) else ()


def _lines(part: Message) -> Iterator[str]:
    """The headers that a part of a report holds: of its groups, or of the letter that it returns."""
    inner: Any = part.get_payload()
    if isinstance(inner, list):
        for group in inner[:50]:
            yield from (f"{name}: {value}" for name, value in group.raw_items())
            yield ""
    else:
        yield keepable(str(inner or "")[:20_000])
