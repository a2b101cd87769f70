"""Jobs, and a workshop on the connection of a test."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.models.jobs import Job
from app.services.files import open_store
from app.services.jobs import Workshop


def make_job(session: Session, **changes: Any) -> Job:
    """A job that waits."""
    job = Job(**({"kind": "import-table", "title": "Загрузка клиентов", "total": 10} | changes))
    session.add(job)
    session.flush()
    return job


def workshop(session: Session, folder: Path, **changes: Any) -> Workshop:
    """Runs jobs on the connection of the test's session."""

    def own() -> Session:
        return Session(session.get_bind(), join_transaction_mode="create_savepoint")

    made = {"make_session": own, "files": open_store(str(folder)), "timezone": ZoneInfo("Europe/Moscow")}
    return Workshop(**(made | changes))
