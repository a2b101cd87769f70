from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.database import install_row_rules
from app.errors import NotVisibleError, RuleError
from app.models.ledger import ActivityKind, ActivityMovement
from app.models.service import RequestStatus, ServiceRequest, Visit, VisitPurpose, VisitStatus
from app.models.staff import Absence, AbsenceKind
from app.permissions import Scope, Viewer
from app.services.service import visits
from app.services.service.booking import one_place_at_a_time
from app.services.service.hours import Span, WorkTime
from app.services.service.requests import number_request, refresh_status
from app.services.service.visits import (
    Outcome,
    Place,
    VisitPlan,
    cancel_visit,
    check_visit,
    finish_visit,
    move_visit,
    plan_visit,
    save_visit,
)
from app.services.visibility import ROW_RULES
from tests.factories import (
    make_client,
    make_employee,
    make_engineer,
    make_equipment,
    make_organisation,
    make_request,
    make_user,
    make_visit,
    make_work_kind,
)

WORK_TIME = WorkTime(ZoneInfo("Europe/Moscow"))


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    """An instant of November 2026 by the clock in Moscow."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("Europe/Moscow")).astimezone(UTC)


@pytest.fixture
def rules() -> Iterator[None]:
    install_row_rules(ROW_RULES)
    yield
    install_row_rules({})


def place(engineer, begins=9, ends=11, **changes) -> Place:
    return Place(engineer.id, Span(at(begins), at(ends)), **changes)


def plan(session: Session, engineer, begins=9, ends=11, **changes) -> VisitPlan:
    values = {"place": place(engineer, begins, ends)}
    if "client_id" not in changes:
        values["client_id"] = make_client(session, town="Тула", actual_address="ул. Примерная, 5").id
    if "work_kind_id" not in changes:
        values["work_kind_id"] = make_work_kind(session).id
    return VisitPlan(**values | changes)


def test_planned_visit_takes_town_and_site_of_the_client(session: Session) -> None:
    visit = plan_visit(session, plan(session, make_engineer(session)), WORK_TIME)

    assert (visit.status, visit.town, visit.site) == (VisitStatus.PLANNED, "Тула", "ул. Примерная, 5")


def test_engineer_cannot_be_in_two_places(session: Session) -> None:
    engineer = make_engineer(session, family_name="Ключёв", given_name="Олег", patronymic=None)
    make_visit(session, employee=engineer, starts_at=at(10), ends_at=at(12))

    with pytest.raises(RuleError) as refusal:
        plan_visit(session, plan(session, engineer, 9, 11), WORK_TIME)

    assert str(refusal.value) == (
        "Ключёв О. already has a visit: 23.11.2026, 10:00–12:00. Choose another time or engineer."
    )


def test_refusal_does_not_name_the_other_client(session: Session) -> None:
    engineer = make_engineer(session)
    make_visit(
        session,
        employee=engineer,
        client=make_client(session, name="ООО «Тайна»"),
        starts_at=at(10),
        ends_at=at(12),
    )

    with pytest.raises(RuleError) as refusal:
        plan_visit(session, plan(session, engineer, 9, 11), WORK_TIME)

    assert "Тайна" not in str(refusal.value)


def test_visit_to_a_client_out_of_sight_takes_the_time_too(session: Session, rules: None) -> None:
    engineer = make_engineer(session)
    make_visit(session, employee=engineer, starts_at=at(10), ends_at=at(12))
    manager = make_employee(session)
    asked = plan(session, engineer, 9, 11, client_id=make_client(session, responsible=manager).id)
    session.info["viewer"] = Viewer(make_user(session).id, manager.id, Scope.OWN_CLIENTS)

    with pytest.raises(RuleError, match="already has a visit"):
        plan_visit(session, asked, WORK_TIME)


def test_visits_may_follow_each_other_without_a_gap(session: Session) -> None:
    engineer = make_engineer(session)
    make_visit(session, employee=engineer, starts_at=at(11), ends_at=at(12))

    assert plan_visit(session, plan(session, engineer, 9, 11), WORK_TIME).id


def test_time_of_a_cancelled_visit_is_free(session: Session) -> None:
    engineer = make_engineer(session)
    make_visit(session, employee=engineer, starts_at=at(9), ends_at=at(11), status=VisitStatus.CANCELLED)

    assert plan_visit(session, plan(session, engineer, 9, 11), WORK_TIME).id


def test_absent_engineer_cannot_be_planned(session: Session) -> None:
    engineer = make_engineer(session, family_name="Отпусков", given_name="Яков", patronymic=None)
    session.add(Absence(employee=engineer, kind=AbsenceKind.LEAVE, starts_at=at(0), ends_at=at(0, day=30)))
    session.flush()

    with pytest.raises(RuleError) as refusal:
        plan_visit(session, plan(session, engineer), WORK_TIME)

    assert str(refusal.value) == (
        "Отпусков Я. is absent: 23.11.2026, 00:00 – 30.11.2026, 00:00. Choose another time or engineer."
    )


def test_visit_outside_working_hours_is_refused(session: Session) -> None:
    with pytest.raises(RuleError, match="17:00–19:00 is outside working hours"):
        plan_visit(session, plan(session, make_engineer(session), 17, 19), WORK_TIME)


def test_urgent_visit_may_be_planned_outside_working_hours(session: Session) -> None:
    engineer = make_engineer(session)
    asked = plan(session, engineer, place=place(engineer, 17, 19, outside_hours=True))

    assert plan_visit(session, asked, WORK_TIME).ends_at == at(19)


@pytest.mark.parametrize(("begins", "ends"), [(11, 11), (11, 10)])
def test_visit_must_last(session: Session, begins: int, ends: int) -> None:
    with pytest.raises(RuleError, match="from 15 minutes"):
        plan_visit(session, plan(session, make_engineer(session), begins, ends), WORK_TIME)


def test_only_engineers_are_planned(session: Session) -> None:
    with pytest.raises(RuleError, match="not an engineer"):
        plan_visit(session, plan(session, make_employee(session)), WORK_TIME)


def test_dismissed_engineer_is_not_planned(session: Session) -> None:
    with pytest.raises(RuleError, match="not an engineer at work"):
        plan_visit(session, plan(session, make_engineer(session, dismissed_on=date(2026, 11, 20))), WORK_TIME)


def test_engineer_works_on_the_last_day(session: Session) -> None:
    engineer = make_engineer(session, dismissed_on=date(2026, 11, 23))

    assert plan_visit(session, plan(session, engineer), WORK_TIME).id


def test_equipment_of_another_client_is_refused(session: Session) -> None:
    asked = plan(session, make_engineer(session), equipment_id=make_equipment(session).id)

    with pytest.raises(RuleError, match="belongs to another client"):
        plan_visit(session, asked, WORK_TIME)


def test_own_equipment_of_the_client_is_taken(session: Session) -> None:
    machine = make_equipment(session)
    asked = plan(session, make_engineer(session), client_id=machine.client_id, equipment_id=machine.id)

    assert plan_visit(session, asked, WORK_TIME).equipment_id == machine.id


def test_client_out_of_sight_cannot_be_planned(session: Session, rules: None) -> None:
    asked = plan(session, make_engineer(session))
    session.info["viewer"] = Viewer(make_user(session).id, make_employee(session).id, Scope.OWN_CLIENTS)

    with pytest.raises(NotVisibleError):
        plan_visit(session, asked, WORK_TIME)


def test_request_with_a_visit_is_planned(session: Session) -> None:
    request = make_request(session)
    plan_visit(
        session,
        plan(session, make_engineer(session), client_id=request.client_id, request_id=request.id),
        WORK_TIME,
    )

    assert request.status is RequestStatus.PLANNED


def test_closed_request_gets_no_visit(session: Session) -> None:
    request = make_request(session, status=RequestStatus.DONE)

    with pytest.raises(RuleError, match="closed already"):
        plan_visit(
            session,
            plan(session, make_engineer(session), client_id=request.client_id, request_id=request.id),
            WORK_TIME,
        )


def test_request_of_another_client_is_refused(session: Session) -> None:
    with pytest.raises(RuleError, match="belongs to another client"):
        plan_visit(session, plan(session, make_engineer(session), request_id=make_request(session).id), WORK_TIME)


def test_visit_moves_to_another_engineer_and_time(session: Session) -> None:
    visit, other = make_visit(session), make_engineer(session)

    move_visit(session, visit, place(other, 15, 17), WORK_TIME)

    assert (visit.employee_id, visit.starts_at, visit.ends_at) == (other.id, at(15), at(17))


def test_visit_does_not_stand_in_its_own_way(session: Session) -> None:
    visit = make_visit(session, starts_at=at(9), ends_at=at(11))

    move_visit(session, visit, place(visit.employee, 10, 12), WORK_TIME)

    assert visit.starts_at == at(10)


def test_visit_cannot_move_onto_another(session: Session) -> None:
    visit, other = make_visit(session, starts_at=at(9), ends_at=at(10)), make_visit(session)

    with pytest.raises(RuleError, match="already has a visit"):
        move_visit(session, visit, place(other.employee, 12, 14), WORK_TIME)


def test_finished_visit_does_not_move(session: Session) -> None:
    visit = make_visit(session, status=VisitStatus.DONE)

    with pytest.raises(RuleError, match="Only a planned visit"):
        move_visit(session, visit, place(visit.employee, 15, 17), WORK_TIME)


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


def test_two_people_cannot_take_the_same_hour_at_once(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    engineer = make_engineer(session)
    make_visit(session, employee=engineer, starts_at=at(10), ends_at=at(12))
    # Both saw the hour free: the rule let both through, and only the database sees both.
    monkeypatch.setattr(visits, "check_free", lambda *_args, **_more: None)

    with pytest.raises(RuleError, match="just taken this time"):
        plan_visit(session, plan(session, engineer, 11, 13), WORK_TIME)


def test_other_broken_constraints_are_not_hidden(session: Session) -> None:
    broken = make_client(session)
    broken.latitude = Decimal(91)

    with pytest.raises(IntegrityError), one_place_at_a_time(session):
        session.flush()


def test_visit_entered_by_hand_may_lie_outside_working_hours(session: Session) -> None:
    visit = make_visit(session, starts_at=at(20), ends_at=at(22), client=make_client(session, town="Тула"))

    assert save_visit(session, visit, zone=WORK_TIME.zone).open_request is None
    assert visit.town == "Тула"


def test_visit_entered_by_hand_cannot_take_taken_time(session: Session) -> None:
    taken = make_visit(session, starts_at=at(9), ends_at=at(11))
    new = Visit(employee=taken.employee, client=taken.client, starts_at=at(10), ends_at=at(12))

    with session.no_autoflush, pytest.raises(RuleError, match="already has a visit"):
        check_visit(session, new, zone=WORK_TIME.zone)


def test_cancelled_visit_entered_by_hand_takes_no_time(session: Session) -> None:
    taken = make_visit(session, starts_at=at(9), ends_at=at(11))
    visit = make_visit(session, employee=taken.employee, starts_at=at(10), ends_at=at(12), status=VisitStatus.CANCELLED)

    check_visit(session, visit, zone=WORK_TIME.zone)


def test_request_is_numbered_once(session: Session) -> None:
    make_organisation(session)
    request = make_request(session)

    number_request(session, request)
    number = request.number
    number_request(session, request)

    assert number.endswith("-2026-000001")
    assert request.number == number
