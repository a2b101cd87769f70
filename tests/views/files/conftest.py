"""A store of files, and Anna with a client and a contract."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.models.agreements import Contract
from app.models.clients import Client
from app.models.staff import Employee
from app.permissions import Role
from app.services.files import FileStore, open_store
from tests.conftest import ClientAs
from tests.factories import make_client, make_contract


@pytest.fixture
def store(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileStore:
    made = open_store(str(tmp_path / "files"))
    monkeypatch.setattr("app.views.attachments.open_store", lambda _url: made)
    return made


@pytest.fixture
def anna(client_as: ClientAs) -> Any:
    return client_as(Role.SALES)


@pytest.fixture
def own_client(session: Session, anna: Any) -> Client:
    return make_client(session, responsible=session.get(Employee, anna.employee_id))


@pytest.fixture
def contract(session: Session, own_client: Client) -> Contract:
    return make_contract(session, client=own_client)
