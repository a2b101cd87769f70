"""Global search: any fragment of a name in any layout, an INN, digits of a phone, a number of a document or machine.

Asks each table the person may read, through the row rule; the words of one variant must all be found.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, selectinload

from app.models.clients import Client, Contact
from app.services.names import number_variants, query_variants, search_key
from app.services.trigrams import matching

SHOWN = 8
"""Records of one group: a person who needs more opens the list with the same words."""
SHORTEST = 2
_ANY = "x"
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


def found_by(session: Session, model: Any, asked: str) -> ColumnElement[bool] | None:
    """The condition that a record is meant by what was typed; None when too little was typed to say."""
    meanings = _meanings(model, asked)
    return _condition(session, model, meanings) if meanings else None


def is_question(model: Any, asked: str) -> bool:
    """Tell whether enough was typed to look for a record."""
    return bool(_meanings(model, asked))


def _meanings(model: Any, asked: str) -> Words:
    return [*_variants(asked), *(number_variants(asked) if hasattr(model, "number") else [])]


def _variants(asked: str) -> list[list[str]]:
    is_legal_form = search_key(f"{asked} {_ANY}") == _ANY  # «ООО» alone says nothing: keys hold no legal forms
    if len(asked.strip()) < SHORTEST or is_legal_form:
        return []
    return [variant.split() for variant in query_variants(asked) if len(variant) >= SHORTEST]


def _find(session: Session, model: Any, variants: Words, numbers: Words) -> Group:
    """The newest records that match; a document whose number was typed stands before those that only contain it."""
    by_number = _newest(session, model, numbers) if numbers and hasattr(model, "number") else []
    others = _newest(session, model, variants) if variants else []
    records = list(dict.fromkeys([*by_number, *others]))
    return Group(model, records[:SHOWN], len(records) > SHOWN)


def _newest(session: Session, model: Any, variants: Words) -> Sequence[Any]:
    statement = select(model).where(_condition(session, model, variants)).order_by(model.id.desc()).limit(SHOWN + 1)
    if hasattr(model, "client"):
        statement = statement.options(selectinload(model.client))
    return session.scalars(statement).all()


def _condition(session: Session, model: Any, variants: Words) -> ColumnElement[bool]:
    own = matching(session, model, variants)
    if model is not Client:
        return own
    # The caller's number is often known only at a contact: the client is what one looks for.
    of_contacts = select(Contact.client_id).where(matching(session, Contact, variants))
    return or_(own, Client.id.in_(of_contacts))
