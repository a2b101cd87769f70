"""Telling cards of one client apart and together: keys that duplicates are found by, pairs found, merges made."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import utc_now
from app.database import Choice, ChoiceType, Model, UtcDateTime
from app.models.base import Record, Row, named
from app.texts import lazy


class ClientKey(Model):
    """A fingerprint of something that two cards of one client share: INN, phone, name as it sounds, a person."""

    __tablename__ = "client_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"), primary_key=True, index=True)


class PairState(Choice):
    """What became of a pair of cards that look like one."""

    NEW = "new", lazy("To be looked at"), "warn"
    DIFFERENT = "different", lazy("Not a duplicate"), "neutral"
    MERGED = "merged", lazy("Merged"), "ok"


class DuplicatePair(Record):
    """Two cards that look like one: why, how strongly, and what a person decided.

    `table_name` is client or contact; the smaller key stands first. A client that was saved although a duplicate was
    found is a pair too: `note` is the reason that was given.
    """

    __tablename__ = "duplicate_pair"
    __table_args__ = (
        UniqueConstraint("table_name", "first_id", "second_id"),
        Index(None, "table_name", "state", "strength"),
        Index(None, "table_name", "second_id"),
    )

    table_name: Mapped[str] = mapped_column(String(20))
    first_id: Mapped[int] = mapped_column(BigInteger)
    second_id: Mapped[int] = mapped_column(BigInteger)
    strength: Mapped[int] = mapped_column(info=named(lazy("Likeness"), lazy("of 100")))
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    state: Mapped[PairState] = mapped_column(ChoiceType(PairState), default=PairState.NEW, info=named(lazy("Status")))
    note: Mapped[str | None] = mapped_column(String(300), info=named(lazy("Reason")))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), info=named(lazy("Decided by")))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=named(lazy("Decided")))

    def __str__(self) -> str:
        return f"{self.table_name} {self.first_id} — {self.second_id}"


class RecordMerge(Row):
    """Two cards made one: which stayed, and everything that is needed to part them again.

    The snapshot holds personal data; it is dropped when the cards can no longer be parted.
    """

    __tablename__ = "record_merge"
    __table_args__ = (Index(None, "table_name", "merged_id"), Index(None, "table_name", "kept_id"))

    table_name: Mapped[str] = mapped_column(String(20))
    kept_id: Mapped[int] = mapped_column(BigInteger)
    merged_id: Mapped[int] = mapped_column(BigInteger)
    kept_name: Mapped[str] = mapped_column(String(200), default="", info=named(lazy("Card that stays")))
    merged_name: Mapped[str] = mapped_column(String(200), default="", info=named(lazy("Card that goes")))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, info=named(lazy("Merged at")))
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    snapshot: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    restored_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=named(lazy("Parted again")))

    def __str__(self) -> str:
        return f"{self.merged_name} → {self.kept_name}"
