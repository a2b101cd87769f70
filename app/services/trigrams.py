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
    true,
    union_all,
)
from sqlalchemy.orm import Session

from app.database import ALL_ROWS, among, answers, at_most, behind_each_row, holds, rows_as_one
from app.models.trigrams import SHORTEST, TrigramIndex
from app.services.trigram_indexes import in_mirror, index_of, is_sqlite, mirrored, quoted, trigrams_of

COMMON = 5_000
"""A word with more hits than this is common."""
NEWEST = (1_000, COMMON)
"""Of so many hits the newest are looked at for a page, as far as the ones before did not fill it."""
SAMPLE, MANY_OF_SAMPLE = 500, 10
"""Of so many newest records so many hold the words: then a page of them is found on the way back from the newest."""
OF_FEW = "own_0"
"""Name of a value of `comparing` where own search keys are looked up."""
RELATED, ITSELF = "related", "itself_"
"""Names of values of `belonging`: keys of related records, and of those that hold a word themselves."""
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


def belonging(model: Any, relation: Relation, words: int, *, are_given: bool, named: bool) -> ColumnElement[bool]:
    """The same condition, for the values of `Found.own`: rows of a related record that holds all words, or own ones.

    Related ones whose keys `are_given` (RELATED), or those that hold the words: SQLite names them from its mirror.
    """
    key, target = relation
    held: list[ColumnElement[bool]] = [among(target.id, RELATED)]
    if not are_given:
        held = [holds(target.search_key, f"word_{place}") for place in range(words)]
        if named:
            held.append(target.id.in_(mirrored(index_of(target), bindparam("trigrams", type_=String()))))
    of_related = select(model.__table__.c.id).where(_foreign(model, key).in_(select(target.id).where(*held)))
    own = [among(model.id, f"{ITSELF}{place}") for place in range(words)]
    there = [select(target.id).where(target.id == key, holds(target.search_key, f"word_{at}")) for at in range(words)]
    all_held = (or_(mine, behind_each_row(theirs)) for mine, theirs in zip(own, there, strict=True))
    having = select(model.id).where(or_(*own), *all_held).correlate(None)
    return _true(model.id.in_(union_all(of_related, having)))


def holding(session: Session, model: Any, words: Sequence[str]) -> ColumnElement[bool]:
    """The condition that a record's own search key holds all words: looked up together, since pairs are rarer."""
    rows, trigrams = model.__table__.c, _trigrams_of_all(words)
    conditions = [_contains(session, rows.search_key, word) for word in words]
    if trigrams and is_sqlite(session):
        conditions.append(rows.id.in_(in_mirror(index_of(model), trigrams)))
    return and_(*conditions)


def newest_holding(model: Any, words: int, many: int) -> ColumnElement[bool]:
    """The same of SQLite's newest `many` hits, for a question that is kept: for so many words (`given_words`)."""
    rows, rowid = model.__table__.c, column("rowid", Integer())
    index = index_of(model)
    hits = mirrored(index, bindparam("trigrams", type_=String())).where(rowid < bindparam("below", type_=Integer()))
    held = (holds(rows.search_key, f"word_{place}") for place in range(words))
    return and_(*held, rows.id.in_(hits.order_by(rowid.desc()).limit(at_most(many))))


def given_words(words: Sequence[str], below: int) -> dict[str, Any]:
    """The values of `newest_holding`; hits with a key below that one."""
    return {**compared(words), "trigrams": quoted(_trigrams_of_all(words)), "below": below}


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of the records that hold some words, whoever asks."""

    are_many: bool
    """They are too many to be put in order before a page is shown."""
    keys: list[int] | None
    """All of them; None where there are more than was asked for."""
    own: dict[str, list[int]] | None = None
    """Keys of records of another table that hold each word, as values of `belonging`; None where these are many."""


def find(session: Session, model: Any, words: Sequence[str], most: int, owner: tuple[Any, int] = (None, 0)) -> Found:
    """Look the words up in one question: whether the records are many, and their keys where there are at most `most`.

    SQLite counts them in its index; PostgreSQL, which would have to collect them all, looks at the newest records.
    `owner`: a table that belongs to this one, and how many of its records are looked up at most for each word.
    """
    table_of_own, owns = owner
    if not has_trigrams(words):
        return Found(are_many=True, keys=None)
    has_own = hasattr(table_of_own, "search_key") and all(has_trigrams([word]) for word in words)
    finding, many = (find_in_index, COMMON) if is_sqlite(session) else (find_in_texts, MANY_OF_SAMPLE - 1)
    hits, found, *own = finding(session, model, words, (many, most, owns), table_of_own if has_own else None)
    keys = [key for (key,) in found or ()]
    mine = {f"{ITSELF}{place}": [key for (key,) in each or ()] for place, each in enumerate(own)}
    has_few = has_own and all(len(each) <= owns for each in mine.values())
    return Found(hits > many, keys if hits <= many and len(keys) <= most else None, mine if has_few else None)


_Limits = tuple[int, int, int]
"""Beyond how many hits they are many; how many keys are wanted, and how many of the owner."""


def find_in_index(session: Session, model: Any, words: Sequence[str], limits: _Limits, owner: Any) -> Any:
    """The hits in SQLite's index, the keys that were found, and those of the owner for each word."""
    given = given_words(words, 0) | {f"trigrams_{at}": quoted(trigrams_of(word)) for at, word in enumerate(words)}
    return answers(session, _finding(model, len(words), limits, owner), given, all_rows=True)[0]


@cache
def _finding(model: Any, words: int, limits: _Limits, owner: Any) -> Select[Any]:
    """The question is kept: to word it takes longer than the answer."""
    hits = mirrored(index_of(model), bindparam("trigrams", type_=String())).limit(at_most(limits[0] + 1)).cte("hits")
    found = select(model.id).where(
        model.id.in_(select(hits.c.rowid)), *(holds(model.search_key, f"word_{place}") for place in range(words))
    )
    own = [
        select(owner.id).where(
            owner.id.in_(mirrored(index_of(owner), bindparam(f"trigrams_{place}", type_=String()))),
            holds(owner.search_key, f"word_{place}"),
        )
        for place in range(words if owner else 0)
    ]
    return _counted_and_found(hits, found, own, limits)


def find_in_texts(session: Session, model: Any, words: Sequence[str], limits: _Limits, owner: Any) -> Any:
    """The same with the hits among the newest records alone, from the index of PostgreSQL where that is quicker."""
    hits = among_newest(session, model, words).subquery()
    found = select(model.id).where(*(_contains(session, model.search_key, word) for word in words))
    own = [select(owner.id).where(_contains(session, owner.search_key, word)) for word in words if owner]
    return session.execute(_counted_and_found(hits, found, own, limits), execution_options=ALL_ROWS).one()


def _counted_and_found(
    hits: FromClause, found: Select[Any], own: Sequence[Select[Any]], limits: _Limits
) -> Select[Any]:
    """How many hits there are, the keys that were found, if the hits are no more than many, and those of the owner."""
    many, most, owns = limits
    counted = select(func.count().label("hits")).select_from(hits).cte("counted")
    count = select(counted.c.hits).scalar_subquery()
    return select(
        count,
        rows_as_one(found.where(count <= at_most(many)).limit(at_most(most + 1))),
        *(rows_as_one(each.limit(at_most(owns + 1))) for each in own),
    )


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
        self.session, self.model, self.through = session, model, through
        self.rows = model.__table__.c
        self.own = [model] if hasattr(model, "search_key") else []
        self.searched = [*self.own, *(target for _key, target in through)]
        long = sorted(word for word in words if len(word) >= SHORTEST)
        self.rare = self._rare(long) if rare is None else set(long) & set(rare)

    def _rare(self, words: list[str]) -> set[str]:
        """PostgreSQL knows itself how common a word is in one table; it cannot choose between two."""
        if not words or (not self.through and not is_sqlite(self.session)):
            return set()
        found = dict.fromkeys(words, 0)
        counting = counting_in_indexes if is_sqlite(self.session) else counting_in_texts
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
            found.append(select(self.rows.id).where(_foreign(self.model, key).in_(seen)))
        return _true(self.rows.id.in_(union_all(*found) if len(found) > 1 else found[0]))

    def _read(self, word: str) -> ColumnElement[bool]:
        found: list[Any] = [self._compared(model, word) for model in self.own]
        for key, target in self.through:
            there = _contains(self.session, target.search_key, word)
            found.append(select(target.id).where(target.id == _foreign(self.model, key), there).exists())
        return or_(false(), *found)

    def _compared(self, model: Any, word: str) -> ColumnElement[bool]:
        """The text itself; on SQLite only where the index names the row, which is told without reading the row."""
        text_holds = _contains(self.session, self.rows.search_key, word)
        if len(word) < SHORTEST or not is_sqlite(self.session):
            return _true(text_holds)
        # The sum keeps SQLite from beginning with the index instead of the order that the list asks for.
        return and_((self.rows.id + 0).in_(_indexed(model, word)), text_holds)


def _foreign(model: Any, key: Any) -> Any:
    return model.__table__.c[key.property.columns[0].name]


def _hits(session: Session, model: Any, word: str) -> Select[Any]:
    """Keys of the rows whose search key holds the word, whoever asks."""
    rows = model.__table__.c
    return select(rows.id).where(_holds(session, model, rows, word))


def _holds(session: Session, model: Any, rows: Any, word: str) -> ColumnElement[bool]:
    """The search key holds the word; the index of SQLite is named, PostgreSQL takes its own by itself."""
    text_holds = _true(_contains(session, rows.search_key, word))
    return and_(rows.id.in_(_indexed(model, word)), text_holds) if is_sqlite(session) else text_holds


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
    given = {f"trigrams_{place}": quoted(trigrams_of(word)) for place, word in enumerate(words)}
    return session.execute(_counting(tuple(map(index_of, models)), len(words), COMMON), given)


@cache
def _counting(indexes: tuple[TrigramIndex, ...], words: int, most: int) -> CompoundSelect[Any]:
    """The question is kept: to word it takes longer than the answer."""
    given = [bindparam(f"trigrams_{place}", type_=String()) for place in range(words)]
    counts = ((place, _capped(mirrored(index, each), most)) for place, each in enumerate(given) for index in indexes)
    return union_all(*(select(literal_column(str(place)), count) for place, count in counts))


def _indexed(model: Any, word: str) -> Select[Any]:
    return in_mirror(index_of(model), trigrams_of(word))


def _contains(session: Session, column: Any, word: str) -> ColumnElement[bool]:
    """The text holds the word. On PostgreSQL it stands in the SQL itself.

    It chooses another way for a common word than for a rare one, and must not choose one for all of them.
    """
    given = bindparam(None, _escaped(word), String(), literal_execute=not is_sqlite(session))
    return _true(column.contains(given, escape="/"))


def _escaped(word: str) -> str:
    return word.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _true(condition: Any) -> ColumnElement[bool]:
    made: ColumnElement[bool] = condition
    return made
