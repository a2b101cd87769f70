"""How many rows a selection has, and the sums over them, as far as anybody waits for it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, FromClause, Select, func, literal, select, true, union_all
from sqlalchemy.orm import Session, join

from app.database import at_most

COUNT_CAP = 10_000
"""Counting stops here: nobody reads a longer list, and an exact count of millions costs more than the page."""
AT_ONCE = {"sqlite": 3_000, "postgresql": 1_000}
"""How many rows a page counts and adds up before it is shown; more is asked for after it is there (decision 30).

The count says which way leads to the rows.
"""
AT_ONCE_BY_INDEX = 500
"""The same where every way to the rows has an index in the order of the page: that is found without a count."""
FOUND_AT_ONCE = 100
"""The same of a search: one that finds more is narrowed by most people."""

Ways = Sequence[ColumnElement[bool]]
"""Conditions that each lead to some of the rows (`visibility.ways_to`)."""


def capped_count(session: Session, statement: Select[Any], model: type[Any]) -> int:
    """How many rows the selection has, counted up to COUNT_CAP + 1."""
    return session.scalar(counting(statement, model, COUNT_CAP)) or 0


def counting(statement: Select[Any], model: type[Any], most: int, sums: Sequence[str] = ()) -> Select[Any]:
    """The question how many rows the selection has, up to one more than `most`, and the sums of columns over these."""
    rows = _rows(statement, model, most, sums).subquery()
    # Columns of the rows, also to count them: by these the session knows whose rows are asked for, and limits them.
    figures: list[Any] = [func.count(rows.c.id).label("count")]
    figures += [func.sum(rows.c[name]).label(f"sum_{name}") for name in sums]
    return select(*figures)


def counting_along(
    ways: Ways, statement: Select[Any], model: type[Any], most: int, sums: Sequence[str] = ()
) -> Select[Any]:
    """The same along each way that leads to the rows, from an index of its own.

    Beyond `most` it may give more than one more, and sums of some rows: the ways after are not gone then. All of
    them in one condition would have a database gather every key that any of them allows, or pass over everybody
    else's rows.
    """
    gone: list[CTE] = []
    for place, way in enumerate(ways):
        once = statement.where(way, *(earlier.is_not(true()) for earlier in ways[:place]))
        if gone:
            once = once.select_from(join(_gate(gone, most), model, true()))
        gone.append(counting(once, model, most, sums).cte(f"way_{place}"))
    every = union_all(*map(select, gone)).subquery()
    count, *others = every.c
    # PostgreSQL adds whole numbers up to a number that is not one.
    figures: list[Any] = [func.sum(count).cast(BigInteger), *(func.sum(each) for each in others)]
    return select(*figures)


def _gate(gone: Sequence[CTE], most: int) -> FromClause:
    """One row while no more than `most` were counted, none beyond. Joined first, it keeps a database from beginning."""
    counts = [select(way.c.count).scalar_subquery() for way in gone]
    return select(literal(1).label("is_open")).where(sum(counts[1:], counts[0]) <= most).subquery()


def _rows(statement: Select[Any], model: type[Any], most: int, sums: Sequence[str]) -> Select[Any]:
    columns = [model.id, *(getattr(model, name) for name in sums)]
    return statement.with_only_columns(*columns, maintain_column_froms=True).order_by(None).limit(at_most(most + 1))
