from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.ledger import ActivityKind, ActivityMovement
from app.models.service import RequestStatus, ServiceRequest, VisitPurpose, VisitStatus
from app.services.service.requests import number_request, refresh_status
from app.services.service.visits import Outcome, cancel_visit, finish_visit
from tests.factories import make_equipment, make_organisation, make_request, make_visit, make_work_kind
from tests.services.service.plans import WORK_TIME


def test_request_of_a_cancelled_visit_waits_again(session: Session) -> None:
    request = make_request(session, status=RequestStatus.PLANNED)
    visit = make_visit(session, request=request, client=request.client)

    cancel_visit(session, visit, " клиент перенёс ")

    assert (visit.status, visit.work_done) == (VisitStatus.CANCELLED, "Cancelled: клиент перенёс")
    assert request.status is RequestStatus.NEW


def test_request_stays_planned_while_another_visit_is_ahead(session: Session) -> None:
    request = make_request(session, status=RequestStatus.PLANNED)
    visit = make_visit(session, request=request, client=request.client)
    make_visit(session, request=request, client=request.client)

    cancel_visit(session, visit, "лишний")

    assert request.status is RequestStatus.PLANNED


def test_visit_without_a_request_can_be_cancelled(session: Session) -> None:
    assert cancel_visit(session, make_visit(session), "ошибка").status is VisitStatus.CANCELLED


def test_cancelling_needs_a_reason(session: Session) -> None:
    with pytest.raises(RuleError, match="Say why"):
        cancel_visit(session, make_visit(session), "  ")


def test_finished_visit_cannot_be_cancelled(session: Session) -> None:
    with pytest.raises(RuleError, match="not finished yet"):
        cancel_visit(session, make_visit(session, status=VisitStatus.PARTLY_DONE), "ошибка")


def test_done_visit_closes_its_request(session: Session) -> None:
    request = make_request(session, status=RequestStatus.PLANNED)
    visit = make_visit(session, request=request, client=request.client)

    finished = finish_visit(session, visit, Outcome("Заменён ремень", hours=Decimal("1.5")), WORK_TIME)

    assert (visit.status, request.status) == (VisitStatus.DONE, RequestStatus.DONE)
    assert finished.open_request is None


def test_partly_done_visit_keeps_its_request_open(session: Session) -> None:
    request = make_request(session, status=RequestStatus.PLANNED)
    visit = make_visit(session, request=request, client=request.client)

    finished = finish_visit(
        session, visit, Outcome("Разобран узел", is_partial=True, next_step="Поставить ротор"), WORK_TIME
    )

    assert (visit.status, request.status) == (VisitStatus.PARTLY_DONE, RequestStatus.IN_WORK)
    assert finished.open_request is request


def test_rest_of_a_visit_without_a_request_becomes_a_request(session: Session) -> None:
    make_organisation(session)
    visit = make_visit(session)

    finish_visit(session, visit, Outcome("Осмотр", is_partial=True, next_step="Заменить насос"), WORK_TIME)

    rest = session.scalars(select(ServiceRequest).where(ServiceRequest.id == visit.request_id)).one()
    assert (rest.description, rest.status, rest.client_id) == (
        "Заменить насос",
        RequestStatus.IN_WORK,
        visit.client_id,
    )
    assert rest.number


def test_rest_cannot_be_planned_without_a_kind_of_work(session: Session) -> None:
    visit = make_visit(session, work_kind=None)

    with pytest.raises(RuleError, match="kind of work"):
        finish_visit(session, visit, Outcome("Осмотр", is_partial=True, next_step="Насос"), WORK_TIME)


def test_partly_done_visit_must_say_what_is_left(session: Session) -> None:
    with pytest.raises(RuleError, match="left to do"):
        finish_visit(session, make_visit(session), Outcome("Осмотр", is_partial=True), WORK_TIME)


def test_finished_visit_must_say_what_was_done(session: Session) -> None:
    with pytest.raises(RuleError, match="what was done"):
        finish_visit(session, make_visit(session), Outcome(" "), WORK_TIME)


@pytest.mark.parametrize("hours", ["0", "-1", "337"])
def test_hours_worked_must_be_possible(session: Session, hours: str) -> None:
    with pytest.raises(RuleError, match="hours worked"):
        finish_visit(session, make_visit(session), Outcome("Осмотр", hours=Decimal(hours)), WORK_TIME)


def test_visit_is_finished_once(session: Session) -> None:
    with pytest.raises(RuleError, match="already"):
        finish_visit(session, make_visit(session, status=VisitStatus.DONE), Outcome("Осмотр"), WORK_TIME)


def test_finished_visit_of_a_manager_counts_as_activity(session: Session) -> None:
    visit = make_visit(session, purpose=VisitPurpose.MANAGER)

    finish_visit(session, visit, Outcome("Переговоры"), WORK_TIME)

    row = session.scalars(select(ActivityMovement).where(ActivityMovement.document_id == visit.id)).one()
    assert (row.kind, row.day, row.employee_id) == (ActivityKind.VISIT, date(2026, 11, 23), visit.employee_id)


def maintenance(session: Session, next_on: date | None, months: int | None = 6, is_maintenance: bool = True):
    machine = make_equipment(session, maintenance_months=months, next_maintenance_on=next_on)
    kind = make_work_kind(session, is_maintenance=is_maintenance)
    return make_visit(session, client=machine.client, equipment=machine, work_kind=kind)


def test_done_maintenance_moves_the_next_date_on(session: Session) -> None:
    visit = maintenance(session, date(2026, 11, 20))

    finished = finish_visit(session, visit, Outcome("ТО-1"), WORK_TIME)

    assert finished.moved_maintenance
    assert visit.equipment.next_maintenance_on == date(2027, 5, 23)


def test_first_maintenance_sets_the_next_date(session: Session) -> None:
    visit = maintenance(session, None)

    finish_visit(session, visit, Outcome("ТО-1"), WORK_TIME)

    assert visit.equipment.next_maintenance_on == date(2027, 5, 23)


def test_partly_done_maintenance_leaves_the_date(session: Session) -> None:
    make_organisation(session)
    visit = maintenance(session, date(2026, 11, 20))

    finish_visit(session, visit, Outcome("Масло", is_partial=True, next_step="Фильтр"), WORK_TIME)

    assert visit.equipment.next_maintenance_on == date(2026, 11, 20)


def test_maintenance_written_down_late_does_not_move_the_date_back(session: Session) -> None:
    visit = maintenance(session, date(2027, 9, 1))

    assert not finish_visit(session, visit, Outcome("ТО-1"), WORK_TIME).moved_maintenance
    assert visit.equipment.next_maintenance_on == date(2027, 9, 1)


@pytest.mark.parametrize(("months", "is_maintenance"), [(None, True), (6, False)])
def test_other_work_leaves_the_date_of_maintenance(session: Session, months: int | None, is_maintenance: bool) -> None:
    visit = maintenance(session, date(2026, 11, 20), months, is_maintenance)

    finish_visit(session, visit, Outcome("Ремонт"), WORK_TIME)

    assert visit.equipment.next_maintenance_on == date(2026, 11, 20)


def test_request_that_a_person_closed_stays_closed(session: Session) -> None:
    request = make_request(session, status=RequestStatus.CANCELLED)
    visit = make_visit(session, request=request, client=request.client)

    finish_visit(session, visit, Outcome("Осмотр"), WORK_TIME)

    assert request.status is RequestStatus.CANCELLED


def test_request_of_a_visit_going_on_is_in_work(session: Session) -> None:
    request = make_request(session)
    make_visit(session, request=request, client=request.client, status=VisitStatus.IN_WORK)

    refresh_status(session, request)

    assert request.status is RequestStatus.IN_WORK


def test_request_is_numbered_once(session: Session) -> None:
    make_organisation(session)
    request = make_request(session)

    number_request(session, request)
    number = request.number
    number_request(session, request)

    assert number.endswith("-2026-000001")
    assert request.number == number
