"""The REST API: sign-in by token, the rights, rows, fields and rules of the screens, and its description."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import lxml.html
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import User
from app.menu import TABLES
from app.models.access import PersonalDataAccess
from app.models.clients import Client, Contact, ContactPhone
from app.models.sales import DocumentStatus, Invoice
from app.models.staff import Employee
from app.permissions import Role
from tests import factories as make
from tests.conftest import ClientAs
from tests.factories.access import PASSWORD


class Program:
    """A program with a token: calls the API without any cookie."""

    def __init__(self, app: Flask, session: Session, client: Any) -> None:
        self.client = app.test_client(use_cookies=False)
        self.employee = session.get_one(Employee, client.employee_id)
        self.user_id = client.user_id
        asked = {"username": session.get_one(User, client.user_id).username, "password": PASSWORD, "provider": "db"}
        self.token = self.client.post("/api/v1/security/login", json=asked).json["access_token"]  # type: ignore[index]

    def call(self, method: str, address: str, headers: dict[str, str] | None = None, **sent: Any) -> Any:
        """The answer to one call."""
        signed = {"Authorization": f"Bearer {self.token}"} | (headers or {})
        return self.client.open(f"/api/v1/{address}", method=method, headers=signed, **sent)


@pytest.fixture
def program_as(app: Flask, session: Session, client_as: ClientAs) -> Callable[[Role], Program]:
    """A program that works for a new person with a role."""
    return lambda role: Program(app, session, client_as(role))


@pytest.fixture
def sales(program_as: Callable[[Role], Program]) -> Program:
    """A program of a manager."""
    return program_as(Role.SALES)


@pytest.fixture
def office(program_as: Callable[[Role], Program]) -> Program:
    """A program of the back office."""
    return program_as(Role.BACK_OFFICE)


# --- Who comes in ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_strangers_and_mere_cookies_do_not_come_in(table: Any, client: FlaskClient, client_as: ClientAs) -> None:
    browser = client_as(Role.ADMIN)
    for visitor in (client, browser):
        for method, address in (("GET", "/"), ("POST", "/"), ("GET", "/1"), ("PUT", "/1"), ("DELETE", "/1")):
            answer = visitor.open(f"/api/v1{table.route_base}{address}", method=method, json={})
            assert answer.status_code == 401, (method, address)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."])
def test_a_token_that_is_none_does_not_come_in(token: str, client: FlaskClient) -> None:
    answer = client.get("/api/v1/clients/", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code in {401, 422}


# --- Records --------------------------------------------------------------------------------------------------


def test_a_client_is_made_read_changed_and_deleted(office: Program, session: Session) -> None:
    session.commit()
    made = office.call("POST", "clients/", json={"name": "ООО «Проба»", "inn": "7707083893", "town": "Тверь"})
    assert made.status_code == 201, made.json
    key = made.json["result"]["id"]
    read = office.call("GET", f"clients/{key}").json["result"]
    assert (read["name"], read["inn"], read["version"]) == ("ООО «Проба»", "7707083893", 1)
    changed = office.call("PUT", f"clients/{key}", json={"version": 1, "town": "Клин"})
    assert (changed.status_code, changed.json["result"]["town"], changed.json["result"]["inn"]) == (
        200,
        "Клин",
        "7707083893",
    )
    listed = office.call("GET", "clients/?q=проба").json
    assert [row["id"] for row in listed["result"]] == [key]
    assert office.call("DELETE", f"clients/{key}").status_code == 200
    assert office.call("GET", f"clients/{key}").status_code == 404


def _invoice(session: Session, responsible: Employee) -> dict[str, Any]:
    client, account = make.make_client(session, responsible=responsible), make.make_bank_account(session)
    product = make.make_product(session)
    session.commit()
    line = {"product": product.id, "name": product.name, "quantity": "2.5", "price": "100.10", "vat": "22"}
    return {
        "client": client.id,
        "day": "2026-11-23",
        "organisation": account.organisation_id,
        "bank_account": account.id,
        "lines": [line | {"vat": product.vat.value, "discount_percent": "0"}],
    }


def test_an_invoice_is_made_with_its_lines_and_amounts_are_strings(sales: Program, session: Session) -> None:
    made = sales.call("POST", "invoices/", json=_invoice(session, sales.employee))
    assert made.status_code == 201, made.json
    result = made.json["result"]
    assert result["total"] == "250.25"
    assert result["lines"][0]["amount"] == "250.25"
    assert Decimal(result["lines"][0]["quantity"]) == Decimal("2.5")
    assert all(isinstance(result["lines"][0][name], str) for name in ("quantity", "price", "amount", "vat_amount"))


def test_lines_are_kept_by_their_keys_and_others_go(sales: Program, session: Session) -> None:
    made = sales.call("POST", "invoices/", json=_invoice(session, sales.employee)).json["result"]
    line = made["lines"][0]
    kept = {"id": line["id"], "product": line["product"]["id"], "name": "Иначе", "vat": line["vat"]}
    kept |= {"quantity": "1", "price": "10.00", "discount_percent": "0"}
    new = {name: value for name, value in kept.items() if name != "id"} | {"name": "Новая"}
    sent = {"version": made["version"], "lines": [kept, new]}
    changed = sales.call("PUT", f"invoices/{made['id']}", json=sent)
    assert changed.status_code == 200, changed.json
    lines = changed.json["result"]["lines"]
    assert [row["name"] for row in lines] == ["Иначе", "Новая"]
    assert lines[0]["id"] == line["id"]
    assert changed.json["result"]["total"] == "20.00"


def test_a_change_of_another_field_leaves_the_lines_alone(sales: Program, session: Session) -> None:
    made = sales.call("POST", "invoices/", json=_invoice(session, sales.employee)).json["result"]
    changed = sales.call("PUT", f"invoices/{made['id']}", json={"version": made["version"], "comment": "x"})
    assert changed.status_code == 200, changed.json
    assert changed.json["result"]["lines"] == made["lines"]


def test_phones_of_a_contact_come_in_one_shape(sales: Program, session: Session) -> None:
    client = make.make_client(session, responsible=sales.employee)
    session.commit()
    sent = {"client": client.id, "family_name": "Пробный", "phones": [{"number": "8 (916) 123-45-67"}]}
    made = sales.call("POST", "contacts/", json=sent)
    assert made.status_code == 201, made.json
    assert [row["number"] for row in made.json["result"]["phones"]] == ["+79161234567"]
    kept = session.scalars(select(ContactPhone.number)).all()
    assert kept == ["+79161234567"]


# --- Rows and fields ------------------------------------------------------------------------------------------


def test_foreign_records_are_not_found_and_stay(sales: Program, session: Session) -> None:
    theirs = make.make_contact(session)
    client_id = theirs.client_id
    session.commit()
    for address in (f"contacts/{theirs.id}", f"clients/{client_id}"):
        assert sales.call("GET", address).status_code == 404
        assert sales.call("PUT", address, json={"version": 1, "comment": "взлом"}).status_code == 404
        assert sales.call("DELETE", address).status_code in {403, 404}
    for address in ("contacts/", "clients/"):
        assert sales.call("GET", address).json["count"] == 0
    answer = sales.call("POST", "contacts/", json={"client": client_id, "family_name": "Чужой"})
    assert answer.status_code == 422
    session.expire_all()
    assert session.get_one(Client, client_id).comment is None


@pytest.mark.parametrize(
    "name", ["status", "total", "vat_total", "number", "id", "created_by_id", "search_key", "nosuch", "__class__"]
)
def test_a_field_that_is_not_offered_is_refused(name: str, sales: Program, session: Session) -> None:
    sent = _invoice(session, sales.employee) | {name: "1"}
    answer = sales.call("POST", "invoices/", json=sent)
    assert answer.status_code == 422
    assert name in answer.json["message"]
    assert session.scalar(select(func.count()).select_from(Invoice)) == 0


def test_a_column_of_a_line_that_is_not_offered_is_refused(sales: Program, session: Session) -> None:
    sent = _invoice(session, sales.employee)
    sent["lines"][0]["amount"] = "1.00"
    assert sales.call("POST", "invoices/", json=sent).status_code == 422


def test_restricted_fields_are_absent_without_their_right_and_logged_with_it(
    program_as: Callable[[Role], Program], session: Session
) -> None:
    contact = make.make_contact(session, portrait="Ценит точность", birth_date=make.TODAY)
    session.commit()
    blind, seeing = program_as(Role.ACCOUNTANT), program_as(Role.ADMIN)
    session.commit()
    hidden = blind.call("GET", f"contacts/{contact.id}").json["result"]
    assert not {"portrait", "birth_date"} & set(hidden)
    assert session.scalar(select(func.count()).select_from(PersonalDataAccess)) == 0
    sent = {"version": 1, "portrait": "взлом"}
    assert blind.call("PUT", f"contacts/{contact.id}", json=sent).status_code == 422
    assert seeing.call("GET", f"contacts/{contact.id}").json["result"]["portrait"] == "Ценит точность"
    assert session.scalar(select(func.count()).select_from(PersonalDataAccess)) == 1
    for argument in ("f_portrait=x", "sort=birth_date", "f_created_by_id=1", "sort=created_by.password"):
        assert blind.call("GET", f"contacts/?{argument}").status_code == 400


# --- Repeats and conflicts ------------------------------------------------------------------------------------


def test_a_request_that_is_repeated_with_its_key_has_one_effect(office: Program, session: Session) -> None:
    session.commit()
    headers = {"Idempotency-Key": "заказ-17".encode().hex()}
    answers = [office.call("POST", "clients/", headers, json={"name": "ООО «Раз»"}) for _each in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len({answer.json["result"]["id"] for answer in answers}) == 1
    assert session.scalar(select(func.count()).select_from(Client).where(Client.name == "ООО «Раз»")) == 1
    other = office.call("POST", "clients/", headers, json={"name": "ООО «Два»"})
    assert other.status_code == 422
    assert office.call("POST", "clients/", {"Idempotency-Key": "x" * 101}, json={"name": "Три"}).status_code == 422


def test_a_refused_request_does_not_use_its_key_up(office: Program, session: Session) -> None:
    session.commit()
    headers = {"Idempotency-Key": "once"}
    assert office.call("POST", "clients/", headers, json={"name": ""}).status_code == 422
    assert office.call("POST", "clients/", headers, json={"name": "ООО «Раз»"}).status_code == 201


@pytest.mark.parametrize("version", [0, 2, "1", None, 1.5, [1]])
def test_only_the_version_that_is_kept_can_be_changed(version: Any, office: Program, session: Session) -> None:
    client = make.make_client(session)
    session.commit()
    answer = office.call("PUT", f"clients/{client.id}", json={"version": version, "town": "Клин"})
    assert answer.status_code == 409
    session.expire_all()
    assert session.get_one(Client, client.id).town is None


def test_a_posted_invoice_is_not_changed(office: Program, session: Session) -> None:
    invoice = make.make_invoice(session, status=DocumentStatus.POSTED)
    session.commit()
    answer = office.call("PUT", f"invoices/{invoice.id}", json={"version": invoice.version, "comment": "x"})
    assert answer.status_code == 422
    assert office.call("DELETE", f"invoices/{invoice.id}").status_code == 422


# --- Bad input ------------------------------------------------------------------------------------------------

BODIES = [
    b"",
    b"((((",
    b"{",
    b"[]",
    b"1",
    b"null",
    b'"text"',
    b"[" * 100_000,
    b'{"name":' * 5_000 + b"1" + b"}" * 5_000,
    b'{"name": NaN}',
    b'{"name": "\\u0000"}',
    b'{"name": "\\ud800"}',
    b"\xff\xfe\xfa",
    b'{"name": {"id": {"id": 1}}}',
    b'{"name": ["x"]}',
    b'{"name": 1.5}',
    b'{"name": true}',
    b'{"name": "' + b"x" * 10_000 + b'"}',
    b'{"responsible": "abc", "name": "x"}',
    b'{"responsible": 99999999999999999999999999, "name": "x"}',
    b'{"debt_threshold": 0.1, "name": "x"}',
    b'{"debt_threshold": "1e999", "name": "x"}',
    b'{"name": "x", "kind": "nosuch"}',
]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:20]))
def test_no_body_is_an_error_of_ours(body: bytes, office: Program, session: Session) -> None:
    session.commit()
    for method, address in (("POST", "clients/"), ("PUT", "clients/1")):
        answer = office.call(method, address, data=body, content_type="application/json")
        assert 400 <= answer.status_code < 500, answer.status_code
        assert "message" in answer.json
    assert session.scalar(select(func.count()).select_from(Client)) == 0


@pytest.mark.parametrize("value", ["false", "0", 0, 1, None, "y"])
def test_a_flag_is_true_or_false_and_nothing_else(value: Any, office: Program, session: Session) -> None:
    contact = make.make_contact(session)
    session.commit()
    answer = office.call("PUT", f"contacts/{contact.id}", json={"version": 1, "is_main": value})
    assert answer.status_code == 422
    session.expire_all()
    assert session.get_one(Contact, contact.id).is_main is False


@pytest.mark.parametrize("lines", ["x", 1, {"0": {}}, ["x"], [[1]], [{"nosuch": 1}], [{"id": "x"}], None])
def test_rows_of_a_wrong_shape_are_refused(lines: Any, sales: Program, session: Session) -> None:
    answer = sales.call("POST", "invoices/", json=_invoice(session, sales.employee) | {"lines": lines})
    assert answer.status_code == 422 or lines == [{"id": "x"}]
    assert answer.status_code < 500


@pytest.mark.parametrize("address", ["clients/abc", "clients/-1", "clients/99999999999999999999", "clients/1.0"])
def test_a_key_that_is_none_is_not_found(address: str, office: Program) -> None:
    for method in ("GET", "PUT", "DELETE"):
        assert office.call(method, address, json={"version": 1}).status_code == 404


@pytest.mark.parametrize("argument", ["q=((((", "q=" + "(" * 9999, "size=9", "sort=x", "after=x", "f_inn=%00", "tab=x"])
def test_no_argument_of_a_list_is_an_error_of_ours(argument: str, office: Program) -> None:
    assert office.call("GET", f"clients/?{argument}").status_code in {200, 400}


# --- The description ------------------------------------------------------------------------------------------


def test_the_description_names_every_table_and_refers_to_nothing_missing(office: Program, client: FlaskClient) -> None:
    assert client.get("/api/v1/_openapi").status_code == 401
    answer = office.call("GET", "_openapi")
    assert answer.status_code == 200
    document = answer.json
    assert document["openapi"].startswith("3.")
    for table in TABLES:
        base = f"/api/v1{table.route_base}/"
        assert {"get", "post"} <= set(document["paths"][base])
        assert {"get", "put", "delete"} <= set(document["paths"][f"{base}{{pk}}"])
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["responses"]
            named = {given["name"] for given in operation.get("parameters", ()) if given.get("in") == "path"}
            assert named == {part[1:-1] for part in path.split("/") if part.startswith("{")}, path
    for reference in _references(document):
        found = document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
    secured = document["components"]["securitySchemes"]
    assert "jwt" in secured


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [found for inner in value.values() for found in _references(inner)]
    return [found for inner in value for found in _references(inner)] if isinstance(value, list) else []


def test_the_page_of_the_api_loads_nothing_from_elsewhere(client: FlaskClient, client_as: ClientAs) -> None:
    assert client.get("/swagger/v1").status_code == 302
    answer = client_as(Role.ADMIN).get("/swagger/v1")
    assert answer.status_code == 200
    page = lxml.html.fromstring(answer.text)
    addresses = page.xpath("//script/@src | //link/@href | //img/@src | //iframe/@src")
    assert addresses
    assert [address for address in addresses if "//" in address] == []
    assert [script for script in page.xpath("//script") if not script.get("nonce")] == []
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]


def test_a_search_that_finds_many_keeps_its_order_for_programs(
    office: Program, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person is shown the newest first; the pages of a program have no address of their own to keep that in."""
    monkeypatch.setattr("app.services.trigrams.COMMON", 2)
    monkeypatch.setattr("app.services.trigrams.MANY_OF_SAMPLE", 3)
    names = [f"ООО «Маяк {number:02}»" for number in range(30)]
    for name in names[::-1]:
        make.make_client(session, name=name)
    asked = {"q": "маяк", "size": "25"}
    first = office.call("GET", "clients/", query_string=asked).json
    rest = office.call("GET", "clients/", query_string=asked | {"after": first["after"]}).json
    assert [record["name"] for record in first["result"] + rest["result"]] == names
