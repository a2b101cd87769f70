"""Fields with a right of their own: the portrait and birth date of a contact, the person at fault in a claim."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.access import PersonalDataAccess
from app.models.claims import Claim
from app.models.clients import Contact
from app.models.staff import Employee
from app.permissions import READ, ROLES, FieldRight, Role
from tests import factories as make
from tests.conftest import ClientAs

PORTRAIT = "Ценит точность и краткость"
WITHOUT = [
    role for role in Role if (READ, FieldRight.PORTRAIT) not in ROLES[role] and (READ, "Contacts") in ROLES[role]
]
WITH = [role for role in Role if (READ, FieldRight.PORTRAIT) in ROLES[role] and role is not Role.SALES]
BLIND = [
    role for role in Role if (READ, FieldRight.PERSON_AT_FAULT) not in ROLES[role] and (READ, "Claims") in ROLES[role]
]


@pytest.fixture
def contact(session: Session) -> Contact:
    """A contact with everything restricted filled in."""
    made: Contact = make.make_contact(session, birth_date=date(1981, 2, 3), portrait=PORTRAIT)
    return made


def _visible_to(session: Session, client: FlaskClient, record: Any) -> None:
    """Let an engineer see the record's client as well."""
    employee = session.get_one(Employee, client.employee_id)  # type: ignore[attr-defined]
    record.client.responsible = employee
    make.make_visit(session, client=record.client, employee=employee)
    session.commit()


def _all_texts(client: FlaskClient, address: str, key: int) -> str:
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/{address}/list/?format=xlsx&tab=all").data))
    cells = [str(cell) for row in book.active.iter_rows(values_only=True) for cell in row]
    pages = [f"/{address}/{way}/{key}" for way in ("show", "edit")] + [f"/{address}/list/?tab=all"]
    return "\n".join([*cells, *(client.get(page).text for page in pages)])


@pytest.mark.parametrize("role", WITHOUT)
def test_portrait_and_birth_date_are_nowhere_without_the_right(
    role: Role, contact: Contact, session: Session, client_as: ClientAs
) -> None:
    client = client_as(role)
    _visible_to(session, client, contact)
    assert client.get(f"/contacts/show/{contact.id}").status_code == 200
    found = _all_texts(client, "contacts", contact.id)
    assert PORTRAIT not in found
    assert "1981" not in found
    assert 'name="portrait"' not in found
    assert 'name="birth_date"' not in found


@pytest.mark.parametrize("role", WITHOUT)
def test_portrait_and_birth_date_cannot_be_set_or_filtered_by_without_the_right(
    role: Role, contact: Contact, session: Session, client_as: ClientAs
) -> None:
    client = client_as(role)
    _visible_to(session, client, contact)
    forged = {"version": contact.version, "client": contact.client_id, "family_name": "Иной", "role": "other"}
    client.post(f"/contacts/edit/{contact.id}", data=forged | {"portrait": "взлом", "birth_date": "2000-01-01"})
    session.expire_all()
    kept = session.get_one(Contact, contact.id)
    assert (kept.portrait, kept.birth_date) == (PORTRAIT, date(1981, 2, 3))
    for argument in ("f_birth_date=1981-02-03", "f_portrait=Ценит", "sort=birth_date"):
        assert client.get(f"/contacts/list/?{argument}").status_code == 400


@pytest.mark.parametrize("role", WITH)
def test_opening_the_restricted_fields_is_logged(
    role: Role, contact: Contact, session: Session, client_as: ClientAs
) -> None:
    client = client_as(role)
    session.commit()
    assert PORTRAIT in client.get(f"/contacts/show/{contact.id}").text
    (entry,) = session.scalars(select(PersonalDataAccess))
    assert (entry.user_id, entry.contact_id) == (client.user_id, contact.id)  # type: ignore[attr-defined]


def test_opening_the_form_with_the_restricted_fields_is_logged(
    contact: Contact, session: Session, client_as: ClientAs
) -> None:
    client = client_as(Role.ADMIN)
    session.commit()
    assert PORTRAIT in client.get(f"/contacts/edit/{contact.id}").text
    assert session.scalars(select(PersonalDataAccess.contact_id)).all() == [contact.id]


@pytest.mark.parametrize("role", BLIND)
def test_the_person_at_fault_is_nowhere_without_the_right(role: Role, session: Session, client_as: ClientAs) -> None:
    guilty = make.make_employee(session, family_name="Провинившийся")
    claim = make.make_claim(session, employee_at_fault=guilty)
    client = client_as(role)
    _visible_to(session, client, claim)
    assert client.get(f"/claims/show/{claim.id}").status_code == 200
    assert "Провинившийся" not in _all_texts(client, "claims", claim.id)
    session.expire_all()
    assert session.get_one(Claim, claim.id).employee_at_fault_id == guilty.id


@pytest.mark.parametrize("role", [Role.SALES])
def test_the_person_at_fault_cannot_be_set_without_the_right(
    role: Role, session: Session, client_as: ClientAs, form_of: Callable[[FlaskClient, str], dict[str, Any]]
) -> None:
    claim, other = make.make_claim(session), make.make_employee(session)
    client = client_as(role)
    _visible_to(session, client, claim)
    address = f"/claims/edit/{claim.id}"
    form = form_of(client, address) | {"employee_at_fault": str(other.id), "department_at_fault": "1"}
    assert client.post(address, data=form).status_code == 302
    session.expire_all()
    kept = session.get_one(Claim, claim.id)
    assert (kept.employee_at_fault_id, kept.department_at_fault_id) == (None, None)
