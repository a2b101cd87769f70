"""Many people at one process: nobody gets another's rows, search or filter (stock Flask-AppBuilder mixes them)."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import lxml.html
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.database import db
from app.factory import create_app
from app.permissions import Role
from tests import factories as make
from tests.conftest import make_settings
from tests.factories.access import PASSWORD, PASSWORD_HASH, make_role

THREADS, REQUESTS = 4, 12
TOWNS = ("Тверь", "Клин", "Псков")

pytestmark = pytest.mark.concurrency


@pytest.fixture
def live_app(own_database: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database of its own, where every thread has its connection."""
    made = create_app(make_settings(tmp_path, own_database))
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads change places as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def _sign_in_managers(app: Flask) -> list[tuple[FlaskClient, str]]:
    """A signed-in manager per thread, each with clients whose names begin with a letter of their own."""
    people = []
    with app.app_context():
        session: Session = db.session()
        role = make_role(session, Role.SALES)
        for letter in "АБВГ"[:THREADS]:
            user = make.make_user(session, password=PASSWORD_HASH, roles=[role])
            employee = make.make_employee(session, user=user)
            for place in range(12):
                name, town = f"{letter}-клиент {place}", TOWNS[place % len(TOWNS)]
                make.make_client(session, name=name, town=town, responsible=employee)
            people.append((user.username, letter))
        session.commit()
    signed_in = []
    for username, letter in people:
        client = app.test_client()
        assert client.post("/login/", data={"username": username, "password": PASSWORD}).status_code == 302
        signed_in.append((client, letter))
    return signed_in


def _expected(letter: str, turn: int) -> tuple[str, set[str]]:
    """An address of the list, and the names that it must show to the owner of the letter."""
    if turn % 3 == 0:
        town = turn // 3 % len(TOWNS)
        return f"f_town={TOWNS[town]}", {f"{letter}-клиент {place}" for place in range(12) if place % 3 == town}
    if turn % 3 == 1:
        number = turn % 12
        found = {f"{letter}-клиент {place}" for place in range(12) if str(number) in str(place)}
        return f"q=клиент {number}", found
    return "sort=-name", {f"{letter}-клиент {place}" for place in range(12)}


@pytest.mark.usefixtures("hasty")
def test_each_gets_the_rows_that_they_asked_for(live_app: Flask) -> None:
    people = _sign_in_managers(live_app)
    start = Barrier(THREADS)

    def ask(person: tuple[FlaskClient, str], offset: int) -> list[str]:
        client, letter = person
        wrong = []
        start.wait()
        for turn in range(offset, offset + REQUESTS):
            arguments, expected = _expected(letter, turn)
            answer = client.get(f"/clients/list/?{arguments}")
            page = lxml.html.fromstring(answer.text)
            shown = {" ".join(cell.text_content().split()) for cell in page.xpath("//tbody/tr/td[@class='k-name']")}
            if answer.status_code != 200 or shown != expected:
                wrong.append(f"{letter} {arguments}: {answer.status_code} {sorted(shown ^ expected)}")
        return wrong

    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(ask, people, range(THREADS)))
    assert [wrong for each in found for wrong in each] == []
