"""The database handle, the column types for money and quantities, and the row rule on the session.

One metadata serves Flask-AppBuilder's security tables, our tables and Alembic, so that a migration sees them all.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import count
from typing import Any, ClassVar, Protocol, cast

from flask_appbuilder.models.sqla import Model as FrameworkModel
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, BindParameter, ColumnElement, DateTime, Dialect, Integer, String, event
from sqlalchemy.engine import Connection, Engine, IteratorResult, Result
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.orm import LoaderCriteriaOption, ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.orm.interfaces import CriteriaOption
from sqlalchemy.sql.cache_key import NO_CACHE
from sqlalchemy.sql.visitors import anon_map
from sqlalchemy.types import TypeDecorator

FrameworkModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
# The security tables must be declared under the naming convention set above.
from flask_appbuilder.security.sqla.models import User  # noqa: E402

__all__ = ["Choice", "ChoiceType", "Identifier", "Model", "Money", "Percent", "Quantity", "User", "UtcDateTime", "db"]

Model = FrameworkModel
db = SQLAlchemy(metadata=FrameworkModel.metadata)

Identifier = BigInteger().with_variant(Integer, "sqlite")


class _Scaled(TypeDecorator[Decimal]):
    """An exact decimal kept as a whole number of its smallest unit, so that both databases add alike."""

    impl = BigInteger
    cache_ok = True
    places: ClassVar[int]
    largest: ClassVar[int] = 10**17

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        """Refuse what cannot be kept exactly: floats, infinities, more decimals than the unit has."""
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, Decimal | int):
            raise TypeError(f"{type(self).__name__} takes Decimal or int, not {type(value).__name__}")
        scaled = Decimal(value).scaleb(self.places)
        if not scaled.is_finite() or scaled != scaled.to_integral_value() or abs(scaled) > self.largest:
            raise ValueError(f"{value} cannot be kept with {self.places} decimals")
        return int(scaled)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Give the decimal back; PostgreSQL's sums arrive as numeric, hence the int()."""
        return None if value is None else Decimal(int(value)).scaleb(-self.places)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """Compare and add with the same scale."""
        return self


class Money(_Scaled):
    """An amount in roubles (or the document's currency), kept as whole kopecks."""

    cache_ok = True
    places = 2


class Quantity(_Scaled):
    """A quantity in the product's unit, kept as whole thousandths."""

    cache_ok = True
    places = 3


class Percent(_Scaled):
    """A percentage (12.5 is twelve and a half per cent), kept as whole hundredths."""

    cache_ok = True
    places = 2


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database. A naive value is refused: its zone would be a guess."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn into UTC; SQLite keeps it without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give an aware UTC instant."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Choice(StrEnum):
    """A fixed choice: the stored value, the words for it, and the tone of its chip.

    Tones: neutral, info, ok, warn, danger, plan.
    """

    label: str
    tone: str

    def __new__(cls, value: str, label: str = "", tone: str = "neutral") -> "Choice":
        """Make a member of (value, label, tone)."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.tone = tone
        return member


class ChoiceType(TypeDecorator[Choice]):
    """A column that holds one member of a Choice. An unknown stored value raises: no silent default."""

    impl = String(30)
    cache_ok = True

    def __init__(self, choices: type[Choice]) -> None:
        super().__init__()
        self.choices = choices

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Store the member's value; a plain string must be one of them."""
        return None if value is None else str(self.choices(value).value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Choice | None:
        """Give the member back."""
        return None if value is None else self.choices(value)


# --- Connections made safe and quick --------------------------------------------------------------------------------

_writes: ContextVar[bool] = ContextVar("writes", default=True)


@contextmanager
def reading_only() -> Iterator[None]:
    """Let transactions begun inside take no write lock on SQLite: many readers then work beside one writer."""
    token = _writes.set(False)
    try:
        yield
    finally:
        _writes.reset(token)


def begin_reading(reading: bool) -> None:
    """Say for the rest of this request whether its transactions only read (see `reading_only`)."""
    _writes.set(not reading)


def note_sizes(engine: Engine) -> None:
    """Let SQLite note how its tables are filled: it chooses its ways by that, and never looks by itself.

    A sample of each index is enough. Connections learn of it when they are made anew (`engine_options`). PostgreSQL
    looks by itself.
    """
    if engine.dialect.name == "sqlite":
        with engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA analysis_limit = 10000")
            connection.exec_driver_sql("ANALYZE")


@event.listens_for(Engine, "connect")
def _prepare_postgres(dbapi_connection: Any, _record: Any) -> None:
    """Let PostgreSQL compile no machine code: that takes it longer than any of our short questions."""
    if type(dbapi_connection).__module__.split(".")[0] != "psycopg":
        return
    dbapi_connection.execute("set jit = off")
    dbapi_connection.commit()


@event.listens_for(Engine, "connect")
def _prepare_sqlite(dbapi_connection: Any, _record: Any) -> None:
    if type(dbapi_connection).__module__.split(".")[0] != "sqlite3":
        return
    dbapi_connection.isolation_level = None  # we say BEGIN ourselves, below
    cursor = dbapi_connection.cursor()
    for pragma in ("foreign_keys=ON", "busy_timeout=15000", "journal_mode=WAL", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    dbapi_connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(text: Any) -> Any:
    """SQLite's own lower() knows Latin letters only: a filter by a Russian town would find nothing."""
    return text.lower() if isinstance(text, str) else text


@event.listens_for(Engine, "begin")
def _begin_on_sqlite(connection: Connection) -> None:
    """Take the write lock at the start of a writing transaction: a later upgrade could fail under load."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes.get() else "BEGIN")


# --- The row rule ------------------------------------------------------------------------------------------------


class RowRule(Protocol):
    """Takes the viewer, gives the condition that rows must meet, or None where the viewer sees all rows.

    `by_row` asks for a condition on one row at a time, which PostgreSQL answers sooner.
    """

    def __call__(self, viewer: Any, *, by_row: bool = False) -> ColumnElement[bool] | None: ...


ALL_ROWS = {"all_rows": True}
"""Execution option for the few questions that must see beyond the viewer's rows; each use says why."""
BY_ROW = {"by_row": True}
"""Execution option for questions about few rows: the rule is asked of each, not for the keys of all that it allows."""

_row_rules: dict[type[Any], RowRule] = {}
_known_limits: dict[tuple[Any, ...], "RowLimits"] = {}
_MOST_KNOWN = 256


def install_row_rules(rules: Mapping[type[Any], RowRule]) -> None:
    """Set which rows a viewer sees, per table. Holds for every query of every session that has a viewer."""
    _row_rules.clear()
    _known_limits.clear()
    _row_rules.update(rules)


def _limit_rows(state: ORMExecuteState) -> Result[Any] | None:
    limits = _limits_of(state)
    if state.execution_options.get("prepared"):
        return _answer_prepared(state, limits)
    if limits is not None:
        state.statement = state.statement.options(limits)
    return None


def _limits_of(state: ORMExecuteState) -> "RowLimits | None":
    viewer = state.session.info.get("viewer")
    if viewer is None or state.is_column_load or state.execution_options.get("all_rows"):
        return None
    if not (state.is_select or state.is_update or state.is_delete):
        return None
    by_row = (
        state.session.get_bind().dialect.name == "postgresql"
        or state.is_relationship_load
        or bool(state.execution_options.get("by_row"))
    )
    return row_limits(viewer, by_row=by_row)


def row_limits(viewer: Any, *, by_row: bool) -> "RowLimits":
    """The limits of a viewer; made once for each person, since every query of every request takes them."""
    own: dict[bool, RowLimits] = viewer.__dict__.setdefault("_row_limits", {})
    made = own.get(by_row)
    if made is None:
        who = (viewer.user_id, viewer.employee_id, viewer.scope, viewer.roles, viewer.rights, by_row)
        made = _known_limits.get(who)
        if made is None:
            if len(_known_limits) >= _MOST_KNOWN:
                _known_limits.clear()
            made = _known_limits[who] = _made_limits(viewer, by_row=by_row)
        own[by_row] = made
    return made


def _made_limits(viewer: Any, *, by_row: bool) -> "RowLimits":
    criteria = ((model, rule(viewer, by_row=by_row)) for model, rule in _row_rules.items())
    return RowLimits(
        [with_loader_criteria(model, each, include_aliases=True) for model, each in criteria if each is not None]
    )


class RowLimits(CriteriaOption):
    """The loader criteria of a viewer as one option, whose part of the key of a compiled query is known beforehand.

    SQLAlchemy keeps compiled queries under a key that it gathers from the whole statement. Walking through fifty
    criteria for every query was a fifth of a manager's page (decision 27). A number stands for their structure here:
    it is the same for two viewers exactly when their criteria differ in values alone, which are bound anew each time.
    """

    __slots__ = ("_key", "_values", "limits")
    _structures: ClassVar[dict[tuple[Any, ...], int]] = {}
    _numbers: ClassVar[Iterator[int]] = count()
    """Each number is given once, whichever threads ask: two structures under one number would share their queries."""

    def __init__(self, limits: list[LoaderCriteriaOption]) -> None:
        """Take the criteria, and work out their key."""
        self.limits = limits
        self._values: list[BindParameter[Any]] = []
        seen = anon_map()
        structure = tuple(each._gen_cache_key(seen, self._values) for each in limits)
        if NO_CACHE in seen:
            raise TypeError("a row rule has a part whose compiled form cannot be kept")
        self._key = ("row limits", self._structures.setdefault(structure, next(self._numbers)))

    def _gen_cache_key(self, _seen: anon_map, values: list[BindParameter[Any]]) -> tuple[Any, ...]:
        values.extend(self._values)
        return self._key

    def process_compile_state(self, compile_state: Any) -> None:
        """Limit a query that is being compiled."""
        for limit in self.limits:
            limit.process_compile_state(compile_state)

    def process_compile_state_replaced_entities(self, compile_state: Any, mapper_entities: Any) -> None:
        """Limit a query whose entities were exchanged."""
        for limit in self.limits:
            limit.process_compile_state_replaced_entities(compile_state, mapper_entities)

    def get_global_criteria(self, attributes: dict[Any, Any]) -> None:
        """Limit an update or delete."""
        for limit in self.limits:
            limit.get_global_criteria(attributes)


# --- Prepared questions ------------------------------------------------------------------------------------------

PREPARED = {"prepared": True}
"""Execution option for a kept statement of columns: it is put together and compiled once.

Every page asks the same few questions, and to find their SQL anew takes longer than their answer. Whoever uses it
keeps the statement (`lru_cache`) by all that goes into it; what differs each time is a `bindparam` that is given when
it is asked.
"""
_MOST_PREPARED = 1024


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What goes to the driver for a statement, and how its columns are read."""

    sql: str
    values: Any
    """In places or by name, as the driver takes them."""
    writers: Mapping[str, tuple[Any, Callable[[Any], Any] | None]]
    """Value that is given when it is asked -> its place among the values, and how it is written."""
    keys: tuple[str, ...]
    readers: tuple[tuple[int, Callable[[Any], Any]], ...]
    """Place of a column -> how it is read, where what the driver gives is not the value yet."""

    def read(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """The values of a row as the columns' types have them."""
        values = list(row)
        for place, read in self.readers:
            values[place] = read(values[place])
        return tuple(values)

    def filled(self, given: Mapping[str, Any]) -> Any:
        """The values with those that are given now."""
        if not given:
            return self.values
        values = self.values.copy() if isinstance(self.values, dict) else list(self.values)
        for name, value in given.items():
            place, write = self.writers[name]
            values[place] = write(value) if write else value
        return values if isinstance(values, dict) else tuple(values)


_prepared: dict[tuple[Any, ...], _Prepared] = {}
"""By statement, the limits of the person who asks, and the database that is asked."""


def _answer_prepared(state: ORMExecuteState, limits: RowLimits | None) -> Result[Any]:
    state.session._autoflush()  # as every question does; SQLAlchemy comes to it after this answer
    connection = state.session.connection()
    key = (state.statement, limits, connection.dialect)
    known = _prepared.get(key)
    if known is None:
        return _prepare(state, key)
    given: Any = state.parameters or {}
    rows = connection.exec_driver_sql(known.sql, known.filled(given)).all()
    return IteratorResult(SimpleResultMetaData(known.keys), map(known.read, rows))


def _prepare(state: ORMExecuteState, key: tuple[Any, ...]) -> Result[Any]:
    """Ask as usual, and keep what went to the driver."""
    statement, limits, dialect = key
    columns = list(statement.selected_columns)
    if len(columns) != len(statement.column_descriptions):
        raise TypeError("a prepared question asks for columns, not for records")
    result: Any = state.invoke_statement(statement=statement.options(limits) if limits is not None else statement)
    context = result.raw.context
    compiled = context.compiled
    given: Any = state.parameters or {}
    if given and compiled.post_compile_params:
        raise TypeError("a prepared question with values to be given has no list of another length each time")
    places = {name: compiled.positiontup.index(name) if compiled.positional else name for name in given}
    if len(_prepared) >= _MOST_PREPARED:
        _prepared.clear()
    _prepared[key] = _Prepared(
        sql=context.statement,
        values=context.parameters[0],
        writers={
            name: (place, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name, place in places.items()
        },
        keys=tuple(result.keys()),
        readers=tuple((place, way) for place, way in enumerate(_ways_to_read(dialect, columns, result)) if way),
    )
    return cast("Result[Any]", result)


def _ways_to_read(dialect: Dialect, columns: Sequence[Any], result: Any) -> Iterator[Callable[[Any], Any] | None]:
    """How the value of each column is read from what the driver says that it gives."""
    for column, described in zip(columns, result.raw.cursor.description, strict=True):
        yield column.type.dialect_impl(dialect).result_processor(dialect, described[1])


event.listen(Session, "do_orm_execute", _limit_rows)
