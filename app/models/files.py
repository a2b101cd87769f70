"""Files by content and their attachment to records. A file is shown only through the rights of its record."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.clock import utc_now
from app.database import Choice, ChoiceType, UtcDateTime
from app.models.base import Record, Row, named
from app.texts import lazy


class StoredFile(Record):
    """Bytes kept once by their SHA-256, with what was found when they were checked."""

    __tablename__ = "stored_file"

    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(100))
    width: Mapped[int | None]
    height: Mapped[int | None]
    thumbnail_sha256: Mapped[str | None] = mapped_column(String(64))
    pages: Mapped[int | None]


class AttachmentKind(Choice):
    """What a file is to its record."""

    PHOTO = "photo", lazy("Photograph")
    PHOTO_BEFORE = "photo_before", lazy("Photograph before the work")
    PHOTO_AFTER = "photo_after", lazy("Photograph after the work")
    SIGNED = "signed", lazy("Signed document")
    SIGNATURE = "signature", lazy("Client's signature")
    OTHER = "other", lazy("File")


class Attachment(Record):
    """A file at a record: a signed contract, a photograph of equipment, a letter's enclosure."""

    __tablename__ = "attachment"
    __table_args__ = (Index(None, "record_table", "record_id"),)

    record_table: Mapped[str] = mapped_column(String(64), info=named(lazy("Table")))
    record_id: Mapped[int] = mapped_column(info=named(lazy("Record")))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    name: Mapped[str] = mapped_column(String(200), info=named(lazy("File name")))
    kind: Mapped[AttachmentKind] = mapped_column(
        ChoiceType(AttachmentKind), default=AttachmentKind.OTHER, info=named(lazy("Kind"))
    )
    caption: Mapped[str | None] = mapped_column(String(300), info=named(lazy("Caption")))
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=named(lazy("Taken")))
    file: Mapped[StoredFile] = relationship(StoredFile)

    def __str__(self) -> str:
        return self.name


class TemporaryFile(Row):
    """A file that belongs to no record and is kept until a day: what a job reads, or what it has made for its owner."""

    __tablename__ = "temporary_file"

    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    kept_until: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    def __str__(self) -> str:
        return self.name
