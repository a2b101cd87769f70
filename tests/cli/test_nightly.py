"""The nightly command sweeps what has run out, and proves the figures."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app.clock import utc_now
from app.factory import create_app
from app.models.access import LoginAttempt, LoginSession
from app.models.files import TemporaryFile
from app.models.jobs import JobState
from app.models.notices import Delivery, NoticeKind
from app.permissions import Role
from app.services.files import open_store
from app.services.notices import set_choices
from tests.conftest import make_settings
from tests.factories import make_employee, make_interaction, make_job, make_user
from tests.factories.access import make_role
from tests.factories.mail import postbox


@pytest.fixture
def worn(settled: Flask) -> Flask:
    """An installation with one sign-in and one failed try of today, and one of each of last month."""
    with Session(create_engine(settled.config["SQLALCHEMY_DATABASE_URI"], poolclass=NullPool)) as session:
        user = make_user(session)
        for number, at in enumerate((utc_now(), utc_now() - timedelta(days=30))):
            session.add(LoginSession(token_hash=str(number), user_id=user.id, started_at=at, seen_at=at))
            session.add(LoginAttempt(login="ivan", address="10.0.0.1", at=at))
        session.commit()
    return settled


def count(app: Flask, model: type[LoginSession] | type[LoginAttempt]) -> int:
    with Session(create_engine(app.config["SQLALCHEMY_DATABASE_URI"], poolclass=NullPool)) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_what_has_run_out_goes_and_the_rest_stays(worn: Flask) -> None:
    answer = worn.test_cli_runner().invoke(args=["kontora", "nightly", "--json"])
    found = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert (found["sign-ins removed"], found["failed tries removed"], found["right"]) == (1, 1, True)
    assert (count(worn, LoginSession), count(worn, LoginAttempt)) == (1, 1)


def test_sqlite_knows_how_its_tables_are_filled(worn: Flask) -> None:
    """Without that it walked over all payments to find those of nobody."""
    worn.test_cli_runner().invoke(args=["kontora", "nightly", "--json"])
    with create_engine(worn.config["SQLALCHEMY_DATABASE_URI"], poolclass=NullPool).connect() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.scalar(text("select count(*) from sqlite_stat1 where tbl = 'login_session'"))


def test_jobs_and_files_whose_time_is_over_go(settled: Flask) -> None:
    store, now = open_store(settled.config["KONTORA"].files_url), utc_now()
    kept, over = store.keep(b"kept"), store.keep(b"over")
    os.utime(Path(settled.config["KONTORA"].files_url) / over[:2] / over, (0, 0))
    with Session(create_engine(settled.config["SQLALCHEMY_DATABASE_URI"], poolclass=NullPool)) as session:
        for sha256, until in ((kept, now + timedelta(days=1)), (over, now)):
            values = {"name": "итог.xlsx", "media_type": "text/csv", "size": 4, "kept_until": until}
            session.add(TemporaryFile(sha256=sha256, **values))
        make_job(session, state=JobState.DONE, finished_at=now - timedelta(days=91))
        session.commit()
    answer = settled.test_cli_runner().invoke(args=["kontora", "nightly", "--json"])
    found = json.loads(answer.stdout)
    assert (found["old jobs removed"], found["files forgotten"], found["contents removed"]) == (1, 1, 1)
    assert [content.sha256 for content in store.contents()] == [kept]


def test_differences_end_the_night_with_one(settled: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.cli.nightly.differences", lambda _session: {"registers": ["cash: 5 instead of 7"]})
    answer = settled.test_cli_runner().invoke(args=["kontora", "nightly"])
    assert answer.exit_code == 1
    assert "registers: cash: 5 instead of 7" in answer.stdout


def test_the_night_tells_what_is_overdue_and_sends_the_digest(tmp_path: Path, own_database: str) -> None:
    with postbox() as box:
        app = create_app(make_settings(tmp_path, own_database, SMTP_URL=box.url()))
        with Session(create_engine(own_database, poolclass=NullPool)) as session:
            roles = [make_role(session, Role.SALES)]
            anna = make_employee(session, user=make_user(session, email="anna@example.ru", roles=roles))
            set_choices(session, anna.user_id, {NoticeKind.INTERACTION_OVERDUE: Delivery.DIGEST}, "ru")
            late = utc_now() - timedelta(days=2)
            make_interaction(session, responsible=anna, topic="Позвонить об оплате", starts_at=late)
            session.commit()
        answers = [app.test_cli_runner().invoke(args=["kontora", "nightly", "--json"]) for _night in range(2)]

    found = [json.loads(answer.stdout) for answer in answers]
    assert [(each["notifications"], each["letters sent"]) for each in found] == [(1, 1), (0, 0)]
    [letter] = box.letters
    assert letter["To"] == "anna@example.ru"
    assert "Позвонить об оплате" in str(letter["Subject"])
