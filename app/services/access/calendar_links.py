"""Secret addresses of people's calendars: a phone has no cookie, so the address itself says whose calendar it asks for.

A person has at most one. A new one replaces the old; revoking ends it at once; so does being deactivated.
"""

import hashlib
import secrets
from datetime import datetime
from typing import Any

from flask_appbuilder.security.sqla.models import Role, assoc_user_role
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.database import User
from app.models.access import CalendarToken, Setting
from app.models.staff import Employee
from app.services import audit
from app.services.access.rights import VERSION_SETTING
from app.services.access.sign_ins import SignIn


def issue(session: Session, user_id: int, now: datetime) -> str:
    """Give the person a new address instead of the one they had; the token is kept nowhere on this side."""
    _forget(session, user_id)
    token = secrets.token_urlsafe(32)
    session.add(CalendarToken(token_hash=_hash(token), user_id=user_id, made_at=now))
    session.flush()
    audit.log_event(session, "calendar_link_made", user_id=user_id, changes={})
    return token


def revoke(session: Session, user_id: int) -> bool:
    """End the person's address; tells whether there was one."""
    was_there = _forget(session, user_id)
    if was_there:
        audit.log_event(session, "calendar_link_ended", user_id=user_id, changes={})
    return was_there


def made_at(session: Session, user_id: int) -> datetime | None:
    """Since when the person has an address; None without one."""
    return session.scalar(select(CalendarToken.made_at).where(CalendarToken.user_id == user_id))


def find(session: Session, token: str) -> SignIn | None:
    """Whose calendar the token opens, with all that tells what they may see; None for an unknown or ended one.

    Asked with no viewer on the session, in one query.
    """
    version = select(Setting.value).where(Setting.name == VERSION_SETTING).scalar_subquery()
    question = (
        select(CalendarToken.id, User, Employee.id, Role.id, Role.name, version)
        .join(User, User.id == CalendarToken.user_id)
        .outerjoin(Employee, Employee.user_id == User.id)
        .outerjoin(assoc_user_role, assoc_user_role.c.user_id == User.id)
        .outerjoin(Role, Role.id == assoc_user_role.c.role_id)
        .where(CalendarToken.token_hash == _hash(token), User.active.is_(True))
    )
    rows = session.execute(question).all()
    if not rows:
        return None
    row_id, user, employee_id, _role_id, _role, rights_version = rows[0]
    return SignIn(
        row_id=row_id,
        user=user,
        employee_id=employee_id,
        role_ids=frozenset(row[3] for row in rows if row[3] is not None),
        roles=frozenset(row[4] for row in rows if row[4] is not None),
        rights_version=rights_version or "",
        is_to_touch=False,
    )


def _forget(session: Session, user_id: int) -> bool:
    result: Any = session.execute(delete(CalendarToken).where(CalendarToken.user_id == user_id))
    return bool(result.rowcount)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
