"""Clients with a similar name, found by the trigrams that the names share, on both databases alike.

Similarity is that of PostgreSQL's pg_trgm: shared trigrams among all trigrams of both names, words padded with blanks.
SQLite cannot rank a million names by it in time, so there the rarest trigrams of the name choose the candidates: a
similar name has most trigrams, hence some of the rarest.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, literal, select, text, union_all
from sqlalchemy.orm import Session

from app.models.clients import Client
from app.models.trigrams import SHORTEST, TrigramIndex
from app.services.trigrams import in_mirror, trigrams_of

LEAST = 0.35
"""Similarity below which two names are simply different."""
MOST_READ = 12_000
"""Entries of the index of SQLite that one question may read."""
CANDIDATES = 300
"""Names compared exactly."""
_NAMES = TrigramIndex("client", "company_key")


@dataclass(frozen=True, slots=True)
class SimilarName:
    """A client whose company key resembles the one asked for; `similarity` is 1 for the same trigrams."""

    client_id: int
    company_key: str
    similarity: float


def similar_names(
    session: Session, key: str, *, least: float = LEAST, limit: int = 20, options: Mapping[str, Any] | None = None
) -> list[SimilarName]:
    """The clients whose company key resembles `key`, the likest first.

    Only those that the person may see, unless `options` are ALL_ROWS: finding duplicates needs all.
    """
    key = key[:200]
    wanted = padded_trigrams(key)
    if not wanted:
        return []
    rows = _candidates(session, key, least, options or {})
    found = [SimilarName(number, name, _similarity(wanted, padded_trigrams(name))) for number, name in rows]
    likely = (each for each in found if each.similarity >= least)
    return sorted(likely, key=lambda each: (-each.similarity, each.client_id))[:limit]


def padded_trigrams(key: str) -> frozenset[str]:
    """The trigrams of the words as pg_trgm counts them: two blanks before each word, one behind."""
    return frozenset(trigram for word in key.split() for trigram in trigrams_of(f"  {word} "))


def _similarity(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


def _candidates(session: Session, key: str, least: float, options: Mapping[str, Any]) -> Iterable[tuple[int, str]]:
    names = select(Client.id, Client.company_key)
    if session.get_bind().dialect.name == "sqlite":
        numbers = _sharing_rare(session, key) + _beginning_alike(session, key)
        question = names.where(Client.id.in_(numbers))
    else:
        threshold = {"least": str(max(0.0, least - 0.01))}  # pg_trgm's own rounding must lose nothing
        session.execute(text("select set_config('pg_trgm.similarity_threshold', :least, true)"), threshold)
        nearness = func.similarity(Client.company_key, key)
        question = names.where(Client.company_key.op("%")(key)).order_by(nearness.desc()).limit(CANDIDATES)
    return [(number, name) for number, name in session.execute(question, execution_options=options)]


# --- SQLite ------------------------------------------------------------------------------------------------------


def _sharing_rare(session: Session, key: str) -> list[int]:
    """Keys of the clients that share most of the rarest trigrams; common ones count in pairs only."""
    trigrams = list(dict.fromkeys(trigram for word in key.split() for trigram in trigrams_of(word)))
    groups = _rarest(session, [[trigram] for trigram in trigrams]) or _rarest(session, _pairs(key))
    if not groups:
        return []
    shared = union_all(*(in_mirror(_NAMES, group) for group in groups)).subquery()
    ranked = select(shared.c.rowid).group_by(shared.c.rowid).order_by(func.count().desc()).limit(CANDIDATES)
    return list(session.scalars(ranked))


def _rarest(session: Session, groups: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """The groups with the fewest rows, as many as may be read."""
    if not groups:
        return []
    counts = [
        select(literal(place), select(func.count()).select_from(_capped(group)).scalar_subquery())
        for place, group in enumerate(groups)
    ]
    chosen, read = [], 0
    for place, count in sorted(session.execute(union_all(*counts)), key=lambda row: row[1]):
        read += count
        if read > MOST_READ:
            break
        chosen.append(groups[place])
    return chosen


def _capped(group: Sequence[str]) -> Any:
    return in_mirror(_NAMES, group).limit(MOST_READ + 1).subquery()


def _pairs(key: str) -> list[Sequence[str]]:
    """Trigrams of one word that stand beside each other without overlapping in more than a letter."""
    pieces = [trigrams_of(word) for word in key.split()]
    return [pair for piece in pieces for pair in zip(piece, piece[SHORTEST - 1 :], strict=False)]


def _beginning_alike(session: Session, key: str) -> list[int]:
    """Keys of clients whose name begins as this one: by the plain index, for names made of common trigrams only."""
    start = key.split()[0]
    alike = Client.__table__.c
    question = select(alike.id).where(alike.company_key >= start, alike.company_key < f"{start}\U0010ffff")
    return list(session.scalars(question.order_by(alike.company_key).limit(CANDIDATES)))
