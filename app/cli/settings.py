"""`flask kontora export-settings` and `import-settings`: settings, roles and reference tables as one JSON file."""

import json
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.cli.group import acting, finish, json_option, refuse
from app.services.settings_transfer import export_settings, import_settings


@click.command("export-settings")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
@with_appcontext
def export_command(file: Path, as_json: bool) -> None:
    """Write settings, roles with their rights and reference tables into FILE."""
    if file.exists():
        refuse(f"{file} is there already")
    with acting() as session:
        found = export_settings(session)
    file.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    rows = sum(map(len, found["tables"].values()))
    finish({"file": file, "settings": len(found["settings"]), "roles": len(found["roles"]), "rows": rows}, as_json)


@click.command("import-settings")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
@with_appcontext
def import_command(file: Path, as_json: bool) -> None:
    """Add and change what FILE says; nothing is deleted, and a second run changes nothing."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        refuse(f"{file} is not JSON")
    with acting() as session:
        done = import_settings(session, data)
    finish({"added": done.added, "changed": done.changed, "unknown rights": done.unknown_rights}, as_json)
