"""What becomes of a letter to a client after it was written: it left, was refused or came back, or is tried again.

A letter that has left is a done interaction and counts as its author's activity. One that did not arrive is planned
again, so that it shows red with everything that was not done, and its author is told.
"""

from datetime import datetime
from email.utils import make_msgid
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.clock import day_of
from app.errors import RuleError
from app.models.interactions import Interaction, InteractionState
from app.models.mail import MailState, OutgoingMail
from app.models.notices import NoticeKind
from app.services.activity import count_interaction
from app.services.letters.threads import latest_letters
from app.services.mail.queueing import DOMAIN
from app.services.notices import Told, tell
from app.texts import _

UNDELIVERED = (MailState.FAILED, MailState.RETURNED)
UNSENT = (MailState.WAITING, *UNDELIVERED)
"""States of a letter that may still be sent, or sent again."""


def note_left(session: Session, key: int, *, zone: ZoneInfo) -> None:
    """The mail server has taken a letter of the outbox: its interaction is done. Letters about others are none."""
    mail = session.get_one(OutgoingMail, key)
    interaction = interaction_of(session, mail)
    if interaction is None:
        return
    interaction.state, interaction.result = InteractionState.DONE, None
    interaction.starts_at = interaction.ends_at = mail.sent_at or mail.made_at
    count_interaction(session, interaction, zone=zone)


def note_refused(session: Session, key: int, *, zone: ZoneInfo) -> None:
    """A letter of the outbox was given up, or came back: its interaction is not done, and its author is told."""
    mail = session.get_one(OutgoingMail, key)
    interaction = interaction_of(session, mail)
    if interaction is None:
        return
    interaction.state, interaction.ends_at = InteractionState.PLANNED, None
    interaction.result = f"{mail.state.label}: {mail.error}"
    count_interaction(session, interaction, zone=zone)
    author = mail.made_by_id or interaction.responsible.user_id
    if author is not None:
        arguments = {"what": interaction.topic, "client": interaction.client.name}
        day = day_of(interaction.starts_at, zone)
        told = Told(author, NoticeKind.LETTER_FAILED, "interaction", interaction.id, day, arguments, again=True)
        tell(session, [told])


def interaction_of(session: Session, mail: OutgoingMail) -> Interaction | None:
    """The interaction that a letter of the outbox is; None for notifications and the like, and where it is gone."""
    if mail.record_table != Interaction.__tablename__ or mail.record_id is None:
        return None
    return session.get(Interaction, mail.record_id)


def retry_letter(session: Session, interaction: Interaction, *, now: datetime) -> None:
    """Send an undelivered letter once more. Raises RuleError for any other."""
    mail = _letter_of(session, interaction)
    if mail.state not in UNDELIVERED:
        raise RuleError(_("Only a letter that was not delivered can be sent again."))
    if mail.state is MailState.RETURNED:
        # Mail programs drop a second letter of one Message-ID as a repetition.
        mail.message_id = make_msgid(domain=DOMAIN)
    mail.state, mail.error, mail.attempts, mail.next_try_at = MailState.WAITING, "", 0, now
    interaction.state, interaction.result, interaction.starts_at = InteractionState.PLANNED, None, now
    session.flush()


def withdraw_letter(session: Session, interaction: Interaction, *, now: datetime) -> None:
    """Take a letter out of the outbox before it leaves, or give up one that was not delivered. Raises RuleError."""
    mail = _letter_of(session, interaction)
    if _is_leaving(mail, now) or mail.state not in UNSENT:
        raise RuleError(_("The letter has left and cannot be taken back."))
    mail.state = MailState.WITHDRAWN
    interaction.state = InteractionState.CANCELLED
    session.flush()


def withdraw_unsent(session: Session, mail: OutgoingMail, interaction: Interaction | None, *, now: datetime) -> None:
    """Take a letter out of the outbox whatever it is about; one that has arrived stays as it is.

    What was planned because of it is called off. Raises RuleError while the letter is on its way to the server.
    """
    session.refresh(mail, with_for_update=True)
    if mail.state not in UNSENT:
        return
    if _is_leaving(mail, now):
        raise RuleError(_("A letter to this person is being sent just now. Try again in ten minutes."))
    mail.state = MailState.WITHDRAWN
    if interaction is not None and interaction.state is InteractionState.PLANNED:
        interaction.state = InteractionState.CANCELLED
    session.flush()


def _is_leaving(mail: OutgoingMail, now: datetime) -> bool:
    return mail.state is MailState.WAITING and mail.attempts > 0 and mail.next_try_at > now and not mail.error


def _letter_of(session: Session, interaction: Interaction) -> OutgoingMail:
    mail, _incoming = latest_letters(session, interaction)
    if mail is None:
        raise RuleError(_("This is no letter that leaves from here."))
    session.refresh(mail, with_for_update=True)
    return mail
