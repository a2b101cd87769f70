"""Calls that no client is known for yet, and the one that rings, as those who may see them do."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.models.calls import CallState, PhoneCall
from app.models.interactions import Direction

RINGS_FOR = timedelta(minutes=2)
"""No telephone rings for longer: the report of the end was lost."""


def unknown_calls(session: Session, *, before: int | None, limit: int) -> Sequence[PhoneCall]:
    """Calls without a client, newest first, those older than the one of key `before`."""
    statement = select(PhoneCall).where(PhoneCall.client_id.is_(None)).options(joinedload(PhoneCall.employee))
    if before is not None:
        statement = statement.where(PhoneCall.id < before)
    return session.scalars(statement.order_by(PhoneCall.id.desc()).limit(limit)).all()


def ringing_call(session: Session, employee_id: int, now: datetime) -> PhoneCall | None:
    """The latest call that rings at the employee's telephone."""
    statement = (
        select(PhoneCall)
        .where(
            PhoneCall.employee_id == employee_id,
            PhoneCall.state == CallState.RINGING,
            PhoneCall.direction == Direction.IN,
            PhoneCall.started_at > now - RINGS_FOR,
        )
        .options(joinedload(PhoneCall.client))
    )
    return session.scalars(statement.order_by(PhoneCall.id.desc()).limit(1)).first()
