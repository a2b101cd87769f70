"""The indexes of trigrams: how they are asked, whether they say what the texts say, and how to make them anew."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, column, select, table, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from app.models.trigrams import SHORTEST, TrigramIndex, trigram_indexes

NO_RUSSIAN = "search finds no Russian words: make the database with the locale C.UTF-8 or ru_RU.UTF-8"


def trigrams_of(word: str) -> list[str]:
    """Pieces of three characters that leave none out: a text that has them is compared with the word itself.

    All of them, each beginning with the second character of the one before, would be looked for in three times as many
    lists.
    """
    last = len(word) - SHORTEST
    return list(dict.fromkeys(word[start : start + SHORTEST] for start in (*range(0, last, SHORTEST), last)))


def in_mirror(index: TrigramIndex, trigrams: Sequence[str]) -> Select[Any]:
    """Keys of the rows that have every trigram, from an index of SQLite."""
    return mirrored(index, quoted(trigrams))


def mirrored(index: TrigramIndex, pieces: Any) -> Select[Any]:
    """The same for pieces that were `quoted`, or that will be when a kept question is asked."""
    mirror = table(index.mirror, column("rowid"), column(index.mirror))
    return select(mirror.c.rowid).where(mirror.c[index.mirror].op("match")(pieces))


def quoted(trigrams: Sequence[str]) -> str:
    """The pieces as SQLite is asked for all of them."""
    return " AND ".join('"' + trigram.replace('"', '""') + '"' for trigram in trigrams)


def index_of(model: Any) -> TrigramIndex:
    """The index of a table's search key."""
    return TrigramIndex(model.__table__.name, "search_key")


def is_sqlite(session: Session) -> bool:
    """Tell whether the session asks SQLite, whose indexes of trigrams are tables of their own (mirrors)."""
    return session.get_bind().dialect.name == "sqlite"


# --- Whether they work --------------------------------------------------------------------------------------------


def finds_russian(session: Session) -> bool:
    """Tell whether trigrams of Russian words are made: a PostgreSQL with the locale C makes none, and says nothing."""
    if is_sqlite(session):
        session.execute(in_mirror(trigram_indexes()[0], ["ром"]).limit(1))  # fails where there is no FTS5
        return True
    return bool(session.scalar(text("select similarity('ромашка', 'рамашка') > 0")))


def differing_indexes(session: Session) -> list[str]:
    """Names of the indexes that do not say what the texts say. PostgreSQL keeps its own right."""
    return [index.mirror for index in _mirrors(session) if not _agrees(session, index)]


def rebuild_indexes(session: Session) -> int:
    """Make the indexes of SQLite anew from the texts; gives how many."""
    indexes = _mirrors(session)
    for index in indexes:
        session.execute(text(index.rebuild))
    return len(indexes)


def _mirrors(session: Session) -> list[TrigramIndex]:
    return trigram_indexes() if is_sqlite(session) else []


def _agrees(session: Session, index: TrigramIndex) -> bool:
    try:
        with session.begin_nested():
            session.execute(text(index.compare))
    except DatabaseError:
        return False
    return True
