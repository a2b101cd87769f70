"""What the history of changes says, turned back into values: choices, sums, days, and the records that keys mean.

The log keeps plain JSON, which outlives the columns it came from: what no longer fits a column is given as text.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from typing import Any

from sqlalchemy import Date, inspect, select
from sqlalchemy.orm import Mapper, RelationshipProperty, Session

from app.database import ChoiceType, Model, Money, Percent, Quantity, UtcDateTime
from app.services.audit import MASKED

MOST_KEYS = 500
"""Keys asked for in one question."""

Subject = tuple[str, int]
"""Table and key of a record."""


class Mark(Enum):
    """Stands for a value that cannot be shown."""

    HIDDEN = "hidden"
    """It is behind a right of its own and was never written down."""
    GONE = "gone"
    """It names a record that is not there any more, or that the person may not see."""


@dataclass(frozen=True)
class Change:
    """One field of one record, from what to what. `name` is the attribute of `model` as screens call it.

    `model` is None for a field that no table has any more; its values are then given as they were written.
    """

    model: type[Any] | None
    name: str
    before: Any
    after: Any


def model_of(table: str) -> type[Any] | None:
    """The model of a table; None for a name that is not, or no longer, a table of ours."""
    return _models().get(table)


def find_records(session: Session, wanted: Iterable[Subject]) -> dict[Subject, Any]:
    """The records that are there and that the session's viewer sees; a question or two for each table."""
    keys = defaultdict(set)
    for table, key in wanted:
        keys[table].add(key)
    found = {}
    for table, wanted_keys in keys.items():
        model = model_of(table)
        if model is None:
            continue
        ordered = sorted(wanted_keys)
        for start in range(0, len(ordered), MOST_KEYS):
            question = select(model).where(model.id.in_(ordered[start : start + MOST_KEYS]))
            found.update({(table, record.id): record for record in session.scalars(question)})
    return found


def read_changes(session: Session, written: Sequence[tuple[str, Mapping[str, Any]]]) -> list[tuple[Change, ...]]:
    """The changes of each entry (table, what the log says), with relations named by their records."""
    pointed = {
        (_table_of(relation), key)
        for table, changes in written
        for name, pair in changes.items()
        if (relation := _relation(table, name)) is not None
        for key in _pair(pair)
        if isinstance(key, int)
    }
    records = find_records(session, pointed)
    return [
        tuple(_change(table, name, _pair(pair), records) for name, pair in changes.items())
        for table, changes in written
    ]


def _pair(written: Any) -> tuple[Any, Any]:
    """Before and after; an act that changes no record notes plain facts."""
    if isinstance(written, list) and len(written) == 2:
        return written[0], written[1]
    return None, written


def _change(table: str, name: str, pair: tuple[Any, Any], records: Mapping[Subject, Any]) -> Change:
    relation = _relation(table, name)
    if relation is not None:
        target = _table_of(relation)
        before, after = (_named(target, key, records) for key in pair)
        return Change(relation.parent.class_, relation.key, before, after)
    mapper = _mapper(table)
    if mapper is None or name not in mapper.attrs:
        return Change(None, name, *map(_text, pair))
    if name in mapper.relationships:
        return Change(mapper.class_, name, *map(_text, pair))
    before, after = (_typed(mapper.columns[name], value) for value in pair)
    return Change(mapper.class_, name, before, after)


def _named(table: str, key: Any, records: Mapping[Subject, Any]) -> Any:
    if key == MASKED:
        return Mark.HIDDEN
    return None if key is None else records.get((table, key), Mark.GONE)


def _text(value: Any) -> Any:
    """Plain JSON as a person can read it; the roles of a user are a list of names."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value if value is None or isinstance(value, bool) else str(value)


def _typed(column: Any, value: Any) -> Any:
    if value == MASKED and (column.info.get("right") or column.name == "password"):
        return Mark.HIDDEN
    if value is None:
        return None
    try:
        return _read(column.type, value)
    except (ValueError, TypeError, InvalidOperation):
        return _text(value)


def _read(kind: Any, value: Any) -> Any:
    if isinstance(kind, ChoiceType):
        return kind.choices(value)
    if isinstance(kind, (Money, Quantity, Percent)):
        return Decimal(value)
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return value if isinstance(value, int) else _text(value)


@cache
def _models() -> dict[str, type[Any]]:
    return {mapper.local_table.name: mapper.class_ for mapper in Model.registry.mappers}


def _mapper(table: str) -> Mapper[Any] | None:
    model = model_of(table)
    return inspect(model) if model is not None else None


@cache
def _relation(table: str, name: str) -> RelationshipProperty[Any] | None:
    """The relation that a key column stands for."""
    mapper = _mapper(table)
    if mapper is None or name not in mapper.columns:
        return None
    column = mapper.columns[name]
    towards = (each for each in mapper.relationships if not each.uselist)
    return next((each for each in towards if list(each.local_columns) == [column]), None)


def _table_of(relation: RelationshipProperty[Any]) -> str:
    """The table that a relation leads to."""
    return str(relation.mapper.class_.__tablename__)
