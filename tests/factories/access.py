"""Roles with their rights, and the password of every person in the tests."""

from flask_appbuilder.security.sqla.models import Permission, PermissionView, ViewMenu
from flask_appbuilder.security.sqla.models import Role as RoleRecord
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.security import generate_password_hash

from app.permissions import ROLES, Right, Role

PASSWORD = "Пароль-для-проверки-1"
PASSWORD_HASH = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1")
"""Quick to check: signing in must not cost the tests more than what they test."""


def make_role(session: Session, role: Role) -> RoleRecord:
    """The role with the rights it starts with, made when it is not there yet."""
    found = session.scalars(select(RoleRecord).filter_by(name=str(role))).first()
    if found is not None:
        return found
    made = RoleRecord(name=str(role), permissions=[_right(session, right) for right in sorted(ROLES[role])])
    session.add(made)
    session.flush()
    return made


def _right(session: Session, right: Right) -> PermissionView:
    permission, area = right
    found = session.scalars(
        select(PermissionView)
        .join(PermissionView.permission)
        .join(PermissionView.view_menu)
        .where(Permission.name == permission, ViewMenu.name == area)
    ).first()
    if found is not None:
        return found
    made = PermissionView(permission=_named(session, Permission, permission), view_menu=_named(session, ViewMenu, area))
    session.add(made)
    session.flush()
    return made


def _named(session: Session, model: type[Permission | ViewMenu], name: str) -> Permission | ViewMenu:
    return session.scalars(select(model).filter_by(name=name)).first() or model(name=name)
