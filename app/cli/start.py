"""What happens before pages are served: `prepare` for a trial on this machine, `preflight` for production."""

from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash

from app.cli.demo import build, words
from app.cli.group import acting, finish, json_option, settings
from app.cli.schema import pending, upgrade
from app.database import User, db, note_sizes
from app.services.completeness import add_weights
from app.services.demo.company import PASSWORD as DEMO_PASSWORD
from app.services.follow_ups import add_default_rules
from app.services.letters.office import add_default_templates
from app.services.radar import add_rules
from app.services.security_setup import init_security
from app.services.trigram_indexes import NO_RUSSIAN, finds_russian
from config import Settings, make_secret_key

SHORTEST_KEY = 32
"""Characters of the key that signs cookies; 32 of hexadecimal digits are 128 bits."""
FEWEST_LETTERS = 10
"""Different characters in it: «aaaa…» is long and still weak."""
PLACEHOLDERS = ("secret", "change", "password", "kontora", "example", "default")
DEMO_LOGINS = (
    "admin",
    "director",
    "saleshead",
    "anna",
    "boris",
    "servicehead",
    "egor",
    "accountant",
    "buyer",
    "office",
)
"""The logins of the demo company. A person of the same name is no danger: the password tells them apart."""


@click.command("prepare")
@click.option("--demo", is_flag=True, help="Build the demo company when nobody can sign in yet.")
@json_option
@with_appcontext
def prepare(demo: bool, as_json: bool) -> None:
    """Bring database, rights and key up to date; on the first start make what is missing."""
    finish(make_ready(settings(), demo=demo), as_json)


def make_ready(own: Settings, *, demo: bool) -> dict[str, Any]:
    """What `prepare` does, in the context of an application; gives the summary."""
    own.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    facts: dict[str, Any] = {"database": "up to date"}
    if key_file := make_secret_key(own):
        facts["secret key"] = key_file
    if waiting := pending(db.engine):
        upgrade(own.database_url)
        facts["database"] = f"upgraded: {', '.join(waiting)}"
    with acting() as session:
        written = init_security(session)
        add_default_rules(session)
        add_default_templates(session)
        add_rules(session)
        add_weights(session)
        is_first = demo and session.scalar(select(User.id).limit(1)) is None
        if is_first:
            facts |= words(build(session, own))
    note_sizes(db.engine)
    if written.total:
        facts["rights"] = written.total
    return facts


@click.command("preflight")
@json_option
@with_appcontext
def preflight(as_json: bool) -> None:
    """Refuse to serve where data or accounts would be in danger; each reason is one line."""
    problems = key_problems(settings()) + database_problems()
    finish({"ready": not problems, "problems": problems}, as_json, is_refused=bool(problems))


def key_problems(own: Settings) -> list[str]:
    """Why the key that signs cookies is not good enough for production."""
    key = own.secret_key
    if not key or own.is_secret_generated:
        return ["KONTORA_SECRET_KEY is not set"]
    is_weak = len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_LETTERS
    if is_weak or any(word in key.lower() for word in PLACEHOLDERS):
        return [f"KONTORA_SECRET_KEY is weak: give {SHORTEST_KEY} random characters or more"]
    return []


def database_problems() -> list[str]:
    """Why the database must not be used for production as it is."""
    waiting = pending(db.engine)
    if waiting:
        return [f"migrations are pending ({', '.join(waiting)}): run flask kontora prepare"]
    with db.engine.connect() as connection:
        return [*_demo_problems(connection), *_durability_problems(connection), *_search_problems(connection)]


def _demo_problems(connection: Connection) -> list[str]:
    rows = connection.execute(select(User.username, User.password).where(User.username.in_(DEMO_LOGINS)))
    found = [login for login, password in rows if password and check_password_hash(password, DEMO_PASSWORD)]
    return [f"demo accounts are present: {', '.join(sorted(found))}"] if found else []


def _search_problems(connection: Connection) -> list[str]:
    with Session(connection) as session:
        return [] if finds_russian(session) else [NO_RUSSIAN]


def _durability_problems(connection: Connection) -> list[str]:
    """PostgreSQL may have been told not to wait for the disk; a power cut would then cost data."""
    if connection.dialect.name != "postgresql":
        return []
    needed = ("fsync", "full_page_writes")
    return [f"PostgreSQL runs with {name} off" for name in needed if _is_off(connection, name)]


def _is_off(connection: Connection, name: str) -> bool:
    return bool(connection.scalar(text("select current_setting(:name) = 'off'"), {"name": name}))
