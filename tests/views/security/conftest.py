"""The application with two probes: what a request knows of its person, and which clients it sees."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, jsonify
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.database import answers, db
from app.factory import create_app
from app.models.clients import Client
from app.views.security.visitors import viewer
from tests.conftest import make_settings


def build(folder: Path, database_url: str) -> Flask:
    """The application, with the probes."""
    made = create_app(make_settings(folder, database_url))
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    made.add_url_rule("/probe", view_func=probe)
    made.add_url_rule("/probe/api", view_func=probe_api)
    made.add_url_rule("/probe/anew", view_func=probe_anew)
    return made


def facts() -> Any:
    person = viewer()
    if person is None:
        return {"viewer": None}
    manager = db_manager()
    return {
        "viewer": person.user_id,
        "employee": person.employee_id,
        "scope": person.scope.value,
        "roles": sorted(person.roles),
        "reads_clients": all(manager.has_access("can_read", "Clients") for _each in range(20)),
        "reads_users": manager.has_access("can_read", "Users"),
        "in_session": db.session.info.get("viewer") is person,
    }


def db_manager() -> Any:
    from flask import current_app

    return current_app.appbuilder.sm  # type: ignore[attr-defined]


def probe() -> Any:
    """Who asks."""
    return jsonify(facts())


def probe_api() -> Any:
    """Who asks by a token of the API."""
    from flask_jwt_extended import verify_jwt_in_request

    verify_jwt_in_request()
    return jsonify(facts() | {"clients": db.session.scalar(select(func.count(Client.id)))})


@cache
def counted() -> Any:
    """A question that is kept."""
    return select(func.count(Client.id))


def probe_anew() -> Any:
    """How many clients are seen after the session was thrown away within the request."""
    db.session.remove()
    found = {"clients": db.session.scalar(select(func.count(Client.id)))}
    db.session.remove()
    return jsonify(found | {"kept": answers(db.session(), counted())[0][0]})


@pytest.fixture(scope="session")
def shared_app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return build(tmp_path_factory.mktemp("data"), database_url)


@pytest.fixture
def live_app(own_database: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database of its own, where commits are commits."""
    made = build(tmp_path, own_database)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def cookie_of(app: Flask) -> Callable[[FlaskClient], dict[str, Any]]:
    """What the signed cookie of a browser holds."""

    def read(client: FlaskClient) -> dict[str, Any]:
        found = client.get_cookie("kontora")
        serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        return serializer.loads(found.value) if found else {}

    return read


@pytest.fixture
def replay(app: Flask) -> Callable[[FlaskClient], FlaskClient]:
    """Another browser with a copy of the cookie as it is now."""

    def copy(client: FlaskClient) -> FlaskClient:
        thief = app.test_client()
        thief.set_cookie("kontora", client.get_cookie("kontora").value)
        return thief

    return copy
