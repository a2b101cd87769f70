"""The command that empties the outbox, against a mail server on this machine."""

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.cli import mail as sending
from app.cli import worker
from app.database import db
from app.factory import create_app
from app.models.mail import MailState, OutgoingMail
from app.services.mail import Letter, queue_letter
from tests.conftest import make_settings
from tests.factories.mail import postbox


def queue(app: Flask, *addresses: str) -> None:
    with app.app_context():
        for address in addresses:
            queue_letter(db.session(), Letter(to=(address,), subject="Счёт", text="Добрый день!"))
        db.session.commit()


def states(app: Flask) -> list[MailState]:
    with app.app_context():
        return list(db.session.scalars(select(OutgoingMail.state).order_by(OutgoingMail.id)))


def test_letters_wait_where_no_mail_server_is_set(settled: Flask) -> None:
    queue(settled, "a@example.ru")
    answer = settled.test_cli_runner().invoke(args=["kontora", "send-mail"])
    assert (answer.exit_code, "KONTORA_SMTP_URL" in answer.stderr) == (1, True)
    with settled.app_context():
        assert sending.send_mail().sent == 0
    assert states(settled) == [MailState.WAITING]


def test_each_letter_goes_once_and_a_failed_one_waits(
    tmp_path: Path, own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postbox() as box:
        app = create_app(make_settings(tmp_path, own_database, SMTP_URL=box.url()))
        queue(app, "a@example.ru", "b@example.ru")
        box.answers["RCPT"] = "550 no such mailbox"
        monkeypatch.setattr(sending, "MOST_LETTERS", 1)
        first = app.test_cli_runner().invoke(args=["kontora", "send-mail", "--json"])
        box.answers["RCPT"] = "450 busy"
        second = app.test_cli_runner().invoke(args=["kontora", "send-mail", "--json"])
        del box.answers["RCPT"]
        queue(app, "c@example.ru")
        monkeypatch.undo()
        third = app.test_cli_runner().invoke(args=["kontora", "send-mail", "--json"])

    found = [tuple(json.loads(answer.stdout).values()) for answer in (first, second, third)]
    assert found == [(0, 0, 1), (0, 1, 0), (1, 0, 0)]
    assert states(app) == [MailState.FAILED, MailState.WAITING, MailState.SENT]
    assert [letter["To"] for letter in box.letters] == ["c@example.ru"]


def test_a_setting_that_names_no_sender_leaves_letters_waiting(tmp_path: Path, own_database: str) -> None:
    app = create_app(make_settings(tmp_path, own_database, SMTP_URL="smtp://mail.example.ru"))
    queue(app, "a@example.ru")
    answer = app.test_cli_runner().invoke(args=["kontora", "send-mail", "--json"])
    assert (answer.exit_code, json.loads(answer.stdout)["letters sent"]) == (0, 0)
    assert states(app) == [MailState.WAITING]


def test_the_worker_sends_letters_every_minute(tmp_path: Path, own_database: str) -> None:
    with postbox() as box:
        app = create_app(make_settings(tmp_path, own_database, SMTP_URL=box.url()))
        queue(app, "a@example.ru")
        worker._each_minute(app, lambda: False)
    assert states(app) == [MailState.SENT]
