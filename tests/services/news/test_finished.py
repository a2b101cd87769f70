"""The owner of a job is told how it ended."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.jobs import JobState
from app.models.notices import Notice, NoticeKind
from app.permissions import READ, Scope, Viewer
from app.reports.notices import list_notices
from app.services.news.finished import tell_owner
from tests.factories import make_user
from tests.factories.jobs import make_job


@pytest.mark.parametrize(
    ("state", "kind"), [(JobState.DONE, NoticeKind.JOB_DONE), (JobState.FAILED, NoticeKind.JOB_FAILED)]
)
def test_the_owner_alone_is_told_once(session: Session, state: JobState, kind: NoticeKind) -> None:
    owner, other = make_user(session), make_user(session)
    job = make_job(session, owner_id=owner.id, title="Загрузка клиентов", state=state, result_text="Создано: 5")
    for _time in range(2):
        tell_owner(session, job)

    def told(user_id: int) -> list[tuple[NoticeKind, str]]:
        viewer = Viewer(user_id, None, Scope.ALL, rights=frozenset({(READ, "Jobs")}))
        found = list_notices(session, viewer, unread=True, before=None, limit=9)
        return [(each.kind, each.arguments["what"]) for each in found]

    assert told(owner.id) == [(kind, "Загрузка клиентов — Создано: 5")]
    assert told(other.id) == []


def test_nobody_is_told_of_what_they_cancelled_or_the_program_did_by_itself(session: Session) -> None:
    tell_owner(session, make_job(session, owner_id=make_user(session).id, state=JobState.CANCELLED))
    job = make_job(session, state=JobState.DONE)
    job.owner_id = None
    tell_owner(session, job)

    assert session.scalars(select(Notice.id)).all() == []
