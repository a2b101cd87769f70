"""A call as a telephone exchange reports it."""

import itertools
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.models.calls import PhoneCall

_numbers = itertools.count(1)


def make_phone_call(session: Session, **changes: Any) -> PhoneCall:
    values = {
        "provider": "generic",
        "external_id": f"call-{next(_numbers)}",
        "number": "+74950000001",
        "started_at": datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
    }
    call = PhoneCall(**values | changes)
    session.add(call)
    session.flush()
    return call
