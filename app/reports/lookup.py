"""Type-ahead: the records that a typed text may mean, and the one that a pasted text means for sure."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.reports.search import found_by, is_question

SHOWN = 20
"""Records of one answer; whoever needs more types more, or asks for those after the last one."""
_CODES = ("sku", "barcode", "inn", "serial_number", "number", "name")
"""Columns that say which record is meant, the surest first."""
_MOST_SEARCHED = 50
"""Texts of one paste that are looked for by search: a longer list of unknown names is an import."""


def find(session: Session, model: Any, asked: str, *, client: int | None = None, after: int | None = None) -> list[Any]:
    """At most SHOWN records, newest first; too little typed means any.

    `client` narrows to what is that client's or nobody's; `after` is the key of the last record shown already.
    """
    statement = select(model).order_by(model.id.desc()).limit(SHOWN)
    found = found_by(session, model, asked)
    if found is not None:
        statement = statement.where(found)
    if client is not None and hasattr(model, "client_id"):
        statement = statement.where(or_(model.client_id == client, model.client_id.is_(None)))
    if after is not None:
        statement = statement.where(model.id < after)
    return list(session.scalars(statement))


def find_exact(session: Session, model: Any, texts: Sequence[str]) -> list[Any]:
    """For every text the one record that it names: by a code, by the whole name, else by search; None if in doubt."""
    sought = {text.strip() for text in texts} - {""}
    known: dict[str, Any] = {}
    for name in _CODES:
        if hasattr(model, name) and (open_texts := sought - set(known)):
            known |= _by_column(session, model, name, open_texts)
    unknown = [text for text in sorted(sought - set(known)) if is_question(model, text)]
    for text in unknown[:_MOST_SEARCHED]:
        found = find(session, model, text)
        known[text] = found[0] if len(found) == 1 else None
    return [known.get(text.strip()) for text in texts]


def _by_column(session: Session, model: Any, name: str, texts: set[str]) -> dict[str, Any]:
    """Text -> record for the texts that stand in exactly one record's column."""
    found: dict[str, list[Any]] = {}
    for record in session.scalars(select(model).where(getattr(model, name).in_(sorted(texts)))):
        found.setdefault(getattr(record, name), []).append(record)
    return {text: records[0] for text, records in found.items() if len(records) == 1}
