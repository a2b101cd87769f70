"""What a list finds out about the words of a search before it asks for a page: which way leads to it soonest."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.database import BY_ROW, Way, among, at_most, db
from app.models.base import Searchable
from app.services.trigrams import (
    COMMON,
    ITSELF,
    NEWEST,
    OF_FEW,
    RELATED,
    Relation,
    belonging,
    compared,
    compared_of_few,
    comparing,
    find,
    given_words,
    has_trigrams,
    newest_holding,
    rare_words,
)
from app.services.visibility import ways_to
from app.views.crud.counting import FOUND_AT_ONCE
from app.views.crud.figures import figures_of
from app.views.crud.many import believed, note_many, were_many
from app.views.crud.query import Part, relations_through, search_condition, searched_words

if TYPE_CHECKING:
    from app.views.crud.lists import ListBuilder

FOUND = "found"
"""Name of the keys that a search has found, in its questions."""
_MOST_OWN = 1_000
"""So many records at most are looked up for a word that they have themselves."""
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
            _go_past(builder, words)


def _look_up_through(builder: "ListBuilder", words: list[str]) -> None:
    """Through the related records that hold all words, where few records have a word themselves; or word by word.

    Many clients have a word in their name, few invoices in their number.
    """
    _choose_way(builder, words)
    if not builder.is_read_through:
        _find_rows(builder)


def _find_rows(builder: "ListBuilder") -> None:
    """The keys of the rows, if these are few: what is asked afterwards does not go the way of the search again."""
    few = FOUND_AT_ONCE
    found = builder.answer_to(
        "keys",
        lambda: builder.statement(whole=False).with_only_columns(builder.model.id).limit(at_most(few + 1)),
        by_row=True,
    )
    if len(found.rows) <= few:
        builder.searched = {FOUND: [key for (key,) in found.rows]}
    else:
        builder.finds_more = True


def _choose_way(builder: "ListBuilder", words: list[str]) -> None:
    relations = relations_through(builder.model, builder.screen.search_through)
    target, owner = relations[0][1], builder.model
    many, few = ("are many", target, *words), ("have few", owner, *words)
    if were_many(many) and were_many(few) and _pass_over(builder, words):
        return
    found = find(db.session(), target, words, COMMON, (owner, _MOST_OWN))
    note_many(many, are_many=found.are_many)
    note_many(few, are_many=found.own is not None)
    if found.own is None or len(relations) > 1:
        _look_up_rare(builder, words, relations)
    elif found.keys is not None and len(found.keys) <= FOUND_AT_ONCE:
        builder.searched = {RELATED: found.keys, **compared(words), **found.own}
    elif _pass_over(builder, words):
        return
    elif found.keys is not None or _are_many_without(builder):
        related = {RELATED: found.keys} if found.keys is not None else {}
        builder.searched = {**given_words(words, 0), **found.own, **related}
    else:
        _compare(builder, words)


def _pass_over(builder: "ListBuilder", words: list[str]) -> bool:
    """The same in an index that says whose rows they are, on PostgreSQL: SQLite reads none before it knows that."""
    if _go_past(builder, words) and not builder.is_sqlite:
        builder.searched = compared_of_few(words)
    return builder.has_many


def _look_up_rare(builder: "ListBuilder", words: list[str], relations: Sequence[Relation]) -> None:
    """Where no word is worth looking up, the rows are read: from the first on among many, all of them where few are."""
    known = ("are common", builder.model, *words)
    if were_many(known):
        builder.rare = ()
    else:
        builder.rare = rare_words(db.session(), builder.model, words, relations)
        note_many(known, are_many=not builder.rare)
    if not builder.rare and not _go_past(builder, words):
        _compare(builder, words)


def _go_past(builder: "ListBuilder", words: list[str]) -> bool:
    """Go past the newest rows and compare them, if that soon fills a page."""
    _compare(builder, words)
    builder.has_many = _are_many_without(builder) and _fill_a_page_soon(builder, words)
    if not builder.has_many:
        builder.is_read_through, builder.searched = False, {}
    return builder.has_many


def _compare(builder: "ListBuilder", words: list[str]) -> None:
    """Read the rows and compare them."""
    builder.is_read_through, builder.searched = True, compared(words)


def _are_many_without(builder: "ListBuilder") -> bool:
    """Tell whether the list has many rows while nothing is searched for."""
    return figures_of(builder.without_words(), whole=False).is_many


def _fill_a_page_soon(builder: "ListBuilder", words: list[str]) -> bool:
    """Tell whether so many of the newest records are the person's and hold the words that a page of them is near.

    Who sees a thousand of a million records would wait for all of them to be read.
    """
    if builder.is_narrowed:
        return _of_newest(builder) >= _ENOUGH_OF_NEWEST
    return believed(("fill a page", *builder.of_tab(), *words), lambda: _of_newest(builder) >= _ENOUGH_OF_NEWEST)


def _of_newest(builder: "ListBuilder") -> int:
    """How many of the newest records the list has."""
    session, key = db.session(), builder.model.__table__.c.id
    last = session.scalar(select(func.max(key))) or 0
    of_newest = builder.statement().where(builder.model.id > last - _NEWEST)
    counted = of_newest.with_only_columns(func.count(builder.model.id))
    return session.scalar(counted, builder.searched, execution_options=BY_ROW) or 0


def condition_of(builder: "ListBuilder", *, whole: bool, newest: int) -> ColumnElement[bool] | None:
    """The condition that rows hold the words, along the way that was chosen; None where nothing is searched for.

    `whole`, `newest`: see `ListBuilder.statement`.
    """
    model, through, words = builder.model, builder.screen.search_through, searched_words(builder.arguments.q)
    if FOUND in builder.searched:
        return among(model.id, FOUND)
    if newest:
        return newest_holding(model, len(words), newest)
    if f"{ITSELF}0" in builder.searched:
        (relation,) = relations_through(model, through)
        are_given = RELATED in builder.searched
        return belonging(model, relation, len(words), are_given=are_given, named=builder.is_sqlite)
    if builder.is_read_through:
        has_few = OF_FEW in builder.searched
        found = comparing(model, relations_through(model, through), len(words), have_few=has_few)
        rule = ways_to(model, builder.viewer, Way.EACH_ROW) if builder.has_many else []
        return and_(or_(*rule), found) if rule else found  # what is soon told first
    rare = builder.rare or (words if whole else None)
    return search_condition(db.session(), model, through, builder.arguments.q, rare=rare)


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
