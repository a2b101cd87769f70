"""`flask kontora import-table`: clients, contacts, products or equipment from a file."""

import json
import time
from pathlib import Path
from typing import Any, cast

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from app.cli.group import acting, finish, json_option, settings
from app.database import db
from app.errors import RuleError
from app.models.imports import TableImport
from app.models.jobs import Job, JobState
from app.services.files import open_store
from app.services.imports import TABLES, check_mapping, check_now, load_now, mapping_by_headers, take_file
from app.working import work_on

SHOWN = 50
LOOK_EVERY_SECONDS = 1.0
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import-table")
@click.argument("name", type=click.Choice(sorted(TABLES)))
@click.argument("file", type=_FILE)
@click.option("--map", "map_file", type=_FILE, help="JSON: heading -> field.")
@click.option("--dry-run", is_flag=True, help="Try every row and write nothing.")
@json_option
@with_appcontext
def import_table(name: str, file: Path, map_file: Path | None, dry_run: bool, as_json: bool) -> None:
    """Load the rows of FILE (XLSX or CSV, headings first) into table NAME; refused rows are told and left out."""
    with acting() as session:
        key = _take(session, name, file, map_file)
        found = session.get_one(TableImport, key)
        store = open_store(settings().files_url)
        job = check_now(session, found, folder=store) if dry_run else load_now(session, found)
        job_id = job.id if job is not None else None
    if job_id is not None:
        _follow(job_id, shows=not as_json)
    finish(_outcome(key), as_json)


def _take(session: Session, name: str, file: Path, map_file: Path | None) -> int:
    table = TABLES[name]
    found = take_file(session, table, file.read_bytes(), file.name, folder=open_store(settings().files_url))
    if map_file is not None:
        try:
            given = json.loads(map_file.read_text("utf-8"))
        except ValueError as error:
            raise RuleError(f"{map_file} is no JSON: {error}") from error
        found.mapping = mapping_by_headers(table, found.headers, dict(given))
    check_mapping(table, found.mapping)
    return found.id


def _follow(job_id: int, *, shows: bool) -> None:
    """Do the job here; when a worker was quicker, wait for it."""
    work_on(cast(Flask, current_app._get_current_object()), job_id)  # type: ignore[attr-defined]
    while True:
        db.session.rollback()
        job = db.session.get_one(Job, job_id, populate_existing=True)
        if job.is_over:
            break
        if shows:
            click.echo(f"{job.done} / {job.total}", err=True)
        time.sleep(LOOK_EVERY_SECONDS)
    if job.state is not JobState.DONE:
        finish({"error": job.result_text}, False, is_refused=True)


def _outcome(key: int) -> dict[str, Any]:
    found = db.session.get_one(TableImport, key, populate_existing=True)
    lines = [f"{number}, {header or '-'}: {text}" for number, header, text in found.problems[:SHOWN]]
    facts: dict[str, Any] = {"rows": found.rows, **found.counts, "problems": lines}
    return facts | {"batch": found.batch_id} if found.batch_id else facts
