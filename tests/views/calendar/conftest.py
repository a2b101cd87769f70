"""A salesperson, the head of sales, and a client of the salesperson's."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.models.staff import Employee
from app.permissions import Role
from tests.conftest import ClientAs
from tests.factories import make_client


@pytest.fixture
def sales(client_as: ClientAs) -> FlaskClient:
    return client_as(Role.SALES)


@pytest.fixture
def head(client_as: ClientAs) -> FlaskClient:
    return client_as(Role.SALES_HEAD)


@pytest.fixture
def me(session: Session, sales: FlaskClient) -> Employee:
    return session.get_one(Employee, sales.employee_id)  # type: ignore[attr-defined]


@pytest.fixture
def own(session: Session, me: Employee) -> Any:
    return make_client(session, name="ООО «Своё»", responsible=me)
