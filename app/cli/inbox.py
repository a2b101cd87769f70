"""`flask kontora fetch-mail`: takes in the letters that have come, as the worker does every minute."""

import logging
from dataclasses import dataclass, field
from hashlib import sha256

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.cli.group import acting, finish, json_option, refuse, settings
from app.clock import day_of, utc_now
from app.database import db
from app.errors import IntegrationError
from app.integrations.inbox import Fetched, MailboxServer, read_letter
from app.models.letters import IncomingState
from app.services.files import Limits, open_store
from app.services.letters import MailDesk, receive_letter, receive_unreadable
from app.services.letters.folders import note_fetched, note_looked, position_of

MOST_LETTERS = 200
"""Letters of one run: the next run takes the rest."""
CODED = 1.4
"""A file grows by a third when it travels in a letter."""
_log = logging.getLogger(__name__)


@dataclass
class MailFetching:
    """What a run did: letters with their clients, to be sorted, known or ours, not readable."""

    sorted: int = 0
    unsorted: int = 0
    known: int = 0
    unreadable: int = 0
    trouble: str = field(default="")

    def facts(self) -> dict[str, int]:
        """For the summary."""
        return {
            "letters taken in": self.sorted,
            "letters to be sorted": self.unsorted,
            "letters known already": self.known,
            "letters not readable": self.unreadable,
        }


@click.command("fetch-mail")
@json_option
@with_appcontext
def fetch_mail_command(as_json: bool) -> None:
    """Take in the letters that have come; code 1 without KONTORA_IMAP_URL, or when the mailbox cannot be read."""
    if not settings().imap_url:
        refuse("KONTORA_IMAP_URL is not set: no mailbox is looked into")
    run = fetch_mail()
    if run.trouble:
        refuse(run.trouble)
    finish(run.facts(), as_json)


def fetch_mail() -> MailFetching:
    """Take in what is new, each letter in a transaction of its own. Does nothing where no mailbox is set."""
    run, own = MailFetching(), settings()
    if not own.imap_url:
        return run
    largest = int(own.max_upload_mb * 1024 * 1024 * CODED)
    try:
        server = MailboxServer.of_url(own.imap_url)
    except IntegrationError as error:
        _log.error("no letters are fetched: %s", error)
        return MailFetching(trouble=str(error))
    with acting() as session:
        position = position_of(session, server.address, day_of(utc_now(), own.timezone))
    try:
        for fetched in server.letters(position, most=MOST_LETTERS, largest=largest):
            _take_in(fetched, run)
            with acting() as session:
                note_fetched(session, server.address, fetched.uid_validity, fetched.uid)
    except IntegrationError as error:
        _log.warning("%s", error)
        run.trouble = str(error)
    with acting() as session:
        note_looked(session, server.address, utc_now(), run.trouble)
    return run


def _take_in(fetched: Fetched, run: MailFetching) -> None:
    """Take in one letter; one that cannot be read, or that the database refuses, is noted and holds up no other."""
    own, now = settings(), utc_now()
    limits = Limits.of_megabytes(own.max_upload_mb, own.timezone)
    desk = MailDesk(open_store(own.files_url), limits, own.timezone, now, day_of(now, own.timezone))
    session: Session = db.session()
    try:
        letter = read_letter(fetched.raw, now, is_cut=fetched.is_cut)
        mail = receive_letter(session, letter, desk)
        session.commit()
    except (IntegrationError, SQLAlchemyError) as error:
        session.rollback()
        _log.warning("letter %s is not readable: %s", fetched.uid, error)
        with acting():
            receive_unreadable(session, f"<{sha256(fetched.raw).hexdigest()}@kontora.invalid>", desk)
        run.unreadable += 1
        return
    if mail is None:
        run.known += 1
    elif mail.state is IncomingState.UNSORTED:
        run.unsorted += 1
    else:
        run.sorted += 1
