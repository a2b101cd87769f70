"""Who is signed in, who opened personal data, what was changed, and settings of a person and of the company."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.clock import utc_now
from app.database import User, UtcDateTime
from app.models.base import Record, Row, named
from app.texts import lazy


class LoginSession(Row):
    """One sign-in of one person. The cookie holds only its token; ending the row ends the sign-in at once."""

    __tablename__ = "login_session"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    address: Mapped[str] = mapped_column(String(45), default="")
    user: Mapped[User] = relationship(User)


class LoginAttempt(Row):
    """A failed sign-in, kept for the limits per login and per address; old ones are swept."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index(None, "login", "at"), Index(None, "address", "at"))

    login: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(45))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class CalendarToken(Row):
    """The secret address under which a person's phone reads their calendar. One per person; deleting the row ends it.

    The address holds the token, the database its hash.
    """

    __tablename__ = "calendar_token"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


_DELETED = text("act = 'delete'")


class AuditEntry(Row):
    """One change of one record: who, when, which fields from what to what. Append-only, chained by hashes."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index(None, "table_name", "record_id"),
        Index(None, "user_id", "at"),
        # Which parts a record has lost: asked with the very words of the condition, or the index is not used.
        Index("ix_audit_entry_deleted", "table_name", sqlite_where=_DELETED, postgresql_where=_DELETED),
    )

    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True, info=named(lazy("When")))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), info=named(lazy("Who")))
    table_name: Mapped[str] = mapped_column(String(64), info=named(lazy("Table")))
    record_id: Mapped[int] = mapped_column(info=named(lazy("Record")))
    act: Mapped[str] = mapped_column(String(20), info=named(lazy("Act")))
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, info=named(lazy("Changes")))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class PersonalDataAccess(Row):
    """Somebody opened a restricted field of a contact (152-ФЗ): who, when, whose, which field."""

    __tablename__ = "personal_data_access"
    __table_args__ = (Index(None, "user_id", "at"),)

    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    contact_id: Mapped[int] = mapped_column(index=True)
    fields: Mapped[str] = mapped_column(String(100))


class PersonalSetting(Row):
    """What a person keeps for themselves, by name: the look of the pages, favourites."""

    __tablename__ = "personal_setting"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(20))
    value: Mapped[Any] = mapped_column(JSON)


class OpenedRecord(Row):
    """A record whose card a person has opened lately. It holds no words of the record, and goes with it."""

    __tablename__ = "opened_record"
    __table_args__ = (
        UniqueConstraint("user_id", "record_table", "record_id"),
        Index(None, "record_table", "record_id"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    record_table: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Setting(Record):
    """A setting that the administrator changes without a restart, by name."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(64), unique=True, info=named(lazy("Name")))
    value: Mapped[str] = mapped_column(String(1000), default="", info=named(lazy("Value")))
