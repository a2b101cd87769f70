"""Empties letters and calls of a person: that one was sent, came or was spoken stays, what was in it and to whom goes.

Message-IDs and the exchange's keys of calls stay: without them the mailbox or the exchange would bring the letter or
the call in again.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import ALL_ROWS
from app.models.calls import ERASED_NUMBER, PhoneCall
from app.models.interactions import Interaction
from app.models.letters import IncomingMail, IncomingState
from app.models.mail import OutgoingMail
from app.models.sales import Quote, QuoteStatusChange
from app.services.letters.outcomes import withdraw_unsent
from app.services.personal_data.subjects import Subject
from app.texts import _


def take_back_unsent(session: Session, mails: Iterable[OutgoingMail], *, now: datetime) -> None:
    """Withdraw the letters that have not arrived. Raises RuleError while one is on its way to the server."""
    for mail in mails:
        withdraw_unsent(session, mail, _talk_of(session, mail), now=now)


def _talk_of(session: Session, mail: OutgoingMail) -> Interaction | None:
    if mail.record_table != Interaction.__tablename__:
        return None
    return session.get(Interaction, mail.record_id, execution_options=ALL_ROWS)


def empty_written(mail: OutgoingMail, words: str) -> None:
    """Leave of a letter of ours that it went: when, by whom, with which document."""
    mail.recipients, mail.copies = [], []
    mail.subject, mail.text, mail.html = words, "", None
    mail.sender_name = mail.reply_to = mail.error = ""


def empty_received(mail: IncomingMail, words: str) -> None:
    """Leave of a letter that came only that it came; one that waited to be sorted waits no more."""
    mail.sender = mail.sender_name = mail.text = mail.warning = ""
    mail.recipients, mail.subject = [], words
    if mail.state is IncomingState.UNSORTED:
        mail.state = IncomingState.SET_ASIDE


def leave_out(mail: OutgoingMail | IncomingMail, subject: Subject) -> None:
    """Take the person's address out of a letter of others."""
    mail.recipients = [each for each in mail.recipients if not subject.has_email(each)]
    if isinstance(mail, OutgoingMail):
        mail.copies = [each for each in mail.copies if not subject.has_email(each)]
        if subject.is_named_by(mail.error):
            mail.error = ""


def empty_call(call: PhoneCall) -> None:
    """Leave of a call when, how long, with which client and employee of ours."""
    call.number, call.recording = ERASED_NUMBER, ""


def empty_letter_talk(talk: Interaction, words: str, errors: Iterable[str]) -> None:
    """An interaction that is a letter holds its subject and text too, and why it did not arrive."""
    talk.topic, talk.comment = words, None
    if talk.result and any(error and error in talk.result for error in errors):
        talk.result = None


def leave_recording_out(talk: Interaction, recordings: Iterable[str]) -> None:
    """Take the line with the address of the recording out of the comment."""
    lines = (talk.comment or "").split("\n")
    kept = [line for line in lines if not any(recording in line for recording in recordings)]
    talk.comment = "\n".join(kept) or None


def forget_sent_quotes(session: Session, mails: Iterable[OutgoingMail]) -> None:
    """The history of a quote names the addresses that it was sent to."""
    for mail in mails:
        if mail.document_table != Quote.__tablename__:
            continue
        asked = select(QuoteStatusChange).where(QuoteStatusChange.quote_id == mail.document_id)
        for change in session.scalars(asked, execution_options=ALL_ROWS):
            if any(address in (change.note or "") for address in mail.recipients):
                change.note = _("By letter")
