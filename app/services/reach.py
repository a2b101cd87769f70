"""Whose e-mail address or phone number it is: contacts first, then the company's own; merged cards left out."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from app.database import ALL_ROWS
from app.models.clients import Client, Contact, ContactEmail, ContactPhone
from app.models.trigrams import SHORTEST
from app.services.names import email_key, emails, phone_numbers, search_key
from app.services.trigrams import matching

MOST = 20
"""Cards that are compared: a number or address of more is a switchboard's."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A client, and its contact where the address or number is a person's."""

    client: Client
    contact: Contact | None


def owners_of_email(session: Session, address: str) -> list[Owner]:
    """The clients with this address, one owner each."""
    key = email_key(address)
    people = (
        select(Contact)
        .join(Contact.client)
        .where(Contact.id.in_(select(ContactEmail.contact_id).where(ContactEmail.address == key)))
    )
    return _owners(session, people, key, _emails_of)


def owners_of_phone(session: Session, number: str) -> list[Owner]:
    """The clients with this number, one owner each; none for what is no full number."""
    found = [phone.e164 for phone in phone_numbers(number) if phone.e164]
    if not found:
        return []
    people = (
        select(Contact)
        .join(Contact.client)
        .where(Contact.id.in_(select(ContactPhone.contact_id).where(ContactPhone.number == found[0])))
    )
    return _owners(session, people, found[0], _phones_of)


def only(owners: Sequence[Owner]) -> Owner | None:
    """The owner where there is just one: among several a person chooses."""
    return owners[0] if len(owners) == 1 else None


def _owners(
    session: Session, people: Select[Contact], key: str, keys_of: Callable[[Client], Iterable[str]]
) -> list[Owner]:
    contacts = session.scalars(
        people.where(Client.merged_into_id.is_(None))
        .options(contains_eager(Contact.client))
        .order_by(Contact.is_active.desc(), Contact.is_main.desc(), Contact.id)
        .limit(MOST)
    )
    found: dict[int, Owner] = {}
    for contact in contacts:
        found.setdefault(contact.client_id, Owner(contact.client, contact))
    words = _words(key)
    if words:
        known = select(Client).where(matching(session, Client, [words]), Client.merged_into_id.is_(None))
        for client in session.scalars(known.order_by(Client.id).limit(MOST)):
            if key in keys_of(client):
                found.setdefault(client.id, Owner(client, None))
    return list(found.values())


def emails_of_others(session: Session, addresses: Collection[str], contacts: Collection[int]) -> set[str]:
    """Which of these addresses another contact than these, or a client's own card, has too."""
    held = select(ContactEmail.address).where(
        ContactEmail.address.in_(addresses), ContactEmail.contact_id.not_in(contacts)
    )
    return _of_others(session, addresses, held, _emails_of)


def phones_of_others(session: Session, numbers: Collection[str], contacts: Collection[int]) -> set[str]:
    """Which of these numbers another contact than these, or a client's own card, has too."""
    held = select(ContactPhone.number).where(ContactPhone.number.in_(numbers), ContactPhone.contact_id.not_in(contacts))
    return _of_others(session, numbers, held, _phones_of)


def _of_others(
    session: Session, keys: Collection[str], held: Select[str], keys_of: Callable[[Client], Iterable[str]]
) -> set[str]:
    """Asked beyond the viewer's rows: whose a number is does not hang on who looks."""
    found = set(session.scalars(held, execution_options=ALL_ROWS))
    for key in keys:
        words = _words(key)
        if words and key not in found:
            known = select(Client).where(matching(session, Client, [words]))
            if any(key in keys_of(client) for client in session.scalars(known, execution_options=ALL_ROWS)):
                found.add(key)
    return found


def _words(key: str) -> list[str]:
    return [word for word in search_key(key).split() if len(word) >= SHORTEST]


def _emails_of(client: Client) -> list[str]:
    return [each.lower() for each in emails(client.email or "")]


def _phones_of(client: Client) -> list[str]:
    return [each.e164 for each in phone_numbers(client.phone or "")]
