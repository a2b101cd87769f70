"""Somebody as a viewer without a sign-in: for jobs, and to explain what another person sees."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import User
from app.models.staff import Employee
from app.permissions import Viewer, widest_scope
from app.services.access.rights import rights_of


def viewer_of(session: Session, user: User) -> Viewer:
    """The roles, rights and employee that the person would sign in with."""
    roles = frozenset(role.name for role in user.roles)
    return Viewer(
        user_id=user.id,
        employee_id=session.scalar(select(Employee.id).where(Employee.user_id == user.id)),
        scope=widest_scope(roles),
        rights=rights_of(session, frozenset(role.id for role in user.roles)),
        roles=roles,
    )
