"""A manager with a client of their own, somebody else's client, and the forms of pages as browsers send them."""

from collections.abc import Callable
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.models.staff import Employee
from app.permissions import Role
from tests.conftest import ClientAs
from tests.factories import make_client

Form = dict[str, Any]


@pytest.fixture
def sales(client_as: ClientAs) -> FlaskClient:
    """A manager, signed in."""
    return client_as(Role.SALES)


@pytest.fixture
def office(client_as: ClientAs) -> FlaskClient:
    """Somebody of the back office, who sees all clients."""
    return client_as(Role.BACK_OFFICE)


@pytest.fixture
def admin(client_as: ClientAs) -> FlaskClient:
    """Somebody with every right, whom every screen is open to."""
    return client_as(Role.ADMIN)


@pytest.fixture
def manager(session: Session, sales: FlaskClient) -> Employee:
    """The employee behind `sales`."""
    return session.get_one(Employee, sales.employee_id)  # type: ignore[attr-defined]


@pytest.fixture
def own_client(session: Session, manager: Employee) -> Any:
    """A client of the manager."""
    return make_client(session, name="ООО «Своё»", responsible=manager)


@pytest.fixture
def foreign_client(session: Session) -> Any:
    """A client of another manager."""
    return make_client(session, name="ООО «Чужое»")


def form_in(page: str) -> Form:
    """The fields of a page's record form with their values, as a browser would send them."""
    form = next(form for form in lxml.html.fromstring(page).forms if "form" in (form.get("class") or "").split())
    values: Form = {}
    for name, value in form.form_values():
        values.setdefault(name, []).append(value)
    return {name: found[0] if len(found) == 1 else found for name, found in values.items()}


@pytest.fixture
def form_of() -> Callable[[FlaskClient, str], Form]:
    """`form_of(client, address)`: what the form at an address holds."""

    def read(client: FlaskClient, address: str) -> Form:
        answer = client.get(address)
        assert answer.status_code == 200, answer.status_code
        return form_in(answer.text)

    return read


def texts_of(page: str, path: str) -> list[str]:
    """The texts of a page's elements."""
    return [
        " ".join((found if isinstance(found, str) else found.text_content()).split())
        for found in lxml.html.fromstring(page).xpath(path)
    ]
