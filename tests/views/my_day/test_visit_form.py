"""The form of a visit: sent once, never over somebody else's change, in words where it is refused."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.models.files import Attachment, AttachmentKind
from app.models.service import Visit, VisitStatus
from app.models.staff import Employee
from app.permissions import Role
from tests.factories import (
    make_client,
    make_contact,
    make_equipment,
    make_organisation,
    make_visit,
)
from tests.factories.files import make_picture

JSON = {"Accept": "application/json"}


@pytest.fixture
def egor(client_as):
    return client_as(Role.ENGINEER)


@pytest.fixture
def visit(session: Session, egor) -> Visit:
    make_organisation(session)
    client = make_client(session, name="ООО «Ромашка»", latitude=55.75, longitude=37.62, phone="+74950000000")
    machine = make_equipment(session, client=client, location="Цех 1")
    done = {"status": VisitStatus.DONE, "work_done": "Долили масло", "starts_at": utc_now() - timedelta(days=40)}
    me = session.get(Employee, egor.employee_id)
    make_visit(session, client=client, equipment=machine, employee=me, **done)
    made = make_visit(
        session,
        client=client,
        contact=make_contact(session, client=client),
        equipment=machine,
        employee=me,
        starts_at=utc_now() + timedelta(hours=1),
        task="Осмотр",
    )
    session.commit()
    return made


def seen(egor, visit: Visit) -> dict[str, str]:
    """The hidden fields of the form, as the page gives them."""
    from lxml import html

    page = html.fromstring(egor.get(f"/my-day/visits/{visit.id}").text)
    names = page.xpath("//form[@data-visit-form]//input[@type='hidden']")
    return {field.get("name"): field.get("value", "") for field in names if field.get("name") != "csrf_token"}


def filled(egor, visit: Visit, **changes):
    typed = {"work_done": "Заменили фильтр", "parts_used": "Фильтр, 1 шт.", "hours": "1,5", "result": "whole"}
    return seen(egor, visit) | typed | changes


def send(egor, visit: Visit, data, **options):
    return egor.post(f"/my-day/visits/{visit.id}", data=data, content_type="multipart/form-data", **options)


def files_of(session: Session, visit: Visit) -> list[AttachmentKind]:
    named = Attachment.record_table == "visit", Attachment.record_id == visit.id
    return sorted(session.scalars(select(Attachment.kind).where(*named)))


def picture(colour: str):
    return (BytesIO(make_picture(colour=colour)), f"{colour}.jpg")


def test_the_page_says_whom_to_call_how_to_get_there_and_what_was_before(egor, visit):
    page = egor.get(f"/my-day/visits/{visit.id}").text
    assert 'href="tel:+74950000000"' in page
    assert "rtext=~55.75" in page
    assert ("Долили масло" in page, "Цех 1" in page) == (True, True)


def test_a_form_sent_three_times_counts_once(egor, session: Session, visit):
    data = filled(egor, visit, signed_by="Примеров П. П.")
    answers = []
    for _time in range(3):
        photos = {"before": [picture("red")], "after": [picture("green")], "signature": [picture("blue")]}
        answers.append(send(egor, visit, data | photos, headers=JSON))

    assert [(answer.status_code, answer.json["state"]) for answer in answers] == [(200, "done")] * 3
    session.expire_all()
    assert (visit.status, visit.signed_by, visit.parts_used) == (VisitStatus.DONE, "Примеров П. П.", "Фильтр, 1 шт.")
    assert files_of(session, visit) == ["photo_after", "photo_before", "signature"]
    page = egor.get(f"/my-day/visits/{visit.id}").text
    assert ("Примеров П. П." in page, "data-visit-form" in page) == (True, False)


def test_a_visit_moved_meanwhile_shows_both_and_waits_for_a_decision(egor, session: Session, visit):
    data = filled(egor, visit)
    visit.starts_at += timedelta(hours=2)
    visit.ends_at += timedelta(hours=2)
    session.commit()

    for_script, for_person = send(egor, visit, data, headers=JSON), send(egor, visit, data)

    assert (for_script.status_code, for_person.status_code) == (409, 409)
    [row] = for_script.json["rows"]
    assert (row[1], row[2]) == (data["seen-when"], seen(egor, visit)["seen-when"])
    assert for_script.json["may_accept"]
    assert (row[1] in for_person.text, row[2] in for_person.text) == (True, True)
    assert "Заменили фильтр" in for_person.text
    assert send(egor, visit, data | {"accept": "1"}, headers=JSON).json["state"] == "done"


def test_a_cancelled_visit_cannot_be_written_up(egor, session: Session, visit):
    data = filled(egor, visit)
    visit.status = VisitStatus.CANCELLED
    visit.work_done = "Отменён: клиент перенёс"
    session.commit()
    answer = send(egor, visit, data, headers=JSON)
    assert (answer.status_code, answer.json["may_accept"]) == (409, False)
    assert "Отменён: клиент перенёс" in [row[2] for row in answer.json["rows"]]
    assert send(egor, visit, data | {"accept": "1"}, headers=JSON).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"work_done": " "},
        {"hours": "много"},
        {"hours": "1.234"},
        {"hours": "NaN"},
        {"result": "partly"},
        {"next_maintenance_on": "завтра"},
        {"next_maintenance_on": "2020-01-01"},
        {"confirmed": "1"},
        {"parts_used": "x" * 4001},
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(egor, session: Session, visit, wrong):
    answer = send(egor, visit, filled(egor, visit, **wrong))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "Фильтр, 1 шт." in answer.text or "parts_used" in wrong
    session.expire_all()
    assert visit.status is VisitStatus.PLANNED


def test_a_refusal_is_given_to_the_script_in_words(egor, visit):
    answer = send(egor, visit, filled(egor, visit, result="partly"), headers=JSON)
    assert (answer.status_code, answer.json["state"]) == (422, "refused")
    assert answer.json["message"]


def test_what_is_left_and_the_next_maintenance_are_kept(egor, session: Session, visit):
    day = (utc_now() + timedelta(days=90)).date()
    more = {"result": "partly", "next_step": "Поставить насос", "next_maintenance_on": day.isoformat(), "hours": ""}
    answer = send(egor, visit, filled(egor, visit, **more))
    assert answer.status_code == 302
    session.expire_all()
    assert (visit.status, visit.request.description) == (VisitStatus.PARTLY_DONE, "Поставить насос")
    assert visit.equipment.next_maintenance_on == day


def test_a_form_without_its_mark_is_refused(egor, visit):
    assert send(egor, visit, {"work_done": "…"}).status_code == 400


def test_foreign_visits_are_not_found_and_readers_do_not_write(egor, session: Session, visit, client_as):
    foreign = make_visit(session)
    seller = client_as(Role.SALES)
    own = make_client(session, responsible=session.get(Employee, seller.employee_id))
    shown = make_visit(session, client=own)
    session.commit()
    assert egor.get(f"/my-day/visits/{foreign.id}").status_code == 404
    assert seller.get(f"/my-day/visits/{shown.id}").status_code == 200
    assert seller.post(f"/my-day/visits/{shown.id}", data={"key": uuid4().hex}).status_code == 403
    assert client_as(Role.PURCHASING).get(f"/my-day/visits/{shown.id}").status_code == 404


def test_forms_that_waited_get_a_fresh_token(egor):
    assert set(egor.get("/my-day/token").json) == {"csrf", "user"}


def test_the_service_worker_keeps_pages_of_visits_only(client):
    answer = client.get("/my-day/sw.js")
    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
    assert "/static/js/visit_form.js?v=" in answer.text
    assert answer.headers["Cache-Control"] == "no-cache"
    for address in [part for part in answer.text.split('"') if part.startswith("/static/") and "." in part]:
        assert client.get(address).status_code == 200
