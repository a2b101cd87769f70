"""A row's menu offers what its record allows; a copy takes over what is not the source's alone."""

from typing import Any

import lxml.html
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.clients import Client, ClientStatus
from app.models.interactions import InteractionState
from app.models.sales import DocumentStatus, Invoice
from app.permissions import Role
from tests import factories as make
from tests.conftest import ClientAs
from tests.views.crud.conftest import form_in


def _allowed(page: str, key: int) -> set[str]:
    """What the shared menu offers for a record; a row that says nothing has all of it."""
    row = lxml.html.fromstring(page).xpath(f"//tbody/tr[@data-key='{key}']//*[@data-more]")[0]
    return set(row.get("data-more").split() or _offered(page))


def _offered(page: str) -> list[str]:
    return [str(name) for name in lxml.html.fromstring(page).xpath("//*[@id='row-menu']//@data-command")]


def test_a_rows_menu_follows_the_state_of_its_record(session: Session, office: FlaskClient) -> None:
    draft = make.make_invoice(session)
    posted = make.make_invoice(session, status=DocumentStatus.POSTED)
    session.commit()
    page = office.get("/invoices/list/").text
    assert _allowed(page, draft.id) == {"open", "edit", "copy", "post", "delete"}
    assert _allowed(page, posted.id) == {"open", "copy"}


def test_a_rows_menu_offers_nothing_without_the_right(session: Session, client_as: ClientAs) -> None:
    make.make_invoice(session)
    session.commit()
    assert _offered(client_as(Role.DIRECTOR).get("/invoices/list/").text) == ["open"]
    assert _offered(client_as(Role.SALES).get("/invoices/list/").text) == ["open", "edit", "copy", "post"]


def test_what_was_begun_in_a_list_returns_to_it(session: Session, office: FlaskClient) -> None:
    event = make.make_interaction(session, state=InteractionState.PLANNED)
    gone = make.make_interaction(session)
    session.commit()
    came = {"Referer": "http://localhost/interactions/list/?tab=all&sort=topic"}
    for address in (f"/interactions/action/done/{event.id}", f"/interactions/delete/{gone.id}"):
        answer = office.post(address, headers=came)
        assert answer.headers["Location"] == "/interactions/list/?tab=all&sort=topic"
    elsewhere = {"Referer": "http://example.com/interactions/show/1?next=//example.com"}
    answer = office.post(f"/interactions/action/done/{event.id}", headers=elsewhere)
    assert answer.headers["Location"] == f"/interactions/show/{event.id}"


def test_a_copy_of_an_invoice_has_its_lines_and_no_number(session: Session, office: FlaskClient) -> None:
    source = make.make_invoice(session, number="КС-77", status=DocumentStatus.POSTED, comment="Как обычно")
    session.commit()
    form = form_in(office.get(f"/invoices/add?copy={source.id}").text)
    assert (form["client"], form["comment"].strip()) == (str(source.client_id), "Как обычно")
    assert form["day"] != source.day.isoformat()
    assert form["lines-0-name"] == source.lines[0].name
    assert not form["lines-0-row_id"]
    assert office.post(f"/invoices/add?copy={source.id}", data=form).status_code == 302
    session.expire_all()
    made = session.scalars(select(Invoice).order_by(Invoice.id.desc()).limit(1)).one()
    assert (made.total, made.status) == (source.total, DocumentStatus.DRAFT)
    assert made.number != "КС-77"
    assert len(session.get_one(Invoice, source.id).lines) == len(made.lines)


def test_a_copy_of_a_client_leaves_what_is_its_own(session: Session, office: FlaskClient) -> None:
    source = make.make_client(session, inn="7707083893", town="Тверь", status=ClientStatus.ACTIVE)
    session.commit()
    form = form_in(office.get(f"/clients/add?copy={source.id}").text)
    assert form["town"] == "Тверь"
    assert form["inn"] == ""
    assert form["status"] == ClientStatus.LEAD.value


def test_a_copy_shows_no_field_that_needs_a_right_of_its_own(
    session: Session, sales: FlaskClient, own_client: Any
) -> None:
    source = make.make_contact(session, client=own_client, portrait="Любит точность", birth_date=make.TODAY)
    session.commit()
    page = sales.get(f"/contacts/add?copy={source.id}").text
    assert "Любит точность" not in page
    assert form_in(page)["birth_date"] == ""


def test_a_foreign_record_is_not_copied(session: Session, sales: FlaskClient, foreign_client: Any) -> None:
    session.commit()
    assert sales.get(f"/clients/add?copy={foreign_client.id}").status_code == 404
    assert sales.get("/clients/add?copy=abc").status_code == 404
    assert session.scalar(select(func.count()).select_from(Client)) >= 1


def test_a_script_that_refreshes_a_list_gets_its_parts_without_the_frame(session: Session, office: FlaskClient) -> None:
    make.make_client(session, name="ООО «Ромашка»")
    session.commit()
    whole, parts = (office.get("/clients/list/?q=ромашка", headers=asked).text for asked in ({}, {"X-Part": "list"}))
    names = {"count", "commands", "tabs", "chips", "list"}
    for page in (whole, parts):
        assert names <= {str(name) for name in lxml.html.fromstring(page).xpath("//@data-part")}
        assert "Ромашка" in page
    assert "<html" not in parts
    assert len(parts) < len(whole) / 2
