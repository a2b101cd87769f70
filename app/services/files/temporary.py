"""Files that are kept for some days only: what was sent to be read by a job, and what a job has made."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.models.files import TemporaryFile
from app.services.files.names import safe_name
from app.services.files.store import FileStore

KEPT_FOR = timedelta(days=7)


def keep_temporarily(
    session: Session, content: bytes, name: str, media_type: str, *, folder: FileStore
) -> TemporaryFile:
    """Keep content under a name for the session's viewer. The content is safe before its row is written."""
    viewer = session.info.get("viewer")
    file = TemporaryFile(
        sha256=folder.keep(content),
        name=safe_name(name),
        media_type=media_type,
        size=len(content),
        owner_id=viewer.user_id if viewer is not None else None,
        kept_until=utc_now() + KEPT_FOR,
    )
    session.add(file)
    session.flush()
    return file


def forget_temporary(session: Session, *, now: datetime) -> int:
    """Delete the rows of files whose time is over; gives their number. Their content goes with the next sweep."""
    over = list(session.scalars(select(TemporaryFile.id).where(TemporaryFile.kept_until <= now)))
    session.execute(delete(TemporaryFile).where(TemporaryFile.id.in_(over)))
    return len(over)
