"""«Почему я это (не) вижу?»: which right and which rule show a record to a person, or hide it.

The answer must not tell whether a hidden record exists. A person without the right gets the same words for every
number, and so does one whose rows are limited: the record is asked for within those rows, and what is not among them
is answered from the table's rule alone.
"""

from dataclasses import dataclass
from typing import Any

from flask_appbuilder.security.sqla.models import Permission, PermissionView, ViewMenu
from flask_appbuilder.security.sqla.models import Role as RoleRecord
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.permissions import READ, Viewer
from app.services.access.rights import role_label
from app.services.visibility import explain
from app.texts import _


@dataclass(frozen=True)
class Reason:
    """The answer: whether the person sees the record, what the right says and what the row rule says, in words.

    `rows` is empty where the right alone decides.
    """

    is_visible: bool
    right: str
    rows: str = ""


def why(session: Session, model: type[Any], area: str, key: int) -> Reason:
    """Explain a record to the session's own viewer."""
    viewer: Viewer = session.info["viewer"]
    if not viewer.may(READ, area):
        return Reason(False, _no_right(viewer.roles))
    right = _has_right(viewer.roles)
    record = session.get(model, key)
    if record is not None:
        return Reason(True, right, explain(session, record, viewer))
    if viewer.sees_all():
        return Reason(False, right, _("There is no such record."))
    return Reason(False, right, explain(session, model(), viewer))


def why_somebody(session: Session, model: type[Any], area: str, key: int, viewer: Viewer) -> Reason:
    """Explain to the administrator, who sees all records, how another person stands to one."""
    record = session.get(model, key)
    if record is None:
        return Reason(False, "", _("There is no such record."))
    if not viewer.may(READ, area):
        return Reason(False, _no_right(viewer.roles))
    seen = _sees(session, record, viewer)
    return Reason(seen, _has_right(viewer.roles), explain(session, record, viewer))


def roles_with(session: Session, area: str) -> list[str]:
    """Words for the roles that may read an area: whom to ask for the right."""
    question = (
        select(RoleRecord.name)
        .join(RoleRecord.permissions)
        .join(PermissionView.permission)
        .join(PermissionView.view_menu)
        .where(Permission.name == READ, ViewMenu.name == area)
    )
    return sorted(map(role_label, session.scalars(question)))


def _sees(session: Session, record: Any, viewer: Viewer) -> bool:
    """Ask for the record within somebody else's rows, with a session of theirs on the same connection."""
    with Session(session.connection(), info={"viewer": viewer}) as theirs:
        return theirs.get(type(record), record.id) is not None


def _has_right(roles: frozenset[str]) -> str:
    return _("The right to read such records is there (roles: %(roles)s).", roles=_words(roles))


def _no_right(roles: frozenset[str]) -> str:
    return _("None of the roles gives the right to read such records (roles: %(roles)s).", roles=_words(roles))


def _words(roles: frozenset[str]) -> str:
    return ", ".join(sorted(map(role_label, roles))) or _("none")
