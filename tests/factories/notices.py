"""A notification."""

import itertools
from typing import Any

from sqlalchemy.orm import Session

from app.models.notices import Notice, NoticeKind

_numbers = itertools.count(1)


def make_notice(session: Session, **changes: Any) -> Notice:
    """By default about a visit that is not there."""
    from tests.factories import TODAY, make_user  # they stand in the file that imports this one

    values: dict[str, Any] = {
        "kind": NoticeKind.VISIT,
        "record_table": "visit",
        "record_id": next(_numbers) + 1_000_000,
        "day": TODAY,
        "arguments": {"what": "Техническое обслуживание"},
    }
    if "user" not in changes and "user_id" not in changes:
        values["user"] = make_user(session)
    notice = Notice(**values | changes)
    session.add(notice)
    session.flush()
    return notice
