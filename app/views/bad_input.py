"""Turns away what no record can hold before a view sees it: NUL, half characters, keys beyond all bounds."""

from collections.abc import Iterator
from typing import Any

from flask import Flask, Request, abort, request
from werkzeug.routing import IntegerConverter

from app.texts import _

LARGEST_KEY = 2**31 - 1
"""The keys of Flask-AppBuilder's own tables are of 32 bits, and ours will not pass them either."""
DEEPEST = 50
"""How many brackets may stand inside each other in a question to the API."""


class KeyConverter(IntegerConverter):
    """`<int:…>` in an address: a key that a record can have; a greater one is an unknown address."""

    regex = "[0-9]+"  # the digits of other scripts are no key

    def __init__(self, map: Any, *, max: int = LARGEST_KEY, **options: Any) -> None:
        super().__init__(map, max=max, **options)


def install(app: Flask) -> None:
    """Check every request; must come before the routes, since they take the converter."""
    app.url_map.converters["int"] = KeyConverter
    app.before_request(refuse_bad_input)


def refuse_bad_input() -> None:
    """400 for text that cannot be kept, 404 for a key that no record can have."""
    if any(_is_unfit(text) for text in _texts(request)):
        abort(400, _("The request contains characters that cannot be stored."))
    if not all(_may_be_key(value) for name, value in (request.view_args or {}).items() if name == "pk"):
        abort(404)
    if request.args.get("q", "").count("(") > DEEPEST and request.path.startswith("/api/"):
        abort(400, _("The request is too deeply nested."))


def _texts(asked: Request) -> Iterator[str]:
    """Every text of the request, names of fields included."""
    yield asked.path
    for fields in (asked.args, asked.form):
        for name, values in fields.lists():
            yield name
            yield from values
    for file in asked.files.values():
        yield file.filename or ""
    if asked.is_json:
        yield from _texts_of(_json(asked))


def _json(asked: Request) -> Any:
    try:
        return asked.get_json(silent=True)
    except RecursionError:
        abort(400, _("The request is too deeply nested."))


def _texts_of(value: Any, depth: int = 0) -> Iterator[str]:
    if depth > DEEPEST:
        abort(400, _("The request is too deeply nested."))
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _texts_of(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts_of(inner, depth + 1)


def _is_unfit(text: str) -> bool:
    return "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text)


def _may_be_key(value: Any) -> bool:
    text = str(value)
    return not text.lstrip("-").isdigit() or (text.isascii() and len(text) <= 10 and 0 <= int(text) <= LARGEST_KEY)
