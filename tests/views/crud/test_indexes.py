"""A list may be sorted and filtered only by what the database finds without reading the whole table."""

import pytest
from flask import Flask
from sqlalchemy import Table, UniqueConstraint

from app.views.crud.columns import column_of, key_column
from app.views.tables import screens

SHORT = frozenset(
    {
        "bank_account",
        "completeness_weight",
        "employee",
        "follow_up_rule",
        "handover",
        "organisation",
        "radar_rule",
        "sales_plan",
    }
)
"""Tables that stay short in a company of any size: reading them whole costs nothing."""
FEW_VALUES = frozenset({"choice", "flag"})
"""A choice or a flag cuts a table into a few large parts: following its index reads more than following the order."""
LISTS = frozenset({"account", "edition", "price_type", "work_kind"})
"""Columns that hold one of a few values, for the same reason."""


def indexed(table: Table) -> set[str]:
    """Columns that an index of the table begins with."""
    found = {next(iter(index.columns)).name for index in table.indexes}
    found |= {next(iter(each.columns)).name for each in table.constraints if isinstance(each, UniqueConstraint)}
    return found | {next(iter(table.primary_key)).name}


@pytest.mark.once
def test_every_sort_and_filter_of_a_long_list_has_its_index(app: Flask) -> None:
    missing, seen = [], 0
    for screen in screens():
        table = screen.model.__table__
        has = indexed(table)
        for name in {*screen.sorts, *screen.filters} if table.name not in SHORT else ():
            column = column_of(screen.model, name)
            if column.kind == "rows" or (name not in screen.sorts and (column.kind in FEW_VALUES or name in LISTS)):
                continue
            seen += 1
            stored = key_column(screen.model, name) if column.kind == "relation" else column.attribute
            if stored.property.columns[0].name not in has:
                missing.append(f"{table.name}.{name}")
    assert seen > 100
    assert sorted(missing) == []
