"""Consents and requests to erase."""

import itertools
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.models.personal_data import Consent, ConsentPurpose, Erasure, ErasureBasis
from tests import factories as make

_numbers = itertools.count(1)


def make_consent(session: Session, **changes: Any) -> Consent:
    values: dict[str, Any] = {
        "purpose": ConsentPurpose.ADVERTISING,
        "text_version": "№ 2 от 01.09.2025",
        "given_on": make.TODAY,
    }
    if "contact" not in changes:
        values["contact"] = make.make_contact(session)
    record = Consent(**values | changes)
    session.add(record)
    session.flush()
    return record


def make_erasure(session: Session, **changes: Any) -> Erasure:
    values: dict[str, Any] = {
        "number": f"КС-2026-{next(_numbers):06d}",
        "basis": ErasureBasis.WITHDRAWN,
        "requested_on": make.TODAY,
        "due_on": make.TODAY + timedelta(days=30),
    }
    if "contact" not in changes:
        values["contact"] = make.make_contact(session)
    record = Erasure(**values | changes)
    session.add(record)
    session.flush()
    return record
