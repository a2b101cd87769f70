"""Finds the cards that may be the same client as a given one: by fingerprints, then by comparing, best first."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import and_, or_, select, union_all
from sqlalchemy.orm import Session

from app.models.clients import Client
from app.models.duplicates import ClientKey, DuplicatePair, PairState
from app.models.staff import Employee
from app.services.duplicates.cards import Card, load_cards
from app.services.duplicates.keys import fingerprints
from app.services.duplicates.likeness import WEAK, Likeness, compare

MOST_PER_KEY = 40
"""Cards that one fingerprint may bring: a common name has hundreds, and the town's own fingerprint narrows them."""
MOST_SHOWN = 5


@dataclass(frozen=True)
class Match:
    """A kept card that may be the same client. `is_mine` tells whether the viewer sees the card."""

    card: Card
    likeness: Likeness
    responsible: str
    is_mine: bool


def find_duplicates(session: Session, card: Card, *, most: int = MOST_SHOWN) -> list[Match]:
    """The likeliest duplicates of a card, whoever's clients they are; pairs that a person parted are left out."""
    found = _alike(session, card)[:most]
    if not found:
        return []
    keys = [other.id for other, _likeness in found]
    seen = set(session.scalars(select(Client.id).where(Client.id.in_(keys))))
    names = _responsible(session, {other.responsible_id for other, _likeness in found})
    return [Match(other, likeness, names.get(other.responsible_id, ""), other.id in seen) for other, likeness in found]


def _alike(session: Session, card: Card) -> list[tuple[Card, Likeness]]:
    keys = candidates(session, card)
    if card.id:
        keys -= parted_from(session, "client", card.id)
    compared = ((other, compare(card, other)) for other in load_cards(session, keys).values())
    found = [(other, likeness) for other, likeness in compared if likeness.strength >= WEAK]
    return sorted(found, key=lambda pair: (-pair[1].strength, pair[0].id))


def candidates(session: Session, card: Card) -> set[int]:
    """Keys of the cards that share a fingerprint with this one; at most MOST_PER_KEY for each."""
    table = ClientKey.__table__
    parts = [
        select(portion.c.client_id)
        for key in sorted(fingerprints(card))
        for portion in [select(table.c.client_id).where(table.c.key == key).limit(MOST_PER_KEY).subquery()]
    ]
    if not parts:
        return set()
    return set(session.connection().scalars(union_all(*parts))) - {card.id}


def parted_from(session: Session, table: str, key: int) -> set[int]:
    """The cards of which a person said that they are not this one."""
    pair = DuplicatePair
    asked = select(pair.first_id, pair.second_id).where(
        pair.table_name == table,
        pair.state == PairState.DIFFERENT,
        or_(pair.first_id == key, pair.second_id == key),
    )
    return {each for row in session.execute(asked) for each in row if each != key}


def find_pair(session: Session, table: str, one: int, other: int) -> DuplicatePair | None:
    """The kept pair of two cards, if there is one."""
    pair = DuplicatePair
    first, second = sorted((one, other))
    asked = select(pair).where(and_(pair.table_name == table, pair.first_id == first, pair.second_id == second))
    return session.scalars(asked).first()


def _responsible(session: Session, keys: Iterable[int]) -> dict[int, str]:
    people = session.scalars(select(Employee).where(Employee.id.in_(set(keys))))
    return {person.id: str(person) for person in people}
