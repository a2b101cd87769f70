"""Takes letters out of the outbox one by one and notes what became of them.

A letter is claimed and its claim committed before it is handed to the server, so that no transaction is open while
an outside machine is slow. A process that dies meanwhile leaves a claim that runs out; the letter then goes once
more under the same Message-ID, by which mail programs know it for the same.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from app.integrations.mail import MailFile, MailMessage
from app.models.files import Attachment
from app.models.mail import MailState, OutgoingMail
from app.services.files import FileStore, attachments_of

CLAIM = timedelta(minutes=10)
"""How long a letter belongs to whoever is sending it."""
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
"""How long to wait after each failure; after the last one the letter is given up."""
LONGEST_ERROR = 500


def claim_letter(
    session: Session, store: FileStore, now: datetime, lost: Callable[[int], None] = lambda _key: None
) -> tuple[int, MailMessage] | None:
    """The next letter that is due, with its key, claimed for this process; None when there is none.

    The caller commits before sending. Two processes never claim the same letter. `lost` is told of a letter that is
    given up because a file of it is gone.
    """
    while (mail := session.scalars(_due(now)).first()) is not None:
        mail.attempts += 1
        mail.next_try_at = now + CLAIM
        session.flush()
        try:
            return mail.id, _message(session, store, mail)
        except FileNotFoundError as error:
            note_failed(session, mail.id, f"a file is missing in the store: {error}", retry=False, now=now)
            lost(mail.id)
    return None


def note_sent(session: Session, key: int, now: datetime) -> None:
    """The server has taken the letter."""
    mail = session.get_one(OutgoingMail, key)
    mail.state, mail.sent_at, mail.error = MailState.SENT, now, ""
    session.flush()


def note_failed(session: Session, key: int, reason: str, *, retry: bool, now: datetime) -> bool:
    """The server did not take the letter: try later, or give up. Gives whether it will be tried again."""
    mail = session.get_one(OutgoingMail, key)
    mail.error = reason[:LONGEST_ERROR]
    again = retry and mail.attempts <= len(PAUSES)
    if again:
        mail.next_try_at = now + PAUSES[mail.attempts - 1]
    else:
        mail.state = MailState.FAILED
    session.flush()
    return again


def forget_sent(session: Session, *, before: datetime) -> int:
    """Remove letters that are about no record and went before that moment, with their files; gives their number."""
    keys = list(
        session.scalars(
            select(OutgoingMail.id).where(
                OutgoingMail.state == MailState.SENT,
                OutgoingMail.sent_at < before,
                OutgoingMail.record_table.is_(None),
            )
        )
    )
    named = Attachment.record_table == OutgoingMail.__tablename__, Attachment.record_id.in_(keys)
    unseen = {"synchronize_session": False}
    session.execute(delete(Attachment).where(*named), execution_options=unseen)
    session.execute(delete(OutgoingMail).where(OutgoingMail.id.in_(keys)), execution_options=unseen)
    return len(keys)


def _due(now: datetime) -> Select[OutgoingMail]:
    return (
        select(OutgoingMail)
        .where(OutgoingMail.state == MailState.WAITING, OutgoingMail.next_try_at <= now)
        .order_by(OutgoingMail.next_try_at, OutgoingMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _message(session: Session, store: FileStore, mail: OutgoingMail) -> MailMessage:
    return MailMessage(
        message_id=mail.message_id,
        to=tuple(mail.recipients),
        copies=tuple(mail.copies),
        sender=mail.sender,
        sender_name=mail.sender_name,
        reply_to=mail.reply_to,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        in_reply_to=mail.in_reply_to,
        references=tuple(mail.earlier_ids.split()),
        written_at=mail.made_at,
        files=tuple(_file(store, attachment) for attachment in attachments_of(session, mail)),
    )


def _file(store: FileStore, attachment: Attachment) -> MailFile:
    with store.open(attachment.file.sha256) as content:
        return MailFile(attachment.name, attachment.file.media_type, content.read())
