"""Saved views, columns and «mine»: what an address asks for, what is kept, and who may change it."""

import csv
import io
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.menu import TABLES
from app.models.saved_views import SavedView, SavedViewPin
from app.permissions import Role
from app.services.demo.saved_views import VIEWS
from app.services.saved_views import NewView
from tests import factories as make
from tests.conftest import ClientAs
from tests.views.crud.conftest import texts_of

STATE = "f_town=Тверь&sort=-name&columns=name,town,email"


def _save(client: FlaskClient, state: str = STATE, **values: str) -> Any:
    return client.post("/views/save", data={"screen": "ClientView", "name": "Тверь", "state": state} | values)


def _heads(page: str) -> list[str]:
    return [text for text in texts_of(page, "//thead//th") if text][1:]


def _links(page: str) -> list[str]:
    return [str(url) for url in lxml.html.fromstring(page).xpath("//tbody/tr/td[@class='k-name']/a/@href")]


def _fill(session: Session) -> None:
    for name, town in (("ООО «А»", "Тверь"), ("ООО «Б»", "Тверь"), ("ООО «В»", "Клин")):
        make.make_client(session, name=name, town=town, email="a@example.com")
    session.commit()


# --- Views -----------------------------------------------------------------------------------------------------------


def test_a_view_brings_filters_order_and_columns(session: Session, office: FlaskClient) -> None:
    _fill(session)
    answer = _save(office, is_pinned="1")
    page = office.get(answer.headers["Location"]).text
    assert texts_of(page, "//tbody//td[contains(@class, 'k-name')]") == ["ООО «Б»", "ООО «А»"]
    assert _heads(page)[:3] == ["Наименование", "Город", "E-mail"]
    assert "Тверь" in texts_of(page, "//*[@data-section='favourites']//a")
    assert texts_of(office.get("/deals/list/?tab=all").text, "//*[@data-section='favourites']//a") == ["Тверь"]


def test_a_filter_is_taken_away_from_a_view(session: Session, office: FlaskClient) -> None:
    _fill(session)
    page = office.get(_save(office).headers["Location"]).text
    drop = lxml.html.fromstring(page).xpath("//a[contains(@class, 'filter-chip')]/@href")[0]
    wider = office.get(drop).text
    assert len(_links(wider)) == 3
    assert "изменён" in " ".join(texts_of(wider, "//details[@data-part='views']/summary"))


def test_a_view_is_renamed_shared_updated_and_deleted(session: Session, office: FlaskClient) -> None:
    _fill(session)
    _save(office)
    view = session.scalars(select(SavedView)).one()
    office.post(f"/views/change/{view.id}", data={"name": "Клин", "is_shared": "1"})
    office.post(f"/views/update/{view.id}", data={"state": "f_town=Клин"})
    session.expire_all()
    assert (view.name, view.is_shared, view.arguments) == ("Клин", True, {"f_town": "Клин"})
    assert len(_links(office.get(f"/clients/list/?view={view.id}").text)) == 1
    office.post(f"/views/pin/{view.id}")
    office.post(f"/views/unpin/{view.id}")
    answer = office.post(f"/views/delete/{view.id}")
    assert answer.headers["Location"] == "/clients/list/?tab=all"
    assert session.scalar(select(func.count()).select_from(SavedView)) == 0


def test_a_refused_name_changes_nothing_and_keeps_the_list(session: Session, office: FlaskClient) -> None:
    session.commit()
    answer = _save(office, name=" ")
    assert parse_qs(urlsplit(answer.headers["Location"]).query)["f_town"] == ["Тверь"]
    _save(office)
    view = session.scalars(select(SavedView)).one()
    office.post(f"/views/change/{view.id}", data={"name": ""})
    session.expire_all()
    assert view.name == "Тверь"


@pytest.mark.parametrize(
    "state",
    ["f_nosuch=1", "sort=search_key", "columns=nosuch", "size=7", "tab=nosuch", "q=%00", "a=1&" * 200, "x" * 3000],
)
def test_what_the_screen_does_not_offer_is_not_kept(state: str, session: Session, office: FlaskClient) -> None:
    session.commit()
    assert _save(office, state).status_code == 400
    assert office.post("/views/remember", data={"screen": "ClientView", "state": state}).status_code == 400


def test_a_view_that_the_screen_no_longer_offers_is_refused_in_words(session: Session, office: FlaskClient) -> None:
    view = make.make_saved_view(session, owner_id=office.user_id, arguments={"f_nosuch": "1", "columns": 5})  # type: ignore[attr-defined]
    session.commit()
    assert office.get(f"/clients/list/?view={view.id}").status_code == 400


@pytest.mark.parametrize("view", [wanted for _owner, _pinned, wanted in VIEWS], ids=lambda view: view.name)
def test_the_views_of_the_demo_company_are_offered_by_their_screens(view: NewView, office: FlaskClient) -> None:
    route = next(table.route_base for table in TABLES if table.__name__ == view.screen)
    assert office.get(f"{route}/list/", query_string=view.arguments).status_code == 200


# --- Rights ----------------------------------------------------------------------------------------------------------


def test_only_the_owner_and_the_administrator_change_a_view(session: Session, client_as: ClientAs) -> None:
    owner, other, admin = client_as(Role.SALES_HEAD), client_as(Role.SALES), client_as(Role.ADMIN)
    view = make.make_saved_view(session, owner_id=owner.user_id, is_shared=True)  # type: ignore[attr-defined]
    session.commit()
    for way in ("change", "update", "delete"):
        assert other.post(f"/views/{way}/{view.id}", data={"name": "Взлом", "state": ""}).status_code == 403
    assert other.get(f"/clients/list/?view={view.id}").status_code == 200
    assert other.post(f"/views/pin/{view.id}").status_code == 302
    assert admin.post(f"/views/change/{view.id}", data={"name": "Порядок"}).status_code == 302
    session.expire_all()
    assert (view.name, view.is_shared) == ("Порядок", False)
    for client, way in ((other, "pin"), (admin, "delete"), (other, "delete")):
        assert client.post(f"/views/{way}/{view.id}").status_code == 404
    assert other.get(f"/clients/list/?view={view.id}").status_code == 404


def test_who_may_not_share_keeps_views_for_oneself(session: Session, sales: FlaskClient) -> None:
    session.commit()
    assert _save(sales, is_shared="1").status_code == 403
    assert "is_shared" not in sales.get("/clients/list/").text
    assert _save(sales).status_code == 302


def test_a_view_is_of_those_who_may_read_its_screen(session: Session, client_as: ClientAs) -> None:
    engineer = client_as(Role.ENGINEER)
    view = make.make_saved_view(session, owner_id=make.make_user(session).id, screen="DealView", is_shared=True)
    session.add(SavedViewPin(user_id=engineer.user_id, view_id=view.id))  # type: ignore[attr-defined]
    session.commit()
    assert engineer.post(f"/views/pin/{view.id}").status_code == 403
    assert texts_of(engineer.get("/visits/list/").text, "//*[@data-section='favourites']//a") == []
    wanted = {"screen": "DealView", "name": "Сделки", "state": ""}
    assert engineer.post("/views/save", data=wanted).status_code == 403
    assert engineer.post("/views/save", data=wanted | {"screen": "NoView"}).status_code == 404
    assert engineer.get(f"/visits/list/?view={view.id}").status_code == 404


# --- How a list was left ---------------------------------------------------------------------------------------------


def _remember(client: FlaskClient, state: str) -> int:
    return client.post("/views/remember", data={"screen": "ClientView", "state": state}).status_code


def test_a_bare_list_opens_as_it_was_left_and_reset_is_there(session: Session, office: FlaskClient) -> None:
    _fill(session)
    assert _remember(office, "f_town=Клин&q=ромашка&after=x") == 204
    answer = office.get("/clients/list/")
    assert parse_qs(urlsplit(answer.headers["Location"]).query) == {"f_town": ["Клин"]}
    page = office.get("/clients/list/", follow_redirects=True).text
    assert len(_links(page)) == 1
    reset = lxml.html.fromstring(page).xpath("//ul[@class='filter-chips']//a[contains(@class, 'btn')]/@href")[0]
    assert len(_links(office.get(reset).text)) == 3
    assert _remember(office, urlsplit(reset).query) == 204
    assert office.get("/clients/list/").status_code == 200


def test_what_is_remembered_is_checked_again(session: Session, office: FlaskClient) -> None:
    view = make.make_saved_view(session, owner_id=office.user_id)  # type: ignore[attr-defined]
    session.commit()
    _remember(office, f"view={view.id}&tab=all")
    assert office.get("/clients/list/").headers["Location"] == f"/clients/list/?tab=all&view={view.id}"
    office.post(f"/views/delete/{view.id}")
    assert "view" not in office.get("/clients/list/").headers["Location"]
    session.expire_all()
    last = session.scalars(select(SavedView)).one()
    last.arguments = {"f_nosuch": "1"}
    session.commit()
    assert office.get("/clients/list/").status_code == 200
    assert office.get(f"/clients/list/?view={last.id}").status_code == 404


def test_a_column_is_as_wide_as_the_person_left_it(session: Session, office: FlaskClient, sales: FlaskClient) -> None:
    def widen(column: str, width: str, screen: str = "ClientView") -> int:
        return office.post("/views/width", data={"screen": screen, "column": column, "width": width}).status_code

    _fill(session)
    assert widen("town", "120") == 204
    page = office.get("/clients/list/").text
    heads = lxml.html.fromstring(page).xpath("//thead/tr/th")
    place = next(number for number, head in enumerate(heads, 1) if head.get("data-col") == "town")
    assert heads[place - 1].get("data-width") == "120"
    assert re.search(rf"nth-child\({place}\) {{ width: 120px;", page)
    assert "data-width" not in sales.get("/clients/list/?tab=all").text

    assert [widen("nosuch", "120"), widen("town", "-1"), widen("town", "")] == [400, 400, 400]
    assert widen("town", "120", "NoView") == 404
    assert widen("", "0") == 204
    assert "data-width" not in office.get("/clients/list/").text


# --- Columns and «mine» -----------------------------------------------------------------------------------------------


def test_columns_are_chosen_and_exported_in_their_order(session: Session, office: FlaskClient) -> None:
    _fill(session)
    asked = "/clients/list/?columns=email&columns=town"
    assert _heads(office.get(asked).text)[:3] == ["Наименование", "E-mail", "Город"]
    rows = csv.reader(io.StringIO(office.get(f"{asked}&format=csv").data.decode("utf-8-sig")), delimiter=";")
    assert next(rows) == ["Наименование", "E-mail", "Город"]


def test_a_field_that_needs_a_right_is_no_column_to_choose(session: Session, sales: FlaskClient) -> None:
    session.commit()
    for name in ("birth_date", "portrait", "search_key", "id", "version"):
        assert sales.get(f"/contacts/list/?columns={name}").status_code == 400, name


def test_mine_is_everybody_s_own(session: Session, sales: FlaskClient, office: FlaskClient, own_client: Any) -> None:
    make.make_client(session, name="ООО «Чужое»")
    session.commit()
    mine = "/clients/list/?f_responsible=me"
    page = sales.get(mine).text
    assert texts_of(page, "//tbody//td[contains(@class, 'k-name')]") == ["ООО «Своё»"]
    assert texts_of(page, "//a[contains(@class, 'toggle')][@aria-current]") == ["Только мои"]
    assert texts_of(page, "//a[contains(@class, 'filter-chip')]")[0].startswith("Ответственный: я")
    assert _links(office.get(mine).text) == []
