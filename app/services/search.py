"""Keeps the prepared search key of every searchable record up to date, whoever saves it and however."""

from typing import Any

from sqlalchemy import event
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


def prepare_key(record: Searchable) -> None:
    """Set the search key, and for a client the key that duplicates are found by."""
    key = search_key(*record.search_parts())[:LONGEST_KEY]
    if key != record.search_key:
        record.search_key = key
    if isinstance(record, Client):
        company = company_key(record.name or "")[:200]
        if company != record.company_key:
            record.company_key = company
