"""Every address, method and role against the one approved table (tests/permissions.txt)."""

import os
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.database import User
from app.models.staff import Employee
from app.permissions import Role
from app.reports.handover_print import Pack
from app.services.files import open_store
from app.views import printing
from app.views.handover import packs
from tests import permissions_table as approved
from tests.conftest import ClientAs
from tests.crawl import crawl
from tests.factories import make_employee
from tests.factories.files import make_pdf
from tests.permissions_table import ANONYMOUS, VISITORS, Visitor, World, make_company, make_records


@pytest.fixture(autouse=True)
def quick_print(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a printed form looks like is tested elsewhere; here only who gets it."""
    for kind, form in printing.FORMS.items():
        quick = printing.Form(form.model, form.area, lambda _record: b"%PDF-", lambda _record: "form.pdf")
        monkeypatch.setitem(printing.FORMS, kind, quick)
    monkeypatch.setattr(packs, "pack_pdf", lambda *_asked: Pack(make_pdf(), ()))


def _world(app: Flask, session: Session, owner: Employee) -> World:
    store = open_store(app.config["KONTORA"].files_url)
    foreign = make_records(session, make_employee(session), store)
    return World(make_records(session, owner, store), foreign, make_company(session))


def _visitor(name: str, app: Flask, session: Session, client_as: ClientAs) -> tuple[Visitor, World]:
    connection = session.get_bind()
    assert isinstance(connection, Connection)
    if name == ANONYMOUS:
        world = _world(app, session, make_employee(session))
        session.commit()
        return Visitor(app, connection), world
    client = client_as(Role(name))
    world = _world(app, session, session.get_one(Employee, client.employee_id))  # type: ignore[attr-defined]
    username = session.get_one(User, client.user_id).username  # type: ignore[attr-defined]
    session.commit()
    cookie = client.get_cookie("kontora")
    assert cookie is not None
    return Visitor(app, connection, cookie.value, approved.token_of(app, username)), world


@pytest.fixture(autouse=True)
def errors_as_answers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of ours is an answer of the table too, as in production."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)


@pytest.mark.once
@pytest.mark.uncounted
@pytest.mark.parametrize("name", VISITORS)
@pytest.mark.usefixtures("quick_errors")
def test_every_address_answers_as_approved(name: str, app: Flask, session: Session, client_as: ClientAs) -> None:
    """Besides, nothing is written by reading (as shipped, GET deletes records, users and prices), and no answer
    lacks the headers that protect it (as shipped there are none).
    """
    visitor, world = _visitor(name, app, session, client_as)
    asked = [ask.name for ask in approved.asks(app, world)]
    rewritten = tuple(os.environ.get(approved.REWRITE, "").split())
    found = crawl(app, visitor, world, rewritten or ("/",))
    if rewritten:
        approved.write_column(name, found.words, asked)
    table = approved.read_table()
    wrong = [
        f"{line}: {table.get(line, {}).get(name, 'no line')} is approved, {answer} is answered"
        for line, answer in found.words.items()
        if table.get(line, {}).get(name) != answer
    ]
    stale = [f"{line}: nobody asks this any more" for line in table if line not in asked]
    assert not wrong + stale, "\n".join(["see tests/permissions_table", *wrong, *stale])
    assert (found.written, found.bare) == ([], [])


def test_every_route_stands_in_the_table(app: Flask, session: Session) -> None:
    world = _world(app, session, make_employee(session))
    asked = {(ask.method, ask.rule) for ask in approved.asks(app, world)}
    routes = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in set(rule.methods or ()) - {"HEAD", "OPTIONS"}
    }
    assert routes - asked == set(), "say in tests/permissions_table/asking.py whose record the address is of"


# --- What no approval may allow ------------------------------------------------------------------------------------

OPEN_TO_STRANGERS = {
    "/login/",
    "/logout/",
    "/language/ru",
    "/healthz",
    "/readyz",
    "/metrics",
    "/my-day/sw.js",
    "/texts/ru.js",
    "/static/unknown.css",
    "/static/appbuilder/unknown.css",
    "/reference/static/unknown.css",
    "/back",
    "/favicon.ico",
    "/calendar/unknown.ics",
    "/webhooks/telephony/zadarma",
    "/webhooks/telephony/unknown",
    "/webhooks/telephony/unknown/unknown",
}
"""Addresses that need no sign-in; none of them shows a record."""


def _cells() -> Iterator[tuple[list[str], str, str]]:
    for line, row in approved.read_table().items():
        for visitor, answer in row.items():
            yield line.split(), visitor, answer


def test_strangers_see_nothing() -> None:
    let_in = [
        words
        for words, visitor, answer in _cells()
        if visitor == ANONYMOUS
        and words[1] not in OPEN_TO_STRANGERS
        and answer != ("401" if words[1].startswith("/api/") else "login")
    ]
    assert let_in == [["POST", "/api/v1/security/login", "-"]]


@pytest.mark.parametrize("role", [Role.SALES, Role.ENGINEER])
def test_limited_roles_do_not_reach_foreign_records(role: Role) -> None:
    reached = [
        (words, answer)
        for words, visitor, answer in _cells()
        if visitor == role and words[2] == "foreign" and answer not in {"403", "404"}
    ]
    assert reached == []


def test_no_answer_is_an_error_of_ours() -> None:
    assert [words for words, _visitor, answer in _cells() if answer.startswith("5")] == []


def test_everybody_reaches_their_own_start_page() -> None:
    start = [answer for words, visitor, answer in _cells() if words[1] == "/" and visitor != ANONYMOUS]
    assert start == ["200"] * len(Role)
