"""Puts rights and roles from app/permissions.py into the database, and makes logins.

The administrator's own changes stand: a right is granted to a role of ours only in the run that first brings the
right itself into the database. Taking it away afterwards, or giving a role more, is never undone; a role that was
deleted comes back with its first rights. A second run writes nothing.
"""

from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    Role,
    ViewMenu,
    assoc_permissionview_role,
)
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app import permissions
from app.database import User
from app.errors import RuleError
from app.permissions import Right
from app.services.access.passwords import set_password
from app.services.access.rights import change_version
from app.texts import _

LONGEST_LOGIN = 64
"""Characters; as long as the limits on failed sign-ins remember."""


@dataclass(frozen=True)
class Written:
    """How many rights, roles and grants were added."""

    rights: int
    roles: int
    grants: int

    @property
    def total(self) -> int:
        """All rows that were added."""
        return self.rights + self.roles + self.grants


def init_security(session: Session) -> Written:
    """Add the rights, roles and grants that are missing. Safe to repeat."""
    wanted = frozenset().union(permissions.ALL_RIGHTS, *permissions.ROLES.values())
    before = _rights(session)
    _add_names(session, Permission, {permission for permission, _area in wanted})
    _add_names(session, ViewMenu, {area for _permission, area in wanted})
    new_rights = _add_rights(session, wanted - before.keys())
    new_roles = _add_names(session, Role, {role.value for role in permissions.Role})
    grants = _grant(session, new_rights, new_roles)
    written = Written(len(new_rights), len(new_roles), grants)
    if written.total:
        change_version(session)
    return written


class Person(TypedDict, total=False):
    """What else is known of the person who gets a login."""

    first_name: str
    last_name: str
    email: str


def create_user(session: Session, login: str, role: str, password: str, **person: Unpack[Person]) -> User:
    """Make a login with a role. Raises RuleError for a login that is taken, an unknown role, a weak password."""
    login, email = login.strip(), person.get("email", "").strip() or f"{login.strip()}@kontora.invalid"
    if not login or len(login) > LONGEST_LOGIN:
        raise RuleError(_("The login must have 1 to %(count)s characters.", count=LONGEST_LOGIN))
    found_role = session.scalar(select(Role).where(Role.name == role))
    if found_role is None:
        raise RuleError(_("There is no role “%(role)s”.", role=role))
    taken = (func.lower(User.username) == login.lower()) | (User.username == login) | (User.email == email)
    if session.scalar(select(User.id).where(taken)) is not None:
        raise RuleError(_("The login or the e-mail is taken."))
    user = User(
        username=login,
        first_name=person.get("first_name") or login,
        last_name=person.get("last_name", ""),
        email=email,
        active=True,
    )
    set_password(user, password)
    user.roles = [found_role]
    session.add(user)
    session.flush()
    return user


def _names(session: Session, model: Any) -> dict[str, int]:
    return {row.name: row.id for row in session.execute(select(model.name, model.id))}


def _add_names(session: Session, model: Any, wanted: set[str]) -> set[str]:
    missing = wanted - _names(session, model).keys()
    if missing:
        session.execute(insert(model.__table__), [{"name": name} for name in sorted(missing)])
    return missing


def _rights(session: Session) -> dict[Right, int]:
    question = (
        select(Permission.name, ViewMenu.name, PermissionView.id)
        .select_from(PermissionView)
        .join(Permission, Permission.id == PermissionView.permission_id)
        .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
    )
    return {(permission, area): key for permission, area, key in session.execute(question)}


def _add_rights(session: Session, missing: frozenset[Right] | set[Right]) -> set[Right]:
    names, areas = _names(session, Permission), _names(session, ViewMenu)
    rows = [{"permission_id": names[permission], "view_menu_id": areas[area]} for permission, area in sorted(missing)]
    if rows:
        session.execute(insert(PermissionView.__table__), rows)
    return set(missing)


def _grant(session: Session, new_rights: set[Right], new_roles: set[str]) -> int:
    """Grant new rights to our roles, and everything to roles that are new themselves."""
    roles, rights = _names(session, Role), _rights(session)
    rows = [
        {"role_id": roles[role.value], "permission_view_id": rights[right]}
        for role, granted in permissions.ROLES.items()
        for right in sorted(granted)
        if right in new_rights or role.value in new_roles
    ]
    return _insert_missing(session, rows)


def _insert_missing(session: Session, rows: list[dict[str, int]]) -> int:
    """A right may be there as a pair while an old grant of it is there too: the pair of keys is unique."""
    table = assoc_permissionview_role
    there = {tuple(row) for row in session.execute(select(table.c.role_id, table.c.permission_view_id))}
    missing = [row for row in rows if (row["role_id"], row["permission_view_id"]) not in there]
    if missing:
        session.execute(insert(table), missing)
    return len(missing)
