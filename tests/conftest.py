"""The database under test: SQLite by default, PostgreSQL with KONTORA_TEST_DATABASE=postgresql.

`session` is for rules and questions: everything it does is rolled back after the test, commits too. `client`
and `client_as(role)` are for screens: they work on the same connection, so they see what the test has made,
and what they write vanishes with it. `own_database` is for what needs several connections.
"""

import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app.cli.schema import stamp
from app.clock import utc_now
from app.database import Model, db, install_row_rules
from app.factory import create_app
from app.models import guards
from app.permissions import Role
from app.reports import panel
from app.services.access import sign_ins
from app.services.access.rights import change_version
from app.services.visibility import ROW_RULES
from app.views import errors
from app.views.crud import many
from app.views.security.visitors import COOKIE_KEY
from config import Settings
from tests.factories import make_employee, make_user
from tests.factories.access import PASSWORD_HASH, make_role

ClientAs = Callable[[Role], FlaskClient]

gc.set_threshold(100_000, 50, 100)  # mapped classes by the thousand: looking for rubbish took a tenth of the time
install_row_rules(ROW_RULES)  # as in every application; otherwise what a test sees hangs on the tests before it


class ReadingClient(FlaskClient):
    """Reads every answer to its end, so that no file stays open behind an answer that a test does not read."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return super().open(*args, **({"buffered": True} | kwargs))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run what touches a database and can differ there; the rest is proved on SQLite."""
    if os.environ.get("KONTORA_TEST_DATABASE", "sqlite") == "sqlite":
        return
    kept = [
        item
        for item in items
        if "databases" in getattr(item, "fixturenames", ()) and item.get_closest_marker("once") is None
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


UNCOUNTED = ("uncounted", "concurrency", "browser")
"""Marks of tests that go the ways of others many times over, or run the product in a process of its own."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Count no lines in tests that have one of these marks: counting would double their time."""
    counter = sys.gettrace()
    if counter is None or not any(item.get_closest_marker(name) for name in UNCOUNTED):
        return (yield)
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(counter)


# --- databases ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Databases:
    """Makes databases with the schema in them, by copying one that was made with it."""

    folder: Path
    server: str = ""
    """Address of a PostgreSQL where databases may be made; SQLite when empty."""
    made: list[str] = field(default_factory=list)

    def empty(self) -> str:
        """The address of a new database without a table."""
        name = f"kontora_{uuid4().hex[:12]}"
        if not self.server:
            return f"sqlite:///{self.folder / name}.db"
        self._run(f"create database {name}")
        return self._note(name)

    def copy_of(self, template: str) -> str:
        """The address of a new database that is a copy; nobody may be connected to the template."""
        name = f"kontora_{uuid4().hex[:12]}"
        if not self.server:
            target = self.folder / f"{name}.db"
            shutil.copyfile(str(make_url(template).database), target)
            return f"sqlite:///{target}"
        self._run(f"create database {name} template {make_url(template).database}")
        return self._note(name)

    def remove_all(self) -> None:
        for name in self.made:
            self._run(f"drop database {name} with (force)")

    def _note(self, name: str) -> str:
        self.made.append(name)
        return make_url(self.server).set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        engine = create_engine(self.server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(text(statement))


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Where this test process makes its databases."""
    is_sqlite = os.environ.get("KONTORA_TEST_DATABASE", "sqlite") == "sqlite"
    server = "" if is_sqlite else os.environ["KONTORA_TEST_POSTGRES_URL"]
    made = Databases(tmp_path_factory.mktemp("databases"), server)
    yield made
    if "KONTORA_TEST_POSTGRES_FOLDER" not in os.environ:  # otherwise the whole server is thrown away after the tests
        made.remove_all()


@pytest.fixture(scope="session")
def template(databases: Databases) -> str:
    """A database with all tables and guards, only copied; test_migrations proves migrations make the same."""
    url = databases.empty()
    made = create_engine(url, poolclass=NullPool)
    with made.begin() as connection:
        Model.metadata.create_all(connection)
        guards.install(connection)
    stamp(url)
    return url


@pytest.fixture(scope="session")
def database_url(databases: Databases, template: str) -> str:
    """The address of the database that `session` and `client` share: roles with their rights, and no other row."""
    url = databases.copy_of(template)
    engine = create_engine(url, poolclass=NullPool)
    with Session(engine) as session:
        for role in Role:
            make_role(session, role)
        change_version(session)  # so that the rights are read once, not for every request
        session.commit()
    return url


@pytest.fixture
def own_database(databases: Databases, template: str) -> str:
    """The address of a database of this test alone, with the schema and no rows."""
    return databases.copy_of(template)


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    """The shared database."""
    made = create_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session whose work is undone after the test; commit() inside it is a savepoint."""
    with engine.connect() as connection:
        transaction = connection.begin()
        connection.name = engine.name  # type: ignore[attr-defined]  # Flask-AppBuilder asks the session's engine for it
        with Session(connection, join_transaction_mode="create_savepoint") as made:
            yield made
        transaction.rollback()


# --- the application ----------------------------------------------------------------------------------------


def make_settings(folder: Path, database_url: str, **changes: str) -> Settings:
    """Settings of a local installation; changes are named as in the environment, without the prefix."""
    values = {
        "DATA_DIR": str(folder),
        "DATABASE_URL": database_url,
        "SECRET_KEY": "only-for-tests-" + "0123456789ab" * 2,
    }
    return Settings.read({f"KONTORA_{name}": value for name, value in (values | changes).items()})


@pytest.fixture(autouse=True)
def _nothing_known_of_notifications() -> None:
    """Keys of people come again in the next test, what their notifications were about does not."""
    panel.unread_about.clear()


@pytest.fixture(autouse=True)
def _no_connection_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close the connections of applications that a test made for itself: nobody else will."""
    made: list[Flask] = []
    init_app = db.init_app

    def note(app: Flask) -> None:
        init_app(app)
        made.append(app)

    monkeypatch.setattr(db, "init_app", note)
    yield
    for app in made:
        for engine in db._app_engines.get(app, {}).values():
            engine.dispose()


@pytest.fixture(scope="session")
def shared_app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application on the shared database. Forms need no token here; `csrf` switches it on."""
    made = create_app(make_settings(tmp_path_factory.mktemp("data"), database_url))
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    made.test_client_class = ReadingClient
    return made


@pytest.fixture
def app(shared_app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application, working on the connection of `session`."""
    connection = session.get_bind()
    assert isinstance(connection, Connection)
    monkeypatch.setattr(
        db.session.registry,
        "createfunc",
        lambda: Session(connection, join_transaction_mode="create_savepoint"),
    )
    many.forget(shared_app)
    return shared_app


@pytest.fixture
def quick_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the page of an error looks like is tested elsewhere; here only its status."""
    monkeypatch.setattr(errors, "_page", lambda facts: str(facts["status"]))


@pytest.fixture
def csrf(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms need their token, as in production."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody who has not signed in."""
    return app.test_client()


def cookie_of(app: Flask, token: str) -> str:
    """The cookie that the sign-in page would set."""
    serializer = app.session_interface.get_signing_serializer(app)
    cookie: str = serializer.dumps({COOKIE_KEY: token})
    return cookie


@pytest.fixture
def client_as(app: Flask, session: Session) -> ClientAs:
    """Signs in a new person with a role, not by the page; `client.user_id` and `client.employee_id` tell who."""

    def sign_in(role: Role) -> FlaskClient:
        user = make_user(session, password=PASSWORD_HASH, roles=[make_role(session, role)])
        employee = make_employee(session, user=user, is_engineer=role is Role.ENGINEER)
        token = sign_ins.begin(session, user, "127.0.0.1", utc_now())
        session.commit()
        client: Any = app.test_client()
        client.set_cookie(app.config["SESSION_COOKIE_NAME"], cookie_of(app, token))
        client.user_id, client.employee_id = user.id, employee.id
        signed_in: FlaskClient = client
        return signed_in

    return sign_in


# --- counting -----------------------------------------------------------------------------------------------

_TRANSACTIONS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA")


@contextmanager
def counting() -> Iterator[list[str]]:
    """Collects the SQL statements run inside, on any connection; marks of transactions are left out."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(_TRANSACTIONS):
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def count_queries() -> Callable[[], AbstractContextManager[list[str]]]:
    """`with count_queries() as queries: …`, then `len(queries)` and their texts."""
    return counting


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of sample files."""
    return Path(__file__).parent / "data"
