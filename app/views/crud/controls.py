"""The filters of a list as fields, and those in force as chips that can be taken away."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from flask import url_for
from sqlalchemy import select

from app.database import db
from app.models.base import Searchable
from app.texts import _
from app.views.crud.columns import Column, column_of
from app.views.crud.query import PRODUCT, whole
from app.views.crud.switches import ME
from app.views.pages import Chip, FilterControl, Option

if TYPE_CHECKING:
    from app.views.crud.lists import ListBuilder

MOST_OPTIONS = 200
"""Choices of a filter over a short list; longer lists are searchable and are typed ahead."""


def controls_of(builder: "ListBuilder", *, in_force: bool = False) -> tuple[FilterControl, ...]:
    """The fields of all filters, or of those that something was chosen in."""
    given = builder.arguments.filters
    set_ones = {name.removesuffix("_from").removesuffix("_to") for name in given}
    columns = (column_of(builder.model, name) for name in builder.filter_names())
    return tuple(_control(column, given) for column in columns if not in_force or f"f_{column.name}" in set_ones)


def chips_of(builder: "ListBuilder") -> tuple[Chip, ...]:
    """What limits the list: the search, and each filter in force, with the list without it."""
    return tuple(_chips(builder))


def _chips(builder: "ListBuilder") -> Iterator[Chip]:
    if builder.arguments.q:
        yield Chip(_("Search: %(words)s", words=builder.arguments.q), builder.url(q=""))
    for control in controls_of(builder, in_force=True):
        if control.kind in {"dates", "numbers"}:
            if control.value or control.value_to:
                ends = f"{control.value or '…'} – {control.value_to or '…'}"
                drop = {f"{control.name}_from": "", f"{control.name}_to": ""}
                yield Chip(f"{control.label}: {ends}", builder.url(**drop))
        elif control.value:
            words = next((option.label for option in control.options if option.is_chosen), "")
            shown = words or control.value_label or control.value
            yield Chip(f"{control.label}: {shown}", builder.url(**{control.name: ""}))


def _control(column: Column, filters: Mapping[str, str]) -> FilterControl:
    given = filters.get
    name = f"f_{column.name}"
    value = given(name, "")
    if column.kind in {"date", "moment"}:
        return FilterControl(name, str(column.label), "dates", given(f"{name}_from", ""), given(f"{name}_to", ""))
    if column.kind in {"money", "quantity", "percent", "number", "decimal"}:
        return FilterControl(name, str(column.label), "numbers", given(f"{name}_from", ""), given(f"{name}_to", ""))
    if column.kind == "choice":
        options = tuple(Option(m.value, str(m.label), m.value == value) for m in column.choices)
        return FilterControl(name, str(column.label), "choice", value, options=options)
    if column.kind == "flag":
        options = (Option("1", _("Yes"), value == "1"), Option("0", _("No"), value == "0"))
        return FilterControl(name, str(column.label), "flag", value, options=options)
    if column.kind == "relation":
        return _relation(column, name, value)
    if column.kind == "rows":
        return _relation(column_of(column.target, PRODUCT), name, value)
    return FilterControl(name, str(column.label), "text", value)


def _relation(column: Column, name: str, value: str) -> FilterControl:
    lookup_url = url_for("LookupView.find", table=column.target.__tablename__)
    if value == ME:
        return FilterControl(name, str(column.label), "relation", value, value_label=_("me"), lookup_url=lookup_url)
    chosen = db.session.get(column.target, whole(value)) if value else None
    label = str(chosen) if chosen is not None else value
    if issubclass(column.target, Searchable):
        return FilterControl(name, str(column.label), "relation", value, value_label=label, lookup_url=lookup_url)
    listed = list(db.session.scalars(select(column.target).order_by(column.target.id).limit(MOST_OPTIONS)))
    if chosen is not None and chosen not in listed:
        listed.append(chosen)
    options = tuple(Option(str(record.id), str(record), str(record.id) == value) for record in listed)
    return FilterControl(name, str(column.label), "choice", value, value_label=label, options=options)
