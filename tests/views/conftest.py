"""An application with a few addresses that go wrong on purpose."""

from collections.abc import Callable

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, StatementError
from sqlalchemy.orm.exc import StaleDataError

from app.database import db
from app.errors import IntegrationError, NotVisibleError, RuleError, StaleRecordError
from app.factory import create_app
from app.models.staff import Department
from tests.conftest import make_settings

RAISED: dict[str, Callable[[], BaseException]] = {
    "rule": lambda: RuleError("Отгрузка уже проведена"),
    "invisible": lambda: NotVisibleError("клиент Ивана"),
    "stale": lambda: StaleRecordError("Запись изменил другой"),
    "outside": lambda: IntegrationError("token 12345 expired"),
    "bug": lambda: ZeroDivisionError("secret detail"),
    "integrity": lambda: IntegrityError("insert", {}, Exception("UNIQUE constraint failed: secret")),
    "data": lambda: DataError("insert", {}, Exception("secret out of range")),
    "bind": lambda: StatementError("secret", "insert", {}, ValueError("secret")),
    "database": lambda: OperationalError("select", {}, Exception("secret host")),
    "stale_data": lambda: StaleDataError("secret"),
    "overflow": lambda: OverflowError("secret"),
    "surrogate": lambda: UnicodeEncodeError("utf-8", "\ud800", 0, 1, "secret"),
}


@pytest.fixture(scope="session")
def shared_probe_app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Raises what `/raise/<name>` names, answers what `/abort/<status>` says, and takes what is posted to /echo."""
    made = create_app(make_settings(tmp_path_factory.mktemp("probe"), database_url, MAX_UPLOAD_MB="1"))
    made.config.update(WTF_CSRF_ENABLED=False)

    def raise_it(name: str) -> str:
        raise RAISED[name]()

    def abort_it(status: int) -> str:
        abort(status)

    def rename_it(key: int) -> str:
        db.session.get_one(Department, key).name = "Другое имя"
        db.session.flush()
        raise ZeroDivisionError

    made.add_url_rule("/raise/<name>", view_func=raise_it)
    made.add_url_rule("/api/v1/raise/<name>", endpoint="api_raise", view_func=raise_it)
    made.add_url_rule("/abort/<int:status>", view_func=abort_it)
    made.add_url_rule("/echo", endpoint="echo", view_func=lambda: "taken", methods=["GET", "POST"])
    made.add_url_rule("/page", endpoint="page", view_func=lambda: "<p>" + "страница " * 500)
    made.add_url_rule("/api/v1/echo", endpoint="api_echo", view_func=lambda: "taken", methods=["GET", "POST"])
    made.add_url_rule("/key/<int:key>", endpoint="key", view_func=lambda key: str(key))
    made.add_url_rule("/record/<pk>", endpoint="record", view_func=lambda pk: pk)
    made.add_url_rule("/rename/<int:key>", view_func=rename_it)
    return made


@pytest.fixture
def probe_app(shared_probe_app: Flask, app: Flask) -> Flask:
    """That application, working on the connection of `session`."""
    return shared_probe_app


@pytest.fixture
def probe(probe_app: Flask) -> FlaskClient:
    """Somebody who asks that application, in Russian."""
    return probe_app.test_client()
