"""What all commands share: the group, the summary at the end, and the codes they end with.

A command does its work by one call of a service, commits, and ends with `finish(…)`; app/cli/__init__.py names it:

    @click.command("undo")
    @click.argument("batch")
    @json_option
    @with_appcontext
    def undo_command(batch: str, as_json: bool) -> None:
        with acting() as session:
            summary = undo_batch(session, batch)
        finish({"undone": summary.count}, as_json)

Codes: 0 done; 1 refused, or differences found; 2 wrong use, which click itself answers.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import current_app
from sqlalchemy.orm import Session

from app.database import db
from app.errors import IntegrationError, RuleError
from config import Settings

MIGRATIONS = Path(__file__).resolve().parent.parent.parent / "migrations"
REFUSED = 1

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of words.")


def settings() -> Settings:
    """The settings of the application that the command runs in."""
    found: Settings = current_app.config["KONTORA"]
    return found


@contextmanager
def acting() -> Iterator[Session]:
    """A session for the work of a command: committed at the end, undone (code 1) when a rule refuses."""
    session: Session = db.session()
    try:
        yield session
        session.commit()
    except (RuleError, IntegrationError) as error:
        session.rollback()
        refuse(str(error))


def finish(facts: Mapping[str, Any], as_json: bool, *, is_refused: bool = False) -> None:
    """Print the summary, as `name: value` lines or as JSON, and end with code 1 when refused."""
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, default=str))
    else:
        for name, value in facts.items():
            click.echo(f"{name}: {_words(value)}")
    if is_refused:
        sys.exit(REFUSED)


def refuse(reason: str) -> NoReturn:
    """Say on the error stream why the command does not do it, and end with code 1."""
    click.echo(f"Kontora: {reason}", err=True)
    sys.exit(REFUSED)


def _words(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "".join(f"\n  {each}" for each in value) if value else "-"
    return str(value)
