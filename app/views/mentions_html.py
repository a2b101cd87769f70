"""Mentions in a text that is shown: «@login» stands out, everything else is escaped as ever."""

from flask import Flask
from markupsafe import Markup, escape

from app.services.timeline import MENTION


def install(app: Flask) -> None:
    """Offer the filter `mentions` to the templates."""
    app.jinja_env.filters["mentions"] = mentions


def mentions(text: str) -> Markup:
    """The text with its mentions marked."""
    parts, end = [], 0
    for found in MENTION.finditer(text):
        parts += [escape(text[end : found.start()]), Markup('<b class="mention">{}</b>').format(found[0])]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])
