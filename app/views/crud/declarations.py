"""The words of a screen's declaration: groups of fields, presets, acts, lines."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement

from app.permissions import WRITE, Viewer


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that stand together on the card and in the form, under a title."""

    title: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preset:
    """A tab over a list: a ready condition («Мои», «Просроченные»). The condition gets the viewer and today."""

    name: str
    label: str
    condition: Callable[[Viewer, Any], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Act:
    """Something to do with a record beside editing: post, cancel, print. Posts to the screen's method `method`.

    `when` tells for which records the button is shown; the rule itself stands in a service.
    """

    name: str
    label: str
    method: str
    right: str = WRITE
    icon: str = ""
    confirm: str = ""
    primary: bool = False
    danger: bool = False
    bulk: bool = False
    when: Callable[[Any], bool] = lambda _record: True


@dataclass(frozen=True, slots=True)
class CardColumns:
    """A table on a record's card: rows that belong to it. `rows` gives them; columns are names on each row."""

    title: str
    columns: tuple[str, ...]
    rows: Callable[[Any], list[Any]]
    model: type[Any]
    totals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a document or other rows edited inside a record's form."""

    name: str
    model: type[Any]
    columns: tuple[str, ...]
    computed: tuple[str, ...] = ()
    price_endpoint: str = ""
    totals_endpoint: str = ""
