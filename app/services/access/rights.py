"""The rights that roles give, and the version that changes with them, so that every process notices at once."""

import secrets
from typing import Any

from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    Role,
    ViewMenu,
    assoc_permissionview_role,
)
from sqlalchemy import event, insert, select, update
from sqlalchemy.orm import Session

from app import permissions
from app.models.access import Setting
from app.permissions import Right
from app.texts import lazy

VERSION_SETTING = "security_version"

ROLE_LABELS: dict[str, str] = {
    permissions.Role.ADMIN: lazy("Administrator"),
    permissions.Role.DIRECTOR: lazy("Director"),
    permissions.Role.SALES_HEAD: lazy("Head of sales"),
    permissions.Role.SALES: lazy("Sales manager"),
    permissions.Role.SERVICE_HEAD: lazy("Head of service"),
    permissions.Role.ENGINEER: lazy("Service engineer"),
    permissions.Role.ACCOUNTANT: lazy("Accountant"),
    permissions.Role.PURCHASING: lazy("Purchasing and warehouse"),
    permissions.Role.BACK_OFFICE: lazy("Back office"),
}


def role_label(name: str) -> str:
    """What a person reads for a role; a role of the administrator's own making keeps its name."""
    return str(ROLE_LABELS.get(name, name))


def rights_of(session: Session, role_ids: frozenset[int]) -> frozenset[Right]:
    """All rights of the roles. One query."""
    question = (
        select(Permission.name, ViewMenu.name)
        .select_from(assoc_permissionview_role)
        .join(PermissionView, PermissionView.id == assoc_permissionview_role.c.permission_view_id)
        .join(Permission, Permission.id == PermissionView.permission_id)
        .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
        .where(assoc_permissionview_role.c.role_id.in_(role_ids))
    )
    return frozenset((permission, area) for permission, area in session.execute(question))


def change_version(session: Session) -> None:
    """Say that rights have changed. The value is random: nobody mistakes a restored database for a known one."""
    value = secrets.token_hex(8)
    table = Setting.__table__
    changed: Any = session.execute(update(table).where(table.c.name == VERSION_SETTING).values(value=value))
    if not changed.rowcount:
        session.execute(insert(table).values(name=VERSION_SETTING, value=value))


@event.listens_for(Session, "before_flush")
def _notice_changes(session: Session, _context: Any, _instances: Any) -> None:
    touched = (*session.new, *session.deleted, *(each for each in session.dirty if session.is_modified(each)))
    if any(isinstance(each, (Role, PermissionView, Permission, ViewMenu)) for each in touched):
        change_version(session)
