"""Takes a file in: checks it, keeps its content, then writes its row."""

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.models.files import StoredFile
from app.services.files.content import agreed_name, check_content
from app.services.files.limits import Checked, Limits, check_size
from app.services.files.names import safe_name
from app.services.files.store import FileStore
from app.services.upserts import insert_into


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that was taken in, with what belongs not to its content but to its being attached."""

    file: StoredFile
    name: str
    taken_at: datetime | None = None


def store_file(
    session: Session, source: bytes | BinaryIO, name: str, *, folder: FileStore, limits: Limits | None = None
) -> Stored:
    """Check and keep a file; the same content is kept once.

    The content is safe on the disk before its row is written: what a crash leaves is content without a row, which
    `sweep_files` takes away, never a row without content. Raises RuleError for what is not taken.
    """
    limits = limits or Limits()
    content = source if isinstance(source, bytes) else _read(source, limits)
    checked = check_content(content, limits)
    agreed = agreed_name(safe_name(name), checked)
    sha256 = folder.keep(checked.content)
    thumbnail = folder.keep(checked.thumbnail) if checked.thumbnail else None
    return Stored(_row(session, sha256, checked, thumbnail), agreed, checked.taken_at)


def _read(source: BinaryIO, limits: Limits) -> bytes:
    """Read no more than one byte over the limit."""
    content = source.read(limits.size + 1)
    check_size(len(content), limits)
    return content


def _row(session: Session, sha256: str, checked: Checked, thumbnail: str | None) -> StoredFile:
    """The one row of this content; two people who attach the same file at once get the same row."""
    moment, viewer = utc_now(), session.info.get("viewer")
    author = viewer.user_id if viewer is not None else None
    values = {
        "sha256": sha256,
        "size": len(checked.content),
        "media_type": checked.media_type,
        "width": checked.width,
        "height": checked.height,
        "pages": checked.pages,
        "thumbnail_sha256": thumbnail,
        "version": 1,
        "created_at": moment,
        "changed_at": moment,
        "created_by_id": author,
        "changed_by_id": author,
    }
    session.execute(insert_into(session, StoredFile, values).on_conflict_do_nothing(index_elements=["sha256"]))
    return session.scalars(select(StoredFile).where(StoredFile.sha256 == sha256)).one()
