"""Acts on many records: a few in the request, all or none; more as a job, record by record, with a log of refusals."""

import io
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.clients import Client, ClientStatus, Contact, ResponsibilityChange
from app.models.interactions import Interaction, InteractionState
from app.models.jobs import Job, JobLine, JobState
from app.permissions import Role
from app.views.crud import bulk
from tests import factories as make
from tests.conftest import ClientAs
from tests.views.crud.conftest import texts_of

READY = {"state": InteractionState.PLANNED, "result": "Договорились", "contact_details": "+7 900 000-00-00"}
"""An interaction that may be marked as done."""


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two records are a job already."""
    monkeypatch.setattr(bulk, "IN_REQUEST", 1)


def _job(session: Session) -> Job:
    session.expire_all()
    return session.scalars(select(Job)).one()


def test_a_responsible_and_a_status_are_set_for_the_chosen(session: Session, office: FlaskClient) -> None:
    boris = make.make_employee(session)
    chosen = [make.make_client(session, status=ClientStatus.LEAD) for _each in range(2)]
    other = make.make_client(session, status=ClientStatus.LEAD)
    session.commit()
    wanted = {"set_responsible": boris.id, "set_status": "active", "rowid": [client.id for client in chosen]}
    assert office.post("/clients/action_post", data=wanted | {"action": "change"}).status_code == 302
    session.expire_all()
    assert [(client.responsible_id, client.status) for client in chosen] == [(boris.id, ClientStatus.ACTIVE)] * 2
    assert other.status is ClientStatus.LEAD
    assert session.scalar(select(func.count()).select_from(ResponsibilityChange)) >= 2


@pytest.mark.parametrize(
    "values", [{"set_name": "Взлом"}, {"set_status": "nosuch"}, {"set_responsible": "99999"}, {"set_inn": "1"}]
)
def test_only_what_the_list_offers_is_set(values: dict[str, str], session: Session, office: FlaskClient) -> None:
    client = make.make_client(session)
    session.commit()
    answer = office.post("/clients/action_post", data={"action": "change", "rowid": client.id} | values)
    assert answer.status_code == 400


def test_setting_nothing_says_so(session: Session, office: FlaskClient) -> None:
    client = make.make_client(session)
    session.commit()
    asked = {"action": "change", "rowid": client.id, "set_status": ""}
    page = office.post("/clients/action_post", data=asked, follow_redirects=True)
    assert "Укажите, что установить" in page.text


def test_a_person_without_the_right_sets_nothing(session: Session, client_as: ClientAs) -> None:
    client = make.make_client(session)
    session.commit()
    buyer = client_as(Role.PURCHASING)
    assert texts_of(buyer.get("/clients/list/").text, "//*[contains(@class, 'bulk-fields')]") == []
    for act in ("change", "delete"):
        asked = {"action": act, "rowid": client.id, "set_status": "active"}
        assert buyer.post("/clients/action_post", data=asked).status_code == 403


def test_the_whole_selection_is_done_as_a_job(few: None, session: Session, office: FlaskClient) -> None:
    for town in ("Тверь", "Тверь", "Клин"):
        make.make_client(session, town=town, status=ClientStatus.LEAD)
    session.commit()
    asked = {"action": "change", "all": "1", "state": "f_town=Тверь", "set_status": "active"}
    came = {"Referer": "http://localhost/clients/list/?f_town=Тверь"}
    answer = office.post("/clients/action_post", data=asked, headers=came)
    job = _job(session)
    assert answer.headers["Location"] == f"/jobs/{job.id}"
    assert (job.state, job.done, job.total) == (JobState.DONE, 2, 2)
    assert job.result_url.startswith("/clients/list/?f_town=")
    found = session.execute(select(Client.town, Client.status).order_by(Client.town)).all()
    assert [tuple(row) for row in found] == [("Клин", ClientStatus.LEAD)] + [("Тверь", ClientStatus.ACTIVE)] * 2


def test_a_job_logs_what_was_refused_and_does_the_rest(few: None, session: Session, office: FlaskClient) -> None:
    used = make.make_client(session, name="ООО «Нужный»")
    make.make_contact(session, client=used)
    free = make.make_client(session)
    posted = make.make_client(session)
    session.commit()
    keys = [used.id, free.id, posted.id]
    office.post("/clients/action_post", data={"action": "delete", "rowid": keys})
    job = _job(session)
    lines = list(session.scalars(select(JobLine.text).where(JobLine.job_id == job.id)))
    assert (job.state, job.done) == (JobState.DONE, 3)
    assert [line.partition(":")[0] for line in lines] == ["ООО «Нужный»"]
    assert job.result_text == "Выполнено: 2, отказано: 1"
    assert session.scalars(select(Client.id).where(Client.id.in_(keys))).all() == [used.id]


def test_a_job_refuses_by_the_rules_of_the_screen(few: None, session: Session, office: FlaskClient) -> None:
    event = make.make_interaction(session, **READY)
    done = make.make_interaction(session, state=InteractionState.DONE)
    claim = make.make_claim(session)
    session.commit()
    office.post("/interactions/action_post", data={"action": "done", "rowid": [event.id, done.id]})
    session.expire_all()
    assert session.get_one(Interaction, event.id).state is InteractionState.DONE
    assert office.post("/claims/action_post", data={"action": "to_closed", "rowid": claim.id}).status_code == 404


def test_a_job_does_nothing_with_what_its_owner_may_not_see(
    few: None, session: Session, sales: FlaskClient, own_client: Any, foreign_client: Any
) -> None:
    theirs = make.make_interaction(session, client=foreign_client, state=InteractionState.PLANNED)
    mine = make.make_interaction(session, client=own_client, **READY)
    session.commit()
    sales.post("/interactions/action_post", data={"action": "done", "rowid": [theirs.id, mine.id]})
    assert _job(session).result_text == "Выполнено: 1, отказано: 1"
    assert session.get_one(Interaction, theirs.id).state is InteractionState.PLANNED
    assert session.get_one(Interaction, mine.id).state is InteractionState.DONE


def test_there_is_an_end_to_the_chosen(session: Session, office: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST_CHOSEN", 1)
    for _each in range(2):
        make.make_contact(session)
    session.commit()
    page = office.post(
        "/contacts/action_post", data={"action": "delete", "all": "1", "state": ""}, follow_redirects=True
    )
    assert "Уточните отборы" in page.text
    assert session.scalar(select(func.count()).select_from(Contact)) == 2
    assert office.post("/contacts/action_post", data={"action": "delete"}).status_code == 400
    nobody = {"action": "delete", "all": "1", "state": "q=никого"}
    assert office.post("/contacts/action_post", data=nobody).status_code == 400


def test_chosen_rows_are_exported_with_the_columns_shown(session: Session, office: FlaskClient) -> None:
    chosen = make.make_client(session, name="ООО «Выбран»", town="Тверь")
    make.make_client(session, name="ООО «Другой»")
    session.commit()
    asked = {"action": "export", "rowid": chosen.id, "state": "columns=town"}
    answer = office.post("/clients/action_post", data=asked)
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    values = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert ["Наименование", "Город"] in values
    assert ["ООО «Выбран»", "Тверь"] in values
    assert not any("ООО «Другой»" in row for row in values)
