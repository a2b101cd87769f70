"""What a list finds out about the words of a search before it asks for a page: which way leads to it soonest."""

from dataclasses import replace
from typing import TYPE_CHECKING

from app.database import db
from app.models.base import Searchable
from app.services.trigrams import are_many, compared, found_keys, rare_words
from app.views.crud.counting import FOUND_AT_ONCE
from app.views.crud.many import note_many, were_many
from app.views.crud.query import relations_through, searched_words

if TYPE_CHECKING:
    from app.views.crud.lists import ListBuilder

FOUND = "found"
"""Name of the keys that a search has found, in its questions."""


def look_up(builder: "ListBuilder") -> None:
    """Look the words of the search up once."""
    words = searched_words(builder.arguments.q)
    if not words:
        return
    if builder.screen.search_through:
        _look_up_through(builder, words)
    elif issubclass(builder.model, Searchable):
        _look_up_here(builder, words)


def _look_up_here(builder: "ListBuilder", words: list[str]) -> None:
    """One that finds too many to be put in order shows the newest first. An order that was asked for stays."""
    session = db.session()
    if not are_many(session, builder.model, words):
        keys = found_keys(session, builder.model, words, FOUND_AT_ONCE)
        builder.searched = {FOUND: keys} if keys is not None else {}
    elif "sort" not in builder.asked.state:
        builder.arguments = replace(builder.arguments, sort="id", is_descending=True)


def _look_up_through(builder: "ListBuilder", words: list[str]) -> None:
    """Where no word is worth looking up, the rows are read: from the first on among many, all of them where few are.

    The rows of who sees few are few among everybody's; those of who sees many soon fill a page.
    """
    known = ("words", builder.model, *words)  # what a word is changes slowly, and the rows do not follow from it
    if were_many(known):
        builder.rare = ()
    else:
        relations = relations_through(builder.model, builder.screen.search_through)
        builder.rare = rare_words(db.session(), builder.model, words, relations)
        note_many(known, are_many=not builder.rare)
    builder.is_read_through = not builder.rare
    if builder.is_read_through:
        builder.searched = compared(words)
        builder.has_many = builder.without_words().are_many()
