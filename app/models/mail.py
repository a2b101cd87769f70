"""Letters that wait to be sent by e-mail (исходящие письма)."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import utc_now
from app.database import Choice, ChoiceType, UtcDateTime
from app.models.base import LONG, Row, named
from app.texts import lazy


class MailState(Choice):
    """Where a letter is."""

    WAITING = "waiting", lazy("Waits to be sent"), "info"
    SENT = "sent", lazy("Sent"), "ok"
    FAILED = "failed", lazy("Not delivered"), "danger"
    RETURNED = "returned", lazy("Came back undelivered"), "danger"
    WITHDRAWN = "withdrawn", lazy("Withdrawn"), "neutral"


class OutgoingMail(Row):
    """A letter in the outbox (исходящее письмо), written in the transaction of the act that it tells of.

    Its files are attachments of this row. `record_table` and `record_id` name the record that it is about.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        Index(None, "state", "next_try_at"),
        Index(None, "record_table", "record_id"),
        Index(None, "document_table", "document_id"),
    )

    message_id: Mapped[str] = mapped_column(String(250), unique=True, info=named(lazy("Message-ID")))
    in_reply_to: Mapped[str | None] = mapped_column(String(250))
    earlier_ids: Mapped[str] = mapped_column(String(LONG), default="")
    """Message-IDs of the letters before, oldest first, parted by spaces."""
    sender: Mapped[str] = mapped_column(String(320), default="", info=named(lazy("From")))
    """Empty: the address that the server's setting names."""
    sender_name: Mapped[str] = mapped_column(String(150), default="", server_default="")
    reply_to: Mapped[str] = mapped_column(String(320), default="")
    recipients: Mapped[list[str]] = mapped_column(JSON, info=named(lazy("To")))
    copies: Mapped[list[str]] = mapped_column(JSON, default=list, info=named(lazy("Copy to")))
    subject: Mapped[str] = mapped_column(String(300), info=named(lazy("Subject of the letter")))
    text: Mapped[str] = mapped_column(Text, info=named(lazy("Text")))
    html: Mapped[str | None] = mapped_column(Text)
    record_table: Mapped[str | None] = mapped_column(String(64))
    record_id: Mapped[int | None]
    document_table: Mapped[str | None] = mapped_column(String(64))
    """With `document_id`: the document whose printed form goes with the letter."""
    document_id: Mapped[int | None]
    thread: Mapped[str] = mapped_column(String(16), default="", server_default="", index=True)
    """What the letters of one conversation share; empty for a letter that expects no answer."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, info=named(lazy("Created")))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), info=named(lazy("Created by")))
    state: Mapped[MailState] = mapped_column(
        ChoiceType(MailState), default=MailState.WAITING, info=named(lazy("Status"))
    )
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    """Before this nobody tries: the letter failed a moment ago, or somebody is sending it now."""
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=named(lazy("Sent")))
    error: Mapped[str] = mapped_column(String(500), default="")

    def __str__(self) -> str:
        return self.subject
