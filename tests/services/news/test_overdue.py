"""What becomes overdue is told once to whom it concerns, however often the night comes."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.claims import ClaimStatus, ClaimStep
from app.models.notices import Notice, NoticeKind
from app.permissions import Role
from app.services.news import tell_overdue
from app.services.notices.telling import SILENT
from tests.factories import (
    NOON,
    TODAY,
    make_claim,
    make_client,
    make_deal,
    make_employee,
    make_engineer,
    make_equipment,
    make_interaction,
    make_request,
    make_user,
    make_visit,
)
from tests.factories.access import make_role
from tests.reports.test_overdue import owe

ZONE = ZoneInfo("Europe/Moscow")
YESTERDAY = TODAY - timedelta(days=1)
A_DAY_AGO = NOON - timedelta(days=1)


@pytest.fixture
def anna(session: Session):
    session.info[SILENT] = True
    return make_employee(session, user=make_user(session))


def told(session: Session, today=TODAY) -> set[tuple[int, NoticeKind, int]]:
    tell_overdue(session, today, ZONE)
    return {(each.user_id, each.kind, each.record_id) for each in session.scalars(select(Notice))}


def test_each_kind_is_told_to_whoever_has_it(session: Session, anna):
    client = make_client(session, responsible=anna)
    egor = make_engineer(session, user=make_user(session))
    interaction = make_interaction(session, client=client, responsible=anna, starts_at=A_DAY_AGO)
    deal = make_deal(session, client=client, responsible=anna, next_step_on=YESTERDAY)
    request = make_request(session, client=client, responsible=anna, promised_at=A_DAY_AGO)
    visit = make_visit(session, client=client, employee=egor, starts_at=A_DAY_AGO)
    claim = make_claim(session, client=client, responsible=anna, answer_due_on=YESTERDAY)
    step = ClaimStep(claim=make_claim(session, client=client), task="Осмотр", responsible=egor, due_on=YESTERDAY)
    session.add(step)
    session.flush()

    assert told(session) == {
        (anna.user_id, NoticeKind.INTERACTION_OVERDUE, interaction.id),
        (anna.user_id, NoticeKind.DEAL_OVERDUE, deal.id),
        (anna.user_id, NoticeKind.REQUEST_OVERDUE, request.id),
        (egor.user_id, NoticeKind.VISIT_OVERDUE, visit.id),
        (anna.user_id, NoticeKind.CLAIM_OVERDUE, claim.id),
        (egor.user_id, NoticeKind.CLAIM_STEP_OVERDUE, step.claim_id),
    }
    assert tell_overdue(session, TODAY, ZONE) == 0
    assert tell_overdue(session, TODAY + timedelta(days=1), ZONE) == 0


def test_what_is_due_today_or_was_due_long_ago_or_is_over_is_not_told(session: Session, anna):
    client = make_client(session, responsible=anna)
    make_interaction(session, client=client, responsible=anna, starts_at=NOON)
    make_deal(session, client=client, responsible=anna, next_step_on=TODAY - timedelta(days=8))
    make_claim(
        session,
        client=client,
        responsible=anna,
        answer_due_on=YESTERDAY,
        status=ClaimStatus.CLOSED,
        result="Заменили",
    )
    make_interaction(session, client=client, responsible=make_employee(session), starts_at=A_DAY_AGO)
    gone = make_employee(session, user=make_user(session, active=False))
    make_interaction(session, client=client, responsible=gone, starts_at=A_DAY_AGO)
    assert told(session) == set()


def test_maintenance_is_told_to_the_manager_and_the_heads_of_service(session: Session, anna):
    head = make_user(session, roles=[make_role(session, Role.SERVICE_HEAD)])
    machine = make_equipment(session, client=make_client(session, responsible=anna), next_maintenance_on=YESTERDAY)
    other = make_equipment(session, next_maintenance_on=YESTERDAY)
    assert told(session) == {
        (anna.user_id, NoticeKind.MAINTENANCE_OVERDUE, machine.id),
        (head.id, NoticeKind.MAINTENANCE_OVERDUE, machine.id),
        (head.id, NoticeKind.MAINTENANCE_OVERDUE, other.id),
    }


def test_a_debt_is_told_with_all_that_is_overdue_and_after_a_month_to_the_heads(session: Session, anna):
    director = make_user(session, roles=[make_role(session, Role.DIRECTOR)])
    client = make_client(session, responsible=anna)
    owe(session, client, "100.00", 31)
    owe(session, client, "50.00", 1)
    owe(session, make_client(session), "70.00", 1)

    assert told(session) == {
        (anna.user_id, NoticeKind.DEBT_OVERDUE, client.id),
        (director.id, NoticeKind.DEBT_LONG, client.id),
    }
    sums = {each.kind: Decimal(each.arguments["sum"]) for each in session.scalars(select(Notice))}
    assert sums == {NoticeKind.DEBT_OVERDUE: Decimal("150.00"), NoticeKind.DEBT_LONG: Decimal("100.00")}
