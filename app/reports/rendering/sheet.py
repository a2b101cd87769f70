"""Rows of a list or report as a spreadsheet: XLSX and CSV, row by row, whatever their number.

Text stays text: account numbers and INNs keep their zeros, and what begins like a formula is never one
(OWASP, «CSV Injection»). Titles come translated from the caller.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, BinaryIO

from app.errors import RuleError
from app.reports.rendering.figures import KOPECK
from app.texts import _

Cell = str | Decimal | int | bool | date | None
"""What a report may put into a cell; moments come in the company's time zone. None is an empty cell."""

XLSX_ROWS = 1_048_576
"""Rows that one sheet of the format holds, the heading included."""

EXACT_BELOW = Decimal(10) ** 13
"""XLSX keeps 15 significant digits: a greater amount would lose kopecks, so it is written as text."""

FIRST_EXCEL_YEAR = 1900
_FORMULA_START = re.compile(r"\s*[=+\-@\t\r\n＝＋－＠]")
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


class Kind(StrEnum):
    """What a column holds: it decides the format, the alignment and the width."""

    TEXT = "text"
    MONEY = "money"
    QUANTITY = "quantity"
    DATE = "date"
    DATETIME = "datetime"
    INTEGER = "integer"
    PERCENT = "percent"
    BOOLEAN = "boolean"

    @property
    def is_number(self) -> bool:
        """Whether the figures stand to the right."""
        return self in (Kind.MONEY, Kind.QUANTITY, Kind.INTEGER, Kind.PERCENT)


@dataclass(frozen=True)
class Column:
    """A column of a report: title for the reader, and kind. 12.5 in a percent column is 12,5 %."""

    title: str
    kind: Kind = Kind.TEXT


NUMBER_FORMATS = {
    Kind.TEXT: "@",
    Kind.MONEY: "#,##0.00",
    Kind.QUANTITY: "#,##0.###",
    Kind.DATE: "dd.mm.yyyy",
    Kind.DATETIME: "dd.mm.yyyy hh:mm",
    Kind.INTEGER: "0",
    Kind.PERCENT: "0.0##%",
    Kind.BOOLEAN: "@",
}
"""Excel shows them by the reader's locale: in Russian «1 234 567,50»."""

WIDTHS = {
    Kind.TEXT: 28,
    Kind.MONEY: 16,
    Kind.QUANTITY: 12,
    Kind.DATE: 12,
    Kind.DATETIME: 17,
    Kind.INTEGER: 10,
    Kind.PERCENT: 10,
    Kind.BOOLEAN: 8,
}


def write_xlsx(
    target: BinaryIO,
    rows: Iterable[Sequence[Cell]],
    columns: Sequence[Column],
    *,
    title: str,
    totals: Sequence[Cell] | None = None,
) -> None:
    """Write a workbook of one sheet: frozen heading with a filter, rows, totals in bold if given.

    The memory needed does not grow with the rows. Raises RuleError when there are more than a sheet holds.
    """
    options = {"constant_memory": True, "remove_timezone": True}
    import xlsxwriter  # what few pages need is loaded when they do: it would lengthen every start

    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": title})
        sheet = _XlsxSheet(book, columns, title)
        for row in rows:
            sheet.add(row)
        sheet.close(totals)


def write_csv(
    target: BinaryIO,
    rows: Iterable[Sequence[Cell]],
    columns: Sequence[Column],
    *,
    totals: Sequence[Cell] | None = None,
) -> None:
    """Write a table that Russian Excel opens by a double click: UTF-8 with a mark, `;`, decimal comma."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", errors="replace", newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    kinds = [column.kind for column in columns]
    writer.writerow([_harmless(column.title) for column in columns])
    for row in rows:
        writer.writerow([_csv_text(value, kind) for value, kind in zip(row, kinds, strict=True)])
    if totals is not None:
        writer.writerow([_csv_text(value, kind) for value, kind in zip(totals, kinds, strict=True)])
    text.flush()
    text.detach()


class _XlsxSheet:
    """The sheet being written, top down: the library keeps only the current row."""

    def __init__(self, book: Any, columns: Sequence[Column], title: str) -> None:
        self.kinds = [column.kind for column in columns]
        self.sheet = book.add_worksheet(_sheet_name(title))
        self.formats = {kind: book.add_format({"num_format": NUMBER_FORMATS[kind]}) for kind in Kind}
        self.bold = {
            kind: book.add_format({"num_format": NUMBER_FORMATS[kind], "bold": True, "top": 1}) for kind in Kind
        }
        heading = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E9EDF2"}
        )
        self.next_row = 1
        self.sheet.freeze_panes(1, 0)
        for number, column in enumerate(columns):
            self.sheet.set_column(number, number, WIDTHS[column.kind])
            self.sheet.write_string(0, number, column.title, heading)

    def add(self, row: Sequence[Cell], formats: dict[Kind, Any] | None = None) -> None:
        if self.next_row >= XLSX_ROWS:
            raise RuleError(_("There are more rows than one sheet holds. Narrow the filter or take CSV."))
        for number, (value, kind) in enumerate(zip(row, self.kinds, strict=True)):
            self._write(number, value, kind, formats or self.formats)
        self.next_row += 1

    def close(self, totals: Sequence[Cell] | None) -> None:
        if self.kinds:
            self.sheet.autofilter(0, 0, self.next_row - 1, len(self.kinds) - 1)
        if totals is not None:
            self.add(totals, self.bold)

    def _write(self, number: int, value: Cell, kind: Kind, formats: dict[Kind, Any]) -> None:
        if value is None:
            self.sheet.write_blank(self.next_row, number, None, formats[kind])
        elif isinstance(value, date) and value.year >= FIRST_EXCEL_YEAR:
            self.sheet.write_datetime(self.next_row, number, value, formats[kind])
        elif isinstance(value, Decimal | int) and not isinstance(value, bool) and _is_exact(value):
            shown = Decimal(value) / 100 if kind is Kind.PERCENT else value
            self.sheet.write_number(self.next_row, number, shown, formats[kind])
        else:
            self.sheet.write_string(self.next_row, number, plain_text(value), formats[Kind.TEXT])


def plain_text(value: Cell) -> str:
    """A cell as text: decimal comma, day first, «Yes» and «No» in the reader's language."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return f"{value:%d.%m.}{value.year:04d} {value:%H:%M}"
    if isinstance(value, date):
        return f"{value:%d.%m.}{value.year:04d}"
    return format(value, "f").replace(".", ",") if isinstance(value, Decimal) else str(value)


def _is_exact(value: Decimal | int) -> bool:
    return -EXACT_BELOW < value < EXACT_BELOW


def _csv_text(value: Cell, kind: Kind) -> str:
    if isinstance(value, str):
        return _harmless(value)
    if kind is Kind.MONEY and isinstance(value, Decimal) and value == value.quantize(KOPECK):
        value = value.quantize(KOPECK)
    return plain_text(value)


def _harmless(text: str) -> str:
    """A leading apostrophe keeps a spreadsheet from taking text for a formula."""
    return f"'{text}" if _FORMULA_START.match(text) else text


def _sheet_name(title: str) -> str:
    """A name the format allows: at most 31 characters, none of its marks, no apostrophe at the ends."""
    return _NOT_IN_SHEET_NAMES.sub(" ", title).strip(" '")[:31].strip(" '") or "1"
