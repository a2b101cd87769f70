"""The start: fast, silent towards the database, and refused where pages could not be signed."""

import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.database import db
from app.factory import create_app
from config import ConfigError, Settings
from tests.conftest import make_settings

Counting = Callable[[], AbstractContextManager[list[str]]]


def test_the_start_asks_the_database_nothing(tmp_path: Path, count_queries: Counting) -> None:
    with count_queries() as queries:
        create_app(make_settings(tmp_path, f"sqlite:///{tmp_path}/kontora.db"))
    assert queries == []
    assert list(tmp_path.iterdir()) == []


def test_a_process_starts_in_two_seconds_of_work(tmp_path: Path) -> None:
    """Seconds of processor time; on a machine too slow or busy for that, three times the bare framework."""
    environment = {"KONTORA_DATA_DIR": str(tmp_path), "KONTORA_SECRET_KEY": "x" * 40, "PYTHONPATH": "."}
    framework = "import flask_appbuilder.security.sqla.manager"
    ours = "from app.factory import create_app; create_app()"
    rounds = [(_seconds(ours, environment), _seconds(framework, environment)) for _ in range(4)]
    assert min(whole for whole, _ in rounds) <= max(2.0, 3 * min(bare for _, bare in rounds))


def test_a_web_process_carries_no_migrations(tmp_path: Path) -> None:
    environment = {"KONTORA_DATA_DIR": str(tmp_path), "KONTORA_SECRET_KEY": "x" * 40, "PYTHONPATH": "."}
    _seconds("import sys, app.factory; sys.exit('alembic' in sys.modules)", environment)


def _seconds(code: str, environment: dict[str, str]) -> float:
    """The processor's time that another Python needs for the code, which must end well."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], env=environment, cwd=Path(__file__).parent.parent, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_several_applications_live_in_one_process(tmp_path: Path) -> None:
    made = [create_app(make_settings(tmp_path, f"sqlite:///{tmp_path}/{name}.db")) for name in ("a", "b")]
    addresses = [{rule.rule for rule in app.url_map.iter_rules()} for app in made]
    assert addresses[0] == addresses[1]
    assert made[0].extensions["appbuilder"] is not made[1].extensions["appbuilder"]


def test_pages_are_not_served_without_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.read({"KONTORA_DATA_DIR": str(tmp_path)})
    monkeypatch.delenv("FLASK_RUN_FROM_CLI", raising=False)
    with pytest.raises(ConfigError, match="KONTORA_SECRET_KEY"):
        create_app(settings)
    monkeypatch.setenv("FLASK_RUN_FROM_CLI", "true")
    assert create_app(settings).config["SECRET_KEY"] is None


def test_settings_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KONTORA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("KONTORA_SECRET_KEY", "from the environment")
    assert create_app().config["SECRET_KEY"] == "from the environment"


def test_nobody_registers_themselves(app: Flask) -> None:
    assert app.config["AUTH_USER_REGISTRATION"] is False
    assert not any("register" in rule.rule for rule in app.url_map.iter_rules())


@pytest.mark.parametrize(("method", "expected"), [("GET", "BEGIN"), ("HEAD", "BEGIN"), ("POST", "BEGIN IMMEDIATE")])
def test_reading_a_page_takes_no_write_lock(tmp_path: Path, method: str, expected: str) -> None:
    app = create_app(make_settings(tmp_path, f"sqlite:///{tmp_path}/kontora.db"))
    app.config["WTF_CSRF_ENABLED"] = False
    begun: list[str] = []

    def ask() -> str:
        connection = db.session.connection().connection.driver_connection
        assert connection is not None
        begun.append("BEGIN IMMEDIATE" if _is_write_locked(tmp_path / "kontora.db") else "BEGIN")
        return ""

    app.add_url_rule("/ask", view_func=ask, methods=["GET", "POST"])
    app.test_client().open("/ask", method=method)
    app.test_client().open("/ask", method="POST")
    assert begun == [expected, "BEGIN IMMEDIATE"]


def _is_write_locked(path: Path) -> bool:
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        other.execute("begin immediate")
    except sqlite3.OperationalError:
        return True
    finally:
        other.close()
    return False


def test_the_api_needs_no_form_token_but_pages_do(client: FlaskClient, csrf: None) -> None:
    assert client.post("/api/v1/security/login", json={}).status_code != 500
    assert client.post("/login/", data={}).status_code == 400
