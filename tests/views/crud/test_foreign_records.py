"""A record that the person may not see is «not found» on every way, and stays as it was."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.models.claims import Claim, ClaimStatus
from app.models.clients import Contact, ContactPhone
from app.models.interactions import Interaction, InteractionState
from app.models.sales import DocumentStatus, Invoice
from app.models.staff import Employee
from app.permissions import Role
from tests import factories as make
from tests.conftest import ClientAs

MAKERS = {
    "clients": lambda session, client: client,
    "contacts": lambda session, client: make.make_contact(session, client=client),
    "deals": lambda session, client: make.make_deal(session, client=client),
    "interactions": lambda session, client: make.make_interaction(session, client=client),
    "invoices": lambda session, client: make.make_invoice(session, client=client),
    "contracts": lambda session, client: make.make_contract(session, client=client),
    "equipment": lambda session, client: make.make_equipment(session, client=client),
    "requests": lambda session, client: make.make_request(session, client=client),
    "visits": lambda session, client: make.make_visit(session, client=client),
    "claims": lambda session, client: make.make_claim(session, client=client),
    "payments": lambda session, client: make.make_payment(session, client=client),
}
"""Address of a screen -> makes a record of a client."""


@pytest.mark.parametrize("screen", MAKERS)
def test_a_foreign_record_is_not_found_on_any_way(
    screen: str, session: Session, sales: FlaskClient, foreign_client: Any
) -> None:
    record = MAKERS[screen](session, foreign_client)
    session.commit()
    key, version = record.id, record.version
    assert sales.get(f"/{screen}/show/{key}").status_code == 404
    for way in ("edit", "delete", "action/post", "action/done", "action/to_closed"):
        answer = sales.post(f"/{screen}/{way}/{key}", data={"version": version, "name": "Взлом"})
        assert answer.status_code in {403, 404}
    for act in ("delete", "post", "done"):
        answer = sales.post(f"/{screen}/action_post", data={"action": act, "rowid": key})
        assert answer.status_code in {403, 404}
    session.expire_all()
    assert session.get_one(type(record), key).version == version


def test_an_act_on_a_foreign_record_does_nothing(session: Session, sales: FlaskClient, foreign_client: Any) -> None:
    event = make.make_interaction(session, client=foreign_client, state=InteractionState.PLANNED)
    claim = make.make_claim(session, client=foreign_client)
    session.commit()
    assert sales.post(f"/interactions/action/done/{event.id}").status_code == 404
    assert sales.post("/interactions/action_post", data={"action": "done", "rowid": event.id}).status_code == 404
    assert sales.post(f"/claims/action/to_investigation/{claim.id}").status_code == 404
    session.expire_all()
    assert session.get_one(Interaction, event.id).state is InteractionState.PLANNED
    assert session.get_one(Claim, claim.id).status is ClaimStatus.REGISTERED


def test_one_foreign_record_among_the_chosen_stops_the_whole_act(
    session: Session, sales: FlaskClient, own_client: Any, foreign_client: Any
) -> None:
    mine = make.make_interaction(session, client=own_client, state=InteractionState.PLANNED)
    theirs = make.make_interaction(session, client=foreign_client, state=InteractionState.PLANNED)
    session.commit()
    chosen = {"action": "done", "rowid": [mine.id, theirs.id]}
    assert sales.post("/interactions/action_post", data=chosen).status_code == 404
    session.expire_all()
    assert session.get_one(Interaction, mine.id).state is InteractionState.PLANNED


def test_lists_searches_and_exports_hold_no_foreign_record(
    session: Session, sales: FlaskClient, own_client: Any, foreign_client: Any
) -> None:
    session.commit()
    for address in ("/clients/list/", "/clients/list/?q=Чужое", "/clients/list/?tab=all&sort=-name"):
        assert f"/card/{foreign_client.id}" not in sales.get(address).text
    for address in ("/clients/list/?format=csv", "/clients/list/?format=csv&q=Чужое", "/lookup/client?q=Чужое"):
        assert "Чужое" not in sales.get(address).text
    assert "Своё" in sales.get("/clients/list/").text


def test_a_filter_by_a_foreign_client_does_not_tell_its_name(
    session: Session, sales: FlaskClient, foreign_client: Any
) -> None:
    session.commit()
    answer = sales.get(f"/invoices/list/?f_client={foreign_client.id}")
    assert answer.status_code == 200
    assert "Чужое" not in answer.text


@pytest.mark.parametrize("screen", ["contacts", "deals", "interactions", "invoices", "equipment", "claims"])
def test_a_record_cannot_be_hung_on_a_foreign_client(
    screen: str,
    session: Session,
    sales: FlaskClient,
    own_client: Any,
    foreign_client: Any,
    form_of: Callable[[FlaskClient, str], dict[str, Any]],
) -> None:
    record = MAKERS[screen](session, own_client)
    session.commit()
    address = f"/{screen}/edit/{record.id}"
    answer = sales.post(address, data=form_of(sales, address) | {"client": str(foreign_client.id)})
    assert answer.status_code == 422
    assert "Чужое" not in answer.text
    session.expire_all()
    assert session.get_one(type(record), record.id).client_id == own_client.id
    assert sales.post(f"/{screen}/add", data={"client": str(foreign_client.id)}).status_code == 422


def test_a_row_of_a_foreign_record_cannot_be_taken_over_by_its_key(
    session: Session, sales: FlaskClient, own_client: Any, foreign_client: Any
) -> None:
    theirs = make.make_contact(session, client=foreign_client, phones=[ContactPhone(number="+74951112233")])
    mine = make.make_contact(session, client=own_client)
    session.commit()
    phone = theirs.phones[0].id
    values = {"version": 1, "client": own_client.id, "family_name": "Своя", "role": "other"}
    rows = {"phones-0-row_id": phone, "phones-0-number": "+7 495 999-88-77"}
    assert sales.post(f"/contacts/edit/{mine.id}", data=values | rows).status_code == 302
    session.expire_all()
    assert [row.number for row in session.get_one(Contact, theirs.id).phones] == ["+74951112233"]
    assert [row.number for row in session.get_one(Contact, mine.id).phones] == ["+74959998877"]


@pytest.mark.uncounted
@pytest.mark.parametrize("screen", ["deals", "interactions", "invoices", "contracts", "requests", "claims"])
def test_a_record_of_mine_at_a_foreign_client_opens_without_the_client(
    screen: str, session: Session, sales: FlaskClient, manager: Any, foreign_client: Any
) -> None:
    record = MAKERS[screen](session, foreign_client)
    record.responsible = manager
    session.commit()
    for address in (f"/{screen}/list/?tab=all", f"/{screen}/show/{record.id}", f"/{screen}/list/?format=csv&tab=all"):
        answer = sales.get(address, follow_redirects=True)
        assert answer.status_code == 200
        assert "Чужое" not in answer.text
    edit = sales.get(f"/{screen}/edit/{record.id}")
    assert edit.status_code == 200
    assert "Чужое" not in edit.text


@pytest.mark.parametrize("screen", ["deals", "interactions", "invoices", "contracts", "requests", "claims"])
def test_saving_a_record_of_mine_does_not_lose_a_client_that_i_may_not_see(
    screen: str,
    session: Session,
    sales: FlaskClient,
    manager: Any,
    foreign_client: Any,
    form_of: Callable[[FlaskClient, str], dict[str, Any]],
) -> None:
    record = MAKERS[screen](session, foreign_client)
    record.responsible = manager
    session.commit()
    address = f"/{screen}/edit/{record.id}"
    answer = sales.post(address, data=form_of(sales, address) | {"comment": "Новое примечание"})
    assert answer.status_code in {302, 422}
    session.expire_all()
    assert session.get_one(type(record), record.id).client_id == foreign_client.id


def test_an_engineer_sees_only_clients_of_own_visits(
    session: Session, client_as: ClientAs, foreign_client: Any
) -> None:
    engineer = client_as(Role.ENGINEER)
    employee = session.get_one(Employee, engineer.employee_id)  # type: ignore[attr-defined]
    visit = make.make_visit(session, client=make.make_client(session), employee=employee)
    session.commit()
    assert engineer.get(f"/clients/show/{visit.client_id}").status_code == 200
    assert engineer.get(f"/clients/show/{foreign_client.id}").status_code == 404


def test_nobody_posts_an_invoice_of_another_manager(session: Session, sales: FlaskClient, foreign_client: Any) -> None:
    invoice = make.make_invoice(session, client=foreign_client)
    session.commit()
    assert sales.post(f"/invoices/action/post/{invoice.id}").status_code == 404
    session.expire_all()
    assert session.get_one(Invoice, invoice.id).status is DocumentStatus.DRAFT
