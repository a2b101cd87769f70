"""Global search: any fragment of a name in any layout, an INN, digits of a phone, a number of a document or machine.

Asks each table the person may read, through the row rule; the words of one variant must all be found.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session, selectinload

from app.models.clients import Client, Contact
from app.services.names import number_variants, query_variants

SHOWN = 8
"""Records of one group: a person who needs more opens the list with the same words."""
SHORTEST = 2
Words = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Group:
    """What was found in one table; `has_more` tells that the list holds more."""

    model: type[Any]
    records: Sequence[Any]
    has_more: bool


def find_everywhere(session: Session, models: Iterable[Any], asked: str) -> list[Group]:
    """Search the given searchable tables; groups without a hit are left out, clients come first."""
    variants, numbers = _variants(asked), number_variants(asked)
    if not variants and not numbers:
        return []
    found = [_find(session, model, variants, numbers) for model in models]
    return [group for group in found if group.records]


def found_by(model: Any, asked: str) -> ColumnElement[bool] | None:
    """The condition that a record is meant by what was typed; None when too little was typed to say."""
    variants, numbers = _variants(asked), number_variants(asked) if hasattr(model, "number") else []
    return _condition(model, [*variants, *numbers]) if variants or numbers else None


def _variants(asked: str) -> list[list[str]]:
    if len(asked.strip()) < SHORTEST:
        return []
    return [variant.split() for variant in query_variants(asked) if len(variant) >= SHORTEST]


def _find(session: Session, model: Any, variants: Words, numbers: Words) -> Group:
    """The newest records that match; a document whose number was typed stands before those that only contain it."""
    by_number = _newest(session, model, numbers) if numbers and hasattr(model, "number") else []
    others = _newest(session, model, variants) if variants else []
    records = list(dict.fromkeys([*by_number, *others]))
    return Group(model, records[:SHOWN], len(records) > SHOWN)


def _newest(session: Session, model: Any, variants: Words) -> Sequence[Any]:
    statement = select(model).where(_condition(model, variants)).order_by(model.id.desc()).limit(SHOWN + 1)
    if hasattr(model, "client"):
        statement = statement.options(selectinload(model.client))
    return session.scalars(statement).all()


def _condition(model: Any, variants: Words) -> ColumnElement[bool]:
    matches = [_has_all(model.search_key, words) for words in variants]
    if model is Client:
        # The caller's number is often known only at a contact: the client is what one looks for.
        contacts = or_(false(), *(_has_all(Contact.search_key, words) for words in variants))
        matches.append(Client.id.in_(select(Contact.client_id).where(contacts)))
    return or_(false(), *matches)


def _has_all(key: Any, words: Sequence[str]) -> ColumnElement[bool]:
    return and_(*(key.contains(word, autoescape=True) for word in words))
