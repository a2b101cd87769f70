"""Name the marked texts that a catalogue lacks: `untranslated.py TEMPLATE CATALOGUE…`; exit 1 if any."""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

SHOWN = 40


def read(path: str) -> Catalog:
    """Read a gettext file."""
    with Path(path).open("rb") as file:
        return read_po(file)


def forms_of(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    """List the plural forms of a text; one when it has none."""
    return list(text) if isinstance(text, (tuple, list)) else [text or ""]


def untranslated(template: Catalog, catalogue: Catalog) -> list[str]:
    """List the texts of the template that the catalogue does not translate in full, or only guesses."""
    lacking = []
    for wanted in template:
        if not wanted.id:
            continue
        found = catalogue.get(wanted.id, wanted.context)
        if not found or found.fuzzy or not all(forms_of(found.string)):
            lacking.append(forms_of(wanted.id)[0])
    return lacking


def main(template_path: str, *catalogue_paths: str) -> int:
    """Print what is missing in each catalogue."""
    template = read(template_path)
    failed = False
    for path in catalogue_paths:
        lacking = untranslated(template, read(path))
        failed = failed or bool(lacking)
        for text in lacking[:SHOWN]:
            print(f"{path}: no translation of {text!r}")
        if len(lacking) > SHOWN:
            print(f"{path}: … and of {len(lacking) - SHOWN} more")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
