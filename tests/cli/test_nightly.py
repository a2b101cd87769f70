"""The nightly command sweeps what has run out, and proves the figures."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app.clock import utc_now
from app.models.access import LoginAttempt, LoginSession
from app.models.files import TemporaryFile
from app.models.jobs import JobState
from app.services.files import open_store
from tests.factories import make_job, make_user


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
