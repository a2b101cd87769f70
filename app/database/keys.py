"""Many keys as one value of a question: its SQL is then the same for three keys and for fifty."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Dialect, String, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.database.conditions import Condition


class _Keys(TypeDecorator[Sequence[int]]):
    """An array on PostgreSQL, a JSON text on SQLite, which knows no arrays."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """What the driver is given."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(BigInteger))
        return dialect.type_descriptor(String())

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> Any:
        """The keys as the database takes them."""
        return list(value or ()) if dialect.name == "postgresql" else json.dumps(list(value or ()))


class among(Condition):  # noqa: N801  (it is written like a function of SQL)
    """The column is one of the keys that are given by that name when the question is asked."""

    inherit_cache = True

    def __init__(self, column: Any, name: str = "keys") -> None:
        """Take the column, and under which name the keys will be given."""
        super().__init__(column, bindparam(name, type_=_Keys()))


@compiles(among, "postgresql")
def _in_array(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, keys = element.parts(compiler, options)
    return f"{column} = ANY ({keys})"


@compiles(among, "sqlite")
def _in_json(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, keys = element.parts(compiler, options)
    return f"{column} IN (SELECT value FROM json_each({keys}))"  # noqa: S608  (both parts are compiled already)
