"""`flask kontora new-table`: writes the skeleton of a table, so that only what is particular remains to be written."""

import re
from pathlib import Path
from string import Template

import click
from flask.cli import with_appcontext

from app.cli.group import finish, json_option, refuse

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = Path(__file__).resolve().parent / "templates"
FILES = {
    "model": "app/models/{module}.py",
    "view": "app/views/{module}.py",
    "factory": "tests/factories/{module}.py",
    "test": "tests/views/test_{module}.py",
}
"""Template -> the file it becomes."""


@click.command("new-table")
@click.argument("name")
@click.option("--one", default="", help="The singular, where it is not NAME without its last s.")
@click.option("--root", type=click.Path(file_okay=False, path_type=Path), default=ROOT, hidden=True)
@json_option
@with_appcontext
def new_table(name: str, one: str, root: Path, as_json: bool) -> None:
    """Write model, screen, factory and test of the table NAME (plural English words: spare-parts)."""
    one = one or re.sub("s$", "", re.sub("ies$", "y", name))
    if not all(re.fullmatch("[a-z][a-z]*(-[a-z]+)*", word) for word in (name, one)) or name == one:
        refuse("NAME is plural, in small Latin letters, with - between words: spare-parts")
    words = words_of(name, one)
    written = {kind: root / path.format(**words) for kind, path in FILES.items()}
    if there := [str(path) for path in written.values() if path.exists()]:
        refuse(f"{', '.join(there)} is there already")
    for kind, path in written.items():
        template = Template((TEMPLATES / f"{kind}.txt").read_text(encoding="utf-8"))
        path.write_text(template.substitute(words), encoding="utf-8")
    finish({"written": [str(path.relative_to(root)) for path in written.values()], "next": steps(words)}, as_json)


def words_of(name: str, one: str) -> dict[str, str]:
    """Every form of the name that the templates use."""
    title, title_one = name.replace("-", " "), one.replace("-", " ")
    return {
        "address": name,
        "module": name.replace("-", "_"),
        "table": one.replace("-", "_"),
        "Class": title_one.title().replace(" ", ""),
        "Area": title.title().replace(" ", ""),
        "title": title,
        "Title": title.capitalize(),
        "one": title_one,
        "One": title_one.capitalize(),
    }


def steps(words: dict[str, str]) -> list[str]:
    """What remains, in order; docs/adding.md says more of each."""
    module, view, area = words["module"], f"{words['Class']}View", words["Area"]
    return [
        f"app/models/__init__.py: import {module} and name it in __all__",
        f"pyproject.toml, [tool.importlinter]: give ({module}) its place among the areas",
        f'app/permissions.py: add "{area}" to TABLE_AREAS, and the rights of each role',
        f"app/menu/screens.py: import {view} and add it to TABLES; app/menu/sections.py: add an Item to its section",
        "app/services/visibility.py: if it belongs to a client or a person, say who sees its rows",
        f'make migrate name="add {words["title"]}"; read what was written',
        "make i18n; translate what it names",
        "python -m tests.permissions_table; read the difference",
        "docs/adding.md: the rest of the list",
    ]
