"""What is said to be saved is saved, once: no success is shown without a commit, a form sent twice makes one record."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.database import db
from app.factory import create_app
from app.models.clients import Client
from app.models.interactions import InteractionState
from app.models.sales import DocumentStatus, Invoice
from app.permissions import Role
from tests import factories as make
from tests.conftest import ClientAs, make_settings
from tests.factories.access import PASSWORD, PASSWORD_HASH, make_role
from tests.views.crud.conftest import form_in
from tests.views.test_api import Program

FORM = {"name": "ООО «Один раз»", "town": "Тверь"}


@pytest.fixture
def admin(client_as: ClientAs) -> FlaskClient:
    """The administrator."""
    return client_as(Role.ADMIN)


# --- A commit that fails ----------------------------------------------------------------------------------------

Sent = tuple[str, dict[str, Any]]
PLANNED = {"state": InteractionState.PLANNED, "contact_details": "+74951112233", "result": "Договорились"}


def _made(session: Session, admin: Any) -> Sent:
    session.commit()
    return "/clients/add", form_in(admin.get("/clients/add").text) | FORM


def _new_login(session: Session, _admin: Any) -> Sent:
    names = {"first_name": "Нина", "last_name": "Новая", "username": "nina", "email": "nina@example.test"}
    words = {"new_password": "сорок-семь-ёлок", "conf_password": "сорок-семь-ёлок"}
    return "/users/add", names | words | {"active": "y", "roles": make_role(session, Role.SALES).id}


def _edited(session: Session, admin: Any) -> Sent:
    address = f"/clients/edit/{make.make_client(session).id}"
    session.commit()
    return address, form_in(admin.get(address).text) | {"town": "Клин"}


def _done(session: Session, _admin: Any) -> Sent:
    planned = make.make_interaction(session, **PLANNED)
    return f"/interactions/action/done/{planned.id}", {}


def _all_done(session: Session, _admin: Any) -> Sent:
    planned = make.make_interaction(session, **PLANNED)
    return "/interactions/action_post", {"action": "done", "rowid": planned.id}


def _own_password(_session: Session, _admin: Any) -> Sent:
    new = "сорок-семь-ёлок"
    return "/resetmypassword/form", {"current_password": PASSWORD, "password": new, "conf_password": new}


ACTS: dict[str, Callable[[Session, Any], Sent]] = {
    "make": _made,
    "change": _edited,
    "delete": lambda session, _admin: (f"/contacts/delete/{make.make_contact(session).id}", {}),
    "act": _done,
    "act on many": _all_done,
    "post": lambda session, _admin: (f"/invoices/action/post/{make.make_invoice(session).id}", {}),
    "make a login": _new_login,
    "delete a login": lambda session, _admin: (f"/users/delete/{make.make_user(session).id}", {}),
    "make a role": lambda _session, _admin: ("/roles/add", {"name": "Кладовщик"}),
    "own password": _own_password,
    "make in a reference table": lambda _session, _admin: ("/reference/segments/new/", {"name": "Заводы"}),
}


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From the call on no commit succeeds."""

    def fail(_session: Session) -> None:
        raise OperationalError("commit", {}, Exception("database or disk is full"))

    return lambda: monkeypatch.setattr(Session, "commit", fail)


def _flashes(client: FlaskClient) -> list[str]:
    with client.session_transaction() as kept:
        return [category for category, _text in kept.get("_flashes", [])]


@pytest.mark.parametrize("act", ACTS)
def test_no_success_is_shown_when_the_commit_fails(
    act: str, session: Session, admin: FlaskClient, full_disk: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As shipped, the answer is a redirect to the list, as after a success."""
    address, values = ACTS[act](session, admin)
    session.commit()
    monkeypatch.setitem(admin.application.config, "PROPAGATE_EXCEPTIONS", False)
    full_disk()
    answer = admin.post(address, data=values)
    assert answer.status_code == 500 or (address.startswith("/reference") and "message is-danger" in answer.text)
    assert "disk is full" not in answer.text
    assert "success" not in _flashes(admin)


def test_a_program_is_told_when_the_commit_fails(
    app: Flask, session: Session, client_as: ClientAs, full_disk: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    program = Program(app, session, client_as(Role.ADMIN))
    session.commit()
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    full_disk()
    answer = program.call("POST", "clients/", json=FORM)
    assert answer.status_code == 500
    assert set(answer.json) == {"message", "incident"}


# --- A database of one's own, where commits are commits -----------------------------------------------------------


@pytest.fixture
def live_app(own_database: str, tmp_path: Path) -> Iterator[Flask]:
    made = create_app(make_settings(tmp_path, own_database))
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def username(live_app: Flask) -> str:
    """The login of an administrator of that application, who is an employee."""
    with live_app.app_context():
        session: Session = db.session()
        user = make.make_user(session, password=PASSWORD_HASH, roles=[make_role(session, Role.ADMIN)])
        make.make_employee(session, user=user)
        session.commit()
        return str(user.username)


def _signed_in(app: Flask, username: str) -> FlaskClient:
    client = app.test_client()
    assert client.post("/login/", data={"username": username, "password": PASSWORD}).status_code == 302
    return client


def _count(app: Flask, condition: Any) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).where(condition)) or 0


@pytest.mark.skipif(os.environ.get("KONTORA_TEST_DATABASE", "sqlite") != "sqlite", reason="sets a limit of SQLite's")
def test_on_a_full_disk_every_acknowledged_record_is_there_and_work_goes_on_afterwards(
    live_app: Flask, username: str
) -> None:
    client = _signed_in(live_app, username)
    limit = {"pages": 0}
    with live_app.app_context():
        event.listen(db.engine, "begin", lambda connection: _limit_pages(connection, limit["pages"]))
        with db.engine.connect() as connection:
            limit["pages"] = connection.exec_driver_sql("pragma page_count").scalar_one() + 4
    form = form_in(client.get("/clients/add").text) | FORM
    sent = [form | {"name": f"ООО «Попытка {number}»", "comment": "ё" * 1900} for number in range(30)]
    codes = [client.post("/clients/add", data=form).status_code for form in sent]
    assert set(codes) == {302, 500}
    assert _count(live_app, Client.name.like("ООО «Попытка %")) == codes.count(302)
    assert client.get("/clients/list/").status_code == 200
    limit["pages"] = 10**6
    assert client.post("/clients/add", data=form).status_code == 302


def _limit_pages(connection: Any, pages: int) -> None:
    if pages:
        connection.exec_driver_sql(f"pragma max_page_count = {pages}")


# --- The same form twice --------------------------------------------------------------------------------------------


def test_a_form_sent_twice_makes_one_record(session: Session, admin: FlaskClient) -> None:
    session.commit()
    form = form_in(admin.get("/clients/add").text) | FORM
    first, second = (admin.post("/clients/add", data=form) for _each in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.location == second.location
    assert session.scalar(select(func.count()).where(Client.name == FORM["name"])) == 1


def test_a_form_that_was_corrected_after_sending_makes_another_record(session: Session, admin: FlaskClient) -> None:
    session.commit()
    form = form_in(admin.get("/clients/add").text) | FORM
    places = [admin.post("/clients/add", data=form | {"town": town}).location for town in ("Тверь", "Клин")]
    assert len(set(places)) == 2


def test_two_forms_with_the_same_values_make_two_records(session: Session, admin: FlaskClient) -> None:
    session.commit()
    for _each in range(2):
        given = {"duplicate_reason": "Второй такой же клиент"}
        admin.post("/clients/add", data=form_in(admin.get("/clients/add").text) | FORM | given)
    assert session.scalar(select(func.count()).where(Client.name == FORM["name"])) == 2


def test_a_refused_form_is_corrected_and_sent_again(session: Session, admin: FlaskClient) -> None:
    session.commit()
    form = form_in(admin.get("/clients/add").text) | FORM
    refused = admin.post("/clients/add", data=form | {"name": ""})
    assert form_in(refused.text)["_once"] == form["_once"]
    assert admin.post("/clients/add", data=form).status_code == 302


def test_the_mark_of_somebody_elses_form_shows_nothing_of_theirs(session: Session, client_as: ClientAs) -> None:
    one, other = client_as(Role.SALES), client_as(Role.SALES)
    session.commit()
    form = form_in(one.get("/clients/add").text) | FORM
    form |= {"responsible": one.employee_id}  # type: ignore[attr-defined]
    assert one.post("/clients/add", data=form).location != other.post("/clients/add", data=form).location


@pytest.mark.concurrency
def test_a_form_sent_twenty_times_at_once_makes_and_posts_one_invoice(live_app: Flask, username: str) -> None:
    """As shipped, twenty equal submits are twenty rows."""
    browser = _signed_in(live_app, username)
    with live_app.app_context():
        account, client = make.make_bank_account(db.session()), make.make_client(db.session())
        product = make.make_product(db.session())
        db.session.commit()
        line = {"product": product.id, "name": "Насос", "quantity": "1", "price": "100", "vat": product.vat.value}
        chosen = {"client": client.id, "organisation": account.organisation_id, "bank_account": account.id}
    form = form_in(browser.get("/invoices/add").text) | chosen | {"_save": "post"}
    form |= {f"lines-0-{name}": value for name, value in line.items()}
    cookie = browser.get_cookie("kontora")
    assert cookie is not None

    def send(_number: int) -> tuple[int, str]:
        tab = live_app.test_client()
        tab.set_cookie("kontora", cookie.value)
        answer = tab.post("/invoices/add", data=form)
        return answer.status_code, answer.location or answer.text[:2000]

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(send, range(20)))
    assert len(answers) == 1, answers
    assert answers.pop()[0] == 302
    assert _count(live_app, Invoice.id > 0) == 1
    assert _count(live_app, Invoice.status == DocumentStatus.POSTED) == 1
