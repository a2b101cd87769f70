"""What programs and forms sent us, so that the same request sent twice has its effect once."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import utc_now
from app.database import UtcDateTime
from app.models.base import Row


class ApiAnswer(Row):
    """The answer given to a request with an Idempotency-Key; the same key of the same person gets it again.

    The form of a new record is kept here too, under the hash of its mark and of everything typed into it.
    """

    __tablename__ = "api_answer"
    __table_args__ = (UniqueConstraint("user_id", "key"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(100))
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
