"""`flask kontora undo`: takes an import, a bulk edit or a merge back."""

import click
from flask.cli import with_appcontext

from app.cli.group import acting, finish, json_option, refuse
from app.clock import utc_now
from app.models.batches import Batch
from app.services.batches import stays_of, undo_batch

SHOWN = 50


@click.command("undo")
@click.argument("batch", type=int)
@json_option
@with_appcontext
def undo(batch: int, as_json: bool) -> None:
    """Take BATCH back (its number stands in the address of its page): what was changed since stays."""
    with acting() as session:
        found = session.get(Batch, batch)
        if found is None:
            refuse(f"there is no batch {batch}")
        counts = undo_batch(session, found, utc_now())
        stays = [f"{stay.table} {stay.key}: {stay.reason}" for stay in stays_of(session, found, SHOWN)]
    finish({"batch": found.title, "undone": counts.undone, "stayed": counts.stayed, "stays": stays}, as_json)
