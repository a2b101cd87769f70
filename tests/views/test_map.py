from decimal import Decimal

import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy.orm import Session

from app.models.clients import ClientStatus
from app.models.ledger import DocumentKind, DueItem
from app.models.staff import Employee
from app.permissions import Role
from app.views.map import client_map
from tests.conftest import ClientAs
from tests.factories import TODAY, make_client, make_organisation

RUSSIA = "bbox=20,40,180,80&zoom=4"


def placed(session: Session, **changes):
    return make_client(session, **{"latitude": Decimal("54.19"), "longitude": Decimal("37.61")} | changes)


def own(session: Session, signed_in: FlaskClient, **changes):
    return placed(session, responsible=session.get(Employee, signed_in.employee_id), **changes)


def names(signed_in: FlaskClient, query: str = RUSSIA) -> list[str]:
    answer = signed_in.get(f"/map/clients.geojson?{query}")
    assert answer.status_code == 200
    return [feature["properties"]["name"] for feature in answer.get_json(force=True)["features"]]


def test_sales_sees_own_clients_only_everywhere(client_as: ClientAs, session: Session) -> None:
    sales = client_as(Role.SALES)
    own(session, sales, name="ООО «Свой»")
    placed(session, name="ООО «Тайна»")

    pages = [sales.get(path).get_data(as_text=True) for path in ("/map/", "/map/frame", "/map/clients.kml")]

    assert names(sales) == ["ООО «Свой»"]
    assert all("Тайна" not in page for page in pages)


@pytest.mark.parametrize(
    "query",
    ["", "bbox=1,2,3", "bbox=a,b,c,d", "bbox=NaN,0,1,1", "bbox=0,0,1,1e999", "bbox=5,0,1,1", RUSSIA.replace("4", "x"),
     "bbox=20,40,180,80&zoom=99", "bbox=20,40,180,80&zoom=-1", RUSSIA + "&f_unknown=1", RUSSIA + "&f_status=nonsense"],
)  # fmt: skip
def test_impossible_question_is_refused(client_as: ClientAs, query: str) -> None:
    assert client_as(Role.DIRECTOR).get(f"/map/clients.geojson?{query}").status_code == 400


def test_filters_of_the_client_list_hold(client_as: ClientAs, session: Session) -> None:
    director = client_as(Role.DIRECTOR)
    placed(session, name="Лид", status=ClientStatus.LEAD)
    placed(session, name="Старый")

    assert names(director, RUSSIA + "&f_status=lead") == ["Лид"]


def test_overdue_client_is_marked_with_words_and_a_link(client_as: ClientAs, session: Session) -> None:
    director = client_as(Role.DIRECTOR)
    client = placed(session)
    session.add(
        DueItem(
            client=client,
            organisation=make_organisation(session),
            document_kind=DocumentKind.INVOICE,
            document_id=1,
            stage=1,
            document_day=TODAY,
            due_on=TODAY.replace(year=2025),
            balance=Decimal("834000.00"),
        )
    )
    session.flush()

    (feature,) = director.get(f"/map/clients.geojson?{RUSSIA}").get_json(force=True)["features"]

    assert feature["properties"]["debt"] == "overdue"
    assert feature["properties"]["url"] == f"/clients/card/{client.id}"
    assert "834" in feature["properties"]["words"]
    assert not {"owed", "overdue"} & set(feature["properties"])


def test_engineer_is_not_told_of_debts(client_as: ClientAs, session: Session) -> None:
    assert client_as(Role.ENGINEER).get("/map/").status_code == 200


def test_page_names_clients_beside_the_frame(client_as: ClientAs, session: Session) -> None:
    director = client_as(Role.DIRECTOR)
    client = placed(session, name="ООО «Тула»", actual_address="Тула, ул. Мира, 1")
    make_client(session)

    page = director.get("/map/?q=тула").get_data(as_text=True)

    assert f'href="/clients/card/{client.id}"' in page
    assert "Тула, ул. Мира, 1" in page
    assert 'data-show="54.190000,37.610000"' in page


def test_frame_loads_nothing_from_outside(client_as: ClientAs) -> None:
    answer = client_as(Role.DIRECTOR).get("/map/frame?f_town=Тула")
    page = answer.get_data(as_text=True)
    nonce = answer.headers["Content-Security-Policy"].split("'nonce-")[1].split("'")[0]

    assert "http://" not in page
    assert "https://" not in page
    assert page.count("<script") == page.count(f'<script nonce="{nonce}"')
    assert page.count("<style") == page.count(f'<style nonce="{nonce}"')
    assert "f_town=" in page
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_kml_is_a_file_of_own_clients(client_as: ClientAs, session: Session) -> None:
    director = client_as(Role.DIRECTOR)
    client = placed(session)

    answer = director.get("/map/clients.kml")
    tree = etree.fromstring(answer.data)

    assert answer.mimetype == "application/vnd.google-earth.kml+xml"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert [value.text for value in tree.iter("{*}value")] == [str(client.id)]


def test_pasted_link_becomes_coordinates(client_as: ClientAs) -> None:
    director = client_as(Role.DIRECTOR)

    found = director.get("/map/place", query_string={"text": "https://yandex.ru/maps/?pt=38.8969,47.2362&z=16"})
    unknown = director.get("/map/place", query_string={"text": "не знаю"})

    assert found.json == {"latitude": "47.236200", "longitude": "38.896900"}
    assert unknown.json == {}


def test_town_becomes_coordinates_with_a_warning_where_several_exist(client_as: ClientAs) -> None:
    director = client_as(Role.DIRECTOR)

    assert director.get("/map/place?town=Таганрог").json["is_uncertain"] is False
    assert director.get("/map/place?town=Киров").json["is_uncertain"] is True
    assert director.get("/map/place?town=Нетакого").json == {}


def test_place_is_picked_on_a_map_of_its_own(client_as: ClientAs) -> None:
    director = client_as(Role.DIRECTOR)

    page = director.get("/map/pick?lat=54.19&lng=37.61").get_data(as_text=True)

    assert "kontoraPick(" in page
    assert "[54.19, 37.61]" in page
    assert director.get("/map/pick").status_code == 200
    assert director.get("/map/pick?lat=95&lng=0").status_code == 400


def test_map_needs_the_right(client_as: ClientAs, client: FlaskClient) -> None:
    assert client.get("/map/clients.geojson?" + RUSSIA).status_code in (302, 401)
    assert client_as(Role.PURCHASING).get("/map/").status_code in (302, 403)


def test_map_of_a_card_shows_the_place_and_links(app: Flask, session: Session) -> None:
    client = placed(session)

    with app.test_request_context():
        page = render_template("map/_client.html", client_map=client_map(client))

    assert "/map/pick?lat=54.19" in page
    assert "https://yandex.ru/maps/?pt=37.61" in page


def test_card_of_a_client_without_a_place_leads_to_the_form(app: Flask, session: Session) -> None:
    client = make_client(session)

    with app.test_request_context():
        page = render_template("map/_client.html", client_map=client_map(client))
        fragment = render_template("map/_pick.html")

    assert f"/clients/edit/{client.id}" in page
    assert "<iframe" not in page
    assert 'data-pick-url="/map/pick"' in fragment
