"""Global search: any fragment of a name in any layout, an INN, digits of a phone, a number of a document or machine.

Asks each table the person may read, through the row rule; the words of one variant must all be found.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session, selectinload

from app.models.clients import Client, Contact
from app.services.names import query_variants

SHOWN = 8
"""Records of one group: a person who needs more opens the list with the same words."""
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Group:
    """What was found in one table; `has_more` tells that the list holds more."""

    model: type[Any]
    records: Sequence[Any]
    has_more: bool


def find_everywhere(session: Session, models: Iterable[Any], asked: str) -> list[Group]:
    """Search the given searchable tables; groups without a hit are left out, clients come first."""
    variants = [variant.split() for variant in query_variants(asked) if len(variant) >= SHORTEST]
    if not variants:
        return []
    found = [_find(session, model, variants) for model in models]
    return [group for group in found if group.records]


def _find(session: Session, model: Any, variants: Sequence[Sequence[str]]) -> Group:
    statement = select(model).where(_condition(model, variants)).order_by(model.id.desc()).limit(SHOWN + 1)
    if hasattr(model, "client"):
        statement = statement.options(selectinload(model.client))
    records = session.scalars(statement).all()
    return Group(model, records[:SHOWN], len(records) > SHOWN)


def _condition(model: Any, variants: Sequence[Sequence[str]]) -> ColumnElement[bool]:
    matches = [_has_all(model.search_key, words) for words in variants]
    if model is Client:
        # The caller's number is often known only at a contact: the client is what one looks for.
        contacts = or_(false(), *(_has_all(Contact.search_key, words) for words in variants))
        matches.append(Client.id.in_(select(Contact.client_id).where(contacts)))
    return or_(false(), *matches)


def _has_all(key: Any, words: Sequence[str]) -> ColumnElement[bool]:
    return and_(*(key.contains(word, autoescape=True) for word in words))
