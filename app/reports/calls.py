"""Calls that no client is known for yet, as those who may see them do."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.models.calls import PhoneCall


def unknown_calls(session: Session, *, before: int | None, limit: int) -> Sequence[PhoneCall]:
    """Calls without a client, newest first, those older than the one of key `before`."""
    statement = select(PhoneCall).where(PhoneCall.client_id.is_(None)).options(joinedload(PhoneCall.employee))
    if before is not None:
        statement = statement.where(PhoneCall.id < before)
    return session.scalars(statement.order_by(PhoneCall.id.desc()).limit(limit)).all()
