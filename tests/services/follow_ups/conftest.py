from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import app.services.follow_ups  # noqa: F401 (watches every session)
from app.models.follow_ups import FollowUp
from app.models.interactions import Interaction


@pytest.fixture
def planned(session: Session) -> Callable[[Any], Interaction | None]:
    """What was planned after an event, by the log; None when nothing was."""

    def find(record: Any) -> Interaction | None:
        session.flush()
        statement = select(FollowUp).where(
            FollowUp.record_table == record.__tablename__, FollowUp.record_id == record.id
        )
        found = session.scalars(statement).all()
        assert len(found) <= 1
        return found[0].interaction if found else None

    return find
