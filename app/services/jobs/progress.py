"""How a job says how far it is: saved in pieces, each in one transaction with the effect of its rows."""

import time
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.models.jobs import LONGEST_LINE, Job, JobLine, JobState
from app.services.files import FileStore, keep_temporarily

PIECE_SECONDS = 0.5
PIECE_ROWS = 200
BREATHS = {"sqlite": 0.05}
"""Seconds between two pieces by database. SQLite has one writer: people who save meanwhile get their turn."""

_Item = TypeVar("_Item")


class CancelledError(Exception):
    """The person has asked the job to stop."""


class StoppedError(Exception):
    """The worker is being stopped; the job goes on with the next one."""


class LostError(Exception):
    """Another worker has taken the job up; this one must write nothing more."""


class Progress:
    """What a job's function is given: counts rows, saves, and stops the function when it must."""

    def __init__(self, session: Session, job: Job, shop: Any) -> None:
        self.files: FileStore = shop.files
        self.today: date = utc_now().astimezone(shop.timezone).date()
        self.kept: dict[str, Any] = dict(job.kept)
        """What the function remembers from piece to piece, in plain JSON."""
        self.done = job.done
        self.total = job.total
        self.result: dict[str, Any] = {}
        self._session = session
        self._key = (job.id, job.worker)
        self._is_stopping = shop.is_stopping
        self._saved_at, self._rows = time.monotonic(), 0

    def expect(self, total: int) -> None:
        """Say how many rows there are in all."""
        self.total = total

    def each(self, items: Iterable[_Item]) -> Iterator[_Item]:
        """The items that are still to be done, counted and saved one after another.

        Their order must be the same every time: a job that is taken up again goes on by the number of items done.
        """
        begun = self.done
        for number, item in enumerate(items):
            if number < begun:
                continue
            yield item
            self.count()

    def count(self, rows: int = 1) -> None:
        """Rows were done; save when a piece is full."""
        self.done += rows
        self._rows += rows
        if self._rows >= PIECE_ROWS or time.monotonic() - self._saved_at >= PIECE_SECONDS:
            self.save()

    def save(self) -> None:
        """Commit what was done. Raises CancelledError or StoppedError when the job must not go on."""
        self._session.flush()
        self.write()
        self._session.commit()
        self._saved_at, self._rows = time.monotonic(), 0
        wanted = self._session.get(Job, self._key[0])
        is_cancelled = wanted is not None and wanted.is_cancel_wanted
        self._session.rollback()  # nothing is held while others get their turn
        if is_cancelled:
            raise CancelledError
        if self._is_stopping():
            raise StoppedError
        time.sleep(BREATHS.get(self._session.get_bind().dialect.name, 0))

    def write(self, **values: Any) -> None:
        """Write the job's row in the current transaction. Raises LostError when it is another worker's."""
        job_id, worker = self._key
        mine = (Job.id == job_id, Job.worker == worker, Job.state == JobState.RUNNING)
        facts = {"done": self.done, "total": self.total, "kept": dict(self.kept), "beat_at": utc_now()}
        result: Any = self._session.execute(
            update(Job).where(*mine).values(facts | values), execution_options={"synchronize_session": False}
        )
        if not result.rowcount:
            raise LostError

    def log(self, text: str) -> None:
        """Add a line to the job's log, saved with the current piece."""
        self._session.add(JobLine(job_id=self._key[0], text=text[:LONGEST_LINE]))

    def finish_with(self, text: str = "", url: str = "") -> None:
        """Say what came out, and where to look at it."""
        self.result |= {"result_text": text[:500] or None, "result_url": url or None}

    def finish_with_file(self, content: bytes, name: str, media_type: str) -> None:
        """Give the owner a file to download."""
        file = keep_temporarily(self._session, content, name, media_type, folder=self.files)
        self.result |= {"result_file_id": file.id}
