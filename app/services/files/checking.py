"""Compares the store with its rows: what is missing, what has changed, what nobody refers to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models.files import Attachment, StoredFile, TemporaryFile
from app.services.files.store import FileStore, hash_of_stream


@dataclass(frozen=True, slots=True)
class FilesReport:
    """What `flask kontora check` says about files; contents are named by their SHA-256.

    `orphans` lie in the store without a row. A crash between file and row leaves one: harmless, sweepable.
    """

    checked: int
    missing: tuple[str, ...]
    changed: tuple[str, ...]
    orphans: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Tell whether every row has its content, unchanged."""
        return not self.missing and not self.changed


def check_files(session: Session, store: FileStore) -> FilesReport:
    """Read every file that a row names and compare it with its SHA-256."""
    missing, changed, known = [], [], set()
    for sha256 in _referred(session):
        known.add(sha256)
        try:
            with store.open(sha256) as content:
                if hash_of_stream(content) != sha256:
                    changed.append(sha256)
        except FileNotFoundError:
            missing.append(sha256)
    orphans = sorted(kept.sha256 for kept in store.contents() if kept.sha256 not in known)
    return FilesReport(len(known), tuple(missing), tuple(changed), tuple(orphans))


def forget_unused(session: Session, *, before: datetime) -> int:
    """Delete the rows of files older than `before` that no record has any more; gives their number.

    Commit before `sweep_files`: a crash between the two leaves content without a row, never the other way round.
    """
    unused = select(StoredFile.id).where(
        StoredFile.created_at < before, ~select(Attachment.id).where(Attachment.file_id == StoredFile.id).exists()
    )
    keys = list(session.scalars(unused))
    session.execute(delete(StoredFile).where(StoredFile.id.in_(keys)), execution_options={"synchronize_session": False})
    return len(keys)


def sweep_files(session: Session, store: FileStore, *, before: datetime) -> int:
    """Remove content without a row that was written before `before`; gives the number of contents removed.

    The age leaves alone what is being attached at this moment: its content is there, its row not yet.
    """
    known = set(_referred(session))
    swept = [
        kept.sha256
        for kept in store.contents()
        if kept.sha256 not in known and kept.written_at is not None and kept.written_at < before
    ]
    for sha256 in swept:
        store.remove(sha256)
    return len(swept)


def _referred(session: Session) -> Iterator[str]:
    """Every content that a row names, pictures, thumbnails and temporary files, once."""
    seen: set[str] = set()
    attached = select(StoredFile.sha256, StoredFile.thumbnail_sha256).order_by(StoredFile.id)
    temporary = select(TemporaryFile.sha256).order_by(TemporaryFile.id)
    for question in (attached, temporary):
        for sha256 in (name for row in session.execute(question) for name in row):
            if sha256 is not None and sha256 not in seen:
                seen.add(sha256)
                yield sha256
