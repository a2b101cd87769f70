"""The search key is kept for every searchable record, whoever saves it."""

from sqlalchemy.orm import Session

import app.services.search  # noqa: F401 (listens to the session)
from app.models.clients import ContactPhone
from tests.factories import make_client, make_contact, make_employee


def test_a_client_is_found_by_name_without_legal_form_and_by_inn(session: Session):
    client = make_client(session, name="ООО «Ёлки-Палки»", inn="7707083893")

    assert "елки палки" in client.search_key
    assert "7707083893" in client.search_key
    assert "ооо" not in client.search_key
    assert client.company_key == "елки палки"


def test_the_key_follows_a_change_and_stands_still_without_one(session: Session):
    employee = make_employee(session, family_name="Примеров")
    assert "примеров" in employee.search_key

    employee.family_name = "Образцов"
    session.flush()
    assert "образцов" in employee.search_key

    version = employee.version
    employee.search_key = employee.search_key
    session.flush()
    assert employee.version == version


def test_a_contact_is_found_by_the_digits_of_a_phone(session: Session):
    contact = make_contact(session, phones=[ContactPhone(number="+79161234567")])

    assert "9161234567" in contact.search_key
