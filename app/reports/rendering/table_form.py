"""Any report on paper: title, what was asked, a table, totals; an overdue row carries a word and a bar.

Titles and texts come translated from the caller: a report is printed in its reader's language.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.reports.rendering import figures
from app.reports.rendering.printing import print_form
from app.reports.rendering.sheet import WIDTHS, Cell, Column, Kind, plain_text

LANDSCAPE_WIDTH = 105
"""Columns wider in all than this many characters turn the paper."""


@dataclass(frozen=True)
class TableRow:
    """Cells of a row; `overdue` is the text of its mark («Просрочено 12 дн.»), empty for a row in time."""

    cells: tuple[Cell, ...]
    overdue: str = ""


@dataclass(frozen=True)
class TableForm:
    """A report as it is printed: subtitle lines say the period, the filters and the moment of making."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    subtitles: tuple[str, ...] = ()
    totals: tuple[Cell, ...] = ()

    @property
    def landscape(self) -> bool:
        """Whether the columns need the paper turned."""
        return sum(WIDTHS[column.kind] for column in self.columns) > LANDSCAPE_WIDTH

    @property
    def widths(self) -> list[str]:
        """Width of each column in per cent of the paper."""
        total = sum(WIDTHS[column.kind] for column in self.columns)
        return [f"{100 * WIDTHS[column.kind] / total:.2f}%" for column in self.columns]

    def texts(self, cells: Sequence[Cell]) -> list[str]:
        """A row as it is read on paper."""
        return [_cell_text(value, column.kind) for value, column in zip(cells, self.columns, strict=True)]


def print_table(table: TableForm) -> bytes:
    """Print the report as PDF. Raises IntegrationError like render_pdf."""
    return print_form("table.html", table, landscape=table.landscape)


def _cell_text(value: Cell, kind: Kind) -> str:
    if kind is Kind.MONEY and isinstance(value, Decimal):
        return figures.money(value)
    if kind is Kind.QUANTITY and isinstance(value, Decimal | int):
        return figures.quantity(value)
    if kind is Kind.PERCENT and isinstance(value, Decimal | int):
        return figures.percent(value)
    if kind is Kind.DATE and isinstance(value, date):
        return figures.short_date(value)
    return plain_text(value)
