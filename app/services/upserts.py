"""INSERT … ON CONFLICT in the words of the database at hand: one statement, so two writers cannot cross."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_into(session: Session, model: type[Any], values: dict[str, Any] | list[dict[str, Any]]) -> Any:
    """The INSERT of one row or several, to be continued with `on_conflict_do_update` or `on_conflict_do_nothing`."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(model).values(values)
