"""Finding by parts of words, through the trigram indexes of SQLite and PostgreSQL alike.

A rare word is looked up in its index. A common one is compared row by row in the order that the list asks for: the
page is full long before the end of the table, whereas looking up would first collect every hit.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, column, false, func, or_, select, table, text, union_all
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from app.models.trigrams import SHORTEST, TrigramIndex, trigram_indexes

COMMON = 5_000
"""A word with more hits than this is common."""
NO_RUSSIAN = "search finds no Russian words: make the database with the locale C.UTF-8 or ru_RU.UTF-8"
Relation = tuple[Any, Any]
"""A foreign key of a table, and the searchable model it leads to."""


def matching(
    session: Session, model: Any, variants: Sequence[Sequence[str]], through: Sequence[Relation] = ()
) -> ColumnElement[bool]:
    """The condition that a row holds all words of one variant, in its own search key or in that of a relation.

    `model` need not be searchable itself where `through` is given. Asks one small question for each word.
    """
    parts = [[_Word(session, model, word, through) for word in words] for words in variants]
    conditions = [and_(*(word.condition for word in words)) for words in parts]
    if len(parts) > 1 and all(any(word.is_rare for word in words) for words in parts):
        key = model.__table__.c.id
        return _true(key.in_(union_all(*(select(key).where(condition) for condition in conditions))))
    return or_(false(), *conditions)


class _Word:
    """One word of a search: whether the index finds it quicker than reading, and the condition that finds it."""

    def __init__(self, session: Session, model: Any, word: str, through: Sequence[Relation]) -> None:
        self.session, self.word, self.through = session, word, through
        self.rows = model.__table__.c
        self.own = [model] if hasattr(model, "search_key") else []
        searched = [*self.own, *(target for _key, target in through)]
        self.is_rare = len(word) >= SHORTEST and sum(map(self._count, searched)) <= COMMON

    def _count(self, model: Any) -> int:
        hits = _hits(self.session, model, self.word).limit(COMMON + 1).subquery()
        return self.session.scalar(select(func.count()).select_from(hits)) or 0

    @property
    def condition(self) -> ColumnElement[bool]:
        """Where the word is found."""
        return self._looked_up() if self.is_rare else self._read()

    def _looked_up(self) -> ColumnElement[bool]:
        found: list[Select[Any]] = [_hits(self.session, model, self.word) for model in self.own]
        for key, target in self.through:
            hits = _hits(self.session, target, self.word)
            # The target as an entity: what the person may not see must not be searched through.
            seen = select(target.id).where(target.id.in_(hits))
            found.append(select(self.rows.id).where(self._foreign(key).in_(seen)))
        return _true(self.rows.id.in_(union_all(*found) if len(found) > 1 else found[0]))

    def _read(self) -> ColumnElement[bool]:
        found: list[Any] = [self.rows.search_key.contains(self.word, autoescape=True) for _model in self.own]
        for key, target in self.through:
            there = target.search_key.contains(self.word, autoescape=True)
            found.append(select(target.id).where(target.id == self._foreign(key), there).exists())
        return or_(false(), *found)

    def _foreign(self, key: Any) -> Any:
        return self.rows[key.property.columns[0].name]


def _hits(session: Session, model: Any, word: str) -> Select[Any]:
    """Keys of the rows whose search key holds the word, whoever asks."""
    rows = model.__table__
    found = select(rows.c.id).where(rows.c.search_key.contains(word, autoescape=True))
    if session.get_bind().dialect.name == "sqlite":
        index = TrigramIndex(rows.name, "search_key")
        found = found.where(rows.c.id.in_(in_mirror(index, trigrams_of(word))))
    return found


def _true(condition: Any) -> ColumnElement[bool]:
    made: ColumnElement[bool] = condition
    return made


def trigrams_of(word: str) -> list[str]:
    """The different pieces of three characters, in their order."""
    return list(dict.fromkeys(word[start : start + SHORTEST] for start in range(len(word) - SHORTEST + 1)))


def in_mirror(index: TrigramIndex, trigrams: Sequence[str]) -> Select[Any]:
    """Keys of the rows that have every trigram, from an index of SQLite."""
    mirror = table(index.mirror, column("rowid"), column(index.mirror))
    quoted = " AND ".join('"' + trigram.replace('"', '""') + '"' for trigram in trigrams)
    return select(mirror.c.rowid).where(mirror.c[index.mirror].op("match")(quoted))


# --- Whether it works --------------------------------------------------------------------------------------------


def finds_russian(session: Session) -> bool:
    """Tell whether trigrams of Russian words are made: a PostgreSQL with the locale C makes none, and says nothing."""
    if session.get_bind().dialect.name == "sqlite":
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
    return trigram_indexes() if session.get_bind().dialect.name == "sqlite" else []


def _agrees(session: Session, index: TrigramIndex) -> bool:
    try:
        with session.begin_nested():
            session.execute(text(index.compare))
    except DatabaseError:
        return False
    return True
