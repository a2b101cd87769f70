"""Fetches letters over IMAP (RFC 3501). Nothing in the mailbox changes: not even the mark that a letter was read."""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from app.errors import IntegrationError

TIMEOUT_SECONDS = 30
_NUMBER = re.compile(rb"\d+")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Position:
    """How far a folder was fetched: the UIDs up to `last_uid` while the folder has this UIDVALIDITY.

    `since` is the day from which letters are taken when the folder is new to us, or has counted anew.
    """

    uid_validity: int
    last_uid: int
    since: date


@dataclass(frozen=True, slots=True)
class Fetched:
    """One letter as it lies in the mailbox. `is_cut`: it is larger than the limit, and this is its beginning."""

    uid: int
    uid_validity: int
    raw: bytes
    is_cut: bool


@dataclass(frozen=True, slots=True)
class MailboxServer:
    """Where letters are fetched from, and as whom."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    is_imaps: bool
    must_encrypt: bool

    @classmethod
    def of_url(cls, url: str) -> "MailboxServer":
        """Read `imap[s]://user:password@host:port/folder?tls=no`; the folder is INBOX when none is named.

        A password goes over TLS, unless `tls=no` says that the server stands in the same network. Raises
        IntegrationError without a host or a user.
        """
        parts = urlsplit(url)
        if not parts.hostname or not parts.username:
            raise IntegrationError("the mailbox's address names no host or no user")
        is_imaps = parts.scheme == "imaps"
        in_clear = parse_qs(parts.query).get("tls", [""])[-1] == "no"
        return cls(
            host=parts.hostname,
            port=parts.port or (993 if is_imaps else 143),
            user=unquote(parts.username),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
            is_imaps=is_imaps,
            must_encrypt=not is_imaps and not in_clear,
        )

    @property
    def address(self) -> str:
        """Login, server and folder, without the password."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"[:250]

    def letters(self, position: Position, *, most: int, largest: int) -> Iterator[Fetched]:
        """The letters behind the position, the oldest first, at most so many; each no longer than `largest` bytes.

        Raises IntegrationError with `retry` when the server is away or does not let us in.
        """
        try:
            with self._open() as connection:
                validity = _validity(connection)
                for uid in _uids(connection, position, validity)[:most]:
                    yield _fetch(connection, uid, validity, largest)
        except (imaplib.IMAP4.error, OSError, ValueError, IndexError, TypeError, AttributeError) as error:
            raise IntegrationError(f"the mailbox cannot be read: {_words(error)}", retry=True) from error

    @contextmanager
    def _open(self) -> Iterator[imaplib.IMAP4]:
        tls = ssl.create_default_context()
        with (
            imaplib.IMAP4_SSL(self.host, self.port, ssl_context=tls, timeout=TIMEOUT_SECONDS)
            if self.is_imaps
            else imaplib.IMAP4(self.host, self.port, timeout=TIMEOUT_SECONDS)
        ) as connection:
            if self.must_encrypt:
                connection.starttls(tls)
            connection.login(self.user, self.password)
            _said(connection.select(_quoted(self.folder), readonly=True))
            yield connection


def _words(error: Exception) -> str:
    said = error.args[0] if error.args else type(error).__name__
    return (said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said))[:300]


def _quoted(folder: str) -> str:
    """A folder's name as IMAP writes it: modified UTF-7 (RFC 3501, 5.1.3), in quotes."""
    spelled = re.sub(r"[^ -~]+|&", _shifted, folder)
    return '"' + spelled.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _shifted(found: re.Match[str]) -> str:
    if found[0] == "&":
        return "&-"
    return "&" + found[0].encode("utf-7").decode("ascii").strip("+-").replace("/", ",") + "-"


def _said(answer: tuple[str, list[Any]]) -> list[Any]:
    """The lines of a good answer. Raises imaplib's error for «NO» and «BAD»."""
    state, lines = answer
    if state != "OK":
        raise imaplib.IMAP4.error(lines[0] if lines else state)
    return lines


def _validity(connection: imaplib.IMAP4) -> int:
    _code, found = connection.response("UIDVALIDITY")
    return int(found[-1]) if found and found[-1] else 0


def _uids(connection: imaplib.IMAP4, position: Position, validity: int) -> list[int]:
    """The UIDs behind the position. «9:*» names the last letter even when it is number 5, hence the comparison."""
    is_same = validity == position.uid_validity
    since = f"{position.since.day}-{_MONTHS[position.since.month - 1]}-{position.since.year}"
    wanted = ("UID", f"{position.last_uid + 1}:*") if is_same else ("SINCE", since)
    lines = _said(connection.uid("SEARCH", *wanted))
    found = sorted({int(number) for line in lines if line for number in _NUMBER.findall(line)})
    return [uid for uid in found if not is_same or uid > position.last_uid]


def _fetch(connection: imaplib.IMAP4, uid: int, validity: int, largest: int) -> Fetched:
    lines = _said(connection.uid("FETCH", str(uid), f"(RFC822.SIZE BODY.PEEK[]<0.{largest}>)"))
    raw, size = b"", 0
    for line in lines:
        head = line[0] if isinstance(line, tuple) else line
        if isinstance(line, tuple):
            raw = line[1]
        if isinstance(head, bytes) and (found := _SIZE.search(head)):
            size = int(found[1])
    return Fetched(uid, validity, raw, is_cut=size > len(raw) and len(raw) >= largest)
