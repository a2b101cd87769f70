"""Where the filling of cards shows: list, card, form of an interaction, report, weights."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.clients import CompletenessField
from app.models.completeness import CompletenessWeight
from app.models.staff import Employee
from app.permissions import Role
from app.views.completeness import ASK
from tests import factories as make
from tests.conftest import ClientAs


def test_every_field_has_its_question():
    assert set(ASK) == set(CompletenessField)


def test_list_card_and_form_tell_what_to_ask_next(client_as: ClientAs, session: Session):
    anna = client_as(Role.SALES)
    me = session.get(Employee, anna.employee_id)  # type: ignore[attr-defined]
    client = make.make_client(session, responsible=me, inn="7702070139")
    session.commit()
    session.refresh(client)
    percent = client.completeness

    assert percent == 8
    assert (
        f"{percent}\N{NO-BREAK SPACE}%"
        in anna.get("/clients/list/?tab=all&f_completeness_to=10&sort=completeness").text
    )
    assert client.name not in anna.get("/clients/list/?tab=all&f_completeness_from=20").text
    assert client.name in anna.get("/clients/list/?tab=all&f_missing=phone").text
    card = anna.get(f"/clients/card/{client.id}").text
    assert "Уточните телефон офиса." in card
    assert f"{percent}\N{NO-BREAK SPACE}%" in card
    assert "Уточните телефон офиса." in anna.get(f"/interactions/add?client={client.id}").text
    assert "Уточните" not in anna.get("/interactions/add").text


def test_the_report_leads_to_the_clients(client_as: ClientAs, session: Session):
    client = make.make_client(session)
    session.commit()

    shown = client_as(Role.SALES_HEAD).get("/reports/completeness/").text

    assert str(client.responsible) in shown
    assert f"f_responsible={client.responsible_id}&amp;f_completeness_to=49" in shown
    assert client_as(Role.ENGINEER).get("/reports/completeness/").status_code == 403
    assert client_as(Role.DIRECTOR).get("/reports/completeness/?format=csv").status_code == 200


def test_heads_set_the_weights_and_managers_read_them(client_as: ClientAs, session: Session):
    weight = make.make_completeness_weight(session)
    session.commit()
    form = {"version": weight.version, "field": "website", "kind": "person", "segment": "", "weight": "9"}

    assert client_as(Role.SALES).post(f"/completeness-weights/edit/{weight.id}", data=form).status_code == 403
    head = client_as(Role.SALES_HEAD)
    assert head.post(f"/completeness-weights/edit/{weight.id}", data=form | {"weight": "900"}).status_code == 422
    assert head.post(f"/completeness-weights/edit/{weight.id}", data=form).status_code == 302
    session.expire_all()
    assert session.scalar(select(CompletenessWeight.weight)) == 9
