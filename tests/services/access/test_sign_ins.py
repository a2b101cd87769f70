"""A sign-in is found by its token in one query, and ends with its row."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.access import LoginSession
from app.permissions import Role
from app.services.access import rights, sign_ins
from app.services.access.sign_ins import Lifetimes
from app.services.security_setup import init_security
from tests.factories import NOON, make_employee, make_user
from tests.factories.access import make_role

LIFETIMES = Lifetimes(timedelta(hours=12), timedelta(days=7))


@pytest.fixture
def person(session: Session):
    return make_user(session, roles=[make_role(session, Role.SALES), make_role(session, Role.ENGINEER)])


def test_a_sign_in_tells_all_of_the_person_in_one_query(session: Session, person, count_queries):
    init_security(session)
    employee = make_employee(session, user=person)
    token = sign_ins.begin(session, person, "::1", NOON)
    session.commit()
    person_id, employee_id = person.id, employee.id
    session.expunge_all()

    with count_queries() as queries:
        found = sign_ins.find(session, token, NOON, LIFETIMES)

    assert len(queries) == 1
    assert found.user.id == person_id
    assert found.employee_id == employee_id
    assert found.roles == {"Sales", "Engineer"}
    assert len(found.role_ids) == 2
    assert found.rights_version
    assert not found.is_to_touch


def test_a_person_without_roles_and_employee_is_found(session: Session):
    user = make_user(session)
    token = sign_ins.begin(session, user, "::1", NOON)

    found = sign_ins.find(session, token, NOON, LIFETIMES)

    assert (found.employee_id, found.roles, found.role_ids) == (None, frozenset(), frozenset())


@pytest.mark.parametrize(
    ("later", "is_found", "is_to_touch"),
    [
        (timedelta(minutes=4, seconds=59), True, False),
        (timedelta(minutes=5), True, True),
        (timedelta(hours=11, minutes=59), True, True),
        (timedelta(hours=12), False, False),
    ],
)
def test_a_sign_in_runs_out_unused(later, is_found, is_to_touch, session: Session, person):
    token = sign_ins.begin(session, person, "::1", NOON)

    found = sign_ins.find(session, token, NOON + later, LIFETIMES)

    assert (found is not None) is is_found
    assert (found is not None and found.is_to_touch) is is_to_touch


def test_a_sign_in_in_use_runs_out_at_last(session: Session, person):
    token = sign_ins.begin(session, person, "::1", NOON)
    row = session.scalars(select(LoginSession)).one()
    later = NOON + LIFETIMES.longest
    sign_ins.touch(session.connection(), row.id, later - timedelta(minutes=1))
    session.expire_all()

    assert sign_ins.find(session, token, later - timedelta(seconds=1), LIFETIMES) is not None
    assert sign_ins.find(session, token, later, LIFETIMES) is None


def test_ending_one_leaves_the_others(session: Session, person):
    first, second = (sign_ins.begin(session, person, "::1", NOON) for _each in range(2))
    sign_ins.end(session, first)

    assert sign_ins.find(session, first, NOON, LIFETIMES) is None
    assert sign_ins.find(session, second, NOON, LIFETIMES) is not None


def test_worn_sign_ins_are_swept(session: Session, person):
    old = sign_ins.begin(session, person, "::1", NOON - timedelta(days=1))
    new = sign_ins.begin(session, person, "::1", NOON)

    assert sign_ins.sweep(session, NOON, LIFETIMES) == 1
    assert sign_ins.find(session, old, NOON - timedelta(days=1), LIFETIMES) is None
    assert sign_ins.find(session, new, NOON, LIFETIMES) is not None


def test_a_new_member_of_a_role_signs_in_anew(session: Session, person):
    role, other = make_role(session, Role.SALES), make_user(session)
    token = sign_ins.begin(session, other, "::1", NOON)
    role.user.append(other)
    session.flush()

    assert sign_ins.find(session, token, NOON, LIFETIMES) is None


def test_a_role_that_gets_another_right_ends_no_sign_in(session: Session, person):
    token = sign_ins.begin(session, person, "::1", NOON)
    make_role(session, Role.SALES).permissions = []
    session.flush()

    assert sign_ins.find(session, token, NOON, LIFETIMES) is not None


def test_changing_the_name_ends_no_sign_in(session: Session, person):
    token = sign_ins.begin(session, person, "::1", NOON)
    person.first_name = "Другой"
    session.flush()

    assert sign_ins.find(session, token, NOON, LIFETIMES) is not None


def test_a_half_character_as_token_finds_nothing(session: Session):
    assert sign_ins.find(session, "\ud800", NOON, LIFETIMES) is None


def test_the_version_of_rights_changes_with_a_role(session: Session):
    role = make_role(session, Role.SALES)
    session.flush()
    before = version(session)
    role.permissions = role.permissions[:1]
    session.flush()

    assert version(session) != before
    assert rights.rights_of(session, frozenset({role.id})) == {
        (right.permission.name, right.view_menu.name) for right in role.permissions
    }


def test_the_version_of_rights_stays_when_other_records_change(session: Session):
    make_role(session, Role.SALES)
    session.flush()
    before = version(session)
    make_employee(session)

    assert version(session) == before


def version(session: Session) -> str | None:
    from app.models.access import Setting

    return session.scalar(select(Setting.value).where(Setting.name == rights.VERSION_SETTING))


def test_a_role_of_the_administrators_own_making_keeps_its_name():
    assert rights.role_label("Стажёр") == "Стажёр"
    assert rights.role_label(Role.ADMIN) == "Administrator"
