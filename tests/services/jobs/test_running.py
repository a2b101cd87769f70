"""A job is done once, as its owner, in pieces; it stops when asked, and its end is told."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.errors import RuleError
from app.models.clients import Client, Segment
from app.models.jobs import Job, JobLine, JobState
from app.permissions import Role, Scope, Viewer
from app.services.jobs import (
    Progress,
    cancel_job,
    due_jobs,
    forget_old_jobs,
    install_sender,
    job_kind,
    on_finished,
    progress,
    registry,
    run_job,
    start_job,
    starting,
)
from app.services.jobs.starting import SILENCE, WAITING
from tests import factories as make
from tests.factories.access import make_role
from tests.factories.jobs import make_job, workshop

Function = Callable[[Session, Job, Progress], None]


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_kinds", {})
    monkeypatch.setattr(registry, "_listeners", [])
    monkeypatch.setattr(starting, "_sender", [])
    monkeypatch.setattr(progress, "BREATHS", {})
    monkeypatch.setattr(progress, "PIECE_ROWS", 2)


def segments(session: Session, job: Job, progress: Progress) -> None:
    """Makes a segment per name."""
    names: list[str] = job.arguments["names"]
    progress.expect(len(names))
    for name in progress.each(names):
        session.add(Segment(name=name))
        progress.kept["made"] = progress.kept.get("made", 0) + 1
    progress.log("готово")
    progress.finish_with("Создано: 5", "/clients/list/")


def names(session: Session) -> list[str]:
    return sorted(session.scalars(select(Segment.name).where(Segment.name.like("сегмент%"))))


FIVE = {"names": [f"сегмент {number}" for number in range(5)]}


def again(session: Session, job: Job) -> Job:
    return session.get_one(Job, job.id, populate_existing=True)


def test_a_job_does_its_rows_and_says_what_came_out(session: Session, tmp_path: Path) -> None:
    job_kind("segments")(segments)
    heard: list[tuple[int, JobState]] = []
    on_finished(lambda _session, job: heard.append((job.id, job.state)))
    user = make.make_user(session)
    job = make_job(session, kind="segments", arguments=FIVE, owner_id=user.id)
    session.commit()

    run_job(workshop(session, tmp_path), job.id, "one")

    job = again(session, job)
    assert (job.state, job.done, job.total, job.percent) == (JobState.DONE, 5, 5, 100)
    assert job.kept == {"made": 5}
    assert (job.result_text, job.result_url) == ("Создано: 5", "/clients/list/")
    assert job.started_at is not None
    assert job.finished_at is not None
    assert session.scalars(select(JobLine.text).where(JobLine.job_id == job.id)).all() == ["готово"]
    assert names(session) == FIVE["names"]
    assert heard == [(job.id, JobState.DONE)]


def test_a_job_that_is_over_is_not_done_again(session: Session, tmp_path: Path) -> None:
    job_kind("segments")(segments)
    job = make_job(session, kind="segments", arguments=FIVE)
    session.commit()
    run_job(workshop(session, tmp_path), job.id, "one")
    run_job(workshop(session, tmp_path), job.id, "two")
    assert again(session, job).worker == "one"
    assert names(session) == FIVE["names"]


def test_a_job_whose_worker_died_goes_on_after_the_rows_that_were_saved(session: Session, tmp_path: Path) -> None:
    class PowerCutError(BaseException):
        pass

    def dies(session: Session, job: Job, progress: Progress) -> None:
        for place, name in enumerate(progress.each(job.arguments["names"])):
            if place == 3 and job.attempts == 1:
                raise PowerCutError
            session.add(Segment(name=name))

    job_kind("segments")(dies)
    job = make_job(session, kind="segments", arguments=FIVE)
    session.commit()
    with pytest.raises(PowerCutError):
        run_job(workshop(session, tmp_path), job.id, "one")
    assert again(session, job).done == 2, "the piece that was not full is undone with its rows"

    run_job(workshop(session, tmp_path), job.id, "two")
    assert again(session, job).worker == "one", "the first may still be alive"
    silent = utc_now() - SILENCE
    session.execute(update(Job).where(Job.id == job.id).values(beat_at=silent))
    session.commit()
    assert due_jobs(session, utc_now()) == [job.id]
    run_job(workshop(session, tmp_path), job.id, "two")

    job = again(session, job)
    assert (job.state, job.attempts, job.done) == (JobState.DONE, 2, 5)
    assert names(session) == FIVE["names"]


def test_a_worker_that_lost_its_job_writes_nothing_more(session: Session, tmp_path: Path) -> None:
    def robbed(session: Session, job: Job, progress: Progress) -> None:
        for place, name in enumerate(progress.each(FIVE["names"])):
            session.add(Segment(name=name))
            if place == 2:
                session.execute(update(Job).where(Job.id == job.id).values(worker="another"))

    def fails(session: Session, job: Job, progress: Progress) -> None:
        session.execute(update(Job).where(Job.id == job.id).values(worker="another"))
        session.commit()
        raise RuleError("нельзя")

    job_kind("segments")(robbed)
    job_kind("fails")(fails)
    first = make_job(session, kind="segments", arguments=FIVE)
    second = make_job(session, kind="fails")
    session.commit()
    run_job(workshop(session, tmp_path), first.id, "one")
    run_job(workshop(session, tmp_path), second.id, "one")
    assert again(session, first).state is JobState.RUNNING
    assert again(session, second).state is JobState.RUNNING
    assert names(session) == FIVE["names"][:2]


def test_a_job_that_kills_its_workers_is_given_up(session: Session, tmp_path: Path) -> None:
    job_kind("segments")(segments)
    job = make_job(session, kind="segments", arguments=FIVE, attempts=3)
    session.commit()
    run_job(workshop(session, tmp_path), job.id, "one")
    assert again(session, job).state is JobState.FAILED
    assert "several times" in str(again(session, job).result_text)


def test_a_running_job_stops_between_two_rows_when_asked(session: Session, tmp_path: Path) -> None:
    def cancelled(session: Session, job: Job, progress: Progress) -> None:
        for place, name in enumerate(progress.each(FIVE["names"])):
            session.add(Segment(name=name))
            if place == 2:
                cancel_job(session, job, utc_now())

    job_kind("segments")(cancelled)
    job = make_job(session, kind="segments")
    session.commit()
    run_job(workshop(session, tmp_path), job.id, "one")
    job = again(session, job)
    assert (job.state, job.done) == (JobState.CANCELLED, 4)
    assert names(session) == FIVE["names"][:4]


def test_a_job_that_waits_is_cancelled_at_once(session: Session, tmp_path: Path) -> None:
    job_kind("segments")(segments)
    job = make_job(session, kind="segments", arguments=FIVE)
    cancel_job(session, job, utc_now())
    assert job.state is JobState.CANCELLED
    session.commit()
    run_job(workshop(session, tmp_path), job.id, "one")
    assert names(session) == []


def test_a_stopped_worker_gives_the_job_back(session: Session, tmp_path: Path) -> None:
    job_kind("segments")(segments)
    job = make_job(session, kind="segments", arguments=FIVE)
    session.commit()
    run_job(workshop(session, tmp_path, is_stopping=lambda: True), job.id, "one")
    kept = again(session, job)
    assert (kept.state, kept.done, kept.worker, kept.attempts) == (JobState.QUEUED, 2, None, 0)
    run_job(workshop(session, tmp_path), job.id, "two")
    assert names(session) == FIVE["names"]


def refuses(session: Session, job: Job, progress: Progress) -> None:
    session.add(Segment(name="сегмент 1"))
    session.flush()
    raise RuleError("Так нельзя.")


def breaks(session: Session, job: Job, progress: Progress) -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("function", "words"),
    [(refuses, "Так нельзя."), (breaks, "fault in the program"), (None, "not known")],
)
def test_a_job_that_fails_says_why_and_leaves_nothing_half_done(
    session: Session, tmp_path: Path, function: Function | None, words: str
) -> None:
    if function is not None:
        job_kind("some")(function)
    job = make_job(session, kind="some")
    session.commit()
    run_job(workshop(session, tmp_path), job.id, "one")
    job = again(session, job)
    assert job.state is JobState.FAILED
    assert words in str(job.result_text)
    assert words in session.scalars(select(JobLine.text).where(JobLine.job_id == job.id)).one()
    assert names(session) == []


def test_a_job_sees_what_its_owner_sees(session: Session, tmp_path: Path) -> None:
    seen: list[Any] = []
    job_kind("look")(lambda session, _job, _progress: seen.extend(session.scalars(select(Client.name))))
    user = make.make_user(session, roles=[make_role(session, Role.SALES)])
    employee = make.make_employee(session, user=user)
    make.make_client(session, name="Свой", responsible=employee)
    make.make_client(session, name="Чужой")
    job = make_job(session, kind="look", owner_id=user.id)
    session.commit()
    run_job(workshop(session, tmp_path), job.id, "one")
    assert seen == ["Свой"]


def test_a_job_of_somebody_who_left_is_not_done(session: Session, tmp_path: Path) -> None:
    job_kind("segments")(segments)
    user = make.make_user(session, active=False)
    job = make_job(session, kind="segments", arguments=FIVE, owner_id=user.id)
    session.commit()
    run_job(workshop(session, tmp_path), job.id, "one")
    assert again(session, job).state is JobState.FAILED
    assert names(session) == []


def test_a_notice_that_cannot_be_written_does_not_undo_the_work(session: Session, tmp_path: Path) -> None:
    def refuse(_session: Session, _job: Job) -> None:
        raise ZeroDivisionError

    job_kind("segments")(segments)
    on_finished(refuse)
    on_finished(refuse)
    assert len(registry.listeners()) == 1, "who listens twice hears once"
    job = make_job(session, kind="segments", arguments=FIVE)
    session.commit()
    run_job(workshop(session, tmp_path), job.id, "one")
    assert again(session, job).state is JobState.DONE


def test_a_job_makes_a_file_for_its_owner(session: Session, tmp_path: Path) -> None:
    def writes(session: Session, job: Job, progress: Progress) -> None:
        progress.finish_with_file(b"1;2", "итог.csv", "text/csv")

    job_kind("writes")(writes)
    user = make.make_user(session)
    job = make_job(session, kind="writes", owner_id=user.id)
    session.commit()
    shop = workshop(session, tmp_path)
    run_job(shop, job.id, "one")
    file = again(session, job).result_file
    assert file is not None
    assert (file.name, file.owner_id, file.size) == ("итог.csv", user.id, 3)
    with shop.files.open(file.sha256) as content:
        assert content.read() == b"1;2"


@pytest.fixture
def sent() -> list[int]:
    told: list[int] = []
    install_sender(told.append)
    return told


def test_the_worker_learns_of_a_job_after_the_commit(session: Session, sent: list[int]) -> None:
    job_kind("segments")(segments)
    user = make.make_user(session)
    session.info["viewer"] = Viewer(user.id, None, Scope.ALL)
    with session.begin_nested():
        job = start_job(session, "segments", FIVE, "Сегменты", total=5)
    assert sent == []
    session.commit()
    assert sent == [job.id]
    assert (job.owner_id, job.language, job.percent) == (user.id, "en", 0)
    session.commit()
    assert sent == [job.id]


def test_a_job_that_was_not_saved_is_told_to_nobody(session: Session, sent: list[int]) -> None:
    job_kind("segments")(segments)
    start_job(session, "segments", FIVE, "Сегменты")
    session.rollback()
    session.commit()
    assert sent == []


def test_a_job_of_no_known_kind_cannot_be_started(session: Session) -> None:
    with pytest.raises(ValueError, match="no job is called"):
        start_job(session, "unknown", {}, "?")


def test_jobs_that_wait_for_long_are_found_and_old_ones_go(session: Session) -> None:
    now = utc_now()
    waiting = make_job(session, created_at=now - WAITING)
    fresh = make_job(session)
    old = make_job(session, state=JobState.DONE, finished_at=now - timedelta(days=91))
    recent = make_job(session, state=JobState.DONE, finished_at=now - timedelta(days=89), total=0)
    session.add(JobLine(job_id=old.id, text="строка"))
    session.flush()
    assert due_jobs(session, now) == [waiting.id]
    assert forget_old_jobs(session, now) == 1
    assert set(session.scalars(select(Job.id))) >= {waiting.id, fresh.id, recent.id}
    assert recent.percent is None
    assert recent.is_over
    assert str(recent) == "Загрузка клиентов"
