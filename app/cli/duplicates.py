"""`flask kontora find-duplicates` and `import-register`: pairs of cards that look like one; extracts of registers."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from app.cli.group import acting, finish, json_option, settings
from app.clock import day_of, utc_now
from app.integrations.companies import read_extract
from app.services.companies import Loaded, load_register
from app.services.duplicates.scanning import Scanned, scan


@click.command("find-duplicates")
@json_option
@with_appcontext
def find_duplicates_command(as_json: bool) -> None:
    """Look for clients and contacts that were entered twice; people decide at /clients/duplicates/."""
    counts = Scanned()
    with acting() as session:
        for latest in scan(session):
            session.commit()
            counts = latest
    finish(vars(counts), as_json)


@click.command("import-register")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", default="", help="What the extract is called on the screens; its file name by default.")
@json_option
@with_appcontext
def import_register(file: Path, source: str, as_json: bool) -> None:
    """Load the extract FILE of a register of companies: zip or XML of the ФНС register of МСП, CSV or XLSX with ИНН."""
    counts = Loaded()
    with acting() as session:
        companies = read_extract(file, day_of(utc_now(), settings().timezone))
        for latest in load_register(session, companies, source or file.name):
            session.commit()
            counts = latest
    finish(vars(counts), as_json)
