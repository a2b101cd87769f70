"""Errors are answered in words for people, and details stay in the log."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.factory import create_app
from app.permissions import Role
from app.views import errors
from tests.conftest import ClientAs, make_settings
from tests.factories import make_department


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("rule", 409),
        ("invisible", 404),
        ("stale", 409),
        ("outside", 502),
        ("bug", 500),
        ("integrity", 409),
        ("data", 400),
        ("bind", 400),
        ("database", 500),
        ("stale_data", 409),
        ("overflow", 400),
        ("surrogate", 400),
    ],
)
def test_every_error_has_its_status_and_hides_its_details(probe: FlaskClient, name: str, status: int) -> None:
    answer = probe.get(f"/raise/{name}")
    assert answer.status_code == status
    assert "secret" not in answer.text
    assert "Ивана" not in answer.text
    assert "12345" not in answer.text


def test_the_text_of_a_refused_rule_reaches_the_person(probe: FlaskClient) -> None:
    assert "Отгрузка уже проведена" in probe.get("/raise/rule").text


@pytest.mark.parametrize("name", ["bug", "outside", "database"])
def test_the_number_of_an_incident_is_in_the_log(
    probe: FlaskClient, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    answer = probe.get(f"/raise/{name}")
    found = re.search(r"<code>([0-9a-f]{8})</code>", answer.text)
    assert found is not None
    assert f"incident {found[1]}: GET /raise/{name}" in caplog.text
    assert "Traceback" in caplog.text


def test_the_api_is_answered_in_json(probe: FlaskClient) -> None:
    assert probe.get("/api/v1/raise/rule").json == {"message": "Отгрузка уже проведена"}
    answer = probe.get("/api/v1/raise/bug").json
    assert answer is not None
    assert re.fullmatch("[0-9a-f]{8}", answer["incident"])


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 418, 429, 503])
def test_a_refusal_keeps_its_status(probe: FlaskClient, status: int) -> None:
    answer = probe.get(f"/abort/{status}")
    assert answer.status_code == status
    assert str(errors.TEXTS.get(status, errors.TEXTS[400])[0]) or status == 418
    assert "<h1>" in answer.text


def test_an_unknown_address_is_not_found(probe: FlaskClient) -> None:
    assert probe.get("/nowhere").status_code == 404


def test_a_refused_method_names_the_possible_ones(probe: FlaskClient) -> None:
    answer = probe.delete("/echo")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_body_beyond_the_limit_is_refused(probe: FlaskClient) -> None:
    assert probe.post("/echo", data={"text": "x" * 3_000_000}).status_code == 413


def test_a_form_without_its_token_is_refused(app: Flask, csrf: None, client: FlaskClient) -> None:
    assert client.post("/login/", data={"username": "a", "password": "b"}).status_code == 400


def test_what_was_flushed_before_the_error_is_undone(probe: FlaskClient, session: Session) -> None:
    department = make_department(session)
    session.commit()

    assert probe.get(f"/rename/{department.id}").status_code == 500
    session.refresh(department)
    assert department.name != "Другое имя"


def test_the_error_page_is_made_even_when_its_template_cannot_be(
    probe: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_facts: object) -> str:
        raise RuntimeError("no database")

    monkeypatch.setattr(errors, "render_template", broken)
    answer = probe.get("/raise/rule")
    assert answer.status_code == 409
    assert "Отгрузка уже проведена" in answer.text
    assert "no database" not in answer.text


def test_nobody_gets_a_page_while_the_database_is_away(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path, f"sqlite:///{tmp_path}/no/such/folder.db"))
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert "folder" not in answer.text


def test_a_person_is_told_what_they_have_no_right_to(client_as: ClientAs) -> None:
    sales = client_as(Role.SALES)
    assert "Нет прав на «Пользователи»" in sales.get("/users/list/").text
    assert "<h1>Нет прав" in sales.get("/reference/units/new/").text
