"""«Почему я это (не) вижу?» for oneself, and for others by the administrator."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.database import User
from app.models.staff import Employee
from app.permissions import Role
from tests.conftest import ClientAs
from tests.factories import make_client, make_employee

HIDDEN, SHOWN = "chip-warn", "chip-ok"


@pytest.fixture
def sales(client_as: ClientAs) -> FlaskClient:
    return client_as(Role.SALES)


def own_client(session: Session, who: FlaskClient) -> int:
    manager = session.get_one(Employee, who.employee_id)  # type: ignore[attr-defined]
    return int(make_client(session, responsible=manager).id)


def answer(page: str) -> str:
    """The answer alone, without what was asked."""
    found = re.search(r'<section class="panel" aria-labelledby="why-answer">.*?</section>', page, re.S)
    assert found
    return re.sub(r"icons\.svg\?v=\w+", "", found[0])


def test_the_form_stands_alone_before_anything_is_asked(sales: FlaskClient) -> None:
    page = sales.get("/access/why").text
    assert "why-answer" not in page
    assert "why-user" not in page


def test_an_own_record_is_explained(sales: FlaskClient, session: Session) -> None:
    page = sales.get(f"/access/why?table=client&id={own_client(session, sales)}").text
    assert SHOWN in answer(page)


def test_a_hidden_record_reads_like_one_that_does_not_exist(sales: FlaskClient, session: Session) -> None:
    foreign = make_client(session, name="ООО «Тайное»", responsible=make_employee(session)).id
    hidden = answer(sales.get(f"/access/why?table=client&id={foreign}").text)
    missing = answer(sales.get("/access/why?table=client&id=999999").text)
    assert HIDDEN in hidden
    assert "Тайное" not in hidden
    assert hidden.replace(str(foreign), "N") == missing.replace("999999", "N")


def test_a_page_not_found_leads_to_the_explanation(sales: FlaskClient, session: Session) -> None:
    foreign = make_client(session, responsible=make_employee(session)).id
    for key in (foreign, 999_999):
        link = f'href="/access/why?table=client&amp;id={key}"'
        for address in (f"/clients/card/{key}", f"/clients/edit/{key}", f"/history/client/{key}"):
            page = sales.get(address)
            assert page.status_code == 404
            assert link in page.text, address


def test_other_pages_not_found_lead_nowhere(sales: FlaskClient, client: FlaskClient) -> None:
    for address in ("/nothing/here", "/history/telex/1", "/deals/show/x", "/lookup/telex"):
        page = sales.get(address)
        assert page.status_code == 404
        assert "/access/why" not in page.text, address
    assert "/access/why" not in client.get("/nothing/here").text


def test_the_administrator_asks_for_somebody(client_as: ClientAs, sales: FlaskClient, session: Session) -> None:
    admin, user = client_as(Role.ADMIN), session.get_one(User, sales.user_id)  # type: ignore[attr-defined]
    own, foreign = own_client(session, sales), make_client(session).id
    page = admin.get(f"/access/why?table=client&id={own}&user={user.id}").text
    assert user.get_full_name() in answer(page)
    assert SHOWN in answer(page)
    assert HIDDEN in answer(admin.get(f"/access/why?table=client&id={foreign}&user={user.id}").text)
    assert admin.get("/access/why?table=client&id=1&user=999999").status_code == 404


@pytest.mark.parametrize("role", [Role.SALES, Role.DIRECTOR])
def test_nobody_else_asks_for_others(client_as: ClientAs, sales: FlaskClient, role: Role) -> None:
    asking = client_as(role)
    other = sales.user_id  # type: ignore[attr-defined]
    assert asking.get(f"/access/why?table=client&id=1&user={other}").status_code == 403
    myself = asking.user_id  # type: ignore[attr-defined]
    assert asking.get(f"/access/why?table=client&id=1&user={myself}").status_code == 200


def test_without_the_right_the_roles_that_have_it_are_named(client_as: ClientAs, session: Session) -> None:
    page = answer(client_as(Role.ENGINEER).get("/access/why?table=deal&id=1").text)
    assert HIDDEN in page
    assert "<dt>" in page


@pytest.mark.parametrize(
    ("arguments", "status"),
    [("table=telex&id=1", 404), ("table=client&id=x", 400), ("table=client&id=1e9", 400), ("table=client", 200)],
)
def test_what_is_no_record_is_refused(sales: FlaskClient, arguments: str, status: int) -> None:
    assert sales.get(f"/access/why?{arguments}").status_code == status
