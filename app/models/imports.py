"""Tables that people bring: each import with its mapping and outcome, mappings remembered, ids of other programs."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.clock import utc_now
from app.database import Choice, ChoiceType, UtcDateTime
from app.models.base import Row
from app.models.batches import Batch
from app.models.files import TemporaryFile
from app.models.jobs import Job
from app.texts import lazy


class ImportMode(Choice):
    """What an import does with rows whose record is there already, and with those whose is not."""

    BOTH = "both", lazy("Create new records and change those that are there")
    CREATE = "create", lazy("Only create new records")
    UPDATE = "update", lazy("Only change records that are there")


class ImportState(Choice):
    """How far an import is."""

    NEW = "new", lazy("File taken"), "info"
    CHECKED = "checked", lazy("Checked"), "plan"
    LOADED = "loaded", lazy("Loaded into Kontora"), "ok"


class TableImport(Row):
    """One file of clients, contacts, products or equipment on its way into the table (загрузка таблицы)."""

    __tablename__ = "table_import"
    __table_args__ = (Index(None, "owner_id", "table_name"),)

    table_name: Mapped[str] = mapped_column(String(40))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("temporary_file.id", ondelete="SET NULL"))
    file_name: Mapped[str] = mapped_column(String(200))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    state: Mapped[ImportState] = mapped_column(ChoiceType(ImportState), default=ImportState.NEW)
    mode: Mapped[ImportMode] = mapped_column(ChoiceType(ImportMode), default=ImportMode.BOTH)
    headers: Mapped[list[str]] = mapped_column(JSON, default=list)
    samples: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    mapping: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Number of the column, from 0, as text -> name of the field."""
    rows: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    problems: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    """[number of the row, heading of the column, text], at most MOST_PROBLEMS of them."""
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id", ondelete="SET NULL"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id", ondelete="SET NULL"))
    file: Mapped[TemporaryFile | None] = relationship(TemporaryFile)
    batch: Mapped[Batch | None] = relationship(Batch)
    job: Mapped[Job | None] = relationship(Job)

    def __str__(self) -> str:
        return self.file_name


class ImportMapping(Row):
    """Which column of files with these headings a person has put into which field."""

    __tablename__ = "import_mapping"
    __table_args__ = (UniqueConstraint("owner_id", "table_name", "fingerprint"),)

    owner_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    table_name: Mapped[str] = mapped_column(String(40))
    fingerprint: Mapped[str] = mapped_column(String(64))
    mapping: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)


class ExternalId(Row):
    """What another program or a file calls one of our records, so that it is found again."""

    __tablename__ = "external_id"
    __table_args__ = (UniqueConstraint("source", "record_table", "code"), Index(None, "record_table", "record_id"))

    source: Mapped[str] = mapped_column(String(20))
    record_table: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[int]
    code: Mapped[str] = mapped_column(String(100))
