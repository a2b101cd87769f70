"""Registers a client with a contact in one save; or takes the card that is there, and adds the contact to it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.clients import Client, Contact, ContactEmail, ContactPhone
from app.models.companies import RegisterCompany
from app.services.clients import check_client, check_contact, note_responsibility
from app.services.duplicates import Typed, check_duplicates, note_saved_anyway
from app.services.names import company_key, phone_numbers
from app.texts import _

_LONGEST_PART, _MOST_PARTS = 60, 3


@dataclass(frozen=True)
class Person:
    """A contact as typed in one line: «Иванов Иван Иванович», a position, a phone, an e-mail."""

    name: str = ""
    position: str = ""
    phone: str = ""
    email: str = ""

    def __bool__(self) -> bool:
        return bool(self.name or self.phone or self.email)


def register_client(session: Session, client: Client, person: Person, *, reason: str = "") -> Client:
    """Save a new client with a contact, if one was named.

    Raises RuleError for wrong requisites, and DuplicateError for a client that is there already; `reason` says why
    it is another one and counts only with the right to save it all the same.
    """
    check_client(client)
    contact = make_contact(person) if person else None
    typed = Typed(phones=[person.phone], emails=[person.email], people=[person.name])
    checked = check_duplicates(session, client, reason=reason, more=typed)
    _note_register(session, client)
    session.add(client)
    note_responsibility(session, client)
    session.flush()
    if contact is not None:
        contact.client, contact.is_main = client, True
        session.add(contact)
    note_saved_anyway(session, client, checked)
    session.flush()
    return client


def make_contact(person: Person) -> Contact:
    """The contact that was typed. Raises RuleError for a name that is none, or an address that cannot be one."""
    parts = person.name.split()
    if not parts:
        raise RuleError(_("Type the family name of the contact."))
    if len(parts) > _MOST_PARTS:
        parts = [*parts[:2], " ".join(parts[2:])]
    if max(map(len, parts)) > _LONGEST_PART:
        raise RuleError(_("The contact's name is too long."))
    family, given, patronymic = [*parts, None, None][:3]
    contact = Contact(family_name=family, given_name=given, patronymic=patronymic, position=person.position or None)
    contact.phones = [ContactPhone(number=person.phone)] if person.phone else []
    contact.emails = [ContactEmail(address=person.email)] if person.email else []
    check_contact(contact)
    return contact


def add_person(session: Session, client: Client, person: Person) -> Contact | None:
    """Add the typed contact to a client that is there already, unless it has this person; gives the new contact."""
    if not person:
        return None
    made = make_contact(person)
    for kept in session.scalars(select(Contact).where(Contact.client_id == client.id)):
        if _is_the_same(kept, made):
            return None
    made.client = client
    session.add(made)
    session.flush()
    return made


def _is_the_same(kept: Contact, made: Contact) -> bool:
    if company_key(kept.family_name) != company_key(made.family_name):
        return False
    given = (company_key(kept.given_name or ""), company_key(made.given_name or ""))
    return not all(given) or given[0].startswith(given[1]) or given[1].startswith(given[0])


def _note_register(session: Session, client: Client) -> None:
    """Remember what the register says of a client's state, and of which day its requisites are."""
    if not client.inn:
        return
    row = RegisterCompany
    newest = select(row).where(row.inn == client.inn).order_by(row.as_of.desc(), row.id.desc()).limit(1)
    found = session.scalars(newest).first()
    if found is not None:
        client.legal_state, client.requisites_source = found.legal_state, found.source
        client.requisites_on = found.as_of


def tidy_phone(text: str | None) -> str | None:
    """One phone as E.164 where it can be read; anything else as it was typed."""
    found: list[Any] = phone_numbers(text or "")
    return found[0].e164 if len(found) == 1 and found[0].e164 and not found[0].extension else text
