"""`flask kontora check`: proves that what is kept agrees with what it was computed from."""

from dataclasses import fields
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from app.cli.group import acting, finish, json_option, settings
from app.cli.schema import pending
from app.database import db
from app.services.audit import verify_chain
from app.services.checks import check_all
from app.services.files import check_files, open_store
from app.services.search import mend_keys, stale_keys
from app.services.trigram_indexes import differing_indexes, rebuild_indexes

SHOWN = 20
"""How many differences of a kind are listed; the rest is counted."""


@click.command("check")
@json_option
@with_appcontext
def check(as_json: bool) -> None:
    """Recompute registers, follow the history's chain and every reference; code 1 when anything differs."""
    waiting = pending(db.engine)
    if waiting:
        finish({"right": False, "migrations": waiting}, as_json, is_refused=True)
    with acting() as session:
        found = differences(session)
        session.rollback()
    facts, is_right = summary(found)
    finish(facts, as_json, is_refused=not is_right)


@click.command("rebuild-search")
@json_option
@with_appcontext
def rebuild_search(as_json: bool) -> None:
    """Make the search keys and indexes anew, where `check` says that they differ."""
    with acting() as session:
        facts = {"keys mended": mend_keys(session), "indexes": rebuild_indexes(session)}
    finish(facts, as_json)


def summary(found: dict[str, list[Any]]) -> tuple[dict[str, Any], bool]:
    """The differences as a summary, and whether there are none."""
    counts = {name: len(items) for name, items in found.items()}
    listed = [f"{name}: {item}" for name, items in found.items() for item in items[:SHOWN]]
    is_right = not any(counts.values())
    return {"right": is_right, **counts, "differences": listed}, is_right


def differences(session: Session) -> dict[str, list[Any]]:
    """What differs, by kind; empty lists when all is right."""
    result = check_all(session)
    return {
        **{part.name: list(getattr(result, part.name)) for part in fields(result)},
        "history": list(verify_chain(session).broken),
        "references": broken_references(session),
        "search keys": stale_keys(session),
        "search indexes": differing_indexes(session),
        "files": damaged_files(session),
    }


def damaged_files(session: Session) -> list[str]:
    """Files that a record names and that are gone, or whose content is not what was kept."""
    report = check_files(session, open_store(settings().files_url))
    return [f"missing {sha256}" for sha256 in report.missing] + [f"changed {sha256}" for sha256 in report.changed]


def broken_references(session: Session) -> list[str]:
    """Rows that refer to a row that is not there. PostgreSQL lets none arise; SQLite can be asked."""
    if session.get_bind().dialect.name != "sqlite":
        return []
    rows = session.connection().exec_driver_sql("PRAGMA foreign_key_check")
    return [f"{row.table} {row.rowid} -> {row.parent}" for row in rows]
