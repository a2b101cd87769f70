"""Who can be mentioned: the active logins, with the names of their employees."""

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.database import User
from app.models.staff import Employee

MOST = 8


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a login."""

    login: str
    name: str
    position: str


def find_people(session: Session, asked: str) -> list[Person]:
    """People whose login or name begins with what was typed, by the alphabet; whoever when nothing was."""
    words = asked.strip().lower()
    statement = (
        select(User.username, User.last_name, User.first_name, Employee.position)
        .outerjoin(Employee, Employee.user_id == User.id)
        .where(User.active.is_(True))
        .order_by(User.last_name, User.first_name, User.id)
    )
    if words:
        # SQLite folds Latin letters only: a name is asked for as it is typed and with a capital.
        beginnings = {words, words.capitalize()}
        columns = (func.lower(User.username), User.last_name, User.first_name)
        statement = statement.where(
            or_(*(column.startswith(begin, autoescape=True) for column in columns for begin in beginnings))
        )
    return [
        Person(login, f"{family or ''} {given or ''}".strip(), position or "")
        for login, family, given, position in session.execute(statement.limit(MOST))
    ]
