"""The command that takes letters in, against a mailbox on this machine."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DataError

from app.cli import inbox, worker
from app.database import db
from app.factory import create_app
from app.models.letters import IncomingMail, IncomingState, MailFolder
from tests.conftest import make_settings
from tests.factories.imap import mailbox


def run(app: Flask) -> Any:
    answer = app.test_cli_runner().invoke(args=["kontora", "fetch-mail", "--json"])
    return list(json.loads(answer.stdout).values()) if answer.exit_code == 0 else answer.stderr


def test_without_a_mailbox_nothing_is_fetched(settled: Flask) -> None:
    assert "KONTORA_IMAP_URL" in run(settled)
    with settled.app_context():
        assert inbox.fetch_mail().facts()["letters taken in"] == 0


def test_letters_are_taken_in_once_whatever_state_they_are_in(tmp_path: Path, own_database: str) -> None:
    with mailbox() as box:
        app = create_app(make_settings(tmp_path, own_database, IMAP_URL=box.url()))
        box.put("From: a@example.ru\nMessage-ID: <1@a>\nSubject: Заявка\n\nТекст".encode())
        box.put(b"\0\0")
        box.put(b"From: a@example.ru\nMessage-ID: <3@a>\nAuto-Submitted: auto-replied\n\n")
        assert run(app) == [1, 1, 0, 1]
        assert run(app) == [0, 0, 0, 0]
        box.uid_validity = 2
        assert run(app) == [0, 0, 2, 1]
        with app.app_context():
            states = db.session.scalars(select(IncomingMail.state).order_by(IncomingMail.id)).all()
            assert states == [IncomingState.UNSORTED, IncomingState.UNSORTED, IncomingState.SET_ASIDE]
            folder = db.session.scalars(select(MailFolder)).one()
            assert (folder.uid_validity, folder.last_uid, folder.error) == (2, 3, "")
        worker._each_minute(app, lambda: False)


def test_a_letter_that_the_database_refuses_holds_up_no_other(
    tmp_path: Path, own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: Any) -> None:
        raise DataError("insert", {}, ValueError("too long"))

    with mailbox() as box:
        app = create_app(make_settings(tmp_path, own_database, IMAP_URL=box.url()))
        box.put(b"From: a@example.ru\n\nText")
        monkeypatch.setattr(inbox, "receive_letter", refuse)
        assert run(app) == [0, 0, 0, 1]


def test_a_mailbox_that_cannot_be_read_is_said(tmp_path: Path, own_database: str) -> None:
    with mailbox() as box:
        app = create_app(make_settings(tmp_path, own_database, IMAP_URL=box.url()))
        box.answers["LOGIN"] = "NO wrong password"
        assert "wrong password" in run(app)
        with app.app_context():
            assert "wrong password" in db.session.scalars(select(MailFolder.error)).one()


def test_a_setting_that_names_no_user_is_said(tmp_path: Path, own_database: str) -> None:
    app = create_app(make_settings(tmp_path, own_database, IMAP_URL="imap://mail.example.ru"))
    assert "no user" in run(app)
