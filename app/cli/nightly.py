"""`flask kontora nightly`: what is to be done once a night, by cron or a timer of systemd."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import with_appcontext

from app.cli.checks import differences, summary
from app.cli.group import acting, finish, json_option, settings
from app.cli.inbox import fetch_mail
from app.cli.mail import send_mail
from app.clock import day_of, utc_now
from app.database import db, note_sizes
from app.services.access import limits, sign_ins
from app.services.access.sign_ins import Lifetimes
from app.services.batches import forget_old_batches
from app.services.completeness import keep_all, take_snapshot
from app.services.duplicates.parting import forget_old_merges
from app.services.duplicates.scanning import Scanned, scan
from app.services.files import forget_temporary, forget_unused, open_store, sweep_files
from app.services.jobs import forget_old_jobs
from app.services.mail import forget_sent
from app.services.news import tell_overdue
from app.services.notices import sweep_notices
from app.services.quotes import expire_quotes
from app.services.radar import forget_snoozes

YOUNG = timedelta(days=1)
"""Files younger than this may be just being attached."""
LETTERS_KEPT = timedelta(days=90)
"""How long a letter that is about no record is kept after it went."""


@click.command("nightly")
@json_option
@with_appcontext
def nightly(as_json: bool) -> None:
    """Remove or close what has run out (sign-ins, files, quotes), tell people what is overdue, check all figures.

    Code 1 when anything differs.
    """
    lifetimes = Lifetimes(current_app.config["LOGIN_IDLE"], current_app.config["LOGIN_LIFETIME"])
    with acting() as session:
        ended = sign_ins.sweep(session, utc_now(), lifetimes)
        forgotten = limits.sweep(session, utc_now())
        expired = expire_quotes(session, day_of(utc_now(), ZoneInfo(current_app.config["BABEL_DEFAULT_TIMEZONE"])))
    files = {**_sweep_files(), "pairs of duplicates": _look_for_duplicates(), "cards measured": _measure_cards()}
    told = _tell()
    note_sizes(db.engine)
    with acting() as session:
        found = differences(session)
        session.rollback()
    facts, is_right = summary(found)
    removed = {"sign-ins removed": ended, "failed tries removed": forgotten, "quotes expired": expired, **files}
    finish({**removed, **told, **facts}, as_json, is_refused=not is_right)


def _sweep_files() -> dict[str, Any]:
    """Forget first, then remove: a crash between the two leaves content without a row, never the other way round."""
    before = utc_now() - YOUNG
    with acting() as session:
        jobs, batches = forget_old_jobs(session, utc_now()), forget_old_batches(session, utc_now())
        files = forget_temporary(session, now=utc_now()) + forget_unused(session, before=before)
    with acting() as session:
        contents = sweep_files(session, open_store(settings().files_url), before=before)
    removed = {"old jobs removed": jobs, "old batches removed": batches}
    return {**removed, "files forgotten": files, "contents removed": contents}


def _tell() -> dict[str, int]:
    """Tell people what has become overdue, send the letters of the day, and remove what is old."""
    now, zone = utc_now(), settings().timezone
    with acting() as session:
        told = tell_overdue(session, day_of(now, zone), zone)
        sweep_notices(session, now)
        forget_snoozes(session, day_of(now, zone))
        forget_sent(session, before=now - LETTERS_KEPT)
    fetched = {name: count for name, count in fetch_mail().facts().items() if count}
    return {"notifications": told, **send_mail(digests=True).facts(), **fetched}


def _measure_cards() -> int:
    """Measure every card by the weights of today, and keep what it comes to for each manager."""
    with acting() as session:
        measured = keep_all(session)
        take_snapshot(session, day_of(utc_now(), settings().timezone))
    return measured


def _look_for_duplicates() -> int:
    """Pairs of cards that wait for a person; merges that can no longer be parted give up their snapshots."""
    counts = Scanned()
    with acting() as session:
        forget_old_merges(session)
        for latest in scan(session):
            session.commit()
            counts = latest
    return counts.client_pairs + counts.contact_pairs
