"""A list's arguments, checked (400, never 500), and the query they stand for: search, filters, sort, keyset page."""

import base64
import binascii
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select, true, union
from sqlalchemy.orm import Session

from app.clock import start_of
from app.database import UtcDateTime, at_most
from app.models.base import Searchable
from app.services.names import is_legal_form, search_key
from app.services.trigrams import Relation, holding, matching
from app.views.crud.columns import Column, column_of, key_column
from app.views.current import zone

PAGE_SIZES = (25, 50, 100)
_MOST_WORDS = 6
_VALUE, _KEY = "place_value", "place_key"
"""Names of the values of a place in the order of a list."""
PRODUCT = "product"
"""By what the lines of a record are filtered: the records that have a line with this product."""
_RANGED = frozenset({"date", "moment", "money", "quantity", "percent", "number", "decimal"})
"""Kinds of columns that can be filtered from one value to another."""


@dataclass(frozen=True, slots=True)
class ListArguments:
    """What the address of a list asks for."""

    q: str
    tab: str
    sort: str
    is_descending: bool
    size: int
    after: str
    before: str
    filters: Mapping[str, str]


def read_arguments(args: Mapping[str, str], *, sorts: Sequence[str], default_sort: str) -> ListArguments:
    """Read and check the arguments; an unknown sort column, size or cursor answers 400."""
    sort = args.get("sort", default_sort)
    if sort.removeprefix("-") not in {*sorts, default_sort.removeprefix("-")}:
        abort(400)
    size = args.get("size", "50")
    if size not in {str(offered) for offered in PAGE_SIZES}:
        abort(400)
    return ListArguments(
        q=args.get("q", "").strip()[:200],
        tab=args.get("tab", ""),
        sort=sort.removeprefix("-"),
        is_descending=sort.startswith("-"),
        size=int(size),
        after=args.get("after", ""),
        before=args.get("before", ""),
        filters={name: value for name, value in args.items() if name.startswith("f_") and value},
    )


def searched_words(q: str) -> list[str]:
    """The words of a search, as search keys have them; a legal form alone says nothing yet."""
    return [] if is_legal_form(q) else search_key(q).split()[:_MOST_WORDS]


def search_condition(
    session: Session, model: type[Any], through: Sequence[str], q: str, *, rare: Collection[str] | None = None
) -> ColumnElement[bool] | None:
    """Every word must be found in the record's search key, or in that of a record it belongs to (its client).

    `rare`: the words that are looked up, where that is known (see `matching`).
    """
    words = searched_words(q)
    if not words or not (through or issubclass(model, Searchable)):
        return None
    if not through:
        return holding(session, model, words)
    return matching(session, model, [words], relations_through(model, through), rare=rare)


def relations_through(model: type[Any], through: Sequence[str]) -> Sequence[Relation]:
    """The relations in whose search keys a list looks as well."""
    return [(key_column(model, name), column_of(model, name).target) for name in through]


def filter_conditions(model: type[Any], names: Sequence[str], given: Mapping[str, str]) -> list[ColumnElement[bool]]:
    """The conditions for `f_<name>`, `f_<name>_from` and `f_<name>_to`; an unknown or malformed one answers 400."""
    known = {f"f_{name}{end}" for name in names for end in _ends(column_of(model, name))}
    if unknown := set(given) - known:
        abort(400, f"unknown filter {sorted(unknown)[0]}")
    conditions: list[ColumnElement[bool]] = []
    for name in names:
        column = column_of(model, name)
        if value := given.get(f"f_{name}"):
            conditions.append(_equals(model, column, value))
        if value := given.get(f"f_{name}_from"):
            conditions.append(column.attribute >= _bound(column, value))
        if value := given.get(f"f_{name}_to"):
            conditions.append(_up_to(column, value))
    return conditions


def _ends(column: Column) -> Sequence[str]:
    return ("", "_from", "_to") if column.kind in _RANGED else ("",)


def _equals(model: type[Any], column: Column, value: str) -> ColumnElement[bool]:
    if column.kind == "relation":
        return _true(key_column(model, column.name) == whole(value))
    if column.kind == "rows":
        line = column.target
        return _true(column.attribute.any(key_column(line, PRODUCT) == whole(value)))
    if column.kind == "choice":
        if value not in {member.value for member in column.choices}:
            abort(400)
        return _true(column.attribute == column.choices(value))
    if column.kind == "flag":
        return _true(column.attribute.is_(value == "1"))
    if column.kind in {"text", "long_text"}:
        return _true(func.lower(column.attribute).contains(value.lower(), autoescape=True))
    return _true(column.attribute == _bound(column, value))


def _true(condition: Any) -> ColumnElement[bool]:
    made: ColumnElement[bool] = condition
    return made


def _bound(column: Column, value: str) -> Any:
    if column.kind == "date":
        return _date(value)
    if column.kind == "moment":
        return start_of(_date(value), zone())
    if column.kind == "number":
        return whole(value)
    return _decimal(value)


def _up_to(column: Column, value: str) -> ColumnElement[bool]:
    if column.kind == "moment":
        return _true(column.attribute < start_of(_date(value) + timedelta(days=1), zone()))
    return _true(column.attribute <= _bound(column, value))


def _date(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        abort(400)


def _decimal(value: str) -> Decimal:
    try:
        read = Decimal(value.replace("\N{NO-BREAK SPACE}", "").replace(" ", "").replace(",", "."))
    except InvalidOperation:
        abort(400)
    if not read.is_finite() or abs(read) >= Decimal(10) ** 14:
        abort(400)
    return read.quantize(Decimal("0.01"))


def whole(value: str) -> int:
    """A key or whole number from an address; anything else, or beyond what a database keeps, answers 400."""
    if not value.isascii() or not value.isdigit() or len(value) > 18:
        abort(400)
    return int(value)


# --- Keyset pages ------------------------------------------------------------------------------------------------


def page_of(
    read: "Callable[[Part], Iterable[Any]]",
    model: type[Any],
    arguments: ListArguments,
    record_of: Callable[[Any], Any] = lambda row: row,
) -> tuple[list[Any], str, str]:
    """The rows of the page and the cursors of the next and the previous page ('' where there is none)."""
    backwards = bool(arguments.before)
    order = _Order(column_of(model, arguments.sort).attribute, model.id, arguments.is_descending != backwards)
    cursor = arguments.before or arguments.after
    place = _read_cursor(cursor, order.column) if cursor else None
    rows: list[Any] = []
    for has_value in _parts(order, place, backwards=backwards):
        wanted = arguments.size + 1 - len(rows)
        if wanted > 0:
            rows += read(Part(order, has_value, place, wanted))
        place = None
    has_more = len(rows) > arguments.size
    rows = rows[: arguments.size]
    if backwards:
        rows.reverse()
    has_next, has_previous = (True, has_more) if backwards else (has_more, bool(arguments.after))
    return (
        rows,
        _cursor(record_of(rows[-1]), arguments.sort) if rows and has_next else "",
        _cursor(record_of(rows[0]), arguments.sort) if rows and has_previous else "",
    )


@dataclass(frozen=True, slots=True)
class _Order:
    """By which column, and among equals by key; rows without a value come last, whichever way it goes."""

    column: Any
    key: Any
    descending: bool

    @property
    def is_nullable(self) -> bool:
        return bool(self.column.property.columns[0].nullable)

    def ordered(self, what: Any) -> Any:
        return what.desc() if self.descending else what.asc()

    def beyond(self, what: Any, bound: Any) -> Any:
        return what < bound if self.descending else what > bound


def _parts(order: _Order, place: tuple[Any, int] | None, *, backwards: bool) -> Sequence[bool]:
    """The rows with a value and those without are asked for apart: so a plain index serves both databases both ways.

    One part is over before the place where a page begins.
    """
    parts = [True, False] if order.is_nullable else [True]
    if backwards:
        parts.reverse()
    return parts if place is None else parts[parts.index(place[0] is not None) :]


@dataclass(frozen=True, slots=True)
class Part:
    """Which rows of a selection are read at once: in which order, with a value or without, from where, how many."""

    order: _Order
    has_value: bool
    place: tuple[Any, int] | None
    limit: int

    @property
    def given(self) -> dict[str, Any]:
        """The values of the place, by which a question that was kept is asked for another one."""
        return (
            {} if self.place is None else {**({_VALUE: self.place[0]} if self.has_value else {}), _KEY: self.place[1]}
        )

    def of(self, statement: Select[Any]) -> Select[Any]:
        """These rows of a selection."""
        return self._ordered(statement.where(*self._bounds())).limit(at_most(self.limit))

    def of_each(self, ways: Sequence[ColumnElement[bool]], statement: Select[Any], model: type[Any]) -> Select[Any]:
        """The same rows, looked for along each way that leads to them: each is read in order from its own index.

        Along one index for all of them a database would pass over everybody else's rows.
        """
        found = [self.of(statement.where(way)).with_only_columns(model.id).subquery() for way in ways]
        keys = union(*(select(each.c.id) for each in found))
        return self._ordered(select(model).where(model.id.in_(keys))).limit(at_most(self.limit))

    def keys_first(self, statement: Select[Any], model: type[Any]) -> Select[Any]:
        """The same rows for PostgreSQL, which then looks in the index alone whose they are, and reads no others."""
        return self.of_each([true()], statement, model)

    def of_all(self, ways: Sequence[ColumnElement[bool]], statement: Select[Any], model: type[Any]) -> Select[Any]:
        """The same rows of few, all of which are gathered along the ways before they are put in order."""
        keys = union(*(select(model.id).where(way).correlate(None) for way in ways))
        return self.of(statement.where(model.id.in_(keys)))

    def _bounds(self) -> Sequence[ColumnElement[bool]]:
        column, key = self.order.column, self.order.key
        last = bindparam(_KEY, self.place[1] if self.place is not None else 0, key.type)
        if not self.has_value:
            return [column.is_(None), *([self.order.beyond(key, last)] if self.place is not None else [])]
        bounds = [column.is_not(None)] if self.order.is_nullable else []
        if self.place is not None:
            value = bindparam(_VALUE, self.place[0], column.type)
            # The first bound says what the index is read for, the second one is left to the rows of one value.
            bounds.append(column <= value if self.order.descending else column >= value)
            bounds.append(or_(column != value, self.order.beyond(key, last)))
        return bounds

    def _ordered(self, statement: Select[Any]) -> Select[Any]:
        ordered = self.order.ordered
        if not self.has_value:
            return statement.order_by(ordered(self.order.key))
        return statement.order_by(ordered(self.order.column), ordered(self.order.key))


def _cursor(row: Any, sort: str) -> str:
    value = getattr(row, sort)
    shown = value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, Decimal) else value
    return base64.urlsafe_b64encode(json.dumps([shown, row.id]).encode()).decode().rstrip("=")


def _read_cursor(cursor: str, column: Any) -> tuple[Any, int]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        value, key = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if not isinstance(key, int) or not 0 <= key < 2**63:
            abort(400)
        return _typed(value, column), key
    except (ValueError, TypeError, binascii.Error, InvalidOperation, RecursionError):
        abort(400)


def _typed(value: Any, column: Any) -> Any:
    """The cursor's value in the column's own type; TypeError or ValueError when it is not one."""
    if value is None:
        if not column.property.columns[0].nullable:
            raise TypeError
        return None
    if hasattr(column.type, "choices"):
        return column.type.choices(value)
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    python_type = column.type.python_type if not hasattr(column.type, "places") else Decimal
    if python_type is date:
        return date.fromisoformat(value)
    if python_type is Decimal:
        return _decimal(str(value))
    if not isinstance(value, python_type) or (isinstance(value, int) and abs(value) >= 2**63):
        raise TypeError
    if isinstance(value, str) and "\0" in value:  # PostgreSQL keeps no such text
        raise ValueError
    return value
