"""The person behind a contact: every card of theirs, and the addresses and numbers that are nobody else's."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.database import ALL_ROWS
from app.models.access import AuditEntry
from app.models.clients import Contact, ContactEmail, ContactPhone
from app.models.duplicates import RecordMerge
from app.services.names import email_key, phone_key, phone_numbers
from app.services.reach import emails_of_others, phones_of_others

_BETWEEN = ", "
"""What parts the addresses of an interaction."""
_PHONE_DIGITS = 10
_DIGITS = re.compile(r"\D+")


@dataclass(frozen=True)
class Subject:
    """A person: the contact, the keys of all cards that became it, addresses in lower case, numbers as E.164.

    Former addresses and numbers count too. What another contact or a client has as well is left out: by it alone
    nobody can tell whose a letter or a call is.
    """

    contact: Contact
    keys: frozenset[int]
    emails: frozenset[str]
    phones: frozenset[str]

    def has_email(self, address: str) -> bool:
        """Tell whether an address is the person's own."""
        return email_key(address) in self.emails

    def is_named_by(self, text: str) -> bool:
        """Tell whether a text holds an address or a number of the person's own, however it is written."""
        low, digits = text.lower(), _DIGITS.sub("", text)
        return any(each in low for each in self.emails) or any(
            each in text or (len(key := phone_key(each)) == _PHONE_DIGITS and key in digits) for each in self.phones
        )

    def left_out_of(self, details: str) -> str | None:
        """The addresses of an interaction without the person's."""
        return _BETWEEN.join(part for part in details.split(_BETWEEN) if not self.is_named_by(part)) or None


def subject_of(session: Session, contact: Contact) -> Subject:
    """The person as they are known now; asked before anything of theirs is erased."""
    merges = merges_into(session, contact.id)
    keys = frozenset({contact.id, *(merge.merged_id for merge in merges)})
    addresses = {email.address for email in contact.emails} | _former_values(session, ContactEmail, keys)
    numbers = {text for phone in contact.phones for text in (phone.number, phone.as_typed)}
    numbers |= _former_values(session, ContactPhone, keys)
    for merge in merges:
        addresses |= set(_snapshot_values(merge, ContactEmail.__tablename__, ("address",)))
        numbers |= set(_snapshot_values(merge, ContactPhone.__tablename__, ("number", "as_typed")))
    emails = {email_key(address) for address in addresses if address}
    phones = {each for number in numbers if number for each in _dialled(number)}
    return Subject(
        contact,
        keys,
        frozenset(emails - emails_of_others(session, emails, keys)),
        frozenset(phones - phones_of_others(session, phones, keys)),
    )


def merges_into(session: Session, key: int) -> list[RecordMerge]:
    """The merges by which other cards became this contact and were not parted again, those of theirs included."""
    found: list[RecordMerge] = []
    wanted = {key}
    while wanted:
        asked = select(RecordMerge).where(
            RecordMerge.table_name == Contact.__tablename__,
            RecordMerge.kept_id.in_(wanted),
            RecordMerge.restored_at.is_(None),
            RecordMerge.id.not_in([merge.id for merge in found]),
        )
        further = session.scalars(asked, execution_options=ALL_ROWS).all()
        found += further
        wanted = {merge.merged_id for merge in further}
    return found


def former_parts(session: Session, table: str, keys: Collection[int], owner: str = "contact_id") -> set[int]:
    """Keys of rows that any of these contacts ever had: an entry of the history names it as their owner."""
    asked = select(AuditEntry.record_id).where(AuditEntry.table_name == table, was_of(owner, keys))
    return set(session.scalars(asked))


def was_of(column: str, keys: Collection[int]) -> Any:
    """The condition: an entry of the history names one of these keys in the column, before or after."""
    named = AuditEntry.changes[column]
    return or_(named[0].as_integer().in_(keys), named[1].as_integer().in_(keys))


_VALUES = {ContactEmail: ("address",), ContactPhone: ("number", "as_typed")}


def _former_values(session: Session, model: type[Any], keys: Collection[int]) -> set[str]:
    """What the history says that the person's addresses or numbers were."""
    table = model.__tablename__
    entries = session.scalars(
        select(AuditEntry.changes).where(
            AuditEntry.table_name == table,
            AuditEntry.record_id.in_(former_parts(session, table, keys)),
        )
    )
    pairs = (changes.get(name, ()) for changes in entries for name in _VALUES[model])
    return {value for pair in pairs for value in pair if value}


def _snapshot_values(merge: RecordMerge, table: str, names: tuple[str, ...]) -> Iterator[str]:
    """What a merge took away because the card that stayed had the same."""
    for deleted in (merge.snapshot or {}).get("deleted", ()):
        if deleted["table"] == table:
            yield from (deleted["row"][name] for name in names if deleted["row"].get(name))


def _dialled(number: str) -> Iterator[str]:
    """The number as E.164; one that cannot be dialled is kept as it is."""
    full = [phone.e164 for phone in phone_numbers(number) if phone.e164]
    yield from full or [number]
