"""What tells one client's card from another's, read for many cards at once and beyond the viewer's rows.

A duplicate must be noticed though it is a colleague's client; what may be told of it is decided by whoever asks.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from app.models.clients import Client, ClientKind, Contact, ContactEmail, ContactPhone
from app.services.duplicates.sounds import name_sounds
from app.services.names import email_key, emails, phone_numbers
from app.services.requisites import clean_digits, is_valid_inn

AT_ONCE = 500
_PHONE_DIGITS = 10
_PLAIN_PHONE = re.compile(r"\s*(?:\+?7|8)?[\s(-]*[3489]\d\d[\s)-]*(?:\d[\s-]*){7}")


@dataclass(frozen=True)
class Card:
    """The identifying facts of one client with its contacts, brought to one shape. A new card has the key 0."""

    id: int
    name: str
    kind: ClientKind
    sounds: tuple[str, ...]
    inn: str = ""
    kpp: str = ""
    ogrn: str = ""
    town: str = ""
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    people: frozenset[tuple[str, ...]] = frozenset()
    responsible_id: int = 0


@dataclass
class Typed:
    """The same facts as people type them, of a card that is not saved yet."""

    name: str = ""
    kind: ClientKind = ClientKind.COMPANY
    inn: str | None = ""
    kpp: str | None = ""
    ogrn: str | None = ""
    town: str | None = ""
    phones: Sequence[str | None] = ()
    emails: Sequence[str | None] = ()
    people: Sequence[str | None] = ()
    id: int = 0
    responsible_id: int = 0


def card_of(typed: Typed) -> Card:
    """Bring what was typed to one shape; a number that cannot be one is left out."""
    return Card(
        id=typed.id,
        name=typed.name.strip(),
        kind=typed.kind,
        sounds=name_sounds(typed.name),
        inn=inn_shape(typed.inn or ""),
        kpp=(typed.kpp or "").strip().upper(),
        ogrn=clean_digits(typed.ogrn or ""),
        town=" ".join(name_sounds(typed.town or "")),
        phones=frozenset(_phones(typed.phones)),
        emails=frozenset(email_key(each) for text in typed.emails if text for each in emails(text)),
        people=frozenset(words for each in typed.people if each and len(words := name_sounds(each)) > 1),
        responsible_id=typed.responsible_id,
    )


def inn_shape(text: str) -> str:
    """The digits of an INN, with the leading zero that a spreadsheet has eaten."""
    digits = clean_digits(text)
    padded = digits.zfill(len(digits) + 1)
    return padded if len(digits) in (9, 11) and is_valid_inn(padded) else digits


def _phones(texts: Iterable[str | None]) -> Iterator[str]:
    """The last ten digits of each number. One plain Russian number, as nearly all are, needs no parser."""
    for text in texts:
        if _PLAIN_PHONE.fullmatch(text or "") and len(digits := clean_digits(text or "")) in (10, 11):
            yield digits[-_PHONE_DIGITS:]
            continue
        for phone in phone_numbers(text or ""):
            if len(digits := clean_digits(phone.e164)) >= _PHONE_DIGITS:
                yield digits[-_PHONE_DIGITS:]


def load_cards(session: Session, keys: Collection[int]) -> dict[int, Card]:
    """The cards of clients that are not merged into others, four questions for every AT_ONCE of them."""
    return cards_on(session.connection(), keys)


def cards_on(connection: Connection, keys: Collection[int]) -> dict[int, Card]:
    """As `load_cards`, on a connection: inside a flush the session cannot be asked."""
    wanted = sorted(set(keys))
    found: dict[int, Card] = {}
    for start in range(0, len(wanted), AT_ONCE):
        found |= {card.id: card for card in _portion(connection, wanted[start : start + AT_ONCE])}
    return found


def _portion(connection: Connection, keys: list[int]) -> Iterator[Card]:
    client, contact = Client.__table__.c, Contact.__table__.c
    columns = (
        client.id, client.name, client.kind, client.inn, client.kpp, client.ogrn, client.town, client.phone,
        client.email, client.head_name, client.responsible_id,
    )  # fmt: skip
    rows = connection.execute(select(*columns).where(client.id.in_(keys), client.merged_into_id.is_(None))).all()
    people = connection.execute(
        select(contact.client_id, contact.family_name, contact.given_name, contact.patronymic).where(
            contact.client_id.in_(keys)
        )
    )
    names: defaultdict[int, list[str]] = defaultdict(list)
    for client_id, *parts in people:
        names[client_id].append(" ".join(filter(None, parts)))
    phones = _of_contacts(connection, ContactPhone.__table__.c.number, keys)
    addresses = _of_contacts(connection, ContactEmail.__table__.c.address, keys)
    for row in rows:
        yield card_of(
            Typed(
                row.name, row.kind, row.inn, row.kpp, row.ogrn, row.town,
                phones=[row.phone, *phones[row.id]],
                emails=[row.email, *addresses[row.id]],
                people=[row.head_name, *names[row.id]],
                id=row.id,
                responsible_id=row.responsible_id,
            )
        )  # fmt: skip


def _of_contacts(connection: Connection, column: Any, keys: list[int]) -> defaultdict[int, list[str]]:
    contact = Contact.__table__
    question = (
        select(contact.c.client_id, column)
        .join_from(contact, column.table, column.table.c.contact_id == contact.c.id)
        .where(contact.c.client_id.in_(keys))
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for client_id, value in connection.execute(question):
        found[client_id].append(value)
    return found
