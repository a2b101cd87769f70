"""`flask kontora demo` fills an empty database with the demo company, `demo-statement` writes a file for its bank."""

from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from app.cli.group import acting, finish, json_option, refuse, settings
from app.clock import day_of, utc_now
from app.services.demo import DEFAULT_CLIENTS, DemoOrder, DemoSummary, build_demo, demo_statement
from app.services.files import open_store
from app.services.security_setup import init_security
from config import Settings


@click.command("demo")
@click.option("--clients", type=int, default=DEFAULT_CLIENTS, show_default=True, help="How many clients.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same company.")
@json_option
@with_appcontext
def demo(clients: int, seed: int, as_json: bool) -> None:
    """Build the demo company in a database that holds no data yet."""
    with acting() as session:
        init_security(session)
        summary = build(session, settings(), seed=seed, clients=clients)
    finish(words(summary), as_json)


@click.command("demo-statement")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
@with_appcontext
def demo_statement_command(file: Path, as_json: bool) -> None:
    """Write a bank statement into FILE, to try the import with: yesterday's payments of the demo company."""
    if file.exists():
        refuse(f"{file} is there already")
    with acting() as session:
        content = demo_statement(session, day_of(utc_now(), settings().timezone))
    file.write_bytes(content)
    finish({"file": file, "bytes": len(content)}, as_json)


def build(session: Session, own: Settings, *, seed: int = 1, clients: int = DEFAULT_CLIENTS) -> DemoSummary:
    """Build the company with dates relative to today, its files where the settings say. The caller commits."""
    order = DemoOrder(today=day_of(utc_now(), own.timezone), zone=own.timezone, seed=seed, clients=clients)
    return build_demo(session, order, open_store(own.files_url))


def words(summary: DemoSummary) -> dict[str, Any]:
    """What was built, for the summary of a command."""
    return {**summary.counts, "logins": ", ".join(summary.logins), "password": summary.password}
