"""Sign-ins as rows: the browser or program holds a random token, the database its hash and whose it is.

Deleting the row ends the sign-in at once, in every process. All rows of a person go when their password, their roles
or their being active change.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from flask_appbuilder.security.sqla.models import Role, assoc_user_role
from sqlalchemy import Select, and_, bindparam, delete, event, inspect, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from app.database import User, answers
from app.models.access import LoginSession, Setting
from app.models.staff import Employee
from app.services.access.rights import VERSION_SETTING

TOUCH_EVERY = timedelta(minutes=5)
"""`seen_at` is this coarse, so that reading pages does not mean writing."""


@dataclass(frozen=True)
class Lifetimes:
    """How long a sign-in lasts without use, and at most."""

    idle: timedelta
    longest: timedelta


@dataclass(frozen=True)
class SignIn:
    """A sign-in that is in force, with all that a request needs to know about the person."""

    row_id: int
    user: User
    employee_id: int | None
    role_ids: frozenset[int]
    roles: frozenset[str]
    rights_version: str
    is_to_touch: bool


def begin(session: Session, user: User, place: str, now: datetime) -> str:
    """Sign a person in; gives the token, which is kept nowhere on this side."""
    token = secrets.token_urlsafe(32)
    session.add(LoginSession(token_hash=_hash(token), user_id=user.id, started_at=now, seen_at=now, address=place))
    session.flush()
    return token


def find(session: Session, token: str, now: datetime, lifetimes: Lifetimes) -> SignIn | None:
    """The sign-in of a token, in one query; None when it never was, has ended or has run out."""
    values = {"hash": _hash(token), "used_after": now - lifetimes.idle, "begun_after": now - lifetimes.longest}
    rows = answers(session, _in_force(), values)
    if not rows:
        return None
    row_id, seen_at, employee_id, _role_id, _role, rights_version, *of_user = rows[0]
    return SignIn(
        row_id=row_id,
        user=_known_user(session, of_user),
        employee_id=employee_id,
        role_ids=frozenset(row[3] for row in rows if row[3] is not None),
        roles=frozenset(row[4] for row in rows if row[4] is not None),
        rights_version=rights_version or "",
        is_to_touch=now - seen_at >= TOUCH_EVERY,
    )


@cache
def _in_force() -> Select[Any]:
    """The question of every request; it is kept."""
    version = select(Setting.value).where(Setting.name == VERSION_SETTING).scalar_subquery()
    of_user = [getattr(User, name) for name in _user_columns()]
    return (
        select(LoginSession.id, LoginSession.seen_at, Employee.id, Role.id, Role.name, version, *of_user)
        .join(User, User.id == LoginSession.user_id)
        .outerjoin(Employee, and_(Employee.user_id == User.id))
        .outerjoin(assoc_user_role, assoc_user_role.c.user_id == User.id)
        .outerjoin(Role, Role.id == assoc_user_role.c.role_id)
        .where(
            LoginSession.token_hash == bindparam("hash"),
            LoginSession.seen_at > bindparam("used_after"),
            LoginSession.started_at > bindparam("begun_after"),
            User.active.is_(True),
        )
    )


@cache
def _user_columns() -> tuple[str, ...]:
    return tuple(attribute.key for attribute in inspect(User).column_attrs)


def _known_user(session: Session, values: Sequence[Any]) -> User:
    """The person as a record of the session, as if it had been asked for: the columns are here already."""
    found = dict(zip(_user_columns(), values, strict=True))
    known: User | None = session.identity_map.get(identity_key(User, found["id"]))
    if known is not None:
        return known
    user = User()
    for name, value in found.items():
        set_committed_value(user, name, value)
    make_transient_to_detached(user)
    session.add(user)
    return user


def touch(connection: Connection, row_id: int, now: datetime) -> None:
    """Note that the sign-in is in use. Meant for a short transaction of its own."""
    connection.execute(update(LoginSession).where(LoginSession.id == row_id).values(seen_at=now))


def end(session: Session, token: str) -> None:
    """End one sign-in."""
    session.execute(delete(LoginSession).where(LoginSession.token_hash == _hash(token)))


def end_all(session: Session, user_id: int) -> None:
    """End every sign-in of a person."""
    session.execute(delete(LoginSession).where(LoginSession.user_id == user_id))


def sweep(session: Session, now: datetime, lifetimes: Lifetimes) -> int:
    """Remove sign-ins that have run out; gives how many."""
    worn = (LoginSession.seen_at <= now - lifetimes.idle) | (LoginSession.started_at <= now - lifetimes.longest)
    result: Any = session.execute(delete(LoginSession).where(worn))
    return int(result.rowcount)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


_ENDS_SIGN_INS = ("password", "active", "roles")


@event.listens_for(Session, "before_flush")
def _end_where_access_changed(session: Session, _context: Any, _instances: Any) -> None:
    for record in session.dirty:
        for user in _people_with_new_access(record):
            end_all(session, user.id)


def _people_with_new_access(record: Any) -> list[User]:
    """The user whose password, activity or roles change, or the people that a role is given to or taken from."""
    attributes = inspect(record).attrs
    if isinstance(record, User):
        return [record] if any(attributes[name].history.has_changes() for name in _ENDS_SIGN_INS) else []
    if isinstance(record, Role):
        people = attributes["user"].history
        return [*(people.added or ()), *(people.deleted or ())]
    return []
