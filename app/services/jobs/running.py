"""Works on one job: takes it, lets its function run as its owner, and writes how it ended."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, update
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.database import User
from app.errors import IntegrationError, RuleError
from app.models.jobs import LONGEST_LINE, Job, JobLine, JobState
from app.services.access.viewers import viewer_of
from app.services.files import FileStore
from app.services.jobs.progress import CancelledError, LostError, Progress, StoppedError
from app.services.jobs.registry import function_of, listeners
from app.services.jobs.starting import is_lost
from app.texts import _, speaking

MOST_ATTEMPTS = 3
"""A job that its worker did not survive so often is not tried again."""
_log = logging.getLogger(__name__)


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Workshop:
    """What jobs work with: sessions, the store of files, the company's zone, and whether the worker must stop."""

    make_session: Callable[[], Session]
    files: FileStore
    timezone: ZoneInfo
    is_stopping: Callable[[], bool] = _never


def run_job(shop: Workshop, job_id: int, worker: str) -> None:
    """Do a job unless somebody else does it or it is over. `worker` names this run and no other."""
    with shop.make_session() as session:
        job = _take(session, job_id, worker)
        if job is None:
            return
        with speaking(job.language):
            _work(session, job, shop)


def _take(session: Session, job_id: int, worker: str) -> Job | None:
    """Make the job this worker's own, in one statement: two who try at once cannot both succeed."""
    now = utc_now()
    free = and_(Job.id == job_id, or_(Job.state == JobState.QUEUED, is_lost(now)))
    values = {"state": JobState.RUNNING, "worker": worker, "beat_at": now, "attempts": Job.attempts + 1}
    taken: Any = session.execute(update(Job).where(free).values(values))
    session.commit()
    return session.get(Job, job_id) if taken.rowcount else None


def _work(session: Session, job: Job, shop: Workshop) -> None:
    progress = Progress(session, job, shop)
    try:
        _begin(session, job)
        function = function_of(job.kind)
        if function is None:
            raise RuleError(_("This kind of job is not known any more."))
        if job.attempts > MOST_ATTEMPTS:
            raise RuleError(_("The job was begun several times and never came to its end."))
        progress.write(started_at=job.started_at or utc_now())
        session.commit()
        function(session, job, progress)
        _finish(session, job.id, progress, JobState.DONE)
    except LostError:
        session.rollback()
    except StoppedError:
        session.rollback()
        progress.write(state=JobState.QUEUED, worker=None, attempts=Job.attempts - 1)
        session.commit()
    except CancelledError:
        _give_up(session, job, progress, JobState.CANCELLED, _("Cancelled. What was done before stays."))
    except (RuleError, IntegrationError) as refusal:
        _give_up(session, job, progress, JobState.FAILED, str(refusal))
    except Exception:
        _log.exception("job %s failed", job.id)
        _give_up(session, job, progress, JobState.FAILED, _("The job stopped because of a fault in the program."))


def _begin(session: Session, job: Job) -> None:
    """Act as the owner, who must still be one who may sign in."""
    if job.owner_id is None:
        return
    owner = session.get(User, job.owner_id)
    if owner is None or not owner.active:
        raise RuleError(_("The person who started the job may not sign in any more."))
    session.info["viewer"] = viewer_of(session, owner)


def _give_up(session: Session, job: Job, progress: Progress, state: JobState, text: str) -> None:
    """Undo the piece that was not finished, and write the end with its reason."""
    session.rollback()
    session.refresh(job)
    progress.done, progress.kept = job.done, dict(job.kept)
    progress.result = {"result_text": text[:LONGEST_LINE]}
    session.add(JobLine(job_id=job.id, text=text[:LONGEST_LINE]))
    try:
        _finish(session, job.id, progress, state)
    except LostError:
        session.rollback()


def _finish(session: Session, job_id: int, progress: Progress, state: JobState) -> None:
    session.flush()
    progress.write(state=state, finished_at=utc_now(), **progress.result)
    job = session.get_one(Job, job_id, populate_existing=True)
    for listener in listeners():
        try:
            with session.begin_nested():
                listener(session, job)
        except Exception:  # a notice that cannot be written must not undo the work
            _log.exception("the end of job %s could not be told", job_id)
    session.commit()
