"""Every route is asked once: reading writes nothing, and every answer carries the headers that protect it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask, Response
from sqlalchemy.orm import Session

from app.database import User
from app.models.staff import Employee
from app.permissions import Role
from app.services.files import open_store
from app.views import printing
from tests import factories as make
from tests import permissions_table as approved
from tests.conftest import ClientAs, counting
from tests.permissions_table import Ask, Visitor, World, make_company, make_records

pytestmark = pytest.mark.once

LOG_OF_PERSONAL_DATA = "INSERT INTO personal_data_access "
"""The law (152-ФЗ) asks who saw them, so opening a contact notes it; nothing else is written by reading."""
READING = ("SELECT", "WITH")


@dataclass(frozen=True)
class Asked:
    """A request, the statements that it caused, and its answer."""

    ask: Ask
    statements: tuple[str, ...]
    response: Response


@pytest.fixture
def world(app: Flask, session: Session, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A record of everything, and the administrator, who reaches all of it with a cookie and a token."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    for kind, form in printing.FORMS.items():
        quick = printing.Form(form.model, form.area, lambda _record: b"%PDF-", lambda _record: "form.pdf")
        monkeypatch.setitem(printing.FORMS, kind, quick)
    client: Any = client_as(Role.ADMIN)
    store = open_store(app.config["KONTORA"].files_url)
    own = make_records(session, session.get_one(Employee, client.employee_id), store)
    made = World(own, make_records(session, make.make_employee(session), store), make_company(session))
    username = session.get_one(User, client.user_id).username
    session.commit()
    token = approved.token_of(app, username)
    return made, Visitor(app, session.get_bind(), client.get_cookie("kontora").value, token)  # type: ignore[arg-type]


@pytest.fixture
def answers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[Response]:
    """The answers as they leave the application."""
    kept: list[Response] = []
    finalize = app.process_response

    def note(response: Response) -> Response:
        kept.append(finalize(response))
        return kept[-1]

    monkeypatch.setattr(app, "process_response", note)
    return kept


def _ask(app: Flask, world: World, visitor: Visitor, answers: list[Response], method: str = "") -> Iterator[Asked]:
    for ask in approved.asks(app, world):
        if method in ("", ask.method):
            answers.clear()
            with counting() as statements:
                visitor.answer(ask)
            yield Asked(ask, tuple(statements), answers[-1])


def test_no_route_writes_when_it_is_read(app: Flask, world: Any, answers: list[Response]) -> None:
    """As shipped, GET deletes records, users and prices, and does any act."""
    written, reached = [], 0
    for asked in _ask(app, *world, answers, "GET"):
        reached += asked.response.status_code == 200
        written += [
            f"{asked.ask.url}: {statement[:80]}"
            for statement in asked.statements
            if not statement.lstrip().upper().startswith(READING) and not statement.startswith(LOG_OF_PERSONAL_DATA)
        ]
    assert written == []
    assert reached > 200


def test_every_answer_of_every_route_carries_the_headers(app: Flask, world: Any, answers: list[Response]) -> None:
    """As shipped there are none of them. A PDF lets in the styles of the browser's own viewer, and nothing else."""
    bare, statuses = [], set()
    for asked in _ask(app, *world, answers):
        statuses.add(asked.response.status_code)
        if wrong := list(_missing(asked.response)):
            bare.append(f"{asked.ask.method} {asked.ask.url} {asked.response.status_code}: {wrong}")
    assert bare == []
    assert {200, 302, 400, 404, 422} <= statuses


def test_a_stranger_s_answers_carry_the_headers_too(app: Flask, world: Any, answers: list[Response]) -> None:
    records, visitor = world
    stranger = Visitor(app, visitor.connection)
    bare = [asked.ask.url for asked in _ask(app, records, stranger, answers) if list(_missing(asked.response))]
    assert bare == []


def _missing(response: Response) -> Iterator[str]:
    headers = response.headers
    policy = headers.get("Content-Security-Policy", "")
    is_pdf = response.mimetype == "application/pdf" and policy.startswith("default-src 'none'; style-src")
    if "frame-ancestors" not in policy or "unsafe-eval" in policy or ("unsafe-inline" in policy and not is_pdf):
        yield f"Content-Security-Policy: {policy}"
    if headers.get("X-Content-Type-Options") != "nosniff":
        yield "X-Content-Type-Options"
    yield from {"X-Frame-Options", "Referrer-Policy", "Permissions-Policy", "Cache-Control"} - set(headers.keys())


@pytest.mark.parametrize("address", ["/static/css/boards.css", "/static/appbuilder/x.css", "/reference/static/x.js"])
def test_files_carry_the_headers(app: Flask, address: str) -> None:
    answer = app.test_client().get(address, buffered=True)
    assert answer.status_code in {200, 404}
    assert list(_missing(answer)) == []
