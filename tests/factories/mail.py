"""A letter in the outbox, and a mail server that remembers what it was given."""

import itertools
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from sqlalchemy.orm import Session

from app.models.letters import IncomingMail, LetterTemplate
from app.models.mail import OutgoingMail

_numbers = itertools.count(1)
_template_numbers = itertools.count(1)


def make_outgoing_mail(session: Session, **changes: Any) -> OutgoingMail:
    values = {
        "message_id": f"<{next(_numbers)}@kontora.invalid>",
        "recipients": ["client@example.ru"],
        "subject": "Счёт",
        "text": "Добрый день!",
    }
    mail = OutgoingMail(**values | changes)
    session.add(mail)
    session.flush()
    return mail


def make_incoming_mail(session: Session, **changes: Any) -> IncomingMail:
    values = {
        "message_id": f"<{next(_numbers)}@client.example>",
        "sender": "client@example.ru",
        "recipients": ["office@example.ru"],
        "subject": "Вопрос по счёту",
        "text": "Добрый день! Когда отгрузка?",
        "written_at": datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
    }
    mail = IncomingMail(**values | changes)
    session.add(mail)
    session.flush()
    return mail


@dataclass
class Postbox:
    """A mail server on this machine: `answers` says what it replies to a command otherwise than «250 ok»."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    letters: list[EmailMessage] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)

    def url(self, scheme: str = "smtp", user: str = "", **query: str) -> str:
        given = "&".join(f"{name}={value}" for name, value in ({"from": "office@example.ru"} | query).items())
        return f"{scheme}://{user}127.0.0.1:{self.port}?{given}"


class _Talk(socketserver.StreamRequestHandler):
    """One connection: just enough of SMTP (RFC 5321) for smtplib."""

    def handle(self) -> None:
        box: Postbox = self.server.box  # type: ignore[attr-defined]
        self._say(box.answers.get("CONNECT", "220 test"))
        while line := self.rfile.readline():
            word = line.decode().strip().split(" ")[0].upper()
            reply = box.answers.get(word, "250 ok")
            if word == "EHLO":
                reply = "250-test\r\n250 AUTH PLAIN"
            elif word == "QUIT":
                reply = "221 bye"
            elif word == "AUTH":
                box.logins.append(line.decode().strip())
                reply = box.answers.get(word, "235 ok")
            elif word == "DATA" and reply == "250 ok":
                self._say("354 go on")
                box.letters.append(self._read())
            self._say(reply)
            if word == "QUIT" or reply.startswith("421"):
                return

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def _read(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        return cast(EmailMessage, message_from_bytes(b"".join(lines), policy=policy.default))


@contextmanager
def postbox() -> Iterator[Postbox]:
    """A running mail server; gone afterwards."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk) as server:
        server.daemon_threads = True
        box = Postbox(server.server_address[1])
        server.box = box  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield box
        server.shutdown()
        thread.join()


def make_letter_template(session: Session, **changes: Any) -> LetterTemplate:
    """A template of any letter."""
    values = {"name": f"Шаблон {next(_template_numbers)}", "subject": "О {клиент}", "body": "Здравствуйте, {имя}!"}
    record = LetterTemplate(**values | changes)
    session.add(record)
    session.flush()
    return record
