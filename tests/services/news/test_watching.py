"""Whoever is given work is told, by whichever way it was given; nobody is told of their own acts."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.claims import ClaimStatus, ClaimStep
from app.models.interactions import InteractionState
from app.models.notices import Notice, NoticeKind
from app.models.service import RequestStatus, VisitStatus
from app.permissions import Scope, Viewer
from app.services.notices.telling import SILENT
from tests.factories import (
    NOON,
    TODAY,
    make_claim,
    make_client,
    make_deal,
    make_employee,
    make_engineer,
    make_interaction,
    make_request,
    make_user,
    make_visit,
)


@pytest.fixture
def anna(session: Session):
    return make_employee(session, user=make_user(session))


@pytest.fixture
def client(session: Session):
    return make_client(session, name="ООО «Ромашка»")


@pytest.fixture
def as_head(session: Session) -> Iterator[Viewer]:
    head = make_employee(session, user=make_user(session))
    viewer = Viewer(user_id=head.user_id, employee_id=head.id, scope=Scope.ALL)
    session.info["viewer"] = viewer
    yield viewer
    del session.info["viewer"]


def told(session: Session) -> list[tuple[int, NoticeKind, str, int]]:
    session.flush()
    session.expire_all()
    found = session.scalars(select(Notice).order_by(Notice.id))
    return [(each.user_id, each.kind, each.record_table, each.record_id) for each in found]


MAKERS = [
    (make_request, NoticeKind.REQUEST, "responsible", "Не запускается"),
    (make_deal, NoticeKind.DEAL, "responsible", None),
    (make_claim, NoticeKind.CLAIM, "responsible", "Оборудование пришло повреждённым"),
    (make_visit, NoticeKind.VISIT, "employee", None),
    (make_interaction, NoticeKind.INTERACTION, "responsible", None),
]


@pytest.mark.parametrize(("maker", "kind", "column", "what"), MAKERS, ids=[str(kind.value) for _m, kind, *_r in MAKERS])
def test_new_work_is_told_to_whoever_has_it_with_its_client(
    session: Session, client, anna, as_head, maker, kind, column, what
):
    record = maker(session, client=client, **{column: anna})

    assert told(session) == [(anna.user_id, kind, record.__tablename__, record.id)]
    arguments = session.scalars(select(Notice.arguments)).one()
    assert arguments["client"] == "ООО «Ромашка»"
    assert what is None or arguments["what"] == what


def test_work_handed_over_is_told_to_the_new_holder_only(session: Session, client, anna):
    deal = make_deal(session, client=client, responsible=make_employee(session, user=make_user(session)))
    before = len(told(session))
    deal.title = "Другое название"
    assert len(told(session)) == before
    deal.responsible = anna
    assert told(session)[before:] == [(anna.user_id, NoticeKind.DEAL, "deal", deal.id)]


def test_a_client_handed_over_is_told(session: Session, client, anna):
    client.responsible_id = anna.id
    anna.position = "Старший менеджер"  # which is nobody's news
    assert told(session) == [(anna.user_id, NoticeKind.CLIENT, "client", client.id)]


def test_a_step_is_told_of_as_part_of_its_claim(session: Session, client, anna):
    claim = make_claim(session, client=client)
    claim.steps = [ClaimStep(task="Осмотреть", responsible=anna, due_on=TODAY)]
    assert told(session) == [(anna.user_id, NoticeKind.CLAIM_STEP, "claim", claim.id)]
    assert session.scalars(select(Notice.arguments)).one() == {
        "what": "Осмотреть",
        "client": "ООО «Ромашка»",
        "on": TODAY.isoformat(),
    }


def test_an_engineer_learns_that_a_visit_is_moved_or_cancelled(session: Session):
    egor = make_engineer(session, user=make_user(session))
    visit = make_visit(session, employee=egor, task="Осмотр компрессора")
    visit.starts_at = NOON + timedelta(minutes=30)
    assert [kind for _user, kind, *_rest in told(session)] == [NoticeKind.VISIT, NoticeKind.VISIT_CHANGED]
    visit.status = VisitStatus.CANCELLED
    assert told(session)[-1] == (egor.user_id, NoticeKind.VISIT_CANCELLED, "visit", visit.id)
    visit.site = "Цех 2"
    assert len(told(session)) == 3


@pytest.mark.parametrize(
    ("maker", "over"),
    [
        (make_request, {"status": RequestStatus.DONE}),
        (make_claim, {"status": ClaimStatus.CLOSED, "result": "Заменили"}),
        (make_interaction, {"state": InteractionState.DONE, "result": "Договорились"}),
    ],
)
def test_what_is_over_is_nobody_s_news(session: Session, client, anna, maker, over):
    maker(session, client=client, responsible=anna, **over)
    assert told(session) == []


def test_nobody_is_told_of_what_they_do_themselves(session: Session, client, anna):
    session.info["viewer"] = Viewer(user_id=anna.user_id, employee_id=anna.id, scope=Scope.ALL)
    make_deal(session, client=client, responsible=anna)
    del session.info["viewer"]
    assert told(session) == []


def test_who_has_no_login_is_told_nothing(session: Session, client):
    make_deal(session, client=client, responsible=make_employee(session))
    assert told(session) == []


def test_an_import_tells_nothing_one_by_one(session: Session, client, anna):
    session.info[SILENT] = True
    make_deal(session, client=client, responsible=anna)
    del session.info[SILENT]
    assert told(session) == []


def test_an_act_undone_has_told_nobody(session: Session, client, anna):
    undone = session.begin_nested()
    make_deal(session, client=client, responsible=anna)
    undone.rollback()
    assert told(session) == []
