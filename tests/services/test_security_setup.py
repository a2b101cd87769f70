"""Rights and roles come into the database once; the administrator's own changes stand."""

import pytest
from flask_appbuilder.security.sqla.models import PermissionView, Role
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash

from app import permissions
from app.errors import RuleError
from app.services import security_setup
from app.services.security_setup import create_user, init_security


def rights_of(session: Session, name: str) -> set[tuple[str, str]]:
    session.expire_all()
    role = session.scalars(select(Role).where(Role.name == name)).one()
    return {(right.permission.name, right.view_menu.name) for right in role.permissions}


def test_every_role_gets_exactly_its_rights(session: Session):
    init_security(session)

    for role, rights in permissions.ROLES.items():
        assert rights_of(session, role.value) == rights


def test_a_second_run_writes_nothing(session: Session, count_queries):
    init_security(session)

    with count_queries() as queries:
        assert init_security(session).total == 0

    assert not [query for query in queries if not query.lstrip().upper().startswith("SELECT")]


def test_a_right_that_the_administrator_took_away_stays_away(session: Session):
    init_security(session)
    role = session.scalars(select(Role).where(Role.name == "Sales")).one()
    role.permissions = [right for right in role.permissions if right.view_menu.name != "Map"]
    session.flush()
    init_security(session)

    assert ("can_read", "Map") not in rights_of(session, "Sales")


def test_a_right_that_the_administrator_added_stays(session: Session):
    init_security(session)
    role = session.scalars(select(Role).where(Role.name == "Engineer")).one()
    right = session.scalars(select(PermissionView).where(PermissionView.view_menu.has(name="Audit"))).first()
    role.permissions.append(right)
    session.flush()
    init_security(session)

    assert ("can_read", "Audit") in rights_of(session, "Engineer")


def test_a_right_that_is_new_in_a_release_comes_to_its_roles(session: Session, monkeypatch: pytest.MonkeyPatch):
    init_security(session)
    new = ("can_read", "Novelty")
    roles = permissions.ROLES | {permissions.Role.SALES: permissions.ROLES[permissions.Role.SALES] | {new}}
    monkeypatch.setattr(permissions, "ROLES", roles)

    written = init_security(session)

    assert (written.rights, written.roles, written.grants) == (1, 0, 1)
    assert new in rights_of(session, "Sales")


def test_a_deleted_role_comes_back_with_its_first_rights(session: Session):
    init_security(session)
    session.execute(delete(Role).where(Role.name == "Purchasing"))
    session.expire_all()

    assert init_security(session).roles == 1
    assert rights_of(session, "Purchasing") == permissions.ROLES[permissions.Role.PURCHASING]


def test_a_login_is_made_with_role_and_password(session: Session):
    init_security(session)
    user = create_user(session, " nina ", "Sales", "сорок-семь-ёлок", first_name="Нина", email="n@example.test")

    assert (user.username, user.first_name, user.email, user.active) == ("nina", "Нина", "n@example.test", True)
    assert [role.name for role in user.roles] == ["Sales"]
    assert check_password_hash(user.password, "сорок-семь-ёлок")


@pytest.mark.parametrize(
    ("login", "role", "password"),
    [
        ("", "Sales", "сорок-семь-ёлок"),
        ("x" * (security_setup.LONGEST_LOGIN + 1), "Sales", "сорок-семь-ёлок"),
        ("nina", "Никто", "сорок-семь-ёлок"),
        ("nina", "Sales", "nina-nina-1"),
        ("nina", "Sales", "short"),
        ("TAKEN", "Sales", "сорок-семь-ёлок"),
    ],
)
def test_an_unfit_login_is_refused(login: str, role: str, password: str, session: Session):
    init_security(session)
    create_user(session, "taken", "Sales", "сорок-семь-ёлок")

    with pytest.raises(RuleError):
        create_user(session, login, role, password)
