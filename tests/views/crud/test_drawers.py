"""The drawers of a list (filters, columns, views): empty until they are opened, and there without a script too."""

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.models.clients import Segment
from tests import factories as make

LIST = "/clients/list/?tab=all&f_status=active&sort=-name"
PART = {"X-Part": "drawer"}


def _drawer(page: str, name: str) -> lxml.html.HtmlElement:
    (found,) = lxml.html.fromstring(page).xpath(f"//details[@data-drawer='{name}']")
    return found


def _names(place: lxml.html.HtmlElement) -> set[str]:
    return {str(name) for name in place.xpath(".//@name") if name not in {"tab", "sort", "size"}}


def test_a_list_comes_with_its_drawers_empty(office: FlaskClient) -> None:
    page = office.get(LIST).text
    for name in ("filters", "columns", "views"):
        drawer = _drawer(page, name)
        assert _names(drawer.xpath(".//*[contains(@class, 'drawer')]")[0]) == set()
        assert drawer.get("open") is None
        assert drawer.xpath(".//a[@data-fill]/@href")[0].startswith("/clients/list/?")


def test_the_search_keeps_the_filters_that_the_closed_drawer_holds(office: FlaskClient) -> None:
    (tools,) = lxml.html.fromstring(office.get(LIST).text).xpath("//form[contains(@class, 'list-tools')]")
    assert {field.get("name"): field.get("value") for field in tools.xpath(".//input[@type='hidden']")} == {
        "tab": "all",
        "sort": "-name",
        "f_status": "active",
    }


@pytest.mark.parametrize(("name", "field"), [("filters", "f_status"), ("columns", "columns"), ("views", "is_pinned")])
def test_a_drawer_is_filled_for_a_script_and_for_a_browser_without_one(
    name: str, field: str, office: FlaskClient
) -> None:
    part = office.get(f"{LIST}&drawer={name}", headers=PART).text
    assert field in _names(lxml.html.fromstring(f"<div>{part}</div>"))
    assert "<table" not in part

    link = _drawer(office.get(LIST).text, name).xpath(".//a[@data-fill]/@href")[0]
    page = office.get(link).text
    drawer = _drawer(page, name)
    assert drawer.get("open") is not None
    assert field in _names(drawer)
    others = {"filters", "columns", "views"} - {name}
    assert not any(_drawer(page, other).get("open") for other in others)


def test_the_drawer_of_filters_stands_on_those_in_force(session: Session, office: FlaskClient) -> None:
    segment = Segment(name="Заводы")
    session.add(segment)
    session.commit()
    part = office.get(f"{LIST}&f_segment={segment.id}&drawer=filters", headers=PART).text
    found = lxml.html.fromstring(f"<div>{part}</div>")
    chosen = {select.get("name"): select.xpath("./option[@selected]/text()") for select in found.xpath(".//select")}
    assert chosen["f_status"] == ["Действующий"]
    assert chosen["f_segment"] == ["Заводы"]


def test_an_unknown_drawer_is_refused(office: FlaskClient) -> None:
    assert office.get("/clients/list/?drawer=cash").status_code == 400


def test_a_page_of_fifty_clients_keeps_its_measure(session: Session, office: FlaskClient, count_queries) -> None:
    """Six questions and sixty kilobytes before packing, with names as long as those of real companies."""
    for number in range(50):
        make.make_client(
            session, name=f"ООО «Приволжские станки {number}»", town="Нижний Новгород", inn=f"52600000{number:02}"
        )
    session.commit()
    office.get("/clients/list/?tab=all")

    with count_queries() as queries:
        page = office.get("/clients/list/?tab=all")

    assert len(lxml.html.fromstring(page.text).xpath("//tbody/tr")) == 50
    assert len(queries) <= 6, queries
    assert len(page.data) <= 60 * 1024
