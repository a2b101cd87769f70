"""Imports of tables."""

from typing import Any

from sqlalchemy.orm import Session

from app.models.imports import TableImport


def make_table_import(session: Session, **changes: Any) -> TableImport:
    """An import of clients whose file is not kept any more."""
    values = {"table_name": "clients", "file_name": "клиенты.xlsx", "headers": ["Клиент"], "rows": 1}
    found = TableImport(**(values | changes))
    session.add(found)
    session.flush()
    return found
