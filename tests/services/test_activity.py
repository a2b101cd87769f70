from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.models.agreements import ContractStatus
from app.models.interactions import InteractionKind, InteractionState
from app.models.ledger import ActivityBalance, ActivityKind, ActivityMovement
from app.models.service import VisitPurpose, VisitStatus
from app.services.activity import count_contract, count_interaction, count_visit
from app.services.ledger import check_registers
from tests.factories import TODAY, make_contract, make_employee, make_interaction, make_visit

MOSCOW = ZoneInfo("Europe/Moscow")


def _counted(session):
    """Day, employee, kind and number of all acts that count."""
    row = ActivityBalance
    balances = select(row.day, row.employee_id, row.kind, row.count).where(row.count != 0).order_by(row.day, row.id)
    return [tuple(found) for found in session.execute(balances)]


@pytest.mark.parametrize(
    ("kind", "counted"),
    [
        (InteractionKind.CALL, ActivityKind.CALL),
        (InteractionKind.MEETING, ActivityKind.MEETING),
        (InteractionKind.LETTER, ActivityKind.LETTER),
    ],
)
def test_a_done_interaction_counts_once_however_often_it_is_counted(session, kind, counted):
    call = make_interaction(session, kind=kind, state=InteractionState.DONE)

    for _ in range(3):
        count_interaction(session, call, zone=MOSCOW)

    assert _counted(session) == [(TODAY, call.responsible_id, counted, 1)]
    assert len(session.scalars(select(ActivityMovement)).all()) == 1


def test_a_planned_interaction_does_not_count(session):
    count_interaction(session, make_interaction(session), zone=MOSCOW)

    assert _counted(session) == []


@pytest.mark.parametrize("state", [InteractionState.PLANNED, InteractionState.CANCELLED])
def test_an_interaction_that_is_no_longer_done_counts_no_more(session, state):
    call = make_interaction(session, state=InteractionState.DONE)
    count_interaction(session, call, zone=MOSCOW)
    call.state = state

    count_interaction(session, call, zone=MOSCOW)

    assert _counted(session) == []
    assert check_registers(session) == []


def test_an_interaction_done_again_counts_again(session):
    call = make_interaction(session, state=InteractionState.DONE)
    for state in (InteractionState.DONE, InteractionState.PLANNED, InteractionState.DONE):
        call.state = state
        count_interaction(session, call, zone=MOSCOW)

    assert _counted(session) == [(TODAY, call.responsible_id, ActivityKind.CALL, 1)]


def test_an_interaction_counts_on_its_day_in_the_companys_zone(session):
    late = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
    call = make_interaction(session, state=InteractionState.DONE, starts_at=late)

    count_interaction(session, call, zone=MOSCOW)

    assert _counted(session)[0][0] == date(2026, 11, 24)


def test_an_interaction_given_to_another_employee_counts_for_that_one(session):
    call = make_interaction(session, state=InteractionState.DONE)
    count_interaction(session, call, zone=MOSCOW)
    other = make_employee(session)
    call.responsible = other

    count_interaction(session, call, zone=MOSCOW)

    assert _counted(session) == [(TODAY, other.id, ActivityKind.CALL, 1)]
    assert check_registers(session) == []


@pytest.mark.parametrize("status", [ContractStatus.SIGNED, ContractStatus.ENDED, ContractStatus.TERMINATED])
def test_a_signed_contract_counts_even_after_its_end(session, status):
    contract = make_contract(session, status=status)

    count_contract(session, contract)
    count_contract(session, contract)

    assert _counted(session) == [(TODAY, contract.responsible_id, ActivityKind.CONTRACT, 1)]


def test_a_draft_of_a_contract_does_not_count(session):
    count_contract(session, make_contract(session, status=ContractStatus.DRAFT))

    assert _counted(session) == []


def test_a_managers_done_visit_counts(session):
    visit = make_visit(session, purpose=VisitPurpose.MANAGER, status=VisitStatus.DONE)

    count_visit(session, visit, zone=MOSCOW)
    count_visit(session, visit, zone=MOSCOW)

    assert _counted(session) == [(TODAY, visit.employee_id, ActivityKind.VISIT, 1)]


@pytest.mark.parametrize(
    ("purpose", "status"),
    [(VisitPurpose.SERVICE, VisitStatus.DONE), (VisitPurpose.MANAGER, VisitStatus.PLANNED)],
)
def test_engineers_visits_and_planned_visits_do_not_count(session, purpose, status):
    count_visit(session, make_visit(session, purpose=purpose, status=status), zone=MOSCOW)

    assert _counted(session) == []
