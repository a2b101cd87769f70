"""Demo companies in databases of their own, and the application on them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app.database import db
from app.factory import create_app
from app.services.demo import DemoOrder, build_demo
from app.services.files import open_store
from tests.conftest import Databases, make_settings
from tests.services.demo.orders import SMALL, Build, Built


@pytest.fixture(scope="session")
def build(databases: Databases, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """Builds a company in a database of its own."""
    engines: list[Engine] = []

    def make(order: DemoOrder) -> Built:
        url, files = databases.copy_of(template), tmp_path_factory.mktemp("files")
        engine = create_engine(url, poolclass=NullPool)
        engines.append(engine)
        with Session(engine) as session:
            summary = build_demo(session, order, open_store(str(files)))
            session.commit()
        return Built(url, engine, files, summary)

    yield make
    for engine in engines:
        engine.dispose()


@pytest.fixture(scope="session")
def company(build: Build) -> Built:
    """A small company; tests leave it as it is."""
    return build(SMALL)


@pytest.fixture
def kept(company: Built) -> Iterator[Session]:
    """A session on the small company; what a test changes is undone."""
    with Session(company.engine) as session:
        yield session
        session.rollback()


@pytest.fixture
def app_on(tmp_path: Path) -> Iterator[Callable[[str], Flask]]:
    """Makes the application on a database; its connections are closed after the test."""
    made: list[Flask] = []

    def make(url: str) -> Flask:
        made.append(create_app(make_settings(tmp_path, url)))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture(scope="module")
def served(company: Built, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application on the company, without tokens of forms."""
    app = create_app(make_settings(tmp_path_factory.mktemp("served"), company.url))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    return app
