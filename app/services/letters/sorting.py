"""Writes a letter that came down at its client: by itself where that is known, by hand where it is not."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.clock import day_of
from app.errors import RuleError
from app.models.base import LONG
from app.models.clients import Client, Contact, ContactEmail
from app.models.deals import Deal
from app.models.files import Attachment
from app.models.interactions import Direction, Interaction, InteractionKind, InteractionState
from app.models.letters import IncomingMail, IncomingState
from app.models.notices import NoticeKind
from app.models.staff import Employee
from app.services.activity import count_interaction
from app.services.interactions import check_interaction
from app.services.letters.quotations import own_words
from app.services.letters.threads import untagged
from app.services.names import email_key
from app.services.notices import Told, tell
from app.texts import _


@dataclass(frozen=True)
class Place:
    """Where a letter belongs; without `responsible` the client's own manager answers."""

    client: Client
    contact: Contact | None = None
    deal: Deal | None = None
    responsible: Employee | None = None


def write_down(session: Session, mail: IncomingMail, place: Place, *, zone: ZoneInfo, today: date) -> Interaction:
    """Write a letter down as an interaction with its files, count it, and tell whoever is responsible."""
    made = Interaction(
        kind=InteractionKind.LETTER,
        state=InteractionState.DONE,
        direction=Direction.IN,
        client=place.client,
        contact=place.contact,
        contact_details=mail.sender[:200] or None,
        deal=place.deal,
        topic=untagged(mail.subject)[:200] or _("Without a subject"),
        comment=own_words(mail.text)[:LONG] or _("The letter has no text."),
        starts_at=mail.written_at,
        ends_at=mail.written_at,
        responsible=_at_work(place.responsible, today) or place.client.responsible,
    )
    session.add(made)
    session.flush()
    mail.interaction, mail.state = made, IncomingState.SORTED
    session.flush()
    _move_files(session, mail, made)
    count_interaction(session, made, zone=zone)
    _tell(session, made, zone)
    return made


def assign_letter(session: Session, mail: IncomingMail, place: Place, *, zone: ZoneInfo, today: date) -> Interaction:
    """Sort a letter by hand; a chosen contact takes the address, so that the next one is sorted by itself.

    Raises RuleError for a letter that is sorted already, and for a contact or deal of another client.
    """
    session.refresh(mail, with_for_update=True)
    if mail.state is IncomingState.SORTED:
        raise RuleError(_("This letter is with its client already."))
    made = write_down(session, mail, place, zone=zone, today=today)
    check_interaction(made)
    contact = place.contact
    if contact is not None and mail.sender and email_key(mail.sender) not in {each.address for each in contact.emails}:
        contact.emails.append(ContactEmail(address=email_key(mail.sender)))
        session.flush()
    return made


def set_aside(session: Session, mail: IncomingMail) -> None:
    """Take a letter that is about no client from the heap; a second time puts it back. Raises RuleError."""
    if mail.state is IncomingState.SORTED:
        raise RuleError(_("This letter is with its client already."))
    is_aside = mail.state is IncomingState.SET_ASIDE
    mail.state = IncomingState.UNSORTED if is_aside else IncomingState.SET_ASIDE
    session.flush()


def _at_work(employee: Employee | None, today: date) -> Employee | None:
    is_gone = employee is not None and employee.dismissed_on is not None and employee.dismissed_on <= today
    return None if is_gone else employee


def _move_files(session: Session, mail: IncomingMail, interaction: Interaction) -> None:
    """The files belong to the interaction from now on: they are shown by its rights."""
    session.execute(
        update(Attachment)
        .where(Attachment.record_table == IncomingMail.__tablename__, Attachment.record_id == mail.id)
        .values(record_table=Interaction.__tablename__, record_id=interaction.id)
    )


def _tell(session: Session, interaction: Interaction, zone: ZoneInfo) -> None:
    user_id = interaction.responsible.user_id
    viewer = session.info.get("viewer")
    if user_id is None or (viewer is not None and viewer.user_id == user_id):
        return
    arguments = {"what": interaction.topic, "client": interaction.client.name}
    day = day_of(interaction.starts_at, zone)
    tell(session, [Told(user_id, NoticeKind.LETTER, "interaction", interaction.id, day, arguments)])
