"""Whether the indexes of trigrams say what the texts say, and know Russian words; and how to make them anew."""

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from app.models.trigrams import TrigramIndex, trigram_indexes
from app.services.trigrams import in_mirror

NO_RUSSIAN = "search finds no Russian words: make the database with the locale C.UTF-8 or ru_RU.UTF-8"


def finds_russian(session: Session) -> bool:
    """Tell whether trigrams of Russian words are made: a PostgreSQL with the locale C makes none, and says nothing."""
    if _is_sqlite(session):
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
    return trigram_indexes() if _is_sqlite(session) else []


def _agrees(session: Session, index: TrigramIndex) -> bool:
    try:
        with session.begin_nested():
            session.execute(text(index.compare))
    except DatabaseError:
        return False
    return True


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
