"""Roles with their rights, and the password of every person in the tests."""

from flask_appbuilder.security.sqla.models import Permission, PermissionView, ViewMenu, assoc_permissionview_role
from flask_appbuilder.security.sqla.models import Role as RoleRecord
from sqlalchemy import insert, select
from sqlalchemy.orm import Session
from werkzeug.security import generate_password_hash

from app.permissions import ROLES, Right, Role

PASSWORD = "Пароль-для-проверки-1"
PASSWORD_HASH = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1")
"""Quick to check: signing in must not cost the tests more than what they test."""


def make_role(session: Session, role: Role) -> RoleRecord:
    """The role with the rights it starts with, made when it is not there yet; in few questions, most tests need one."""
    found = session.scalars(select(RoleRecord).filter_by(name=str(role))).first()
    if found is not None:
        return found
    made = RoleRecord(name=str(role))
    session.add(made)
    session.flush()
    rights = _rights(session, ROLES[role])
    grants = [{"role_id": made.id, "permission_view_id": key} for key in rights]
    session.execute(insert(assoc_permissionview_role), grants)
    return made


def _rights(session: Session, wanted: frozenset[Right]) -> list[int]:
    """The keys of the wanted rights; those that are missing are made."""
    there = _kept(session)
    missing = sorted(wanted - there.keys())
    if missing:
        names, areas = (
            _names(session, model, {right[place] for right in missing})
            for place, model in enumerate((Permission, ViewMenu))
        )
        rows = [{"permission_id": names[name], "view_menu_id": areas[area]} for name, area in missing]
        session.execute(insert(PermissionView.__table__), rows)
        there = _kept(session)
    return [there[right] for right in sorted(wanted)]


def _kept(session: Session) -> dict[Right, int]:
    question = (
        select(Permission.name, ViewMenu.name, PermissionView.id)
        .select_from(PermissionView)
        .join(PermissionView.permission)
        .join(PermissionView.view_menu)
    )
    return {(name, area): key for name, area, key in session.execute(question)}


def _names(session: Session, model: type[Permission | ViewMenu], wanted: set[str]) -> dict[str, int]:
    question = select(model.name, model.id)
    missing = wanted - {name for name, _key in session.execute(question)}
    if missing:
        session.execute(insert(model.__table__), [{"name": name} for name in sorted(missing)])
    return dict(session.execute(question).all())
