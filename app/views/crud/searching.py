"""What a list finds out about the words of a search before it asks for a page: which way leads to it soonest."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from app.database import BY_ROW, db
from app.models.base import Searchable
from app.services.trigrams import (
    NEWEST,
    compared,
    compared_of_few,
    find,
    given_words,
    has_trigrams,
    have_few,
    rare_words,
)
from app.services.visibility import ways_to
from app.views.crud.counting import FOUND_AT_ONCE
from app.views.crud.figures import figures_of
from app.views.crud.many import note_many, were_many
from app.views.crud.query import Part, relations_through, searched_words

if TYPE_CHECKING:
    from app.views.crud.lists import ListBuilder

FOUND = "found"
"""Name of the keys that a search has found, in its questions."""
_NO_KEY = 2**62
"""Above every key."""
_NEWEST, _ENOUGH_OF_NEWEST = 1_000, 4
"""Of so many newest records so many: then a page of fifty is found among ten or twenty thousand."""


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
    known = ("are many", builder.model, *words)
    if not were_many(known):
        found = find(db.session(), builder.model, words, FOUND_AT_ONCE)
        note_many(known, are_many=found.are_many)
        if not found.are_many:
            builder.searched = {FOUND: found.keys} if found.keys is not None else {}
            return
    if "sort" not in builder.asked.state:
        builder.arguments = replace(builder.arguments, sort="id", is_descending=True)
        if not builder.is_sqlite and not builder.screen.totals:  # SQLite reads the newest hits in its index
            _compare(builder, words)
            if not builder.has_many:
                builder.is_read_through, builder.searched = False, {}


def _look_up_through(builder: "ListBuilder", words: list[str]) -> None:
    """Where no word is worth looking up, the rows are read: from the first on among many, all of them where few are.

    The rows of who sees few are few among everybody's; those of who sees many soon fill a page.
    """
    known = ("are common", builder.model, *words)  # what a word is changes slowly, and the rows do not follow from it
    if were_many(known):
        builder.rare = ()
    else:
        relations = relations_through(builder.model, builder.screen.search_through)
        builder.rare = rare_words(db.session(), builder.model, words, relations)
        note_many(known, are_many=not builder.rare)
    if not builder.rare:
        _compare(builder, words)
        if builder.has_many and not builder.is_sqlite:  # SQLite reads no row before it knows whose it is
            _look_up_own(builder, words)


def _look_up_own(builder: "ListBuilder", words: list[str]) -> None:
    """Many rows are passed over sooner in an index that says whose they are; to compare their own text they are read.

    A word that many related records have, as the name of a client, few have themselves, as in their number.
    """
    known = ("have few", builder.model, *words)
    if not were_many(known):
        note_many(known, are_many=have_few(db.session(), builder.model, words, FOUND_AT_ONCE))
    if were_many(known):
        builder.searched = compared_of_few(words)


def _compare(builder: "ListBuilder", words: list[str]) -> None:
    """Read the rows and compare them, and see whether enough of them are found on the way from the first on."""
    builder.is_read_through, builder.searched = True, compared(words)
    are_many = figures_of(builder.without_words(), whole=False).is_many
    builder.has_many = are_many and _fill_a_page_soon(builder, words)


def _fill_a_page_soon(builder: "ListBuilder", words: list[str]) -> bool:
    """Tell whether so many of the newest records are the person's and hold the words that a page of them is near.

    Who sees a thousand of a million records would wait for all of them to be read. Who sees all of them has no better
    way.
    """
    known = ("fill a page", *builder.of_tab(), *words)
    if not builder.is_narrowed and were_many(known):
        return True
    fill = not ways_to(builder.model, builder.viewer) or _of_newest(builder) >= _ENOUGH_OF_NEWEST
    if not builder.is_narrowed:
        note_many(known, are_many=fill)
    return fill


def _of_newest(builder: "ListBuilder") -> int:
    """How many of the newest records the list has."""
    session, key = db.session(), builder.model.__table__.c.id
    last = session.scalar(select(func.max(key))) or 0
    of_newest = builder.statement().where(builder.model.id > last - _NEWEST)
    counted = of_newest.with_only_columns(func.count(builder.model.id))
    return session.scalar(counted, builder.searched, execution_options=BY_ROW) or 0


def read_back(builder: "ListBuilder", part: Part) -> list[Any] | None:
    """The rows of a part among SQLite's newest hits, where these fill it; None where all hits must be read."""
    words = searched_words(builder.arguments.q)
    if not has_trigrams(words):
        return None
    builder.searched = given_words(words, part.place[1] if part.place is not None else _NO_KEY)
    for many in NEWEST:
        found = list(builder.asked_for(part, newest=many))
        if len(found) == part.limit:
            return found
    builder.searched = {}
    return None
