"""What all our tables share: the key, who and when, the version for the optimistic lock, the prepared search key."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Integer, String, Table, event
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column

from app.clock import utc_now
from app.database import Identifier, Model, UtcDateTime
from app.texts import lazy

LONG = 4000
"""Length of a free text, in characters: long enough for a letter, short enough to stop a mistaken paste."""


def named(label: str, hint: str = "", *, right: str = "") -> dict[str, Any]:
    """Say what a person calls a column. `right` names the field right without which it is neither shown nor set."""
    return {"label": label, "hint": hint, "right": right}


class Record(Model):
    """Anything a person keeps in Kontora: has a key, an author, a time and a version."""

    __abstract__ = True

    named_by: ClassVar[tuple[str, ...]] = ()
    """The columns that `str()` reads, where it reads columns of its own only: lists then load no more of it."""

    id: Mapped[int] = mapped_column(Identifier, primary_key=True, info=named(lazy("ID")))
    version: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, info=named(lazy("Created")))
    changed_at: Mapped[datetime] = mapped_column(
        UtcDateTime, default=utc_now, onupdate=utc_now, info=named(lazy("Changed"))
    )

    @declared_attr
    def created_by_id(cls) -> Mapped[int | None]:
        """Who made the record; empty when the system did."""
        return mapped_column(ForeignKey("ab_user.id"), info=named(lazy("Created by")))

    @declared_attr
    def changed_by_id(cls) -> Mapped[int | None]:
        """Who changed the record last; empty when the system did."""
        return mapped_column(ForeignKey("ab_user.id"), info=named(lazy("Changed by")))

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class Row(Model):
    """A row that belongs to a record (a document line, a phone of a contact) or to a register."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)


class Searchable:
    """A record that quick search finds by its prepared key: case-folded, ё=е, legal form stripped, phone digits."""

    search_key: Mapped[str] = mapped_column(String(1000), default="", nullable=False)

    def search_parts(self) -> list[str | None]:
        """The texts by which a person looks for this record."""
        raise NotImplementedError


@event.listens_for(Table, "after_parent_attach")
def _never_reuse_keys(table: Table, _metadata: Any) -> None:
    """A deleted record's key must not come back for another record: links and files would then point to it."""
    table.dialect_options["sqlite"]["autoincrement"] = len(table.primary_key.columns) < 2


for _declared in Model.metadata.tables.values():  # logins and roles, which the framework has declared before
    _never_reuse_keys(_declared, None)


@event.listens_for(Session, "before_flush")
def _note_author(session: Session, _context: Any, _instances: Any) -> None:
    viewer = session.info.get("viewer")
    author = viewer.user_id if viewer is not None else None
    for record in session.new:
        if isinstance(record, Record):
            record.created_by_id = record.created_by_id or author
            record.changed_by_id = author
    for record in session.dirty:
        if isinstance(record, Record) and session.is_modified(record):
            record.changed_by_id = author
