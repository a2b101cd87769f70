"""`flask kontora nightly`: what is to be done once a night, by cron or a timer of systemd."""

import click
from flask import current_app
from flask.cli import with_appcontext

from app.cli.checks import differences, summary
from app.cli.group import acting, finish, json_option
from app.clock import utc_now
from app.services.access import limits, sign_ins
from app.services.access.sign_ins import Lifetimes


@click.command("nightly")
@json_option
@with_appcontext
def nightly(as_json: bool) -> None:
    """Remove sign-ins and failed tries that have run out, and check all figures; code 1 when anything differs."""
    lifetimes = Lifetimes(current_app.config["LOGIN_IDLE"], current_app.config["LOGIN_LIFETIME"])
    with acting() as session:
        ended = sign_ins.sweep(session, utc_now(), lifetimes)
        forgotten = limits.sweep(session, utc_now())
    with acting() as session:
        found = differences(session)
        session.rollback()
    facts, is_right = summary(found)
    finish({"sign-ins removed": ended, "failed tries removed": forgotten, **facts}, as_json, is_refused=not is_right)
