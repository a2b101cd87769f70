"""Asks for every address as one person, and notes whatever no answer may do."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from unittest.mock import patch

from flask import Flask, Response

from tests.conftest import counting
from tests.permissions_table import Ask, Visitor, World, asks

LOG_OF_PERSONAL_DATA = "INSERT INTO personal_data_access "
"""The law (152-ФЗ) asks who saw them, so opening a contact notes it; nothing else is written by reading."""
READING = ("SELECT", "WITH")


@dataclass
class Crawled:
    """The answers, by the names of their lines, and what was wrong with them."""

    words: dict[str, str] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    """Addresses that were only read, each with the statement that it wrote by."""
    bare: list[str] = field(default_factory=list)
    """Answers that lack headers."""


def crawl(app: Flask, visitor: Visitor, world: World, only: tuple[str, ...] = ("/",)) -> Crawled:
    """Ask for all addresses that begin so; every request is undone."""
    found = Crawled()
    answers: list[Response] = []
    finalize = app.process_response

    def keep(response: Response) -> Response:
        answers.append(finalize(response))
        return answers[-1]

    with patch.object(app, "process_response", keep), counting() as statements:
        for ask in asks(app, world):
            if ask.address.startswith(only):
                answers.clear()
                statements.clear()
                found.words[ask.name] = visitor.answer(ask)
                found.written += _written(ask, statements)
                found.bare += [f"{ask.method} {ask.url}: {what}" for what in missing(answers[-1])]
    return found


def _written(ask: Ask, statements: list[str]) -> Iterator[str]:
    for statement in statements if ask.method == "GET" else ():
        if not statement.lstrip().upper().startswith(READING) and not statement.startswith(LOG_OF_PERSONAL_DATA):
            yield f"{ask.url}: {statement[:80]}"


def missing(response: Response) -> Iterator[str]:
    """What protects no answer but must protect each; a PDF lets in the styles of the browser's own viewer."""
    headers = response.headers
    policy = headers.get("Content-Security-Policy", "")
    is_pdf = response.mimetype == "application/pdf" and policy.startswith("default-src 'none'; style-src")
    if "frame-ancestors" not in policy or "unsafe-eval" in policy or ("unsafe-inline" in policy and not is_pdf):
        yield f"Content-Security-Policy: {policy}"
    if headers.get("X-Content-Type-Options") != "nosniff":
        yield "X-Content-Type-Options"
    yield from {"X-Frame-Options", "Referrer-Policy", "Permissions-Policy", "Cache-Control"} - set(headers.keys())
