"""Rules for clients and contacts: requisites, phones and addresses in one shape, who is responsible."""

from typing import Any

from sqlalchemy import delete, inspect
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.clients import Client, ClientKind, Contact, ResponsibilityChange
from app.services import requisites
from app.services.names import check_email, email_key, phone_numbers
from app.texts import _


def check_client(client: Client) -> None:
    """Check the requisites and bring them into one shape.

    Raises RuleError for a wrong check digit or a requisite that the client's kind cannot have
    (ИНН has 10 digits for a legal entity and 12 for a person; КПП belongs to legal entities: приказ ФНС ММВ-7-6/435@).
    """
    client.inn = requisites.check_inn(client.inn) if client.inn else None
    client.kpp = requisites.check_kpp(client.kpp) if client.kpp else None
    client.ogrn = requisites.check_ogrn(client.ogrn) if client.ogrn else None
    digits = 10 if client.kind is ClientKind.COMPANY else 12
    if client.inn and len(client.inn) != digits:
        raise RuleError(_("The INN of this kind of client has %(digits)s digits.", digits=digits))
    if client.kpp and client.kind is not ClientKind.COMPANY:
        raise RuleError(_("Only a legal entity has a KPP."))
    for kept in client.bank_accounts:
        kept.account = requisites.check_account(kept.account)
        kept.bik = requisites.check_bik(kept.bik)
    if (client.latitude is None) != (client.longitude is None):
        raise RuleError(_("Fill in both coordinates, or neither."))
    if client.email:
        client.email = check_email(client.email)


def note_responsibility(session: Session, client: Client, reason: str | None = None) -> None:
    """Add a row of history when the responsible employee of a client was changed, or set for the first time."""
    history: Any = inspect(client).attrs.responsible.history
    if not history.added:
        return
    before = history.deleted[0] if history.deleted else None
    viewer = session.info.get("viewer")
    session.flush()
    session.add(
        ResponsibilityChange(
            client_id=client.id,
            from_id=before.id if before is not None else None,
            to_id=history.added[0].id,
            by_user_id=viewer.user_id if viewer is not None else None,
            reason=reason,
        )
    )


def forget_responsibility(session: Session, client: Client) -> None:
    """Drop the history of a client that is about to be deleted; a client with documents cannot be deleted anyway."""
    session.execute(delete(ResponsibilityChange).where(ResponsibilityChange.client_id == client.id))


def check_contact(contact: Contact) -> None:
    """Keep phones as E.164 beside what was typed, e-mails in lower case; refuse an address that cannot be one."""
    for phone in contact.phones:
        phone.as_typed = phone.number
        found = phone_numbers(phone.number)
        if found and found[0].e164:
            phone.number = found[0].e164
            phone.extension = phone.extension or found[0].extension or None
    for email in contact.emails:
        email.address = email_key(check_email(email.address))
    if contact.is_main and not contact.is_active:
        raise RuleError(_("The main contact must be an active one."))
