"""The page with the history of a record."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.models.clients import Client, ContactPhone
from app.models.staff import Employee
from app.permissions import Role
from tests.conftest import ClientAs
from tests.factories import make_client, make_contact, make_deal, make_employee
from tests.factories.access import make_role

Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def sales(client_as: ClientAs) -> FlaskClient:
    return client_as(Role.SALES)


@pytest.fixture
def manager(session: Session, sales: FlaskClient) -> Employee:
    return session.get_one(Employee, sales.employee_id)  # type: ignore[attr-defined]


@pytest.fixture
def own(session: Session, manager: Employee) -> Client:
    made = make_client(session, name="ООО «Первое имя»", responsible=manager)
    session.commit()
    made.name = "ООО «Второе имя»"
    session.commit()
    return made


def test_the_history_shows_labels_values_and_names(sales: FlaskClient, own: Client, manager: Employee) -> None:
    page = sales.get(f"/history/client/{own.id}").text
    assert "ООО «Первое имя»" in page
    assert "ООО «Второе имя»" in page
    assert str(manager) in page
    assert "responsible_id" not in page
    assert "company_key" not in page
    assert page.index("Второе имя") < page.index("Первое имя")


def test_cards_lead_to_the_history(sales: FlaskClient, own: Client, manager: Employee, session: Session) -> None:
    deal = make_deal(session, client=own, responsible=manager)
    assert f'href="/history/client/{own.id}"' in sales.get(f"/clients/card/{own.id}").text
    assert f'href="/history/deal/{deal.id}"' in sales.get(f"/deals/{deal.id}").text
    assert sales.get(f"/history/deal/{deal.id}").status_code == 200


def test_a_foreign_record_has_no_history(sales: FlaskClient, session: Session) -> None:
    foreign = make_client(session, responsible=make_employee(session))
    assert sales.get(f"/history/client/{foreign.id}").status_code == 404
    assert sales.get("/history/client/999999").status_code == 404


@pytest.mark.parametrize("address", ["ab_user/1", "audit_entry/1", "telex/1", "client/x", "client/9999999999999999999"])
def test_what_has_no_screen_has_no_history(sales: FlaskClient, address: str) -> None:
    assert sales.get(f"/history/{address}").status_code == 404


def test_without_the_right_to_the_area_nothing_is_found(client_as: ClientAs, session: Session) -> None:
    deal = make_deal(session)
    assert client_as(Role.ENGINEER).get(f"/history/deal/{deal.id}").status_code == 404


def test_restricted_fields_are_hidden_at_both_ends(client_as: ClientAs, session: Session) -> None:
    contact = make_contact(session, portrait="Любит рыбалку")
    contact.phones = [ContactPhone(number="+74950000001")]
    session.commit()
    for role in (Role.SALES_HEAD, Role.SERVICE_HEAD):
        page = client_as(role).get(f"/history/contact/{contact.id}").text
        assert "рыбалку" not in page
        assert "скрыто" in page or "hidden</span>" in page
    assert "+74950000001" in page


def test_a_record_loaded_in_bulk_says_so(sales: FlaskClient, session: Session, manager: Employee) -> None:
    made = make_client(session, responsible=manager)
    session.flush()
    page = sales.get(f"/history/client/{made.id}")
    assert page.status_code == 200
    assert 'class="panel empty"' in page.text


def test_pages_are_turned_by_links(
    sales: FlaskClient, session: Session, own: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.reports.history.PAGE", 1)
    first = sales.get(f"/history/client/{own.id}").text
    assert 'rel="next"' in first
    address = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = sales.get(address).text
    assert "Первое имя" in second
    assert 'rel="prev"' in second
    assert sales.get(f"/history/client/{own.id}?older=x").status_code == 400


def test_the_number_of_questions_does_not_grow_with_the_history(
    sales: FlaskClient, session: Session, own: Client, count_queries: Counting
) -> None:
    def asked() -> int:
        with count_queries() as queries:
            assert sales.get(f"/history/client/{own.id}").status_code == 200
        return len(queries)

    before = asked()
    for number in range(20):
        own.name = f"ООО «{number}»"
        session.commit()
    assert asked() <= before


def test_a_role_without_the_right_on_history_is_refused(client_as: ClientAs, session: Session) -> None:
    role = make_role(session, Role.SALES)
    client = make_client(session)
    stranger = client_as(Role.SALES)
    role.permissions = [right for right in role.permissions if right.view_menu.name != "History"]
    session.commit()
    assert stranger.get(f"/history/client/{client.id}").status_code == 403
