"""Long work: jobs that a person starts and may leave, and what they say while they run."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.clock import utc_now
from app.database import Choice, ChoiceType, User, UtcDateTime
from app.models.base import Row
from app.models.files import TemporaryFile
from app.texts import lazy

LONGEST_LINE = 500
"""Characters of a line of the log."""


class JobState(Choice):
    """Where a job is. A failed or cancelled one keeps the rows that it had done."""

    QUEUED = "queued", lazy("Waiting for its turn"), "info"
    RUNNING = "running", lazy("Running"), "warn"
    DONE = "done", lazy("Job done"), "ok"
    FAILED = "failed", lazy("Job failed"), "danger"
    CANCELLED = "cancelled", lazy("Job cancelled"), "neutral"


class Job(Row):
    """A piece of long work (задание) of one person: an import, a large export, an act on many records.

    `done` counts the rows whose effect is committed: `done`, `kept` and the rows' effect are written in one
    transaction, so a job that is taken up again goes on right after them. Whoever holds `worker` may write the row.
    """

    __tablename__ = "job"
    __table_args__ = (Index(None, "owner_id", "id"), Index(None, "state", "beat_at"))

    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(5), default="ru")
    state: Mapped[JobState] = mapped_column(ChoiceType(JobState), default=JobState.QUEUED)
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    kept: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What the job itself remembers from piece to piece: its counts."""
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    is_cancel_wanted: Mapped[bool] = mapped_column(default=False)
    worker: Mapped[str | None] = mapped_column(String(60))
    attempts: Mapped[int] = mapped_column(default=0)
    result_text: Mapped[str | None] = mapped_column(String(500))
    result_url: Mapped[str | None] = mapped_column(String(300))
    result_file_id: Mapped[int | None] = mapped_column(ForeignKey("temporary_file.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    beat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the job last saved something: one that is silent for long has lost its worker."""
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    owner: Mapped[User | None] = relationship(User)
    result_file: Mapped[TemporaryFile | None] = relationship(TemporaryFile)

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more will happen."""
        return self.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)

    @property
    def percent(self) -> int | None:
        """How much is done, in whole per cent; None while the whole is not known."""
        return min(100, self.done * 100 // self.total) if self.total else None


class JobLine(Row):
    """One line of a job's log: what happened when."""

    __tablename__ = "job_line"

    job_id: Mapped[int] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    text: Mapped[str] = mapped_column(String(LONGEST_LINE))
