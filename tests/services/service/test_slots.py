from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import NotVisibleError, RuleError
from app.models.service import RequestStatus, ServiceRequest
from app.models.staff import Absence, AbsenceKind
from app.permissions import Scope, Viewer
from app.services.service.hours import Span, WorkTime
from app.services.service.requests import NewRequest, register_request
from app.services.service.slots import Booking, Slot, SlotSearch, book_for_request, book_slot, free_slots
from app.services.service.visits import Place
from tests.factories import (
    make_client,
    make_contact,
    make_employee,
    make_engineer,
    make_organisation,
    make_request,
    make_user,
    make_visit,
    make_work_kind,
)

WORK_TIME = WorkTime(ZoneInfo("Europe/Moscow"))
MONDAY = date(2026, 11, 23)


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    """An instant of November 2026 by the clock in Moscow."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("Europe/Moscow")).astimezone(UTC)


def search(*engineers, minutes=120, days=1, now=None, start=MONDAY, town=None) -> SlotSearch:
    return SlotSearch(engineers, start, days, minutes, now or at(8), town)


def hours(slots: list[Slot]) -> list[tuple[int, int]]:
    zone = WORK_TIME.zone
    return [(slot.span.starts_at.astimezone(zone).hour, slot.span.ends_at.astimezone(zone).hour) for slot in slots]


def test_free_day_gives_slots_before_and_after_lunch(session: Session) -> None:
    assert hours(free_slots(session, search(make_engineer(session)), WORK_TIME)) == [
        (9, 11),
        (11, 13),
        (14, 16),
        (16, 18),
    ]


def test_visits_and_absences_take_slots(session: Session) -> None:
    engineer = make_engineer(session)
    make_visit(session, employee=engineer, starts_at=at(9), ends_at=at(11))
    session.add(Absence(employee=engineer, kind=AbsenceKind.TRAINING, starts_at=at(14), ends_at=at(16)))
    session.flush()

    assert hours(free_slots(session, search(engineer), WORK_TIME)) == [(11, 13), (16, 18)]


def test_passed_time_is_not_offered(session: Session) -> None:
    assert hours(free_slots(session, search(make_engineer(session), now=at(14)), WORK_TIME)) == [
        (14, 16),
        (16, 18),
    ]


def test_long_job_may_go_on_over_lunch(session: Session) -> None:
    assert hours(free_slots(session, search(make_engineer(session), minutes=360), WORK_TIME)) == [(9, 15)]


def test_day_off_gives_no_slots(session: Session) -> None:
    found = free_slots(session, search(make_engineer(session), start=date(2026, 11, 21), days=2), WORK_TIME)

    assert found == []


def test_engineer_who_is_in_the_town_that_day_comes_first(session: Session) -> None:
    far, near = make_engineer(session), make_engineer(session)
    make_visit(session, employee=near, starts_at=at(9), ends_at=at(16), town="Тула")

    found = free_slots(session, search(far, near, town="Тула"), WORK_TIME)

    assert (found[0].employee_id, found[0].is_near) == (near.id, True)
    assert not found[1].is_near


def test_engineer_who_lives_in_the_town_is_near(session: Session) -> None:
    found = free_slots(session, search(make_engineer(session, home_town="Тула"), town="Тула"), WORK_TIME)

    assert found[0].is_near


def test_being_in_the_town_on_another_day_does_not_count(session: Session) -> None:
    engineer = make_engineer(session)
    make_visit(session, employee=engineer, starts_at=at(9, day=24), ends_at=at(10, day=24), town="Тула")

    found = free_slots(session, search(engineer, days=2, town="Тула"), WORK_TIME)

    assert [slot.is_near for slot in found] == [False] * 4 + [True] * 3


@pytest.mark.parametrize(("minutes", "days"), [(0, 1), (541, 1), (60, 0), (60, 61)])
def test_impossible_search_is_refused(session: Session, minutes: int, days: int) -> None:
    with pytest.raises(RuleError, match="at most 9 hours"):
        free_slots(session, search(minutes=minutes, days=days), WORK_TIME)


def booking(session: Session, **changes) -> Booking:
    values = {"description": "Не запускается"}
    if "place" not in changes:
        values["place"] = Place(make_engineer(session).id, Span(at(14), at(16)))
    if "client_id" not in changes:
        client = make_client(session)
        values["client_id"], values["responsible_id"] = client.id, client.responsible_id
    values["work_kind_id"] = make_work_kind(session).id
    return Booking(**values | changes)


def test_booked_slot_is_a_request_with_a_promise_and_a_visit(session: Session) -> None:
    make_organisation(session)

    request, visit = book_slot(session, booking(session), WORK_TIME, at(9))

    assert (request.status, request.promised_at, request.registered_on) == (
        RequestStatus.PLANNED,
        at(14),
        MONDAY,
    )
    assert (visit.request_id, visit.starts_at, visit.task) == (request.id, at(14), "Не запускается")
    assert request.number.endswith("-2026-000001")


def test_nothing_is_left_of_a_booking_that_failed(session: Session) -> None:
    make_organisation(session)
    taken = make_visit(session, starts_at=at(14), ends_at=at(15))
    asked = booking(session, place=Place(taken.employee_id, Span(at(14), at(16))))

    with pytest.raises(RuleError, match="already has a visit"):
        book_slot(session, asked, WORK_TIME, at(9))

    assert session.scalar(select(func.count()).select_from(ServiceRequest)) == 0


def test_passed_slot_cannot_be_booked(session: Session) -> None:
    with pytest.raises(RuleError, match="passed already"):
        book_slot(session, booking(session), WORK_TIME, at(14, 16))


def test_a_slot_that_began_while_the_form_was_filled_in_is_booked(session: Session) -> None:
    make_organisation(session)
    _request, visit = book_slot(session, booking(session), WORK_TIME, at(14, 10))
    assert visit.starts_at == at(14)


def test_sales_books_for_own_clients_only(session: Session) -> None:
    make_organisation(session)
    manager = make_employee(session)
    own = make_client(session, responsible=manager)
    foreign = booking(session)
    mine = booking(session, client_id=own.id, responsible_id=manager.id)
    session.info["viewer"] = Viewer(make_user(session).id, manager.id, Scope.OWN_CLIENTS)

    with pytest.raises(NotVisibleError):
        book_slot(session, foreign, WORK_TIME, at(9))
    assert book_slot(session, mine, WORK_TIME, at(9))[0].client_id == own.id


def test_request_must_say_what_to_do(session: Session) -> None:
    with pytest.raises(RuleError, match="what has to be done"):
        book_slot(session, booking(session, description=" "), WORK_TIME, at(9))


def test_contact_of_another_client_is_refused(session: Session) -> None:
    client, stranger = make_client(session), make_contact(session)
    asked = NewRequest(client.id, make_work_kind(session).id, "Ремонт", client.responsible_id, contact_id=stranger.id)

    with pytest.raises(RuleError, match="another client"):
        register_request(session, asked, MONDAY)


def test_registered_request_gets_its_visit_and_promise(session: Session) -> None:
    request = make_request(session)
    place = Place(make_engineer(session).id, Span(at(14), at(16)))

    _request, visit = book_for_request(session, request.id, place, WORK_TIME, at(9))

    assert (visit.request_id, visit.client_id, visit.task) == (request.id, request.client_id, request.description)
    assert (request.status, request.promised_at) == (RequestStatus.PLANNED, at(14))


def test_promise_once_given_stays(session: Session) -> None:
    request = make_request(session, promised_at=at(10))
    place = Place(make_engineer(session).id, Span(at(14), at(16)))

    book_for_request(session, request.id, place, WORK_TIME, at(9))

    assert request.promised_at == at(10)


def test_request_cannot_be_promised_a_time_that_has_passed(session: Session) -> None:
    request = make_request(session)
    place = Place(make_engineer(session).id, Span(at(14), at(16)))

    with pytest.raises(RuleError, match="passed already"):
        book_for_request(session, request.id, place, WORK_TIME, at(15))
