"""Finding by parts of words, through the trigram indexes of SQLite and PostgreSQL alike.

A rare word is looked up in its index. A common one is compared row by row in the order that the list asks for: the
page is full long before the end of the table, whereas looking up would first collect every hit.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    column,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from app.database import ALL_ROWS, answers, at_most, behind_each_row, holds, rows_as_one
from app.models.trigrams import SHORTEST, TrigramIndex

COMMON = 5_000
"""A word with more hits than this is common."""
NEWEST = (1_000, COMMON)
"""Of so many hits the newest are looked at for a page, as far as the ones before did not fill it."""
SAMPLE, MANY_OF_SAMPLE = 500, 10
"""Of so many newest records so many hold the words: then a page of them is found on the way back from the newest."""
OF_FEW = "own_0"
"""Among the values of `comparing` where own search keys are looked up."""
Relation = tuple[Any, Any]
"""A foreign key of a table, and the searchable model it leads to."""


def matching(
    session: Session,
    model: Any,
    variants: Sequence[Sequence[str]],
    through: Sequence[Relation] = (),
    *,
    rare: Collection[str] | None = None,
) -> ColumnElement[bool]:
    """The condition that a row holds all words of one variant, in its own search key or in that of a relation.

    `model` need not be searchable itself where `through` is given. Asks one question: how common the words are.
    Not where the `rare` ones are given, which are looked up: all of them for whoever counts, and reads all rows anyway.
    """
    words = {word for variant in variants for word in variant}
    search = _Search(session, model, through, words, rare)
    conditions = [and_(*(search.condition(word) for word in variant)) for variant in variants]
    if len(conditions) > 1 and all(any(word in search.rare for word in variant) for variant in variants):
        key = model.__table__.c.id
        return _true(key.in_(union_all(*(select(key).where(condition) for condition in conditions))))
    return or_(false(), *conditions)


def rare_words(session: Session, model: Any, words: Sequence[str], through: Sequence[Relation]) -> Collection[str]:
    """The words that are worth looking up, in a question."""
    return _Search(session, model, through, set(words), None).rare


def comparing(model: Any, through: Sequence[Relation], words: int, *, have_few: bool = False) -> ColumnElement[bool]:
    """The condition of `matching` with every row compared, for a question that is kept: for so many words (`compared`).

    The related record as an entity: what the person may not see must not be searched through. Of `have_few` the own
    search keys that hold a word are looked up, so that the rows need not be read.
    """
    own = [model.search_key] if hasattr(model, "search_key") else []
    rows = model.__table__.c

    def held(place: int) -> ColumnElement[bool]:
        word = f"word_{place}"
        there = [
            behind_each_row(select(target.id).where(target.id == key, holds(target.search_key, word)))
            for key, target in through
        ]
        if have_few:
            given = bindparam(f"own_{place}", type_=String())
            return or_(*there, rows.id.in_(select(rows.id).where(rows.search_key.contains(given, escape="/"))))
        return or_(false(), *there, *(holds(each, word) for each in own))

    return and_(true(), *map(held, range(words)))


def compared(words: Sequence[str]) -> dict[str, str]:
    """The values of `comparing`."""
    return {f"word_{place}": word for place, word in enumerate(words)}


def compared_of_few(words: Sequence[str]) -> dict[str, str]:
    """The same where the records themselves `have_few`."""
    return {**compared(words), **{f"own_{place}": _escaped(word) for place, word in enumerate(words)}}


def have_few(session: Session, model: Any, words: Sequence[str], most: int) -> bool:
    """Tell whether of each word few records have it in their own search key, and an index knows which."""
    if not (hasattr(model, "search_key") and all(has_trigrams([word]) for word in words)):
        return False
    counts = [select(_capped(_hits(session, model, word), most)) for word in words]
    return all(count <= most for count in session.scalars(union_all(*counts)))


def holding(session: Session, model: Any, words: Sequence[str]) -> ColumnElement[bool]:
    """The condition that a record's own search key holds all words: looked up together, since pairs are rarer."""
    rows, trigrams = model.__table__.c, _trigrams_of_all(words)
    conditions = [_contains(session, rows.search_key, word) for word in words]
    if trigrams and _is_sqlite(session):
        conditions.append(rows.id.in_(in_mirror(_index_of(model), trigrams)))
    return and_(*conditions)


def newest_holding(model: Any, words: int, many: int) -> ColumnElement[bool]:
    """The same of SQLite's newest `many` hits, for a question that is kept: for so many words (`given_words`)."""
    rows, rowid = model.__table__.c, column("rowid", Integer())
    index = _index_of(model)
    hits = _in_mirror(index, bindparam("trigrams", type_=String())).where(rowid < bindparam("below", type_=Integer()))
    held = (holds(rows.search_key, f"word_{place}") for place in range(words))
    return and_(*held, rows.id.in_(hits.order_by(rowid.desc()).limit(at_most(many))))


def given_words(words: Sequence[str], below: int) -> dict[str, Any]:
    """The values of `newest_holding`; hits with a key below that one."""
    return {**compared(words), "trigrams": _quoted(_trigrams_of_all(words)), "below": below}


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of the records that hold some words, whoever asks."""

    are_many: bool
    """They are too many to be put in order before a page is shown."""
    keys: list[int] | None
    """All of them; None where there are more than was asked for."""


def find(session: Session, model: Any, words: Sequence[str], most: int) -> Found:
    """Look the words up in one question: whether the records are many, and their keys where there are at most `most`.

    SQLite counts them in its index; PostgreSQL, which would have to collect them all, looks at the newest records.
    """
    if not has_trigrams(words):
        return Found(are_many=True, keys=None)
    finding, many = (_find_in_index, COMMON) if _is_sqlite(session) else (_find_in_texts, MANY_OF_SAMPLE - 1)
    hits, found = finding(session, model, words, (many, most))
    keys = [key for (key,) in found or ()]
    return Found(hits > many, keys if hits <= many and len(keys) <= most else None)


def _find_in_index(session: Session, model: Any, words: Sequence[str], limits: tuple[int, int]) -> Any:
    ((hits, found),) = answers(session, _finding(model, len(words), limits), given_words(words, 0), all_rows=True)
    return hits, found


@cache
def _finding(model: Any, words: int, limits: tuple[int, int]) -> Select[Any]:
    """The question is kept: to word it takes longer than the answer."""
    many, _most = limits
    hits = _in_mirror(_index_of(model), bindparam("trigrams", type_=String())).limit(at_most(many + 1)).cte("hits")
    held = [holds(model.search_key, f"word_{place}") for place in range(words)]
    return _counted_and_found(hits, select(model.id).where(model.id.in_(select(hits.c.rowid)), *held), limits)


def _find_in_texts(session: Session, model: Any, words: Sequence[str], limits: tuple[int, int]) -> Any:
    hits = among_newest(session, model, words).subquery()
    found = select(model.id).where(*(_contains(session, model.search_key, word) for word in words))
    return session.execute(_counted_and_found(hits, found, limits), execution_options=ALL_ROWS).one()


def _counted_and_found(hits: FromClause, found: Select[Any], limits: tuple[int, int]) -> Select[Any]:
    """How many hits there are, and the keys that were found, if the hits are no more than many."""
    many, most = limits
    counted = select(func.count().label("hits")).select_from(hits).cte("counted")
    count = select(counted.c.hits).scalar_subquery()
    return select(count, rows_as_one(found.where(count <= at_most(many)).limit(at_most(most + 1))))


def among_newest(session: Session, model: Any, words: Sequence[str]) -> Select[Any]:
    """Those of the newest SAMPLE records of a table whose search key holds all words, whoever asks."""
    rows = model.__table__.c
    newest = select(rows.search_key).order_by(rows.id.desc()).limit(SAMPLE).subquery()
    return select(newest).where(*(_contains(session, newest.c.search_key, word) for word in words))


def has_trigrams(words: Sequence[str]) -> bool:
    """Tell whether an index knows the words: one of them is as long as its pieces."""
    return bool(_trigrams_of_all(words))


def _trigrams_of_all(words: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(piece for word in words if len(word) >= SHORTEST for piece in trigrams_of(word)))


class _Search:
    """A search in one table: which of its words the index finds quicker than reading, and the conditions for both."""

    def __init__(
        self,
        session: Session,
        model: Any,
        through: Sequence[Relation],
        words: set[str],
        rare: Collection[str] | None,
    ) -> None:
        self.session, self.through = session, through
        self.rows = model.__table__.c
        self.own = [model] if hasattr(model, "search_key") else []
        self.searched = [*self.own, *(target for _key, target in through)]
        long = sorted(word for word in words if len(word) >= SHORTEST)
        self.rare = self._rare(long) if rare is None else set(long) & set(rare)

    def _rare(self, words: list[str]) -> set[str]:
        """PostgreSQL knows itself how common a word is in one table; it cannot choose between two."""
        if not words or (not self.through and not _is_sqlite(self.session)):
            return set()
        found = dict.fromkeys(words, 0)
        counting = counting_in_indexes if _is_sqlite(self.session) else counting_in_texts
        for place, count in counting(self.session, self.searched, words):
            found[words[place]] += count
        return {word for word, count in found.items() if count <= COMMON}

    def condition(self, word: str) -> ColumnElement[bool]:
        """Where the word is found."""
        return self._looked_up(word) if word in self.rare else self._read(word)

    def _looked_up(self, word: str) -> ColumnElement[bool]:
        if self.own and not self.through:
            return _holds(self.session, self.own[0], self.rows, word)
        found: list[Select[Any]] = [_hits(self.session, model, word) for model in self.own]
        for key, target in self.through:
            hits = _hits(self.session, target, word)
            # The target as an entity: what the person may not see must not be searched through.
            seen = select(target.id).where(target.id.in_(hits))
            found.append(select(self.rows.id).where(self._foreign(key).in_(seen)))
        return _true(self.rows.id.in_(union_all(*found) if len(found) > 1 else found[0]))

    def _read(self, word: str) -> ColumnElement[bool]:
        found: list[Any] = [self._compared(model, word) for model in self.own]
        for key, target in self.through:
            there = _contains(self.session, target.search_key, word)
            found.append(select(target.id).where(target.id == self._foreign(key), there).exists())
        return or_(false(), *found)

    def _compared(self, model: Any, word: str) -> ColumnElement[bool]:
        """The text itself; on SQLite only where the index names the row, which is told without reading the row."""
        text_holds = _contains(self.session, self.rows.search_key, word)
        if len(word) < SHORTEST or not _is_sqlite(self.session):
            return _true(text_holds)
        # The sum keeps SQLite from beginning with the index instead of the order that the list asks for.
        return and_((self.rows.id + 0).in_(_indexed(model, word)), text_holds)

    def _foreign(self, key: Any) -> Any:
        return self.rows[key.property.columns[0].name]


def _hits(session: Session, model: Any, word: str) -> Select[Any]:
    """Keys of the rows whose search key holds the word, whoever asks."""
    rows = model.__table__.c
    return select(rows.id).where(_holds(session, model, rows, word))


def _holds(session: Session, model: Any, rows: Any, word: str) -> ColumnElement[bool]:
    """The search key holds the word; the index of SQLite is named, PostgreSQL takes its own by itself."""
    text_holds = _true(_contains(session, rows.search_key, word))
    return and_(rows.id.in_(_indexed(model, word)), text_holds) if _is_sqlite(session) else text_holds


def _capped(hits: Select[Any], most: int) -> Any:
    """How many hits there are, up to one more than `most`."""
    return select(func.count()).select_from(hits.limit(at_most(most + 1)).subquery()).scalar_subquery()


Counts = Iterable[Sequence[Any]]
"""Place of a word and how many hits it has in one of the tables, as far as they matter."""


def counting_in_texts(session: Session, models: Sequence[Any], words: Sequence[str]) -> Counts:
    """The hits of words, from the index of PostgreSQL where that is quicker."""
    counts = [
        select(literal(place), _capped(_hits(session, model, word), COMMON))
        for place, word in enumerate(words)
        for model in models
    ]
    return session.execute(union_all(*counts))


def counting_in_indexes(session: Session, models: Sequence[Any], words: Sequence[str]) -> Counts:
    """The same from the indexes of SQLite alone, which may say a few too many."""
    given = {f"trigrams_{place}": _quoted(trigrams_of(word)) for place, word in enumerate(words)}
    return session.execute(_counting(tuple(map(_index_of, models)), len(words), COMMON), given)


@cache
def _counting(indexes: tuple[TrigramIndex, ...], words: int, most: int) -> CompoundSelect[Any]:
    """The question is kept: to word it takes longer than the answer."""
    given = [bindparam(f"trigrams_{place}", type_=String()) for place in range(words)]
    counts = ((place, _capped(_in_mirror(index, each), most)) for place, each in enumerate(given) for index in indexes)
    return union_all(*(select(literal_column(str(place)), count) for place, count in counts))


def _indexed(model: Any, word: str) -> Select[Any]:
    return in_mirror(_index_of(model), trigrams_of(word))


def _index_of(model: Any) -> TrigramIndex:
    return TrigramIndex(model.__table__.name, "search_key")


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _contains(session: Session, column: Any, word: str) -> ColumnElement[bool]:
    """The text holds the word. On PostgreSQL it stands in the SQL itself.

    It chooses another way for a common word than for a rare one, and must not choose one for all of them.
    """
    given = bindparam(None, _escaped(word), String(), literal_execute=not _is_sqlite(session))
    return _true(column.contains(given, escape="/"))


def _escaped(word: str) -> str:
    return word.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _true(condition: Any) -> ColumnElement[bool]:
    made: ColumnElement[bool] = condition
    return made


def trigrams_of(word: str) -> list[str]:
    """Pieces of three characters that leave none out: a text that has them is compared with the word itself.

    All of them, each beginning with the second character of the one before, would be looked for in three times as many
    lists.
    """
    last = len(word) - SHORTEST
    return list(dict.fromkeys(word[start : start + SHORTEST] for start in (*range(0, last, SHORTEST), last)))


def in_mirror(index: TrigramIndex, trigrams: Sequence[str]) -> Select[Any]:
    """Keys of the rows that have every trigram, from an index of SQLite."""
    return _in_mirror(index, _quoted(trigrams))


def _in_mirror(index: TrigramIndex, quoted: Any) -> Select[Any]:
    mirror = table(index.mirror, column("rowid"), column(index.mirror))
    return select(mirror.c.rowid).where(mirror.c[index.mirror].op("match")(quoted))


def _quoted(trigrams: Sequence[str]) -> str:
    return " AND ".join('"' + trigram.replace('"', '""') + '"' for trigram in trigrams)
