"""The secret address of a person's calendar."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.access import CalendarToken
from app.permissions import Role
from app.services.access import calendar_links
from app.services.security_setup import init_security
from tests.factories import NOON, make_employee, make_user
from tests.factories.access import make_role


@pytest.fixture
def person(session: Session):
    return make_user(session, roles=[make_role(session, Role.SALES), make_role(session, Role.ENGINEER)])


def test_a_token_tells_all_of_its_owner_in_one_query(session: Session, person, count_queries):
    init_security(session)
    employee = make_employee(session, user=person)
    token = calendar_links.issue(session, person.id, NOON)
    session.commit()
    person_id, employee_id = person.id, employee.id
    session.expunge_all()

    with count_queries() as queries:
        found = calendar_links.find(session, token)

    assert len(queries) == 1
    assert found is not None
    assert (found.user.id, found.employee_id, found.roles) == (person_id, employee_id, {"Sales", "Engineer"})
    assert found.rights_version
    assert not found.is_to_touch


def test_a_person_without_role_and_employee_is_found_as_such(session: Session):
    lonely = make_user(session)
    found = calendar_links.find(session, calendar_links.issue(session, lonely.id, NOON))
    assert found is not None
    assert (found.employee_id, found.roles, found.role_ids) == (None, frozenset(), frozenset())


def test_the_database_holds_no_token(session: Session, person):
    token = calendar_links.issue(session, person.id, NOON)
    assert token not in set(session.scalars(select(CalendarToken.token_hash)))


def test_a_new_address_ends_the_old(session: Session, person):
    old = calendar_links.issue(session, person.id, NOON)
    new = calendar_links.issue(session, person.id, NOON)
    assert calendar_links.find(session, old) is None
    assert calendar_links.find(session, new) is not None


def test_a_revoked_address_opens_nothing(session: Session, person):
    token = calendar_links.issue(session, person.id, NOON)
    assert calendar_links.made_at(session, person.id) == NOON
    assert calendar_links.revoke(session, person.id)
    assert not calendar_links.revoke(session, person.id)
    assert calendar_links.find(session, token) is None
    assert calendar_links.made_at(session, person.id) is None


def test_the_address_of_somebody_deactivated_opens_nothing(session: Session, person):
    token = calendar_links.issue(session, person.id, NOON)
    person.active = False
    session.flush()
    assert calendar_links.find(session, token) is None


@pytest.mark.parametrize("token", ["", "x", "\ud800", "ё" * 500])
def test_what_is_no_token_opens_nothing(session: Session, token: str):
    assert calendar_links.find(session, token) is None
