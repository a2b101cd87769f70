"""Tells the owner of a job that it is over: long work is started and left."""

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.database import Way
from app.models.jobs import Job, JobState
from app.models.notices import NoticeKind
from app.permissions import Viewer
from app.services.jobs import on_finished
from app.services.news.seeing import Target, add_target
from app.services.notices import Told, tell

KINDS = {JobState.DONE: NoticeKind.JOB_DONE, JobState.FAILED: NoticeKind.JOB_FAILED}
"""Of a job that they have cancelled themselves nobody needs to be told."""


def _own(viewer: Viewer, way: Way = Way.KEYS) -> ColumnElement[bool]:
    return Job.owner_id == viewer.user_id


add_target("job", Target(Job, "Jobs", _own))


@on_finished
def tell_owner(session: Session, job: Job) -> None:
    """Tell how the job ended, in the transaction that writes its end."""
    kind = KINDS.get(job.state)
    if kind is None or job.owner_id is None:
        return
    words = " — ".join(filter(None, (job.title, job.result_text)))
    tell(session, [Told(job.owner_id, kind, "job", job.id, utc_now().date(), {"what": words})])
