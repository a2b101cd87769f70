"""Sends e-mail over SMTP (RFC 5321, 6409). Knows no table: a message in, nothing or IntegrationError out."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import parse_qs, unquote, urlsplit

from app.errors import IntegrationError

TIMEOUT_SECONDS = 30
PLAIN_PORT, SECURE_PORT, SUBMISSION_PORT = 25, 465, 587


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file that goes with a letter."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class MailMessage:
    """A letter as it leaves; `written_at` becomes its Date."""

    message_id: str
    to: tuple[str, ...]
    subject: str
    text: str
    written_at: datetime
    html: str | None = None
    copies: tuple[str, ...] = ()
    sender: str = ""
    """Empty: the server's own address."""
    sender_name: str = ""
    reply_to: str = ""
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    files: tuple[MailFile, ...] = ()


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed over, and as whom.

    `smtps` speaks TLS from the start; `must_encrypt` begins in the clear and refuses to go on without STARTTLS.
    """

    host: str
    port: int
    user: str
    password: str
    sender: str
    is_smtps: bool = False
    must_encrypt: bool = False

    @classmethod
    def of_url(cls, url: str) -> "MailServer":
        """Read `smtp[s]://user:password@host:port?from=office@example.test&tls=no`.

        `from` is the sender's address, by default the user's. TLS is demanded wherever a password is sent, unless
        `tls=no` says that the server stands in the same network. Raises IntegrationError without a host or sender.
        """
        parts = urlsplit(url)
        given = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        sender = given.get("from") or (user if "@" in user else "")
        if not parts.hostname or not sender:
            raise IntegrationError("the mail server's address names no host or no sender (?from=…)")
        is_smtps = parts.scheme == "smtps"
        usual = SECURE_PORT if is_smtps else SUBMISSION_PORT if user else PLAIN_PORT
        must_encrypt = not is_smtps and bool(user) and given.get("tls") != "no"
        return cls(parts.hostname, parts.port or usual, user, password, sender, is_smtps, must_encrypt)

    def send(self, message: MailMessage) -> None:
        """Hand one letter over.

        Raises IntegrationError: `retry` where the server is away, busy or lets us in no more; not where it says
        that this letter will never be taken.
        """
        letter = _letter(message, message.sender or self.sender)
        try:
            with self._open() as connection:
                connection.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            reasons = error.recipients.values()
            words = "; ".join(sorted({_words(code, text) for code, text in reasons}))
            raise IntegrationError(words, retry=any(code < 500 for code, _text in reasons)) from error
        except smtplib.SMTPAuthenticationError as error:
            raise IntegrationError(_words(error.smtp_code, error.smtp_error), retry=True) from error
        except smtplib.SMTPResponseException as error:
            # -1: the connection broke before an answer came.
            retry = error.smtp_code < 500
            raise IntegrationError(_words(error.smtp_code, error.smtp_error), retry=retry) from error
        except (smtplib.SMTPException, OSError) as error:
            raise IntegrationError(f"the mail server does not answer: {error}", retry=True) from error

    @contextmanager
    def _open(self) -> Iterator[smtplib.SMTP]:
        tls = ssl.create_default_context()
        made = (
            smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=tls)
            if self.is_smtps
            else smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        )
        with made as connection:
            if self.must_encrypt:
                connection.starttls(context=tls)
            if self.user:
                connection.login(self.user, self.password)
            yield connection


def _letter(message: MailMessage, sender: str) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    headers = {
        "Message-ID": message.message_id,
        "Date": format_datetime(message.written_at),
        "From": _named(message.sender_name, sender),
        "To": ", ".join(map(_ascii, message.to)),
        "Cc": ", ".join(map(_ascii, message.copies)),
        "Reply-To": _ascii(message.reply_to),
        "In-Reply-To": message.in_reply_to,
        "References": " ".join(message.references),
        "Subject": message.subject,
    }
    for name, value in headers.items():
        if value:
            letter[name] = value
    letter.set_content(message.text)
    if message.html is not None:
        letter.add_alternative(message.html, subtype="html")
    for file in message.files:
        kind, _slash, subtype = file.media_type.partition("/")
        letter.add_attachment(file.content, maintype=kind, subtype=subtype, filename=file.name)
    return letter


def _named(name: str, address: str) -> Address | str:
    """The sender as people see it: «Анна Примерова <office@example.ru>»."""
    spelled = _ascii(address)
    return Address(name, addr_spec=spelled) if name else spelled


def _ascii(address: str) -> str:
    """The address with a Cyrillic domain written as servers know it: почта@фирма.рф is not yet taken everywhere."""
    name, at, domain = address.rpartition("@")
    return f"{name}{at}{domain.encode('idna').decode()}"


def _words(code: int, text: bytes | str) -> str:
    shown = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {shown}"
