"""Rules of the next step."""

import itertools
from typing import Any

from sqlalchemy.orm import Session

from app.models.follow_ups import FollowUpRule

_numbers = itertools.count(1)


def make_follow_up_rule(session: Session, **changes: Any) -> FollowUpRule:
    """After any interaction a call on the next working day."""
    record = FollowUpRule(**{"name": f"Правило {next(_numbers)}", "topic": "Перезвонить: {тема}"} | changes)
    session.add(record)
    session.flush()
    return record
