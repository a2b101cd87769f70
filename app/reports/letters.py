"""Letters of a client: to whom one can write, the letters of a conversation, those that went with a document."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, selectinload

from app.models.clients import Client, Contact
from app.models.interactions import Interaction
from app.models.letters import IncomingKind, IncomingMail, IncomingState, MailFolder
from app.models.mail import MailState, OutgoingMail
from app.services.letters import latest_letters, untagged
from app.services.names import emails

MOST_ADDRESSES = 30
"""Addresses that the page of a new letter offers."""


@dataclass(frozen=True, slots=True)
class KnownAddress:
    """An e-mail of a client, and the contact whose it is; None for the company's own."""

    address: str
    contact: Contact | None


@dataclass(frozen=True, slots=True)
class ThreadLetter:
    """A letter of a conversation. `state` and `error` are set for one that leaves, `kind` for one that came."""

    interaction_id: int
    at: datetime
    is_ours: bool
    who: str
    to: tuple[str, ...]
    subject: str
    text: str
    state: MailState | None = None
    error: str = ""
    kind: IncomingKind | None = None
    warning: str = ""


def known_addresses(session: Session, client: Client) -> tuple[KnownAddress, ...]:
    """The addresses of a client's active contacts, the main one first, then the company's own; each once."""
    people = (
        select(Contact)
        .where(Contact.client_id == client.id, Contact.is_active.is_(True))
        .order_by(Contact.is_main.desc(), Contact.family_name, Contact.id)
        .options(selectinload(Contact.emails))
        .limit(MOST_ADDRESSES)
    )
    found: dict[str, KnownAddress] = {}
    for contact in session.scalars(people):
        for email in contact.emails:
            found.setdefault(email.address, KnownAddress(email.address, contact))
    for address in emails(client.email or ""):
        found.setdefault(address.lower(), KnownAddress(address, None))
    return tuple(found.values())[:MOST_ADDRESSES]


def thread_of(session: Session, interaction: Interaction) -> tuple[ThreadLetter, ...]:
    """The letters of an interaction's conversation that the viewer may see, newest first."""
    leaving, coming = latest_letters(session, interaction)
    thread = next((letter.thread for letter in (leaving, coming) if letter is not None), "")
    ours = session.execute(
        select(OutgoingMail, Interaction)
        .join(Interaction, _is_interaction())
        .where(OutgoingMail.thread == thread if thread else Interaction.id == interaction.id)
    )
    theirs = session.execute(
        select(IncomingMail, Interaction)
        .join(Interaction, IncomingMail.interaction_id == Interaction.id)
        .where(IncomingMail.thread == thread if thread else Interaction.id == interaction.id)
    )
    found = [_ours(mail, at) for mail, at in ours] + [_theirs(mail, at) for mail, at in theirs]
    return tuple(sorted(found, key=lambda letter: letter.at, reverse=True))


def letters_with(session: Session, document: Any) -> Sequence[Interaction]:
    """The letters that went with a document and the answers to them, newest first."""
    named = (OutgoingMail.document_table == document.__tablename__, OutgoingMail.document_id == document.id)
    threads = select(OutgoingMail.thread).where(*named, OutgoingMail.thread != "")
    of_thread = or_(
        Interaction.id.in_(select(OutgoingMail.record_id).where(_of_interactions(), OutgoingMail.thread.in_(threads))),
        Interaction.id.in_(
            select(IncomingMail.interaction_id).where(
                IncomingMail.thread.in_(threads), IncomingMail.interaction_id.is_not(None)
            )
        ),
    )
    return session.scalars(
        select(Interaction).where(of_thread).order_by(Interaction.starts_at.desc(), Interaction.id.desc())
    ).all()


def _of_interactions() -> ColumnElement[bool]:
    return OutgoingMail.record_table == Interaction.__tablename__


def _is_interaction() -> ColumnElement[bool]:
    return and_(_of_interactions(), OutgoingMail.record_id == Interaction.id)


def _ours(mail: OutgoingMail, interaction: Interaction) -> ThreadLetter:
    return ThreadLetter(
        interaction_id=interaction.id,
        at=mail.sent_at or mail.made_at,
        is_ours=True,
        who=mail.sender_name,
        to=(*mail.recipients, *mail.copies),
        subject=interaction.topic,
        text=mail.text,
        state=mail.state,
        error=mail.error,
    )


def _theirs(mail: IncomingMail, interaction: Interaction) -> ThreadLetter:
    return ThreadLetter(
        interaction_id=interaction.id,
        at=mail.written_at,
        is_ours=False,
        who=f"{mail.sender_name} <{mail.sender}>" if mail.sender_name else mail.sender,
        to=tuple(mail.recipients),
        subject=untagged(mail.subject),
        text=mail.text,
        kind=mail.kind,
        warning=mail.warning,
    )


# --- Letters that came ----------------------------------------------------------------------------------------------


def incoming_page(
    session: Session, state: IncomingState | None, *, before: int | None, limit: int
) -> Sequence[IncomingMail]:
    """Letters in this state, or all, newest first, those older than the one of key `before`."""
    statement = select(IncomingMail).order_by(IncomingMail.id.desc()).limit(limit)
    if state is not None:
        statement = statement.where(IncomingMail.state == state)
    if before is not None:
        statement = statement.where(IncomingMail.id < before)
    return session.scalars(statement).all()


def last_fetched(session: Session) -> MailFolder | None:
    """The mailbox that was looked into last, with what went wrong if anything did."""
    return session.scalars(select(MailFolder).order_by(MailFolder.fetched_at.desc(), MailFolder.id.desc())).first()
