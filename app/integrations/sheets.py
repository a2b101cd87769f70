"""Reads tables that people keep: XLSX and CSV, row by row, without trusting the file.

A workbook is a packed archive: its size is checked before anything is unpacked, and declarations that could make a
small file endless are refused. Formulas give the value that the spreadsheet kept; one without it is marked.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from lxml import etree

from app.errors import IntegrationError

MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_UNPACKED = 300 * 1024 * 1024
SMALL = 20 * 1024 * 1024
HIGHEST_RATIO = 150
"""A table packs ten to thirty times; more than this, beyond a small size, is made to fill memory."""
MOST_MERGED = 2000
_EMPTY_AT_END = 5000
_CHUNK = 1024 * 1024
_HEAD = 64 * 1024
_MERGED = re.compile(rb'<mergeCell[^>]*ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    etree.XMLSyntaxError,
    OSError,
    EOFError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    SyntaxError,
)

Value = str | int | float | Decimal | bool | date | datetime | time | None


class SheetError(IntegrationError):
    """The file is no table that can be read.

    `code`: not_a_table, encrypted, too_large, unsafe, too_many_rows, too_many_columns, too_many_merged.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell that holds no usable value: a formula that was never computed, or the error it gave."""

    text: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that holds anything: its number in the sheet, from 1, and its cells from the first column."""

    number: int
    cells: tuple[Value | Broken, ...]


def read_table(content: bytes, name: str) -> Iterator[SheetRow]:
    """The rows that are not empty, of the first sheet. Raises SheetError, at once or on the way."""
    is_packed = content[:4] == b"PK\x03\x04"
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise SheetError("encrypted")
    if name.lower().endswith((".xlsx", ".xlsm")) != is_packed:
        raise SheetError("not_a_table")
    rows = _workbook(content) if is_packed else _text(content)
    for count, row in enumerate(_filled(rows)):
        if count > MOST_ROWS:
            raise SheetError("too_many_rows")
        yield row


def _filled(rows: Iterator[tuple[Value | Broken, ...]]) -> Iterator[SheetRow]:
    empty = 0
    for number, cells in enumerate(rows, 1):
        last = max((place for place, cell in enumerate(cells, 1) if cell not in (None, "")), default=0)
        if last > MOST_COLUMNS:
            raise SheetError("too_many_columns")
        if last:
            empty = 0
            yield SheetRow(number, cells[:last])
        else:
            empty += 1
            if empty > _EMPTY_AT_END:  # a column formatted to its very end
                return


# --- Text -----------------------------------------------------------------------------------------------------


def _text(content: bytes) -> Iterator[tuple[Value | Broken, ...]]:
    text = _decoded(content)
    if "\0" in text:
        raise SheetError("not_a_table")
    first = text.partition("\n")[0]
    delimiter = max(";\t,", key=first.count)
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield tuple(_plain(cell) for cell in cells)
    except csv.Error as error:
        raise SheetError("not_a_table") from error


def _plain(cell: str) -> str:
    """Text without blanks around; a leading apostrophe, which kept it from being a formula, goes."""
    tidy = cell.strip()
    return tidy[1:] if tidy.startswith(("'=", "'+", "'-", "'@")) else tidy


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", "replace")


# --- Workbooks ------------------------------------------------------------------------------------------------


def _workbook(content: bytes) -> Iterator[tuple[Value | Broken, ...]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_size(archive)
            _check_declarations(archive)
            yield from _sheet(content, archive)
    except _BROKEN as error:
        raise SheetError("not_a_table") from error


def _check_size(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    unpacked, packed = sum(each.file_size for each in entries), sum(each.compress_size for each in entries)
    if unpacked > MOST_UNPACKED or (unpacked > SMALL and unpacked > HIGHEST_RATIO * max(packed, 1)):
        raise SheetError("too_large")
    if any(each.flag_bits & 1 for each in entries):
        raise SheetError("encrypted")


def _check_declarations(archive: zipfile.ZipFile) -> None:
    """No spreadsheet writes a document type; a file that has one means to swell when it is parsed."""
    for entry in archive.infolist():
        if entry.filename.lower().endswith((".xml", ".rels")):
            with archive.open(entry) as part:
                head = part.read(_HEAD)
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head or not re.search(rb"<[A-Za-z]", head.replace(b"\0", b"")):
                raise SheetError("unsafe")


def _sheet(content: bytes, archive: zipfile.ZipFile) -> Iterator[tuple[Value | Broken, ...]]:
    import openpyxl  # a page needs none of it, and every process would pay for it at its start

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        sheet: Any = book.worksheets[0]
        path = sheet._worksheet_path.lstrip("/")
        has_formulas, merged = _scan(archive, path)
        sheet.reset_dimensions()  # what the file says of its size may be wrong
        rows = sheet.iter_rows(values_only=True)
        if has_formulas:
            rows = _with_formulas(content, rows)
        yield from _spread(rows, merged)
    finally:
        book.close()


def _scan(archive: zipfile.ZipFile, path: str) -> tuple[bool, list[tuple[int, int, int, int]]]:
    """Whether the sheet has formulas, and its merged ranges: the reader of single rows knows neither."""
    from openpyxl.utils.cell import range_boundaries  # as above

    has_formulas, merged, tail = False, [], b""
    with archive.open(path) as part:
        while piece := part.read(_CHUNK):
            seen = tail + piece
            has_formulas = has_formulas or b"<f>" in seen or b"<f " in seen
            found = list(_MERGED.finditer(seen))
            merged += [range_boundaries(match[1].decode()) for match in found]
            tail = seen[max(found[-1].end() if found else 0, len(seen) - 200) :]
            if len(merged) > MOST_MERGED:
                raise SheetError("too_many_merged")
    return has_formulas, [tuple(int(side or 0) for side in each) for each in merged]  # type: ignore[misc]


def _with_formulas(content: bytes, values: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """The values beside the formulas: a formula without a kept value would look like an empty cell."""
    import openpyxl  # as above

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False)
    try:
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()
        for row, formulas in zip(values, sheet.iter_rows(), strict=False):
            yield tuple(
                Broken(str(cell.value)) if value is None and cell.data_type == "f" else value
                for value, cell in zip(row, formulas, strict=False)
            )
    finally:
        book.close()


def _spread(
    rows: Iterator[tuple[Any, ...]], merged: list[tuple[int, int, int, int]]
) -> Iterator[tuple[Value | Broken, ...]]:
    """Give every cell of a merged range the value of its first one, which is what a person sees."""
    kept: dict[tuple[int, int, int, int], Any] = {}
    for number, cells in enumerate(rows, 1):
        row = [_clean(cell) for cell in cells]
        for area in merged:
            left, top, right, bottom = area
            if top <= number <= bottom:
                row += [None] * (min(right, MOST_COLUMNS) - len(row))
                if number == top:
                    kept[area] = row[left - 1] if left <= len(row) else None
                for place in range(left - 1, min(right, len(row))):
                    row[place] = kept[area]
        yield tuple(row)


def _clean(cell: Any) -> Value | Broken:
    if isinstance(cell, str):
        tidy = cell.strip()
        return Broken(tidy) if tidy in _ERRORS else tidy
    return cell  # type: ignore[no-any-return]


_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"})
