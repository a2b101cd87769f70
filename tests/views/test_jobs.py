"""A person follows their own jobs, stops them and fetches what they made; the administrator sees all."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import working
from app.clock import utc_now
from app.database import db
from app.errors import IntegrationError
from app.models.files import TemporaryFile
from app.models.jobs import JobLine, JobState
from app.permissions import Role
from app.services.files import open_store
from app.services.jobs import Progress, job_kind, registry, start_job
from tests.conftest import ClientAs
from tests.factories import make_job


@pytest.fixture(autouse=True)
def _own_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))


def test_the_page_of_a_running_job_says_how_far_it_is(client_as: ClientAs, session: Session) -> None:
    client: Any = client_as(Role.BACK_OFFICE)
    job = make_job(session, owner_id=client.user_id, state=JobState.RUNNING, done=250, total=1000)
    session.add(JobLine(job_id=job.id, text="Файл прочитан"))
    session.flush()
    page = client.get(f"/jobs/{job.id}").text
    assert "25 %" in page
    assert "Файл прочитан" in page
    assert f"/jobs/{job.id}/cancel" in page
    state = client.get(f"/jobs/{job.id}/state").json
    assert (state["percent"], state["is_over"]) == (25, False)
    assert "<html" not in state["html"]
    assert job.title in client.get("/jobs/").text


def test_a_job_is_stopped_by_its_owner(client_as: ClientAs, session: Session) -> None:
    client: Any = client_as(Role.BACK_OFFICE)
    running = make_job(session, owner_id=client.user_id, state=JobState.RUNNING)
    waiting = make_job(session, owner_id=client.user_id, total=0, done=3)
    for job in (running, waiting):
        assert client.post(f"/jobs/{job.id}/cancel").status_code == 302
        session.refresh(job)
    assert running.is_cancel_wanted
    assert waiting.state is JobState.CANCELLED
    page = client.get(f"/jobs/{running.id}").text
    assert f"/jobs/{running.id}/cancel" not in page


def test_a_job_of_somebody_else_is_not_there(client_as: ClientAs, session: Session) -> None:
    client: Any = client_as(Role.DIRECTOR)
    job = make_job(session, title="Чужая загрузка")
    assert "Чужая загрузка" not in client.get("/jobs/").text
    for path in ("", "/state", "/file"):
        assert client.get(f"/jobs/{job.id}{path}").status_code == 404
    assert client.post(f"/jobs/{job.id}/cancel").status_code == 404
    assert client.get("/jobs/0").status_code == 404
    admin = client_as(Role.ADMIN)
    assert "Чужая загрузка" in admin.get("/jobs/").text
    assert admin.get(f"/jobs/{job.id}").status_code == 200
    assert admin.get(f"/jobs/{job.id}/file").status_code == 404, "the job has made no file"


def test_a_file_that_a_job_made_is_downloaded(client_as: ClientAs, session: Session, app: Flask) -> None:
    client: Any = client_as(Role.BACK_OFFICE)
    sha256 = open_store(app.config["KONTORA"].files_url).keep(b"1;2")
    file = TemporaryFile(sha256=sha256, name="итог.csv", media_type="text/csv", size=3, kept_until=utc_now())
    session.add(file)
    session.flush()
    job = make_job(session, owner_id=client.user_id, state=JobState.DONE, result_file_id=file.id, result_text="Готово")
    page = client.get(f"/jobs/{job.id}").text
    assert "итог.csv" in page
    assert "Готово" in page
    answer = client.get(f"/jobs/{job.id}/file")
    assert answer.data == b"1;2"
    assert "attachment" in answer.headers["Content-Disposition"]


def test_no_jobs_are_shown_as_such(client_as: ClientAs) -> None:
    assert client_as(Role.ENGINEER).get("/jobs/").status_code == 200


@job_kind("count-of-test")
def count(_session: Session, _job: Any, progress: Progress) -> None:
    for _number in progress.each(range(3)):
        pass


def test_the_queue_is_told_and_its_silence_only_delays(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    registry.job_kind("count-of-test")(count)
    told: list[int] = []
    monkeypatch.setattr(app, "testing", False)
    with app.app_context():
        monkeypatch.setattr(working.queue(), "send", told.append)
        first = start_job(db.session(), "count-of-test", {}, "Счёт")
        db.session.commit()
        assert told == [first.id]

        def silent(_job_id: int) -> None:
            raise IntegrationError("no answer")

        monkeypatch.setattr(working.queue(), "send", silent)
        second = start_job(db.session(), "count-of-test", {}, "Счёт")
        db.session.commit()
        assert f"job {second.id} waits" in caplog.text
        second.created_at = first.created_at = utc_now() - timedelta(days=1)
        db.session.commit()
        keys = first.id, second.id
    working.take_up_lost(app)
    session.expire_all()
    assert [session.get_one(type(first), key).state for key in keys] == [JobState.DONE] * 2
