"""Keeps the prepared search key of every searchable record up to date, whoever saves it and however."""

from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.models.base import Searchable
from app.models.clients import Client
from app.services.names import company_key, search_key

LONGEST_KEY = 1000


@event.listens_for(Session, "before_flush")
def _prepare_keys(session: Session, _context: Any, _instances: Any) -> None:
    with session.no_autoflush:
        for record in (*session.new, *session.dirty):
            if isinstance(record, Searchable):
                prepare_key(record)


def stale_keys(session: Session) -> list[tuple[str, int]]:
    """Table and key of every record whose search key is not what its texts give now."""
    found = []
    for mapper in Searchable.__subclasses__():
        found += [place for model in _mapped(mapper) for place in _stale_of(session, model)]
    return sorted(found)


def mend_keys(session: Session) -> int:
    """Set every search key that is not what its record's texts give; gives how many."""
    models = {model.__tablename__: model for above in Searchable.__subclasses__() for model in _mapped(above)}
    stale = stale_keys(session)
    for table, number in stale:
        prepare_key(session.get_one(models[table], number))
    session.flush()
    return len(stale)


def _mapped(model: type[Any]) -> list[type[Any]]:
    """The tables below a class: itself when it is one, else those of its subclasses (documents are abstract)."""
    if hasattr(model, "__table__"):
        return [model]
    return [mapped for below in model.__subclasses__() for mapped in _mapped(below)]


def _stale_of(session: Session, model: Any) -> list[tuple[str, int]]:
    records = session.scalars(select(model).execution_options(yield_per=500))
    return [(model.__tablename__, record.id) for record in records if record.search_key != key_of(record)]


def key_of(record: Searchable) -> str:
    """The search key that a record's texts give."""
    return search_key(*record.search_parts())[:LONGEST_KEY]


def prepare_key(record: Searchable) -> None:
    """Set the search key, and for a client the key that duplicates are found by."""
    key = key_of(record)
    if key != record.search_key:
        record.search_key = key
    if isinstance(record, Client):
        company = company_key(record.name or "")[:200]
        if company != record.company_key:
            record.company_key = company
