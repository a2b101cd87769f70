"""Questions that are put together and compiled once, and what every question of a session goes through."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Connection, Dialect, Integer, bindparam, event
from sqlalchemy.engine import Result
from sqlalchemy.orm import ORMExecuteState, Session

from app.database.limits import limits_in, limits_of, make_known

_MOST_PREPARED = 1024
_DRIVERS_OPTIONS: dict[str, dict[str, bool]] = {"sqlite": {}, "postgresql": {"prepare": True}}
"""PostgreSQL keeps the plan as well, of these questions alone (`engine_options`)."""
_CONNECTION = "connection"
"""In what a session knows: its connection, as long as that is open."""
_LIMITED = {"limited": True}
"""Execution option of a question that has its limits already."""


def at_most(rows: int) -> BindParameter[int]:
    """A limit that stands in the SQL itself. PostgreSQL then knows it when it plans a kept question once for all.

    Without it a plan for any number of rows is worse than a new one each time, and making that takes longer than the
    answer.
    """
    return bindparam(None, rows, type_=Integer(), literal_execute=True)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What goes to the driver for a statement, and how its columns are read."""

    sql: str
    values: Any
    """In places or by name, as the driver takes them."""
    writers: Mapping[str, tuple[Sequence[Any], Callable[[Any], Any] | None]]
    """Value that is given when it is asked -> its places among the values, and how it is written."""
    readers: tuple[tuple[int, Callable[[Any], Any]], ...]
    """Place of a column -> how it is read, where what the driver gives is not the value yet."""

    @property
    def read(self) -> "Read":
        """How a row becomes the values that the columns' types have."""
        return self._read if self.readers else tuple

    def _read(self, row: Sequence[Any]) -> tuple[Any, ...]:
        values = list(row)
        for place, read in self.readers:
            values[place] = read(values[place])
        return tuple(values)

    def filled(self, given: Mapping[str, Any]) -> Any:
        """The values with those that are given now."""
        if not self.writers:
            return self.values
        values = self.values.copy() if isinstance(self.values, dict) else list(self.values)
        for name, (places, write) in self.writers.items():
            written = write(given[name]) if write else given[name]
            for place in places:
                values[place] = written
        return values if isinstance(values, dict) else tuple(values)


Read = Callable[[Sequence[Any]], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows as the driver gave them, for who can tell by these that nothing has changed; `read` makes values of one."""

    rows: Sequence[Sequence[Any]]
    read: Read

    def values(self) -> list[tuple[Any, ...]]:
        """All rows, read."""
        return list(map(self.read, self.rows))


_prepared: dict[tuple[Any, ...], _Prepared] = {}
"""By statement, the limits of the person who asks, and the database that is asked."""


def answers(
    session: Session,
    statement: Any,
    given: Mapping[str, Any] | None = None,
    *,
    by_row: bool = False,
    all_rows: bool = False,
) -> list[tuple[Any, ...]]:
    """The rows of a kept statement of columns: it is put together and compiled once.

    Every page asks the same few questions, and to find their SQL anew takes longer than their answer. Whoever asks so
    keeps the statement (`lru_cache`) by all that goes into it; what differs each time is a `bindparam` whose value is
    given. The rows are limited to those of the person of the session, as ever (`BY_ROW`, `ALL_ROWS`).
    """
    return answer(session, statement, given, by_row=by_row, all_rows=all_rows).values()


def answer(
    session: Session,
    statement: Any,
    given: Mapping[str, Any] | None = None,
    *,
    by_row: bool = False,
    all_rows: bool = False,
) -> Answer:
    """The same, not read yet."""
    make_known(session)
    session._autoflush()  # as every question does
    limits = None if all_rows else limits_in(session, by_row=by_row)
    connection = _connection_of(session)
    key = (statement, limits, connection.dialect)
    known = _prepared.get(key)
    if known is None:
        return _prepare(session, key, given or {})
    return Answer(_fetched(connection, known.sql, known.filled(given or {})), known.read)


def _connection_of(session: Session) -> Connection:
    """The connection of the session's transaction: to be told it anew takes longer than many an answer."""
    known: Connection | None = session.info.get(_CONNECTION)
    if known is None or known.closed or known.invalidated or not session.in_transaction():
        known = session.info[_CONNECTION] = session.connection()
    return known


def _fetched(connection: Connection, sql: str, values: Any) -> Sequence[Any]:
    """What the driver answers. Whoever listens to questions hears these too, and errors are those of SQLAlchemy."""
    if not connection.engine.dispatch.before_cursor_execute:
        cursor = connection.connection.cursor()
        try:
            cursor.execute(sql, values, **_DRIVERS_OPTIONS[connection.dialect.name])
            return cursor.fetchall()
        except connection.dialect.loaded_dbapi.Error:
            # Asked once more, to be told as every other error is; what was said first stands beside it.
            return connection.exec_driver_sql(sql, values).all()
        finally:
            cursor.close()
    return connection.exec_driver_sql(sql, values).all()


def _prepare(session: Session, key: tuple[Any, ...], given: Mapping[str, Any]) -> Answer:
    """Ask as usual, and keep what went to the driver."""
    statement, limits, dialect = key
    columns = list(statement.selected_columns)
    if len(columns) != len(statement.column_descriptions):
        raise TypeError("a prepared question asks for columns, not for records")
    limited = statement.options(limits) if limits is not None else statement
    result: Any = session.execute(limited, given, execution_options=_LIMITED)
    if not hasattr(result, "raw"):
        raise TypeError("a prepared question is about a model: whose rows it asks for could not be seen, nor limited")
    context = result.raw.context
    compiled = context.compiled
    asked_with = [name for name in given if name in compiled.binds]  # a part of the question may have fallen away
    if any(compiled.binds[name].expanding for name in asked_with):
        raise TypeError("a prepared question is given no list of another length each time, but `among` so many keys")
    in_sql = {compiled.bind_names[each] for each in compiled.literal_execute_params}
    order = [name for name in compiled.positiontup if name not in in_sql] if compiled.positional else []
    if len(_prepared) >= _MOST_PREPARED:
        _prepared.clear()
    known = _prepared[key] = _Prepared(
        sql=context.statement,
        values=context.parameters[0],
        writers={
            name: (
                [place for place, each in enumerate(order) if each == name] if compiled.positional else [name],
                compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect),
            )
            for name in asked_with
        },
        readers=tuple((place, way) for place, way in enumerate(_ways_to_read(dialect, columns, result)) if way),
    )
    rows = result.raw.cursor.fetchall()
    result.close()
    return Answer(rows, known.read)


def _ways_to_read(dialect: Dialect, columns: Sequence[Any], result: Any) -> Iterator[Callable[[Any], Any] | None]:
    """How the value of each column is read from what the driver says that it gives."""
    for column, described in zip(columns, result.raw.cursor.description, strict=True):
        yield column.type.dialect_impl(dialect).result_processor(dialect, described[1])


def _limit_rows(state: ORMExecuteState) -> Result[Any] | None:
    make_known(state.session)
    limits = None if state.execution_options.get("limited") else limits_of(state)
    if limits is not None:
        state.statement = state.statement.options(limits)
    return None


event.listen(Session, "do_orm_execute", _limit_rows)
