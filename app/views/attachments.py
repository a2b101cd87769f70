"""The files of a record as its card shows them, and the store where they lie."""

from collections.abc import Iterable
from typing import Any

from flask import current_app, g, url_for
from sqlalchemy import select

from app.database import User, db
from app.models.files import Attachment, AttachmentKind
from app.permissions import READ, WRITE
from app.services.files import FileStore, Limits, attachments_of, open_store
from app.texts import _
from app.views import formats
from app.views.current import viewer, zone
from app.views.pages import Command, FileTile, Option

PHOTO_KINDS = {
    "equipment": (AttachmentKind.PHOTO, AttachmentKind.OTHER),
    "visit": (
        AttachmentKind.PHOTO_BEFORE,
        AttachmentKind.PHOTO_AFTER,
        AttachmentKind.PHOTO,
        AttachmentKind.SIGNED,
        AttachmentKind.OTHER,
    ),
    "contract": (AttachmentKind.SIGNED, AttachmentKind.OTHER),
}
"""Which kinds of files a table offers when one is added, the likeliest first."""
_ANY_KIND = (AttachmentKind.OTHER, AttachmentKind.PHOTO, AttachmentKind.SIGNED)


def store() -> FileStore:
    """The store of this installation, opened once per request."""
    if "file_store" not in g:
        g.file_store = open_store(current_app.config["KONTORA"].files_url)
    made: FileStore = g.file_store
    return made


def limits() -> Limits:
    """What this installation takes in."""
    return Limits.of_megabytes(current_app.config["KONTORA"].max_upload_mb, zone())


def file_url(attachment: Attachment) -> str:
    """The address of a file; its last part is the name that a browser offers for saving."""
    return url_for("FileView.show", pk=attachment.id, name=attachment.name)


def thumbnail_url(attachment: Attachment) -> str:
    """The address of a picture's thumbnail; '' for what is no picture."""
    if attachment.file.thumbnail_sha256 is None:
        return ""
    return url_for("FileView.show", pk=attachment.id, name=attachment.name, thumbnail=1)


def card_files(record: Any, area: str, *, can_write: bool | None = None) -> dict[str, Any]:
    """The fields files, can_upload, upload_url and upload_kinds of a card, by the rights of the record's area."""
    person = viewer()
    may_write = person.may(WRITE, area) if can_write is None else can_write
    found = attachments_of(db.session(), record) if person.may(READ, area) else ()
    return {
        "files": file_tiles(found, can_write=may_write),
        "can_upload": may_write,
        "upload_url": url_for("FileView.upload", table=record.__tablename__, pk=record.id) if may_write else "",
        "upload_kinds": upload_kinds(record.__tablename__) if may_write else (),
    }


def upload_kinds(table: str) -> tuple[Option, ...]:
    """The kinds that the form of a table's record offers; the first is chosen."""
    kinds = PHOTO_KINDS.get(table, _ANY_KIND)
    return tuple(Option(kind.value, str(kind.label), kind is kinds[0]) for kind in kinds)


def file_tiles(found: Iterable[Attachment], *, can_write: bool) -> tuple[FileTile, ...]:
    """Files as tiles: before and after the work stand together, each with its date, author and size."""
    attachments = sorted(found, key=lambda attachment: _ORDER.get(attachment.kind, 9))
    authors = _authors(attachments)
    return tuple(
        FileTile(
            name=attachment.name,
            url=file_url(attachment),
            thumbnail_url=thumbnail_url(attachment),
            caption=caption_of(attachment),
            note=_note(attachment, authors),
            delete=_delete(attachment) if can_write else None,
        )
        for attachment in attachments
    )


_ORDER = {AttachmentKind.SIGNED: 0, AttachmentKind.PHOTO_BEFORE: 1, AttachmentKind.PHOTO_AFTER: 2}


def caption_of(attachment: Attachment) -> str:
    """The caption with the kind before it, where the kind says something: «Фото до работ: шильдик»."""
    is_plain = attachment.kind in (AttachmentKind.OTHER, AttachmentKind.PHOTO)
    parts = ("" if is_plain else str(attachment.kind.label), attachment.caption or "")
    return ": ".join(part for part in parts if part)


def _authors(attachments: Iterable[Attachment]) -> dict[int, str]:
    keys = {attachment.created_by_id for attachment in attachments} - {None}
    if not keys:
        return {}
    return {user.id: user.get_full_name() for user in db.session.scalars(select(User).where(User.id.in_(keys)))}


def _note(attachment: Attachment, authors: dict[int, str]) -> str:
    moment = attachment.taken_at or attachment.created_at
    parts = (formats.moment(moment), authors.get(attachment.created_by_id or 0, ""), formats.size(attachment.file.size))
    return ", ".join(part for part in parts if part)


def _delete(attachment: Attachment) -> Command:
    return Command(
        _("Delete"),
        url_for("FileView.delete", pk=attachment.id),
        icon="trash",
        post=True,
        danger=True,
        confirm=_("Delete the file «%(name)s»?", name=attachment.name),
    )
