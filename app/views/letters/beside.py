"""What other cards show of letters: the command that begins one, and the letters that went with a document."""

from collections.abc import Iterator
from typing import Any

from flask import url_for

from app.database import db
from app.models.interactions import Interaction
from app.permissions import READ, WRITE
from app.reports.letters import letters_with
from app.texts import _, lazy
from app.views.crud import CardColumns
from app.views.current import viewer
from app.views.pages import Command


def _letters(document: Any) -> list[Interaction]:
    return list(letters_with(db.session(), document)) if viewer().may(READ, "Interactions") else []


LETTERS = CardColumns(
    lazy("Letters"), ("topic", "direction", "starts_at", "contact_details", "state", "result"), _letters, Interaction
)
"""The letters that went with a document and the answers to them."""


def letter_command(document: Any) -> Iterator[Command]:
    """«Send by e-mail», for those who may write to the client."""
    if viewer().may(WRITE, "Interactions"):
        url = url_for("LetterView.write", table=document.__tablename__, pk=document.id)
        yield Command(_("Send by e-mail"), url, icon="mail", name="letter")
