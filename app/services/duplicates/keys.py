"""Fingerprints by which cards that may be one are found without comparing every card with every other.

Two cards that share a fingerprint are worth comparing. Kept in the table client_key beside every client, whoever
saves it and however; hashed to whole numbers, so that a million clients take a small index in both databases.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, delete, event, exists, insert, inspect, select
from sqlalchemy.orm import Session

from app.models.clients import Client, Contact, ContactEmail, ContactPhone
from app.models.duplicates import ClientKey
from app.services.duplicates.cards import AT_ONCE, Card, cards_on

_SHORT_NAME, _LONG_NAME = 10, 13
"""Letters of a name: shorter ones are found by leaving out one letter, longer ones by an unspoilt half."""
_PENDING = "duplicate_keys_pending"


def fingerprints(card: Card) -> set[int]:
    """Everything by which another card of the same client may be found."""
    return {_hashed(text) for text in _texts(card)}


def _texts(card: Card) -> Iterator[str]:
    yield from (f"inn {value}" for value in (card.inn, card.ogrn) if value)
    yield from (f"phone {digits}" for digits in card.phones)
    yield from (f"mail {address}" for address in card.emails)
    for words in card.people:
        yield f"person {_initials(words)} {card.town}"
        if len(words) > 2:
            yield f"person {' '.join(words)}"
    yield from _names(card)


def _initials(words: tuple[str, ...]) -> str:
    return f"{words[0]} {words[1][:1]}"


def _names(card: Card) -> Iterator[str]:
    """The name as a whole with and without the town; then what a slip of the finger leaves of it."""
    if not card.sounds:
        return
    ordered = " ".join(sorted(card.sounds))
    yield f"name {ordered}"
    yield f"name {ordered} @ {card.town}"
    if len(card.sounds) > 1 and not card.sounds[0].isdigit():
        yield f"initials {_initials(card.sounds)} @ {card.town}"
    for spelled in {"".join(card.sounds), "".join(sorted(card.sounds))}:
        yield f"joined {spelled}"
        yield from _spoilt(spelled, card.town)


def _spoilt(spelled: str, town: str) -> Iterator[str]:
    length = len(spelled)
    if 4 <= length <= _LONG_NAME:
        yield f"spoilt {spelled}"
        yield from (f"spoilt {spelled[:place]}{spelled[place + 1 :]}" for place in range(length))
    if length >= _SHORT_NAME:
        yield f"begin {spelled[:5]} @ {town}"
        yield f"end {spelled[-5:]} @ {town}"
    if length > _LONG_NAME:
        yield f"begin {spelled[:8]}"
        yield f"end {spelled[-8:]}"


def _hashed(text: str) -> int:
    """A whole number that both databases keep, with its sign."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


# --- Kept beside every client ---


def refresh_keys(connection: Connection, clients: Collection[int]) -> None:
    """Bring the fingerprints of these clients up to date; a client merged into another, or gone, has none."""
    wanted = sorted(set(clients))
    for start in range(0, len(wanted), AT_ONCE):
        portion = wanted[start : start + AT_ONCE]
        cards = cards_on(connection, portion)
        rows = {(key, card.id) for card in cards.values() for key in fingerprints(card)}
        table = ClientKey.__table__
        kept = set(connection.execute(select(table.c.key, table.c.client_id).where(table.c.client_id.in_(portion))))
        kept_rows = {(key, client_id) for key, client_id in kept}
        _remove(connection, kept_rows - rows)
        if added := rows - kept_rows:
            connection.execute(insert(table), [{"key": key, "client_id": client_id} for key, client_id in added])


def _remove(connection: Connection, rows: Iterable[tuple[int, int]]) -> None:
    table = ClientKey.__table__
    for key, client_id in rows:
        connection.execute(delete(table).where(table.c.key == key, table.c.client_id == client_id))


def clients_without_keys(session: Session, limit: int = 5000) -> list[int]:
    """Clients that came into the database by another way than a session: an upgrade, a bulk load."""
    asked = (
        select(Client.id)
        .where(Client.merged_into_id.is_(None), ~exists().where(ClientKey.client_id == Client.id))
        .limit(limit)
    )
    return list(session.scalars(asked.execution_options(all_rows=True)))


_TELLING = {
    Client: {"name", "kind", "inn", "kpp", "ogrn", "town", "phone", "email", "head_name", "merged_into_id"},
    # A phone taken out of the collection is deleted by the flush itself and stands in no list of the session.
    Contact: {"client_id", "client", "family_name", "given_name", "patronymic", "phones", "emails"},
    ContactPhone: {"contact_id", "number"},
    ContactEmail: {"contact_id", "address"},
}


@event.listens_for(Session, "before_flush")
def _note_changed(session: Session, _context: Any, _instances: Any) -> None:
    """Remember whose fingerprints change; keys of new records are known only after the flush."""
    pending: list[Any] = session.info.setdefault(_PENDING, [])
    with session.no_autoflush:
        for record in session.new:
            if type(record) in _TELLING:
                pending.append(record)
        for record in session.dirty:
            names = _TELLING.get(type(record), set())
            if any(inspect(record).attrs[name].history.has_changes() for name in names):
                pending.append(record)
                pending.extend(_left(record))
        for record in session.deleted:
            if isinstance(record, Contact):
                pending.append(record.client_id)
            elif isinstance(record, (ContactPhone, ContactEmail)) and record.contact is not None:
                pending.append(record.contact.client_id)


def _left(record: Any) -> list[int]:
    """The client that a contact leaves for another one."""
    if not isinstance(record, Contact):
        return []
    attributes: Any = inspect(record).attrs
    keys = attributes.client_id.history.deleted or ()
    clients = attributes.client.history.deleted or ()
    return [*keys, *(client.id for client in clients if client is not None)]


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, _ended: Any) -> None:
    session.info.pop(_PENDING, None)


@event.listens_for(Session, "after_flush_postexec")
def _keep_keys(session: Session, _context: Any) -> None:
    pending = session.info.pop(_PENDING, None)
    if not pending:
        return
    with session.no_autoflush:
        clients = {key for record in pending if (key := _client_of(record)) is not None}
    refresh_keys(session.connection(), clients)


def _client_of(record: Any) -> int | None:
    if isinstance(record, int):
        return record
    if isinstance(record, Client):
        return record.id
    if isinstance(record, Contact):
        return record.client_id
    return record.contact.client_id if record.contact is not None else None
