"""What a column of a table is to a screen: its label, its kind, its relation, and the right it needs."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Boolean, Date, Integer, Numeric, String, inspect
from sqlalchemy.orm import RelationshipProperty

from app.database import ChoiceType, Money, Percent, Quantity, UtcDateTime
from app.models.base import LONG, Searchable
from app.models.staff import Employee
from app.permissions import READ, WRITE, Viewer

_KINDS: tuple[tuple[type[Any], str], ...] = (
    (Money, "money"),
    (Quantity, "quantity"),
    (Percent, "percent"),
    (UtcDateTime, "moment"),
    (ChoiceType, "choice"),
    (Date, "date"),
    (Boolean, "flag"),
    (Integer, "number"),
    (Numeric, "decimal"),
    (String, "text"),
)
RIGHT_ALIGNED = frozenset({"money", "quantity", "percent", "number"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column or relation of a model, as screens see it.

    `kind`: money, quantity, percent, moment, date, choice, flag, number, decimal, text, long_text, relation, rows.
    """

    name: str
    kind: str
    label: str
    hint: str = ""
    right: str = ""
    is_required: bool = False
    length: int = 0
    choices: Any = None
    target: Any = None
    attribute: Any = None

    @property
    def is_small(self) -> bool:
        """A relation to a table that stays small can be joined: the page's order still comes from the large one's."""
        return self.kind == "relation" and (self.target is Employee or not issubclass(self.target, Searchable))

    def may_read(self, viewer: Viewer) -> bool:
        """Tell whether the viewer may see the column."""
        return not self.right or viewer.may(READ, self.right)

    def may_write(self, viewer: Viewer) -> bool:
        """Tell whether the viewer may set the column."""
        return not self.right or viewer.may(WRITE, self.right)


def column_of(model: Any, name: str) -> Column:
    """Describe one column or relation of a model; KeyError for a name that the model does not map."""
    return _described(model, name)


@lru_cache(maxsize=1024)
def _described(model: Hashable, name: str) -> Column:
    attribute = inspect(model).attrs[name]
    if isinstance(attribute, RelationshipProperty):
        return _relation(model, attribute)
    column = attribute.columns[0]
    kind = next(kind for type_, kind in _KINDS if isinstance(column.type, type_))
    if kind == "text" and (column.type.length or 0) >= LONG:
        kind = "long_text"
    return Column(
        name=name,
        kind=kind,
        label=column.info.get("label", name),
        hint=column.info.get("hint", ""),
        right=column.info.get("right", ""),
        is_required=not column.nullable and column.default is None and kind != "flag",
        length=getattr(column.type, "length", 0) or 0,
        choices=getattr(column.type, "choices", None),
        attribute=getattr(model, name),
    )


def _relation(model: Any, attribute: RelationshipProperty[Any]) -> Column:
    foreign_key = next(iter(attribute.local_columns))
    info = attribute.info if attribute.uselist else foreign_key.info
    return Column(
        name=attribute.key,
        kind="rows" if attribute.uselist else "relation",
        label=info.get("label", attribute.key),
        hint=info.get("hint", ""),
        right=info.get("right", ""),
        is_required=not attribute.uselist and not foreign_key.nullable,
        target=attribute.mapper.class_,
        attribute=getattr(model, attribute.key),
    )


def key_column(model: type[Any], name: str) -> Any:
    """The mapped foreign key column of a relation, to filter and sort by."""
    mapper = inspect(model)
    local = next(iter(mapper.relationships[name].local_columns))
    return getattr(model, mapper.get_property_by_column(local).key)
