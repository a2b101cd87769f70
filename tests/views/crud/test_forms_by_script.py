"""Forms that a script sends, forms in a dialog of another page, and groups of a card that are changed in place."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.models.clients import Client, Contact
from app.permissions import Role
from tests import factories as make
from tests.conftest import ClientAs
from tests.views.crud.conftest import Form, form_in, texts_of

FormOf = Callable[[FlaskClient, str], Form]
BY_SCRIPT = {"X-Sent-By-Script": "1"}


# --- Sent by a script ---------------------------------------------------------------------------------------------


def test_a_script_is_told_where_to_go(session: Session, office: FlaskClient, form_of: FormOf) -> None:
    client = make.make_client(session)
    session.commit()
    address = f"/clients/edit/{client.id}"

    answer = office.post(address, data=form_of(office, address), headers=BY_SCRIPT)

    assert answer.status_code == 200
    assert answer.json == {"location": f"/clients/card/{client.id}"}
    assert "Location" not in answer.headers


def test_a_script_learns_that_the_sign_in_has_run_out(client: FlaskClient) -> None:
    answer = client.post("/clients/add", data={"name": "ООО «Проба»"}, headers=BY_SCRIPT)

    assert answer.json["location"].startswith("/login/")  # type: ignore[index]


def test_a_script_learns_that_the_forms_token_is_old(office: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(office.application.config, "WTF_CSRF_ENABLED", True)
    answer = office.post("/clients/add", data={"csrf_token": "0"}, headers=BY_SCRIPT)

    assert (answer.status_code, answer.headers["X-Token-Is-Old"]) == (400, "1")


def test_a_browser_is_led_as_ever(session: Session, office: FlaskClient, form_of: FormOf) -> None:
    client = make.make_client(session)
    session.commit()
    address = f"/clients/edit/{client.id}"

    assert office.post(address, data=form_of(office, address)).status_code == 302


# --- In a dialog of another page ----------------------------------------------------------------------------------


def test_a_dialog_gives_the_new_record_back(session: Session, office: FlaskClient, form_of: FormOf) -> None:
    client = make.make_client(session)
    session.commit()
    address = f"/contacts/add?dialog=1&client={client.id}&typed=Образцова"
    form = form_of(office, address)
    assert (form["family_name"], form["client"]) == ("Образцова", str(client.id))

    answer = office.post(address, data=form)

    contact = session.query(Contact).filter_by(family_name="Образцова").one()
    assert texts_of(answer.text, f"//*[@data-made='{contact.id}']") == [str(contact)]


def test_a_dialog_shows_its_errors_in_the_dialog(office: FlaskClient, form_of: FormOf) -> None:
    address = "/contacts/add?dialog=1"

    answer = office.post(address, data=form_of(office, address))

    assert answer.status_code == 422
    assert texts_of(answer.text, "//nav") == []
    assert texts_of(answer.text, "//*[@id='error-summary']") != []


def test_a_reference_table_gives_its_new_record_back_too(client_as: ClientAs) -> None:
    office = client_as(Role.BACK_OFFICE)

    assert texts_of(office.get("/reference/segments/new/?dialog=1").text, "//nav") == []
    answer = office.post("/reference/segments/new/?dialog=1", data={"name": "Птицефабрики"})

    assert texts_of(answer.text, "//*[@data-made]") == ["Птицефабрики"]
    assert office.post("/reference/segments/new/", data={"name": "Теплицы"}).status_code == 302


def test_creating_is_offered_by_right(client_as: ClientAs, session: Session) -> None:
    make.make_organisation(session)
    session.commit()
    offers = texts_of(client_as(Role.BACK_OFFICE).get("/invoices/add").text, "//*[@data-create-for]/@data-create-for")
    assert {"client", "contract", "deal"} <= set(offers)

    page = client_as(Role.ACCOUNTANT).get("/invoices/add").text
    assert "deal" not in texts_of(page, "//*[@data-create-for]/@data-create-for")


# --- In place -----------------------------------------------------------------------------------------------------


def test_a_group_is_changed_alone(session: Session, office: FlaskClient, form_of: FormOf) -> None:
    client = make.make_client(session, name="ООО «Было»", town="Тверь", comment="прежнее")
    session.commit()
    address = f"/clients/edit/{client.id}?fields=town,region"
    form = form_of(office, address)
    assert {name for name in form if not name.startswith("_")} == {"csrf_token", "version", "town", "region"}

    answer = office.post(address, data=form | {"town": "Клин", "name": "ООО «Подмена»", "_save": "stay"})

    assert answer.headers["Location"] == f"/clients/card/{client.id}"
    session.expire_all()
    kept = session.get_one(Client, client.id)
    assert (kept.town, kept.name, kept.comment) == ("Клин", "ООО «Было»", "прежнее")


def test_a_stale_group_shows_both_values(session: Session, office: FlaskClient, form_of: FormOf) -> None:
    client = make.make_client(session, town="Тверь")
    session.commit()
    address = f"/clients/edit/{client.id}?fields=town"
    stale = form_of(office, address)
    office.post(f"/clients/edit/{client.id}?fields=town", data=stale | {"town": "Клин"})

    answer = office.post(address, data=stale | {"town": "Орёл"})

    assert answer.status_code == 409
    assert "_keep_town" in form_in(answer.text)
    assert texts_of(answer.text, "//dialog[@data-conflicts]//h2") != []


def test_unknown_fields_are_no_group(session: Session, office: FlaskClient) -> None:
    client = make.make_client(session)
    session.commit()

    assert office.get(f"/clients/edit/{client.id}?fields=search_key,id").status_code == 404


def test_a_pencil_stands_where_something_may_be_changed(session: Session, client_as: ClientAs) -> None:
    claim = make.make_claim(session)
    session.commit()
    address = f"/claims/show/{claim.id}"

    pencils = texts_of(client_as(Role.BACK_OFFICE).get(address).text, "//a[@data-edit-group]/@href")
    assert pencils
    assert all("fields=" in pencil for pencil in pencils)
    assert texts_of(client_as(Role.ACCOUNTANT).get(address).text, "//a[@data-edit-group]") == []


def test_history_is_a_tab_of_the_card(session: Session, office: FlaskClient) -> None:
    claim = make.make_claim(session)
    session.commit()
    for address in (f"/claims/show/{claim.id}", f"/history/claim/{claim.id}"):
        tabs = texts_of(office.get(address).text, "//nav[@class='tabs']/a/@href")
        assert tabs == [f"/claims/show/{claim.id}", f"/history/claim/{claim.id}"]
