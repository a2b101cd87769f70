"""An instant for a day, inside a query, so that days and instants stand in one order."""

from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.database import UtcDateTime

NOON = time(12, tzinfo=UTC)


class noon_of(FunctionElement[datetime]):  # noqa: N801 (named like the functions of SQL that it stands for)
    """Noon in UTC of a date column: in the company's zone that is the same day, from Hawaii to Kamchatka."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(noon_of)
def _standard(element: Any, compiler: Any, **options: Any) -> str:
    return f"(({compiler.process(element.clauses, **options)}) + time '12:00') at time zone 'UTC'"


@compiles(noon_of, "sqlite")
def _sqlite(element: Any, compiler: Any, **options: Any) -> str:
    """SQLite keeps both as text: a date, and date and time with microseconds."""
    return f"(({compiler.process(element.clauses, **options)}) || ' 12:00:00.000000')"


def noon(day: date) -> datetime:
    """The same instant in Python."""
    return datetime.combine(day, NOON)
