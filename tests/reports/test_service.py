from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.models.service import RequestStatus, VisitStatus
from app.models.staff import Absence, AbsenceKind
from app.permissions import Scope, Viewer
from app.reports.service import Period, engineers_schedule
from app.services.service import Span, WorkTime
from tests.factories import (
    make_client,
    make_employee,
    make_engineer,
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


def look_as(session: Session, employee, scope=Scope.OWN_CLIENTS) -> None:
    session.info["viewer"] = Viewer(make_user(session).id, employee.id, scope)


def schedule(session: Session, days=1, now=None, start=MONDAY, **changes):
    return engineers_schedule(session, Period(start, days, now or at(8), **changes), WORK_TIME)


def test_visit_stands_in_its_engineers_row(session: Session) -> None:
    visit = make_visit(session, town="Тула")

    (row,) = schedule(session).engineers
    (entry,) = row.days[0].entries

    assert row.name == str(visit.employee)
    assert (entry.visit_id, entry.client, entry.town, entry.work) == (
        visit.id,
        visit.client.name,
        "Тула",
        visit.work_kind.name,
    )
    assert not entry.is_closed


def test_sales_sees_only_time_work_and_town_of_a_foreign_visit(session: Session) -> None:
    visit = make_visit(session, town="Тула", client=make_client(session, name="ООО «Тайна»"))
    look_as(session, make_employee(session))

    shown = schedule(session)
    (entry,) = shown.engineers[0].days[0].entries

    assert entry.is_closed
    assert (entry.span, entry.work, entry.town) == (
        Span(visit.starts_at, visit.ends_at),
        visit.work_kind.name,
        "Тула",
    )
    assert (entry.visit_id, entry.client_id, entry.client, entry.status) == (None, None, "", None)
    assert "Тайна" not in repr(shown)


def test_sales_sees_visits_to_own_clients_in_full(session: Session) -> None:
    manager = make_employee(session)
    visit = make_visit(session, client=make_client(session, responsible=manager))
    look_as(session, manager)

    (entry,) = schedule(session).engineers[0].days[0].entries

    assert (entry.visit_id, entry.client_id) == (visit.id, visit.client_id)


def test_engineer_sees_own_visits_in_full_and_others_closed(session: Session) -> None:
    own, other = make_visit(session), make_visit(session)
    look_as(session, own.employee, Scope.OWN_VISITS)

    entries = {row.engineer_id: row.days[0].entries[0] for row in schedule(session).engineers}

    assert entries[own.employee_id].client == own.client.name
    assert entries[other.employee_id].is_closed


def test_own_visit_to_a_foreign_client_hides_the_client(session: Session) -> None:
    visit = make_visit(session, client=make_client(session, name="ООО «Тайна»"))
    look_as(session, visit.employee, Scope.OWN_CLIENTS)

    (entry,) = schedule(session).engineers[0].days[0].entries

    assert (entry.visit_id, entry.client_id, entry.client) == (visit.id, None, "")


def test_cancelled_visits_take_no_time(session: Session) -> None:
    make_visit(session, status=VisitStatus.CANCELLED)

    assert schedule(session).engineers[0].days[0].entries == ()


def test_absence_is_shown_and_takes_working_time(session: Session) -> None:
    engineer = make_engineer(session)
    session.add(Absence(employee=engineer, kind=AbsenceKind.ILLNESS, starts_at=at(9), ends_at=at(13)))
    session.flush()

    (row,) = schedule(session).engineers

    assert row.days[0].entries[0].absence is AbsenceKind.ILLNESS
    assert not row.days[0].entries[0].is_closed
    assert (row.working_minutes, row.free_minutes, row.busy_minutes) == (240, 240, 0)


def test_load_counts_hours_of_visits_within_the_period(session: Session) -> None:
    engineer = make_engineer(session)
    make_visit(session, employee=engineer, starts_at=at(22), ends_at=at(2, day=24))
    make_visit(session, employee=engineer, starts_at=at(9), ends_at=at(11))

    (row,) = schedule(session).engineers

    assert (row.busy_minutes, row.working_minutes) == (240, 480)


def test_free_time_is_what_is_left_of_working_hours(session: Session) -> None:
    make_visit(session, starts_at=at(9), ends_at=at(12))

    shown = schedule(session)

    assert shown.engineers[0].days[0].free == (Span(at(12), at(13)), Span(at(14), at(18)))
    assert shown.free_minutes == 300


def test_gaps_shorter_than_half_an_hour_are_not_offered(session: Session) -> None:
    make_visit(session, starts_at=at(9), ends_at=at(12, 45))

    assert schedule(session).engineers[0].days[0].free == (Span(at(14), at(18)),)


def test_passed_time_is_not_free(session: Session) -> None:
    make_engineer(session)

    assert schedule(session, now=at(15)).engineers[0].days[0].free == (Span(at(15), at(18)),)


def test_day_off_offers_no_time(session: Session) -> None:
    make_engineer(session)

    shown = schedule(session, days=7)

    assert shown.days_off == {date(2026, 11, 28), date(2026, 11, 29)}
    assert [bool(row.free) for row in shown.engineers[0].days] == [True] * 5 + [False] * 2
    assert not shown.engineers[0].days[5].is_working


def test_visit_planned_for_a_time_that_has_passed_is_overdue(session: Session) -> None:
    visit = make_visit(session, starts_at=at(9), ends_at=at(11))

    shown = schedule(session, now=at(11, 1))

    assert shown.engineers[0].days[0].entries[0].is_overdue
    assert [entry.visit_id for entry in shown.overdue] == [visit.id]


def test_visit_going_on_now_is_not_overdue(session: Session) -> None:
    make_visit(session, starts_at=at(9), ends_at=at(11))

    assert schedule(session, now=at(10)).overdue == ()


def test_overdue_visit_of_an_earlier_day_is_not_lost(session: Session) -> None:
    visit = make_visit(session, starts_at=at(9, day=2), ends_at=at(11, day=2))

    assert [entry.visit_id for entry in schedule(session).overdue] == [visit.id]


def test_done_visits_are_never_overdue(session: Session) -> None:
    make_visit(session, starts_at=at(9), ends_at=at(11), status=VisitStatus.DONE)

    assert schedule(session, now=at(12)).overdue == ()


def test_overdue_visits_of_foreign_clients_stay_closed(session: Session) -> None:
    make_visit(session, starts_at=at(9, day=2), ends_at=at(11, day=2))
    look_as(session, make_employee(session))

    assert schedule(session).overdue == ()


def test_request_without_a_visit_ahead_waits(session: Session) -> None:
    late = make_request(session, desired_on=date(2026, 12, 1), work_kind=make_work_kind(session, usual_minutes=90))
    soon = make_request(session, desired_on=date(2026, 11, 24), status=RequestStatus.IN_WORK)
    planned = make_request(session, status=RequestStatus.PLANNED)
    make_visit(session, request=planned, client=planned.client)
    make_request(session, status=RequestStatus.DONE)

    waiting = schedule(session).waiting

    assert [item.request_id for item in waiting] == [soon.id, late.id]
    assert (waiting[0].is_rest, waiting[1].is_rest, waiting[1].minutes) == (True, False, 90)
    assert waiting[0].client == soon.client.name


def test_planned_request_whose_visit_was_cancelled_waits_again(session: Session) -> None:
    request = make_request(session, status=RequestStatus.PLANNED)
    make_visit(session, request=request, client=request.client, status=VisitStatus.CANCELLED)

    assert [item.request_id for item in schedule(session).waiting] == [request.id]


def test_only_engineers_who_work_for_us_have_rows(session: Session) -> None:
    make_employee(session)
    make_engineer(session, dismissed_on=MONDAY - timedelta(days=1))
    last_day = make_engineer(session, dismissed_on=MONDAY)

    assert [row.engineer_id for row in schedule(session).engineers] == [last_day.id]


def test_schedule_of_one_engineer_and_of_one_town(session: Session) -> None:
    first, second = make_engineer(session, home_town="Тула"), make_engineer(session)

    assert [row.engineer_id for row in schedule(session, engineer_id=second.id).engineers] == [second.id]
    assert [row.engineer_id for row in schedule(session, town="Тула").engineers] == [first.id]


def test_period_is_bounded(session: Session) -> None:
    assert len(schedule(session, days=400).days) == 62
    assert len(schedule(session, days=0).days) == 1
