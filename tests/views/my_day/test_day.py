"""My day by role, and what can be done from it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from app.clock import day_of, utc_now
from app.models.claims import ClaimStep
from app.models.interactions import InteractionState
from app.models.staff import Employee
from app.permissions import Role
from tests.factories import (
    TODAY,
    make_claim,
    make_client,
    make_contact,
    make_deal,
    make_department,
    make_employee,
    make_interaction,
    make_request,
    make_visit,
)
from tests.reports.test_overdue import owe

NOW = utc_now()
ZONE = ZoneInfo("Europe/Moscow")
TODAY_NOW = day_of(NOW, ZONE)


def me(session: Session, person) -> Employee:
    return session.get_one(Employee, person.employee_id)


def fill(session: Session, own: Employee) -> dict:
    client = make_client(session, name="ООО «Ромашка»", responsible=own, town="Тверь", phone="+74950000000")
    owe(session, client, "834000.00", 12 + (TODAY - TODAY_NOW).days)
    mine = {"client": client, "responsible": own}
    late = NOW - timedelta(days=3)
    claim = make_claim(session, client=client, text="Помят кожух")
    session.add(ClaimStep(claim=claim, task="Осмотр", responsible=own, due_on=TODAY_NOW))
    made = {
        "event": make_interaction(session, topic="Позвонить об оплате", starts_at=late, **mine),
        "deal": make_deal(session, title="Сделка ВК-20", next_step="КП", next_step_on=day_of(late, ZONE), **mine),
        "stuck": make_deal(session, title="Сделка без шага", **mine),
        "promise": make_request(session, description="Не греет", promised_at=late, **mine),
        "wish": make_request(session, description="Шумит", desired_on=TODAY_NOW, **mine),
        "late": make_visit(session, client=client, employee=own, starts_at=late, task="Забытый выезд"),
        "visit": make_visit(
            session,
            client=client,
            contact=make_contact(session, client=client),
            employee=own,
            starts_at=NOW + timedelta(days=1),
            task="Завтрашний",
        ),
    }
    session.commit()
    return made


@pytest.mark.parametrize("role", list(Role))
def test_the_page_opens_for_every_role_within_its_budget(client_as, session: Session, count_queries, role):
    person = client_as(role)
    fill(session, me(session, person))
    with count_queries() as queries:
        answer = person.get("/my-day/?who=mine")
    assert answer.status_code == 200
    assert len(queries) <= 30, "\n".join(query[:90] for query in queries)


def test_a_manager_sees_what_is_due_and_an_engineer_the_visits(client_as, session: Session):
    seller, engineer = client_as(Role.SALES), client_as(Role.ENGINEER)
    fill(session, me(session, seller))
    fill(session, me(session, engineer))
    page = seller.get("/my-day/").text
    for words in ("Позвонить об оплате", "Сделка ВК-20", "Сделка без шага", "Не греет", "Шумит", "834", "Помят кожух"):
        assert words in page
    page = engineer.get("/my-day/").text
    for words in ("Забытый выезд", "Завтрашний", 'href="tel:+74950000000"', "rtext=~%D0%A2"):
        assert words in page


def test_a_head_sees_the_team_and_nobody_else_s_people(client_as, session: Session):
    head = client_as(Role.SALES_HEAD)
    top = make_department(session)
    own = me(session, head)
    own.department = make_department(session, parent=top)
    below = make_department(session, parent=own.department)
    fill(session, make_employee(session, department=below))
    make_interaction(session, topic="Чужое дело", starts_at=NOW, responsible=make_employee(session))
    session.commit()
    page = head.get("/my-day/?who=team").text
    assert ("Позвонить об оплате" in page, "Чужое дело" in page) == (True, False)
    assert "Позвонить об оплате" not in head.get("/my-day/?who=mine").text
    own.department = top
    session.commit()
    assert "Чужое дело" in head.get("/my-day/?who=team").text


def test_the_director_and_who_is_no_employee_see_everybody(client_as, session: Session):
    director = client_as(Role.DIRECTOR)
    fill(session, make_employee(session))
    me(session, director).user_id = None
    session.commit()
    assert "Позвонить об оплате" in director.get("/my-day/").text


def test_an_event_is_done_with_its_result_and_moved_to_a_day(client_as, session: Session):
    seller = client_as(Role.SALES)
    made = fill(session, me(session, seller))
    event, deal = made["event"], made["deal"]
    event.contact_details, day = "+7 495 000-00-00", TODAY_NOW + timedelta(days=5)

    seller.post(f"/my-day/events/{event.id}/move", data={"day": day.isoformat()})
    seller.post(f"/my-day/deals/{deal.id}/move", data={"day": day.isoformat()})
    session.expire_all()
    assert (day_of(event.starts_at, ZONE), deal.next_step_on) == (day, day)

    assert seller.post(f"/my-day/events/{event.id}/done", data={}).status_code == 302
    session.expire_all()
    assert event.state is InteractionState.PLANNED
    seller.post(f"/my-day/events/{event.id}/done", data={"result": "Оплатят завтра", "who": "team"})
    session.expire_all()
    assert (event.state, event.result) == (InteractionState.DONE, "Оплатят завтра")


def test_a_day_that_is_none_or_has_passed_is_refused(client_as, session: Session):
    seller = client_as(Role.SALES)
    event = fill(session, me(session, seller))["event"]
    before = event.starts_at
    for day in ("", "вчера", "2020-01-01"):
        seller.post(f"/my-day/events/{event.id}/move", data={"day": day})
    session.expire_all()
    assert event.starts_at == before


def test_acts_ask_for_the_right_on_the_record(client_as, session: Session):
    seller, buyer = client_as(Role.SALES), client_as(Role.PURCHASING)
    foreign = make_interaction(session)
    deal = make_deal(session)
    session.commit()
    assert seller.post(f"/my-day/events/{foreign.id}/done").status_code == 404
    assert buyer.post(f"/my-day/events/{foreign.id}/done").status_code == 404
    assert buyer.post(f"/my-day/deals/{deal.id}/move").status_code == 403
