"""One's own look, favourites and recent records."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.models.staff import Employee
from app.permissions import Role
from app.services.access import personal
from tests.conftest import ClientAs
from tests.factories import make_claim, make_client

SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def sales(client_as: ClientAs) -> FlaskClient:
    return client_as(Role.SALES)


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("http://localhost/clients/list/?tab=all", "/clients/list/?tab=all"),
        ("http://evil.example/clients/", "/clients/"),
        ("http://localhost//evil.example/", "/"),
        ("", "/"),
    ],
)
def test_a_choice_of_the_look_leads_back_to_the_page_and_to_no_other_site(sales, came_from: str, back: str) -> None:
    """The menu of the person is the same on every page: it names none."""
    answer = sales.post("/my/look?name=language&value=en", headers={"Referer": came_from})
    assert (answer.status_code, answer.headers["Location"]) == (302, back)


def test_the_look_is_kept_with_the_person_and_every_page_is_made_with_it(sales, session: Session) -> None:
    answer = sales.post("/my/look", data={"name": "theme", "value": "dark", "next": "/calendar/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/calendar/")
    assert sales.post("/my/look", data={"name": "density", "value": "dense"}, headers=SCRIPT).status_code == 204
    assert sales.post("/my/look", data={"name": "theme", "value": "pink"}, headers=SCRIPT).status_code == 409

    page = sales.get("/").text
    assert 'data-theme="dark"' in page
    assert 'data-density="dense"' in page
    assert personal.look_of(session, sales.user_id) == {"theme": "dark", "density": "dense"}


def test_the_language_is_one_of_the_choices(sales) -> None:
    sales.post("/my/look", data={"name": "language", "value": "en"})
    assert '<html lang="en"' in sales.get("/").text


def test_a_favourite_stands_in_the_panel_until_it_is_taken_out(sales) -> None:
    page = {"next": "/clients/list/?tab=mine", "label": "Мои клиенты"}
    assert sales.post("/my/favourite", data=page, headers=SCRIPT).json == {"is_favourite": True}
    panel = sales.get("/clients/list/?tab=mine").text
    assert re.search(r'href="/clients/list/\?tab=mine"[^>]*>\s*<span class="line">Мои клиенты', panel)
    assert re.search(r'aria-pressed="true"\s+title="В избранное"', panel)

    answer = sales.post("/my/favourite", data=page)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/clients/list/?tab=mine")
    assert 'data-section="favourites"' not in sales.get("/").text


def test_a_favourite_leads_to_our_own_pages_only(sales, session: Session) -> None:
    sales.post("/my/favourite", data={"next": "//evil.example/", "label": "Чужое"})
    assert personal.favourites_of(session, sales.user_id) == [("/", "Чужое")]


def test_a_favourite_that_cannot_be_is_refused_in_words(sales) -> None:
    assert sales.post("/my/favourite", data={"next": "/", "label": ""}, headers=SCRIPT).status_code == 409
    assert sales.post("/my/favourite", data={"next": "/", "label": ""}).status_code == 302
    assert "нельзя добавить" in sales.get("/").text


def test_the_records_opened_last_are_shown_by_their_names_while_they_may_be_seen(sales, session: Session) -> None:
    me = session.get(Employee, sales.employee_id)
    mine = make_client(session, name="ООО «Открытое»", responsible=me)
    foreign = make_client(session, name="ООО «Чужое»")
    claim = make_claim(session, client=mine, responsible=me)
    session.commit()
    assert f'data-record="client:{mine.id}"' in sales.get(f"/clients/card/{mine.id}").text

    assert sales.post("/my/opened", data={"record": f"client:{mine.id}"}).status_code == 204
    assert sales.post("/my/opened", data={"record": f"claim:{claim.id}"}).status_code == 204
    for unknown in (f"client:{foreign.id}", "client:x", "setting:1", ""):
        assert sales.post("/my/opened", data={"record": unknown}).status_code in {400, 404}

    assert "ООО «Открытое»" in sales.get("/my/recent").text
    part = sales.get("/my/recent?part=1").text
    assert part.index(str(claim)) < part.index("ООО «Открытое»")
    assert "<html" not in part
    sales.set_cookie("kontora_sections", "recent.crm")
    assert 'title="Клиент: ООО «Открытое»"' in sales.get("/").text
    assert sales.get("/my/recent", headers=SCRIPT).json == [
        {"text": str(claim), "hint": "Претензия", "url": f"/claims/show/{claim.id}"},
        {"text": "ООО «Открытое»", "hint": "Клиент", "url": f"/clients/card/{mine.id}"},
    ]

    mine.responsible = foreign.responsible
    claim.responsible = foreign.responsible
    session.commit()
    assert "ООО «Открытое»" not in sales.get("/my/recent").text
    assert sales.get("/my/recent", headers=SCRIPT).json == []


def test_the_panel_shows_fewer_of_them_than_the_palette(sales, session: Session) -> None:
    me = session.get(Employee, sales.employee_id)
    clients = [make_client(session, responsible=me) for _each in range(12)]
    session.commit()
    for client in clients:
        sales.post("/my/opened", data={"record": f"client:{client.id}"})

    assert sales.get("/my/recent?part=1").text.count("<li>") == 10
    assert len(sales.get("/my/recent", headers=SCRIPT).json) == 12


def test_a_stranger_keeps_nothing(client: FlaskClient) -> None:
    for address in ("/my/look", "/my/favourite", "/my/opened"):
        assert client.post(address).headers["Location"].startswith("/login/")
    assert client.get("/my/recent").headers["Location"].startswith("/login/")


def test_sections_stay_as_they_were_left(sales) -> None:
    sales.set_cookie("kontora_sections", "crm.sales")
    page = sales.get("/calendar/").text
    opened = re.findall(r'data-section="(\w+)"\s+open', page)
    assert set(opened) == {"home", "crm", "sales"}


def test_numbers_that_wait_stand_beside_their_lines(sales, session: Session) -> None:
    me = session.get(Employee, sales.employee_id)
    make_claim(session, client=make_client(session, responsible=me), responsible=me)
    session.commit()
    page = sales.get("/").text
    assert re.search(r'href="/claims/list/" ?>Претензии<span class="badge" title="Мои претензии: 1">', page)
    assert 'class="dot" title="Мои претензии: 1"' in page
