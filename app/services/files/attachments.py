"""Files at records. Whether a person may see them is asked of the record, never of the file."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.models.files import Attachment, AttachmentKind
from app.services.files.storing import Stored

PHOTOS = (AttachmentKind.PHOTO, AttachmentKind.PHOTO_BEFORE, AttachmentKind.PHOTO_AFTER)


def attach(
    session: Session,
    record: Any,
    stored: Stored,
    kind: AttachmentKind | str = AttachmentKind.OTHER,
    caption: str | None = None,
) -> Attachment:
    """Attach a stored file to a record that has its key; the same file at the same record is attached once."""
    kind = AttachmentKind(kind)
    found = session.scalars(
        select(Attachment).where(
            Attachment.record_table == record.__tablename__,
            Attachment.record_id == record.id,
            Attachment.file_id == stored.file.id,
            Attachment.kind == kind,
        )
    ).first()
    if found is not None:
        return found
    attachment = Attachment(
        record_table=record.__tablename__,
        record_id=record.id,
        file=stored.file,
        name=stored.name,
        kind=kind,
        caption=(caption or "").strip()[:300] or None,
        taken_at=stored.taken_at,
    )
    session.add(attachment)
    session.flush()
    return attachment


def attachments_of(session: Session, record: Any) -> Sequence[Attachment]:
    """The files of a record, newest first."""
    return attachments_of_many(session, record.__tablename__, [record.id])


def attachments_of_many(session: Session, table: str, keys: Sequence[int]) -> Sequence[Attachment]:
    """The files of several records of one table, newest first, in one question."""
    if not keys:
        return []
    statement = (
        select(Attachment)
        .where(Attachment.record_table == table, Attachment.record_id.in_(keys))
        .options(joinedload(Attachment.file))
        .order_by(Attachment.created_at.desc(), Attachment.id.desc())
    )
    return session.scalars(statement).all()


def detach(session: Session, attachment: Attachment) -> None:
    """Take a file off its record. Its content goes with the next sweep, unless another record has it too."""
    session.delete(attachment)
    session.flush()
