"""`flask kontora send-mail`: hands the letters of the outbox to the mail server, as the worker does every minute."""

import logging
from dataclasses import dataclass

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from app.cli.group import acting, finish, json_option, refuse, settings
from app.clock import utc_now
from app.database import db
from app.errors import IntegrationError
from app.integrations.mail import MailServer
from app.services.files import FileStore, open_store
from app.services.letters import note_left, note_refused
from app.services.mail import claim_letter, note_failed, note_sent
from app.services.news import LetterOffice, write_letters

MOST_LETTERS = 500
"""Letters of one run: the next run takes the rest."""
_log = logging.getLogger(__name__)


@dataclass
class MailRun:
    """What a run did: letters sent, letters to be tried again, letters given up."""

    sent: int = 0
    later: int = 0
    given_up: int = 0

    def facts(self) -> dict[str, int]:
        """For the summary."""
        return {"letters sent": self.sent, "letters to try again": self.later, "letters given up": self.given_up}


@click.command("send-mail")
@json_option
@with_appcontext
def send_mail_command(as_json: bool) -> None:
    """Send the letters that wait; code 1 without KONTORA_SMTP_URL."""
    if not settings().smtp_url:
        refuse("KONTORA_SMTP_URL is not set: letters wait in the outbox")
    finish(send_mail().facts(), as_json)


def send_mail(*, digests: bool = False) -> MailRun:
    """Write the letters about notifications, then send what is due, each letter in its own transactions.

    Does nothing where no mail server is set.
    """
    run, own = MailRun(), settings()
    if not own.smtp_url:
        return run
    try:
        server = MailServer.of_url(own.smtp_url)
    except IntegrationError as error:
        _log.error("letters wait: %s", error)
        return run
    with acting() as writing:
        office = LetterOffice(own.timezone, own.language, own.link_address)
        write_letters(writing, office, utc_now(), digests=digests)
    store = open_store(own.files_url)
    session: Session = db.session()
    for _number in range(MOST_LETTERS):
        if not _send_next(session, server, store, run):
            break
    return run


def _send_next(session: Session, server: MailServer, store: FileStore, run: MailRun) -> bool:
    """Send one letter, and note at its interaction what became of it; False when none is due."""
    zone = settings().timezone
    with acting():
        claimed = claim_letter(session, store, utc_now(), lambda key: note_refused(session, key, zone=zone))
    if claimed is None:
        return False
    key, message = claimed
    try:
        server.send(message)
    except IntegrationError as error:
        _log.warning("letter %s was not taken: %s", key, error)
        with acting():
            again = note_failed(session, key, str(error), retry=error.retry, now=utc_now())
            if not again:
                note_refused(session, key, zone=zone)
        run.later, run.given_up = run.later + again, run.given_up + (not again)
        return True
    with acting():
        note_sent(session, key, utc_now())
        note_left(session, key, zone=zone)
    run.sent += 1
    return True
