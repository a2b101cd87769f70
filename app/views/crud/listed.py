"""Records as far as a list reads them.

A list shows seven columns of fifty records. Making whole records of them, each of forty columns with everything that
notes their changes, takes longer than the database does. A screen that declares what it reads besides its columns
(`list_reads`) is given light ones: the values under the model's names, related records as far as their words go, and
the model's own properties. Anything else is not there: an error that a test meets, never a wrong value.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, inspect, select
from sqlalchemy.orm import Session, aliased

from app.database import among, answers
from app.views.crud.columns import Column, column_of, key_column

if TYPE_CHECKING:
    from app.views.crud.view import CrudView


@dataclass(frozen=True)
class Reading:
    """What a list reads of its records, and how they are made of it."""

    model: Any
    names: tuple[str, ...]
    """Columns of the record itself, its key first."""
    joined: tuple[Column, ...]
    """Relations that come with the record."""
    asked: tuple[Column, ...]
    """Relations that are asked for once the page's keys are known."""

    def records(self, session: Session, rows: Iterable[Sequence[Any]]) -> list[Any]:
        """The light records of the rows that a narrowed selection gave, in their order."""
        found = [self.record(row) for row in rows]
        for column in self.asked:
            _relate(session, found, column, key_column(self.model, column.name).key)
        return found

    def record(self, row: Sequence[Any]) -> Any:
        """The light record of a row, without the relations that are asked for apart."""
        record = light(self.model)()
        values = vars(record)
        values.update(zip(self.names, row, strict=False))
        for name, target, place, end in self._joined_places:
            values[name] = _made(target, tuple(row[place:end])) if row[place] is not None else None
        return record

    @cached_property
    def _joined_places(self) -> Sequence[tuple[str, Any, int, int]]:
        """Name and model of each relation that comes with the record, and where in the row its words stand."""
        found, place = [], len(self.names)
        for column in self.joined:
            end = place + len(_words(column.target))
            found.append((column.name, column.target, place, end))
            place = end
        return found

    def narrowed(self, statement: Select[Any]) -> Select[Any]:
        """The selection of records as one of the columns that are read."""
        columns = [getattr(self.model, name) for name in self.names]
        for column in self.joined:
            target = _alias(self.model, column.name, column.target)
            columns += [getattr(target, name) for name in _words(column.target)]
            statement = statement.outerjoin(column.attribute.of_type(target))
        return statement.with_only_columns(*columns, maintain_column_froms=True)


def reading_of(screen: "CrudView", columns: Sequence[Column], sort: str, *, at_once: bool) -> Reading | None:
    """What a screen's list reads to show the columns; None where it needs whole records.

    `at_once`: related records of large tables come with the rows too. Not where many rows are put in order first.
    """
    if screen.list_reads is None:
        return None
    model: Any = screen.model
    return _reading(model, tuple(column.name for column in columns), screen.list_reads, sort, at_once=at_once)


@lru_cache(maxsize=1024)
def _reading(
    model: Any, names: tuple[str, ...], besides: tuple[str, ...], sort: str, *, at_once: bool
) -> Reading | None:
    columns = [column_of(model, name) for name in dict.fromkeys((*names, *besides))]
    relations = [column for column in columns if column.kind == "relation"]
    has_rows = any(column.kind == "rows" for column in columns)
    if has_rows or not _is_named(model) or not all(_is_named(column.target) for column in relations):
        return None
    joined = tuple(column for column in relations if column.is_small or at_once)
    asked = tuple(column for column in relations if column not in joined)
    own = {column.name for column in columns if column.kind != "relation"} | {sort, *model.named_by}
    own |= {key_column(model, column.name).key for column in relations if not column.is_small}
    return Reading(model, ("id", *sorted(own - {"id"})), joined, asked)


@cache
def _alias(_model: Any, _name: str, target: Any) -> Any:
    """The related table as the relation of one model meets it. To describe it anew takes longer than the question."""
    return aliased(target)


def _is_named(model: Any) -> bool:
    return bool(getattr(model, "named_by", ()))


@cache
def light(model: Any) -> type[Any]:
    """The class of the light records of a model: its words and properties, and nothing that the database knows."""
    inherited = [vars(base) for base in reversed(model.__mro__)]
    properties = {name: value for own in inherited for name, value in own.items() if isinstance(value, property)}
    return type(f"Listed{model.__name__}", (), {"listed_model": model, "__str__": model.__str__, **properties})


@lru_cache(maxsize=8192)
def _made(model: Any, values: tuple[Any, ...]) -> Any:
    """A related record. The same values are the same record, so that rows with them are known again."""
    record = light(model)()
    vars(record).update(zip(_words(model), values, strict=True))
    return record


def _words(model: Any) -> tuple[str, ...]:
    return ("id", *(name for name in model.named_by if name != "id"))


def _relate(session: Session, records: Sequence[Any], column: Column, name: str) -> None:
    """Give the records those that their key `name` leads to, in one question for all of them."""
    keys = sorted({key for record in records if (key := getattr(record, name)) is not None})
    found = {row[0]: _made(column.target, tuple(row)) for row in _rows_of(session, column.target, keys)}
    for record in records:
        vars(record)[column.name] = found.get(getattr(record, name))


def _rows_of(session: Session, model: Any, keys: list[int]) -> Iterable[Any]:
    if not keys:
        return ()
    return answers(session, _by_keys(model), {"keys": keys}, by_row=True)


@cache
def _by_keys(model: Any) -> Select[Any]:
    columns = [getattr(model, name) for name in _words(model)]
    return select(*columns).where(among(inspect(model).primary_key[0]))
