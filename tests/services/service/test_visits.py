from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import NotVisibleError, RuleError
from app.models.service import RequestStatus, Visit, VisitStatus
from app.models.staff import Absence, AbsenceKind
from app.permissions import Scope, Viewer
from app.services.service import visits
from app.services.service.booking import one_place_at_a_time
from app.services.service.visits import check_visit, move_visit, plan_visit, save_visit
from tests.factories import (
    make_client,
    make_employee,
    make_engineer,
    make_equipment,
    make_request,
    make_user,
    make_visit,
)
from tests.services.service.plans import WORK_TIME, at, place, plan


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


def test_visit_to_a_client_out_of_sight_takes_the_time_too(session: Session) -> None:
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


def test_client_out_of_sight_cannot_be_planned(session: Session) -> None:
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
