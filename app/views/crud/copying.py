"""What the form of a copy shows: the source's values, without what makes the source itself."""

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from sqlalchemy import UniqueConstraint

from app.views.crud.columns import Column, column_of

if TYPE_CHECKING:
    from app.views.crud.view import CrudView

_DATES = frozenset({"date", "moment"})


class Copied:
    """Stands in the place of a new record when its form is first shown; nothing of it is ever saved by itself.

    Left to the new record: the number, the status, whatever must be unique, dates that a new record has anyway
    (today), fields that need a right of their own, and what the screen names in `copy_leaves`.
    """

    def __init__(self, screen: "CrudView", source: Any, fresh: Any) -> None:
        left = {"number", *screen.status_columns, *screen.copy_leaves, *_unique(screen.model)}
        rows = {lines.name: lines for lines in screen.lines}
        for name in {name for group in screen.form_groups or screen.groups for name in group.fields}:
            column = column_of(screen.model, name)
            stays = name in left or bool(column.right) or _has_own_date(column, fresh)
            setattr(self, name, getattr(fresh if stays else source, name))
        for name, lines in rows.items():
            kept = () if name in left else getattr(source, name)
            copied = [SimpleNamespace(**{each: getattr(row, each) for each in lines.columns}) for row in kept]
            setattr(self, name, copied)


def _has_own_date(column: Column, fresh: Any) -> bool:
    return column.kind in _DATES and getattr(fresh, column.name) is not None


def _unique(model: type[Any]) -> set[str]:
    """Columns whose value no two records may share by themselves."""
    table: Any = model.__table__
    alone = {
        next(iter(constraint.columns)).key
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint) and len(constraint.columns) == 1
    }
    return alone | {column.key for column in table.columns if column.unique}
