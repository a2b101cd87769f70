from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.service import RequestStatus, ServiceRequest, Visit, VisitStatus
from app.models.staff import Absence, AbsenceKind, Employee
from app.permissions import Role
from app.services.working_days import WorkingCalendar
from tests.conftest import ClientAs
from tests.factories import (
    make_client,
    make_engineer,
    make_organisation,
    make_request,
    make_visit,
    make_work_kind,
)

DAY = WorkingCalendar().next_working_day(datetime.now(UTC).date() + timedelta(days=3))
"""A working day ahead: slots that have passed cannot be taken."""


def at(hour: int, day: date = DAY) -> datetime:
    """An instant by the clock in Moscow, three hours ahead of UTC."""
    return datetime(day.year, day.month, day.day, hour - 3, tzinfo=UTC)


def own_client(session: Session, signed_in: FlaskClient, **changes):
    return make_client(session, responsible=session.get(Employee, signed_in.employee_id), **changes)


def get(signed_in: FlaskClient, **query) -> str:
    answer = signed_in.get("/schedule/", query_string={"day": DAY.isoformat()} | query)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("view", ["day", "week", "list"])
def test_schedule_shows_visits_and_free_slots(client_as: ClientAs, session: Session, view: str) -> None:
    head = client_as(Role.SERVICE_HEAD)
    visit = make_visit(session, starts_at=at(9), ends_at=at(11), client=make_client(session, name="ООО «Виден»"))

    page = get(head, view=view)

    assert "ООО «Виден»" in page
    assert f"/visits/show/{visit.id}" in page
    assert f"/schedule/book?engineer={visit.employee_id}&amp;start={DAY}T11:00&amp;minutes=120" in page


@pytest.mark.parametrize("view", ["day", "week", "list"])
def test_sales_sees_a_foreign_visit_as_busy(client_as: ClientAs, session: Session, view: str) -> None:
    sales = client_as(Role.SALES)
    kind = make_work_kind(session, name="Ремонт винтового блока")
    visit = make_visit(
        session,
        starts_at=at(9),
        ends_at=at(11),
        town="Тула",
        work_kind=kind,
        client=make_client(session, name="ООО «Тайна»"),
    )

    page = get(sales, view=view)

    assert "Тайна" not in page
    assert f"/visits/show/{visit.id}" not in page
    assert "Ремонт винтового блока, Тула" in page
    assert "09:00–11:00" in page


def test_feed_tells_sales_nothing_of_a_foreign_client(client_as: ClientAs, session: Session) -> None:
    sales = client_as(Role.SALES)
    make_visit(session, starts_at=at(9), ends_at=at(11), client=make_client(session, name="ООО «Тайна»"))

    answer = sales.get("/schedule/events", query_string={"from": DAY, "to": DAY + timedelta(days=1)})

    (event,) = answer.json["events"]
    assert "Тайна" not in answer.get_data(as_text=True)
    assert (event["visit"], event["url"], event["can_move"]) == (None, "", False)
    assert (event["start"], event["end"]) == (f"{DAY}T09:00", f"{DAY}T11:00")


@pytest.mark.parametrize(
    "query", ["", "from=2026-11-23", "from=2026-11-23&to=2026-11-23", "from=x&to=y", "from=2026-01-01&to=2026-12-31"]
)
def test_impossible_period_of_the_feed_is_refused(client_as: ClientAs, query: str) -> None:
    assert client_as(Role.SERVICE_HEAD).get(f"/schedule/events?{query}").status_code == 400


@pytest.mark.parametrize("query", ["view=month", "day=tomorrow", "day=0001-01-01", "engineer=x", "request=-1"])
def test_impossible_arguments_are_refused(client_as: ClientAs, query: str) -> None:
    assert client_as(Role.SERVICE_HEAD).get(f"/schedule/?{query}").status_code == 400


def test_colleagues_are_not_told_why_somebody_is_away(client_as: ClientAs, session: Session) -> None:
    sales, head = client_as(Role.SALES), client_as(Role.SERVICE_HEAD)
    engineer = make_engineer(session)
    session.add(Absence(employee=engineer, kind=AbsenceKind.ILLNESS, starts_at=at(9), ends_at=at(18)))
    session.flush()
    query = {"from": DAY, "to": DAY + timedelta(days=1)}

    titles = [who.get("/schedule/events", query_string=query).json["events"][0]["title"] for who in (sales, head)]

    assert titles[0] != titles[1]


def test_overdue_visits_are_marked_in_words(client_as: ClientAs, session: Session) -> None:
    head = client_as(Role.SERVICE_HEAD)
    make_visit(session, starts_at=datetime(2025, 3, 3, 6, tzinfo=UTC), ends_at=datetime(2025, 3, 3, 8, tzinfo=UTC))

    assert 'id="overdue"' in get(head)


def booking(session: Session, client, engineer, **changes) -> dict[str, str]:
    values = {
        "engineer": engineer.id,
        "starts_at": f"{DAY}T14:00",
        "minutes": 120,
        "client": client.id,
        "work_kind": make_work_kind(session).id,
        "description": "Не запускается",
    }
    return values | changes


def test_sales_promises_a_slot_to_an_own_client(client_as: ClientAs, session: Session) -> None:
    sales = client_as(Role.SALES)
    make_organisation(session)
    engineer = make_engineer(session)

    answer = sales.post("/schedule/book", data=booking(session, own_client(session, sales), engineer))

    assert answer.status_code == 302
    made = session.scalars(select(ServiceRequest)).one()
    visit = session.scalars(select(Visit)).one()
    assert (made.promised_at, made.status, made.responsible_id) == (at(14), RequestStatus.PLANNED, sales.employee_id)
    assert (visit.request_id, visit.employee_id, visit.starts_at) == (made.id, engineer.id, at(14))


def test_sales_cannot_promise_to_a_foreign_client(client_as: ClientAs, session: Session) -> None:
    sales = client_as(Role.SALES)
    make_organisation(session)

    answer = sales.post("/schedule/book", data=booking(session, make_client(session), make_engineer(session)))

    assert answer.status_code == 422
    assert session.scalars(select(Visit)).all() == []


def test_taken_slot_is_refused_with_the_time_only_and_nothing_is_lost(client_as: ClientAs, session: Session) -> None:
    sales = client_as(Role.SALES)
    make_organisation(session)
    taken = make_visit(session, starts_at=at(15), ends_at=at(16), client=make_client(session, name="ООО «Тайна»"))

    answer = sales.post("/schedule/book", data=booking(session, own_client(session, sales), taken.employee))
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert "15:00–16:00" in page
    assert "Тайна" not in page
    assert "Не запускается" in page
    assert session.scalars(select(ServiceRequest)).all() == []


def test_empty_form_says_what_is_missing(client_as: ClientAs, session: Session) -> None:
    answer = client_as(Role.SALES).post("/schedule/book", data={})

    assert answer.status_code == 422
    assert 'id="error-summary"' in answer.get_data(as_text=True)


def test_sales_is_not_offered_hours_outside_work(client_as: ClientAs, session: Session) -> None:
    sales, head = client_as(Role.SALES), client_as(Role.SERVICE_HEAD)

    assert "outside_hours" not in sales.get("/schedule/book").get_data(as_text=True)
    assert "outside_hours" in head.get("/schedule/book").get_data(as_text=True)


def test_registered_request_gets_a_visit(client_as: ClientAs, session: Session) -> None:
    head = client_as(Role.SERVICE_HEAD)
    request = make_request(session, number="КС-2026-000007")
    engineer = make_engineer(session)
    page = head.get(f"/schedule/book?request={request.id}&engineer={engineer.id}").get_data(as_text=True)

    answer = head.post(
        f"/schedule/book?request={request.id}",
        data={"engineer": engineer.id, "starts_at": f"{DAY}T09:00", "minutes": 60},
    )

    assert "КС-2026-000007" in page
    assert answer.status_code == 302
    assert session.scalars(select(Visit)).one().request_id == request.id


def test_foreign_request_is_not_there_for_sales(client_as: ClientAs, session: Session) -> None:
    assert client_as(Role.SALES).get(f"/schedule/book?request={make_request(session).id}").status_code == 404


def move(visit: Visit, /, **changes) -> dict[str, object]:
    values: dict[str, object] = {
        "visit": visit.id,
        "version": visit.version,
        "engineer": visit.employee_id,
        "start": f"{DAY}T14:00",
        "end": f"{DAY}T16:00",
    }
    return values | changes


def test_dragged_visit_moves(client_as: ClientAs, session: Session) -> None:
    head = client_as(Role.SERVICE_HEAD)
    visit, other = make_visit(session, starts_at=at(9), ends_at=at(11)), make_engineer(session)

    answer = head.post("/schedule/move", json=move(visit, engineer=other.id))

    session.refresh(visit)
    assert answer.status_code == 200
    assert (visit.employee_id, visit.starts_at) == (other.id, at(14))
    assert answer.json["version"] == visit.version


def test_dragging_onto_another_visit_is_refused_in_words(client_as: ClientAs, session: Session) -> None:
    head = client_as(Role.SERVICE_HEAD)
    visit, other = (
        make_visit(session, starts_at=at(9), ends_at=at(11)),
        make_visit(session, starts_at=at(14), ends_at=at(15)),
    )

    answer = head.post("/schedule/move", json=move(visit, engineer=other.employee_id))

    session.refresh(visit)
    assert answer.status_code == 409
    assert "14:00–15:00" in answer.json["refused"]
    assert visit.starts_at == at(9)


def test_visit_that_somebody_changed_meanwhile_does_not_move(client_as: ClientAs, session: Session) -> None:
    visit = make_visit(session, starts_at=at(9), ends_at=at(11))

    answer = client_as(Role.SERVICE_HEAD).post("/schedule/move", json=move(visit, version=99))

    assert answer.status_code == 409


@pytest.mark.parametrize("change", [{"start": ""}, {"end": "x"}, {"engineer": "x"}, {"visit": None}])
def test_broken_move_is_refused(client_as: ClientAs, session: Session, change: dict[str, object]) -> None:
    visit = make_visit(session, starts_at=at(9), ends_at=at(11))

    assert client_as(Role.SERVICE_HEAD).post("/schedule/move", json=move(visit, **change)).status_code == 400


def test_move_must_be_json(client_as: ClientAs) -> None:
    assert client_as(Role.SERVICE_HEAD).post("/schedule/move", data="visit=1").status_code == 400


@pytest.mark.parametrize("role", [Role.SALES, Role.ENGINEER, Role.BACK_OFFICE])
def test_only_those_who_plan_move_visits(client_as: ClientAs, session: Session, role: Role) -> None:
    signed_in = client_as(role)
    visit = make_visit(session, starts_at=at(9), ends_at=at(11))

    signed_in.post("/schedule/move", json=move(visit))
    signed_in.post(f"/schedule/visit/{visit.id}", data={"engineer": visit.employee_id})
    signed_in.post(f"/schedule/visit/{visit.id}/cancel", data={"reason": "так"})

    session.refresh(visit)
    assert (visit.starts_at, visit.status) == (at(9), VisitStatus.PLANNED)


def test_visit_moves_by_the_form_too(client_as: ClientAs, session: Session) -> None:
    head = client_as(Role.SERVICE_HEAD)
    visit = make_visit(session, starts_at=at(9), ends_at=at(11))
    page = head.get(f"/schedule/visit/{visit.id}").get_data(as_text=True)

    answer = head.post(
        f"/schedule/visit/{visit.id}",
        data={"engineer": visit.employee_id, "starts_at": f"{DAY}T19:00", "minutes": 60, "outside_hours": "y"},
    )

    session.refresh(visit)
    assert f'value="{DAY}T09:00"' in page
    assert answer.status_code == 302
    assert (visit.starts_at, visit.ends_at) == (at(19), at(20))


def test_refused_form_keeps_what_was_typed(client_as: ClientAs, session: Session) -> None:
    visit = make_visit(session, starts_at=at(9), ends_at=at(11))

    answer = client_as(Role.SERVICE_HEAD).post(
        f"/schedule/visit/{visit.id}",
        data={"engineer": visit.employee_id, "starts_at": f"{DAY}T19:00", "minutes": 60},
    )
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert f'value="{DAY}T19:00"' in page
    assert 'role="alert"' in page


def test_cancelled_visit_frees_the_time(client_as: ClientAs, session: Session) -> None:
    head = client_as(Role.SERVICE_HEAD)
    visit = make_visit(session, starts_at=at(9), ends_at=at(11))

    without_reason = head.post(f"/schedule/visit/{visit.id}/cancel", data={"reason": ""})
    answer = head.post(f"/schedule/visit/{visit.id}/cancel", data={"reason": "клиент перенёс"})

    session.refresh(visit)
    assert (without_reason.status_code, answer.status_code) == (422, 302)
    assert visit.status is VisitStatus.CANCELLED


def test_visit_that_is_not_there_is_404(client_as: ClientAs) -> None:
    assert client_as(Role.SERVICE_HEAD).get("/schedule/visit/999999").status_code == 404


class TestFindingFreeTime:
    def slots(self, signed_in: FlaskClient, **query) -> str:
        answer = signed_in.get("/schedule/slots", query_string={"day": DAY.isoformat()} | query)
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    def test_the_nearest_slots_are_offered_those_near_the_client_first(
        self, client_as: ClientAs, session: Session
    ) -> None:
        sales = client_as(Role.SALES)
        client = own_client(session, sales, town="Казань")
        far, near = make_engineer(session, home_town="Пермь"), make_engineer(session, home_town="Казань")
        make_visit(session, employee=near, starts_at=at(9), ends_at=at(11))
        page = self.slots(sales, client=client.id, minutes=120)

        first, second = (page.index(f"/schedule/book?engineer={each.id}&amp;start={DAY}T") for each in (near, far))
        assert first < second
        assert f"engineer={near.id}&amp;start={DAY}T11:00&amp;minutes=120&amp;client={client.id}" in page
        assert f"engineer={near.id}&amp;start={DAY}T09:00" not in page
        assert 'value="Казань"' in page

    def test_it_is_looked_for_a_request_and_one_engineer(self, client_as: ClientAs, session: Session) -> None:
        head = client_as(Role.SERVICE_HEAD)
        asked, engineer, other = make_request(session), make_engineer(session), make_engineer(session)
        page = self.slots(head, request=asked.id, engineer=engineer.id, minutes=540)
        assert asked.number in page
        assert f"engineer={engineer.id}&amp;start={DAY}T09:00&amp;minutes=540&amp;request={asked.id}" in page
        assert f"book?engineer={other.id}" not in page

    def test_who_may_not_promise_sees_the_times_only(self, client_as: ClientAs, session: Session) -> None:
        director = client_as(Role.ACCOUNTANT)
        make_engineer(session)
        page = director.get("/schedule/slots")
        assert page.status_code in (200, 403)
        assert "/schedule/book" not in page.get_data(as_text=True)

    def test_there_is_none(self, client_as: ClientAs, session: Session) -> None:
        assert "свободного времени нет" in self.slots(client_as(Role.SALES), engineer=10**6)

    @pytest.mark.parametrize("query", [{"minutes": "45"}, {"minutes": "x"}, {"day": "завтра"}, {"engineer": "x"}])
    def test_nonsense_is_refused(self, client_as: ClientAs, query: dict[str, str]) -> None:
        assert client_as(Role.SALES).get("/schedule/slots", query_string=query).status_code == 400

    def test_a_foreign_client_is_not_found(self, client_as: ClientAs, session: Session) -> None:
        foreign = make_client(session)
        assert client_as(Role.SALES).get("/schedule/slots", query_string={"client": foreign.id}).status_code == 404
