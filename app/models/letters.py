"""Letters that came by e-mail (входящие письма), and where their fetching from a mailbox stands."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.clock import utc_now
from app.database import Choice, ChoiceType, UtcDateTime
from app.models.base import LONG, Record, Row, named
from app.models.interactions import Interaction
from app.texts import lazy


class IncomingKind(Choice):
    """Who wrote a letter that came: a person, or a mail program."""

    LETTER = "letter", lazy("Letter"), "info"
    AUTO_REPLY = "auto_reply", lazy("Automatic reply"), "neutral"
    RETURNED = "returned", lazy("Came back undelivered"), "danger"


class IncomingState(Choice):
    """Whether a letter that came has found its client."""

    UNSORTED = "unsorted", lazy("To be sorted"), "warn"
    SORTED = "sorted", lazy("With its client"), "ok"
    SET_ASIDE = "set_aside", lazy("Set aside"), "neutral"


class IncomingMail(Row):
    """A letter that came by e-mail (входящее письмо), kept once by its Message-ID.

    Its files are attachments of its interaction, and of this row while it has none.
    """

    __tablename__ = "incoming_mail"
    __table_args__ = (Index(None, "state", "id"),)

    message_id: Mapped[str] = mapped_column(String(250), unique=True, info=named(lazy("Message-ID")))
    in_reply_to: Mapped[str | None] = mapped_column(String(250))
    earlier_ids: Mapped[str] = mapped_column(String(LONG), default="")
    """Message-IDs of the letters before, oldest first, parted by spaces."""
    thread: Mapped[str] = mapped_column(String(16), default="", index=True)
    sender: Mapped[str] = mapped_column(String(320), default="", index=True, info=named(lazy("From")))
    sender_name: Mapped[str] = mapped_column(String(150), default="")
    recipients: Mapped[list[str]] = mapped_column(JSON, default=list, info=named(lazy("To")))
    subject: Mapped[str] = mapped_column(String(300), default="", info=named(lazy("Subject of the letter")))
    text: Mapped[str] = mapped_column(Text, default="", info=named(lazy("Text")))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime, info=named(lazy("When")))
    came_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, info=named(lazy("Received")))
    kind: Mapped[IncomingKind] = mapped_column(
        ChoiceType(IncomingKind), default=IncomingKind.LETTER, info=named(lazy("Kind"))
    )
    state: Mapped[IncomingState] = mapped_column(
        ChoiceType(IncomingState), default=IncomingState.UNSORTED, info=named(lazy("Status"))
    )
    warning: Mapped[str] = mapped_column(String(1000), default="")
    """What of the letter could not be taken: a file of another kind, a letter that is too large."""
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interaction.id"), index=True)
    """What it was written down as; for automatic ones, the letter of ours that they answer."""
    interaction: Mapped[Interaction | None] = relationship(Interaction)

    def __str__(self) -> str:
        return self.subject or self.sender


class MailFolder(Row):
    """How far a folder of a mailbox has been fetched (RFC 3501: UIDs count up while UIDVALIDITY stays)."""

    __tablename__ = "mail_folder"

    address: Mapped[str] = mapped_column(String(250), unique=True)
    """Login, server and folder; no password."""
    uid_validity: Mapped[int] = mapped_column(BigInteger, default=0)
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(String(500), default="")

    def __str__(self) -> str:
        return self.address


class LetterFits(Choice):
    """With which document a template of a letter goes."""

    ANY = "any", lazy("Any letter"), "neutral"
    QUOTE = "quote", lazy("Quote"), "info"
    INVOICE = "invoice", lazy("Invoice"), "info"
    CONTRACT = "contract", lazy("Contract"), "info"
    VISIT = "visit", lazy("Act of a visit"), "info"


class LetterTemplate(Record):
    """A template of a letter (шаблон письма): subject and plain text with names in braces; see services/letters."""

    __tablename__ = "letter_template"

    name: Mapped[str] = mapped_column(String(100), unique=True, info=named(lazy("Name")))
    fits: Mapped[LetterFits] = mapped_column(
        ChoiceType(LetterFits), default=LetterFits.ANY, index=True, info=named(lazy("For which letters"))
    )
    subject: Mapped[str] = mapped_column(String(250), info=named(lazy("Subject of the letter")))
    body: Mapped[str] = mapped_column(
        String(LONG),
        info=named(
            lazy("Text"),
            lazy(
                "In the places of {клиент}, {имя}, {номер}, {дата}, {сумма}, {срок}, {менеджер}, {должность} and"
                " {телефон} stand the words of the record; a line about what it does not say is left out."
            ),
        ),
    )

    def __str__(self) -> str:
        return self.name
