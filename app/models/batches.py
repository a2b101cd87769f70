"""Acts on many records that can be taken back as a whole: imports, bulk edits, merges."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.clock import utc_now
from app.database import Choice, ChoiceType, User, UtcDateTime
from app.models.base import Row
from app.texts import lazy


class BatchKind(Choice):
    """What kind of act a batch was."""

    IMPORT = "import", lazy("Import of a table"), "info"
    BULK_EDIT = "bulk_edit", lazy("Change of many records"), "info"
    MERGE = "merge", lazy("Merge of doubles"), "info"
    HANDOVER = "handover", lazy("Hand-over of clients"), "info"


class Batch(Row):
    """One act on many records (пакет изменений), kept record by record so that it can be taken back."""

    __tablename__ = "batch"

    kind: Mapped[BatchKind] = mapped_column(ChoiceType(BatchKind))
    title: Mapped[str] = mapped_column(String(200))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="SET NULL"))
    owner: Mapped[User | None] = relationship(User, foreign_keys=[owner_id])

    def __str__(self) -> str:
        return self.title


class BatchAct(Choice):
    """What a batch did to a record, all in all."""

    CREATE = "create", lazy("Created"), "ok"
    CHANGE = "change", lazy("Changed record"), "info"
    DELETE = "delete", lazy("Deleted record"), "danger"


class BatchOutcome(Choice):
    """What became of a record when its batch was taken back."""

    UNDONE = "undone", lazy("As before"), "ok"
    STAYS = "stays", lazy("Stays"), "warn"


class BatchChange(Row):
    """What a batch did to one record: columns before and after, as plain JSON. One row per record and batch."""

    __tablename__ = "batch_change"
    __table_args__ = (UniqueConstraint("batch_id", "table_name", "record_id"),)

    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id", ondelete="CASCADE"))
    table_name: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[int]
    act: Mapped[BatchAct] = mapped_column(ChoiceType(BatchAct))
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    outcome: Mapped[BatchOutcome | None] = mapped_column(ChoiceType(BatchOutcome))
    reason: Mapped[str | None] = mapped_column(String(300))
