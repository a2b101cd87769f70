"""The words of an import's declaration: fields with their headings, and tables with the way to find a record."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, Date, Integer, inspect
from sqlalchemy.orm import RelationshipProperty, Session

from app.database import ChoiceType, Money, Quantity
from app.models.base import LONG

EXTERNAL = "external_id"
"""The field that holds what the file itself calls the record."""
_KINDS: tuple[tuple[type[Any], str], ...] = (
    (ChoiceType, "choice"),
    (Money, "decimal"),
    (Quantity, "decimal"),
    (Date, "date"),
    (Boolean, "flag"),
    (Integer, "number"),
)

Values = dict[str, Any]
"""Name of a field -> what the row says, in the column's own type. Fields that the row leaves empty are absent."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field that a column of a file can go into.

    `kind`: text, digits (text of digits that a spreadsheet spoils), choice, decimal, date, flag, number, relation,
    list (several values in one cell).
    """

    name: str
    kind: str
    label: str
    synonyms: tuple[str, ...] = ()
    is_required: bool = False
    length: int = 0
    right: str = ""
    choices: Any = None
    target: Any = None


@dataclass(frozen=True)
class Table:
    """A table that can be imported.

    `find` gives the records that the values may mean; `fill` sets what is not a plain column, and gives True when it
    changed anything; `check` asks the area's rules.
    """

    name: str
    model: type[Any]
    area: str
    title: str
    fields: tuple[Field, ...]
    find: Callable[[Session, Values], list[Any]]
    key: Callable[[Values], Any]
    """What tells two rows of one file apart; None where the row does not say."""
    check: Callable[[Session, Any], None] = lambda _session, _record: None
    defaults: Callable[[Session, Any], None] = lambda _session, _record: None
    fill: Callable[[Any, Values], bool] = lambda _record, _values: False


def field_of(model: type[Any], name: str, *synonyms: str, kind: str = "") -> Field:
    """A field of the model's own column or relation, with the words that its screens use."""
    attribute = inspect(model).attrs[name]
    if isinstance(attribute, RelationshipProperty):
        column, found, target = next(iter(attribute.local_columns)), "relation", attribute.mapper.class_
    else:
        column, target = attribute.columns[0], None
        found = next((each for type_, each in _KINDS if isinstance(column.type, type_)), "text")
    return Field(
        name=name,
        kind=kind or found,
        label=column.info["label"],
        synonyms=synonyms,
        is_required=not column.nullable and column.default is None,
        length=min(getattr(column.type, "length", None) or LONG, LONG),
        right=column.info.get("right", ""),
        choices=getattr(column.type, "choices", None),
        target=target,
    )
