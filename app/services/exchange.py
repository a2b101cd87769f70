"""Requests of programs and forms of new records that may be repeated without a second effect."""

import hashlib
import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.exchange import ApiAnswer
from app.texts import _

LONGEST_KEY = 100


def request_hash(path: str, payload: Any) -> str:
    """What a request asks, as SHA-256: one key must not stand for two different requests."""
    return hashlib.sha256(json.dumps([path, payload], sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def find_answer(session: Session, user_id: int, key: str, asked: str) -> ApiAnswer | None:
    """The answer once given for this key. Raises RuleError when the key was used for another request."""
    if not 0 < len(key) <= LONGEST_KEY:
        raise RuleError(_("The Idempotency-Key has 1 to %(most)s characters.", most=LONGEST_KEY))
    statement = select(ApiAnswer).where(ApiAnswer.user_id == user_id, ApiAnswer.key == key)
    found = session.scalars(statement).first()
    if found is not None and found.request_hash != asked:
        raise RuleError(_("This Idempotency-Key was used for another request."))
    return found


def keep_answer(session: Session, user_id: int, key: str, asked: str, answer: tuple[int, dict[str, Any]]) -> None:
    """Keep the answer in the transaction of the act itself: both are there, or neither."""
    status, body = answer
    session.add(ApiAnswer(user_id=user_id, key=key, request_hash=asked, status=status, body=body))
    session.flush()
