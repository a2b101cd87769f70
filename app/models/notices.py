"""What people are told of (уведомления), and how each wants to hear of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.clock import utc_now
from app.database import Choice, ChoiceType, User, UtcDateTime
from app.models.base import Row
from app.texts import lazy


class NoticeKind(Choice):
    """What a person can be told of: something given to them, something of theirs overdue, a job at its end."""

    VISIT = "visit", lazy("New visit"), "info"
    VISIT_CHANGED = "visit_changed", lazy("Visit moved"), "warn"
    VISIT_CANCELLED = "visit_cancelled", lazy("Visit cancelled"), "warn"
    REQUEST = "request", lazy("New service request"), "info"
    DEAL = "deal", lazy("New deal"), "info"
    CLAIM = "claim", lazy("New claim"), "info"
    CLAIM_STEP = "claim_step", lazy("New step of a claim"), "info"
    INTERACTION = "interaction", lazy("New event"), "info"
    CLIENT = "client", lazy("Client handed over to you"), "info"
    LETTER = "letter", lazy("Letter from a client"), "info"
    LETTER_FAILED = "letter_failed", lazy("Letter not delivered"), "danger"
    CALL = "call", lazy("Incoming call"), "info"
    CALL_MISSED = "call_missed", lazy("Missed call"), "warn"
    HANDOVER = "handover", lazy("Clients handed over to you"), "warn"
    HANDOVER_AWAY = "handover_away", lazy("Your clients were handed over"), "info"
    HANDOVER_RECEIVED = "handover_received", lazy("Hand-over received"), "ok"
    MENTION = "mention", lazy("You were mentioned"), "plan"
    JOB_DONE = "job_done", lazy("Job done"), "ok"
    JOB_FAILED = "job_failed", lazy("Job failed"), "danger"
    INTERACTION_OVERDUE = "interaction_overdue", lazy("Event overdue"), "danger"
    DEAL_OVERDUE = "deal_overdue", lazy("Step of a deal overdue"), "danger"
    REQUEST_OVERDUE = "request_overdue", lazy("Promise to a client overdue"), "danger"
    VISIT_OVERDUE = "visit_overdue", lazy("Visit not written up"), "danger"
    CLAIM_OVERDUE = "claim_overdue", lazy("Answer to a claim overdue"), "danger"
    CLAIM_STEP_OVERDUE = "claim_step_overdue", lazy("Step of a claim overdue"), "danger"
    MAINTENANCE_OVERDUE = "maintenance_overdue", lazy("Maintenance overdue"), "danger"
    DEBT_OVERDUE = "debt_overdue", lazy("Debt overdue"), "danger"
    DEBT_LONG = "debt_long", lazy("Debt overdue for more than 30 days"), "danger"


class Delivery(Choice):
    """How a person wants to hear of a kind of notifications; the bell shows all but the last."""

    BELL = "bell", lazy("Only in the bell")
    MAIL = "mail", lazy("Bell and a letter at once")
    DIGEST = "digest", lazy("Bell and a daily letter")
    NONE = "none", lazy("Do not tell")


class Notice(Row):
    """Something that one person is told once (уведомление): the kind, the record, and words that read in any language.

    Nothing doubles: a person is told of a record once a day and kind. For what is overdue the day is the one on
    which it was due, so that it is told once however often the night comes.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("user_id", "kind", "record_table", "record_id", "day"),
        Index(None, "user_id", "read_at", "id"),
        Index(None, "mail_state", "id"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    kind: Mapped[NoticeKind] = mapped_column(ChoiceType(NoticeKind))
    record_table: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[int]
    day: Mapped[date]
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What the words name: `what`, `client`, an instant `at` or a day `on`, an amount `sum`."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mail_state: Mapped[str] = mapped_column(String(10), default="")
    """Delivery.MAIL or DIGEST while a letter about it is to be written; empty when none is."""
    user: Mapped[User] = relationship(User)

    def __str__(self) -> str:
        return str(self.kind.label)


class NoticeChoice(Row):
    """How one person wants to hear of one kind of notifications."""

    __tablename__ = "notice_choice"
    __table_args__ = (UniqueConstraint("user_id", "kind"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    kind: Mapped[NoticeKind] = mapped_column(ChoiceType(NoticeKind))
    delivery: Mapped[Delivery] = mapped_column(ChoiceType(Delivery))


class NoticeLanguage(Row):
    """The language of a person's letters: pages follow the browser, letters have none."""

    __tablename__ = "notice_language"

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), unique=True)
    language: Mapped[str] = mapped_column(String(5))
