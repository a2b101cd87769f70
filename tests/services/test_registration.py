"""The contact that is typed beside a new client."""

import pytest
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.services.registration import Person, add_person, make_contact
from tests.factories import make_client


def person(name: str) -> Person:
    return Person(name=name, position="", phone="", email="")


def test_a_contact_needs_a_name():
    with pytest.raises(RuleError, match="family name"):
        make_contact(person("  "))


def test_nobody_typed_adds_nobody(session: Session):
    assert add_person(session, make_client(session), person("")) is None


def test_a_long_name_keeps_all_its_parts():
    made = make_contact(person("Примеров Али Гусейн оглы"))

    assert (made.family_name, made.given_name, made.patronymic) == ("Примеров", "Али", "Гусейн оглы")
