"""Whose e-mail address or phone number it is: contacts first, then the company's own; merged cards left out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

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
    return _owners(session, people, key, lambda client: [each.lower() for each in emails(client.email or "")])


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
    return _owners(session, people, found[0], lambda client: [each.e164 for each in phone_numbers(client.phone or "")])


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
    words = [word for word in search_key(key).split() if len(word) >= SHORTEST]
    if words:
        known = select(Client).where(matching(session, Client, [words]), Client.merged_into_id.is_(None))
        for client in session.scalars(known.order_by(Client.id).limit(MOST)):
            if key in keys_of(client):
                found.setdefault(client.id, Owner(client, None))
    return list(found.values())
