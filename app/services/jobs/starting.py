"""Making jobs, asking them to stop, and finding those that nobody works on."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, event, or_, select, update
from sqlalchemy.orm import Session, SessionTransaction

from app.models.jobs import Job, JobState
from app.services.jobs.registry import function_of
from app.texts import language

SILENCE = timedelta(minutes=2)
"""A running job that has saved nothing for so long has lost its worker."""
WAITING = timedelta(minutes=1)
"""A job that has waited so long may have been lost on the way to the worker."""
KEPT_FOR = timedelta(days=90)
_STARTED = "jobs_started"

_sender: list[Callable[[int], None]] = []


def install_sender(send: Callable[[int], None]) -> None:
    """Say how a worker learns of a new job."""
    _sender[:] = [send]


def start_job(session: Session, kind: str, arguments: dict[str, Any], title: str, *, total: int = 0) -> Job:
    """Make a job of the session's viewer; it begins once the caller has committed. `arguments` are plain JSON."""
    if function_of(kind) is None:
        raise ValueError(f"no job is called {kind}")
    viewer = session.info.get("viewer")
    job = Job(
        kind=kind,
        title=title[:200],
        owner_id=viewer.user_id if viewer is not None else None,
        language=language(),
        arguments=arguments,
        total=total,
    )
    session.add(job)
    session.flush()
    session.info.setdefault(_STARTED, []).append(job.id)
    return job


@event.listens_for(Session, "after_commit")
def _send_started(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for job_id in session.info.pop(_STARTED, ()):
        for send in _sender:
            send(job_id)


@event.listens_for(Session, "after_transaction_end")
def _forget_unsaved(session: Session, ended: SessionTransaction) -> None:
    """A session closed without a commit has started nothing."""
    if ended.parent is None:
        session.info.pop(_STARTED, None)


def cancel_job(session: Session, job: Job, now: datetime) -> None:
    """Ask a job to stop. One that has not begun is cancelled at once; a running one stops between two rows."""
    waiting = and_(Job.id == job.id, Job.state == JobState.QUEUED)
    session.execute(update(Job).where(waiting).values(state=JobState.CANCELLED, finished_at=now))
    running = and_(Job.id == job.id, Job.state == JobState.RUNNING)
    session.execute(update(Job).where(running).values(is_cancel_wanted=True))
    session.refresh(job)


def due_jobs(session: Session, now: datetime) -> list[int]:
    """Jobs that should be worked on and perhaps are not: they waited for long, or their worker is silent."""
    forgotten = and_(Job.state == JobState.QUEUED, Job.created_at <= now - WAITING)
    return list(session.scalars(select(Job.id).where(or_(forgotten, is_lost(now))).order_by(Job.id)))


def is_lost(now: datetime) -> Any:
    """The condition of a job whose worker has died."""
    return and_(Job.state == JobState.RUNNING, Job.beat_at <= now - SILENCE)


def forget_old_jobs(session: Session, now: datetime) -> int:
    """Delete jobs that ended long ago, with their logs; gives how many."""
    result: Any = session.execute(delete(Job).where(Job.finished_at <= now - KEPT_FOR))
    return int(result.rowcount)
