"""How requests end their transactions: what only read keeps what the database has planned, what wrote is not kept."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from app.database import answers, db
from app.factory import create_app
from app.models.catalogue import Unit
from app.models.clients import Client
from tests.conftest import make_settings


@cache
def counted() -> Any:
    """A question that is kept."""
    return select(func.count(Client.id))


@pytest.fixture
def served(own_database: str, tmp_path: Path) -> Iterator[Flask]:
    made = create_app(make_settings(tmp_path, own_database))
    made.config.update(TESTING=True)
    made.add_url_rule("/reads", view_func=reads)
    made.add_url_rule("/reads-text", view_func=reads_text)
    made.add_url_rule("/writes", view_func=writes)
    made.add_url_rule("/flushes", view_func=flushes)
    made.add_url_rule("/updates", view_func=updates)
    made.add_url_rule("/changes", view_func=changes)
    made.add_url_rule("/breaks", view_func=breaks)
    yield made
    with made.app_context():
        db.engine.dispose()


def reads() -> str:
    return str(answers(db.session(), counted())[0][0])


def writes() -> str:
    db.session.add(Unit(name="Новая", full_name="Новая", okei_code="997"))
    db.session.commit()
    return reads()


def reads_text() -> str:
    return str(db.session.scalar(text("select count(*) from client")))


def flushes() -> str:
    db.session.add(Unit(name="Пробная", full_name="Пробная", okei_code="999"))
    db.session.flush()
    return ""


def updates() -> str:
    db.session.execute(update(Unit).values(name="Другая"))
    return ""


def changes() -> str:
    unit = db.session.scalars(select(Unit)).first()
    assert unit is not None
    unit.name = "Другая"
    return ""


def breaks() -> str:
    key = db.session.scalar(select(func.pg_backend_pid()))
    with db.engine.connect() as other:
        other.execute(select(func.pg_terminate_backend(key)))
    return "shown"


def names(app: Flask) -> set[str]:
    with app.app_context():
        return set(db.session.scalars(select(Unit.name)))


@pytest.mark.parametrize("address", ["/reads", "/reads-text", "/writes"])
def test_what_was_planned_stays_after_pages_that_read_or_committed(served: Flask, address: str) -> None:
    for each in ("/reads", "/reads", address):
        assert served.test_client().get(each).text == "0"
    with served.app_context():
        if db.engine.name == "postgresql":
            kept = db.session.scalars(text("select statement from pg_prepared_statements")).all()
            assert [statement.split()[0] for statement in kept] == ["SELECT"]


@pytest.mark.parametrize("address", ["/flushes", "/updates", "/changes"])
def test_what_a_page_wrote_and_did_not_commit_is_not_kept(served: Flask, address: str) -> None:
    with served.app_context():
        db.session.add(Unit(name="Прежняя", full_name="Прежняя", okei_code="998"))
        db.session.commit()
    before = names(served)
    assert "Прежняя" in before
    served.test_client().get(address)
    assert names(served) == before


def test_a_page_is_answered_when_its_connection_broke(served: Flask) -> None:
    with served.app_context():
        if db.engine.name != "postgresql":
            pytest.skip("SQLite has no connection that could break")
    assert served.test_client().get("/breaks").text == "shown"
    assert served.test_client().get("/reads").text == "0"
