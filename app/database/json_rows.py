"""Rows as one value of a question, so that a few of them come along with something else that is asked for."""

from typing import Any

from sqlalchemy import JSON, Select, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


def rows_as_one(rows: Select[Any]) -> Any:
    """A value that is a list of lists: the rows in their order, each with its columns; None where there are none.

    Columns are numbers, texts, flags and JSON; SQLite gives flags as 0 and 1.
    """
    found = rows.subquery()
    return select(_rows(*found.c)).select_from(found).scalar_subquery()


class _rows(FunctionElement[Any]):  # noqa: N801  (it is written like a function of SQL)
    type = JSON()
    inherit_cache = True


@compiles(_rows, "postgresql")
def _on_postgresql(element: _rows, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_agg(json_build_array({compiler.process(element.clauses, **options)}))"


@compiles(_rows, "sqlite")
def _on_sqlite(element: _rows, compiler: SQLCompiler, **options: Any) -> str:
    """JSON is kept as text here: without `json()` it would stand as a quoted string in the list."""
    parts = ((compiler.process(each, **options), isinstance(each.type, JSON)) for each in element.clauses)
    return f"json_group_array(json_array({', '.join(f'json({part})' if is_json else part for part, is_json in parts)}))"
