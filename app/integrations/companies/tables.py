"""A table of companies, CSV or XLSX: known by its column «ИНН»; the other columns are taken where their names say."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from app.errors import IntegrationError
from app.integrations.companies.facts import CompanyFacts, CompanyState
from app.texts import lazy

MOST_UNPACKED = 2 * 1024**3
HIGHEST_RATIO = 200
_HEADS = {
    "inn": ("инн", "inn", "инн организации", "инн юл", "инн/кио"),
    "kpp": ("кпп", "kpp"),
    "ogrn": ("огрн", "огрнип", "ogrn", "огрн/огрнип"),
    "name": ("наименование", "краткое наименование", "сокращенное наименование", "название", "name", "организация"),
    "full_name": ("полное наименование", "full name", "full_name"),
    "region": ("регион", "субъект рф", "region"),
    "town": ("город", "населенный пункт", "town", "city"),
    "address": ("адрес", "юридический адрес", "address", "адрес регистрации"),
    "head_name": ("руководитель", "фио руководителя", "директор", "head"),
    "head_position": ("должность", "должность руководителя"),
    "state": ("состояние", "статус", "status", "state"),
}
_STATES = {
    "ликвидир": CompanyState.LIQUIDATING,
    "ликвидац": CompanyState.LIQUIDATING,
    "в процессе ликвидации": CompanyState.LIQUIDATING,
    "ликвидирован": CompanyState.LIQUIDATED,
    "прекращ": CompanyState.LIQUIDATED,
    "исключен": CompanyState.LIQUIDATED,
    "liquidated": CompanyState.LIQUIDATED,
    "банкрот": CompanyState.BANKRUPT,
    "реорганиз": CompanyState.REORGANIZING,
}
"""Beginnings of words; the longest that fits counts."""
_HEAD_ROWS = 20
_PERSON_INN = 12


def read_csv(path: Path, today: date) -> Iterator[CompanyFacts]:
    """The companies of a CSV file: UTF-8 or Windows-1251, fields parted by semicolon, comma or tab."""
    with path.open("rb") as raw:
        start = raw.read(64 * 1024)
    encoding = _encoding(start)
    line = start.decode(encoding, "replace").splitlines()[0] if start else ""
    delimiter = max(";,\t", key=line.count)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        yield from _companies(csv.reader(file, delimiter=delimiter), today)


def _encoding(start: bytes) -> str:
    try:
        io.TextIOWrapper(io.BytesIO(start[: start.rfind(b"\n") + 1] or start), "utf-8").read()
    except UnicodeDecodeError:
        return "cp1251"
    return "utf-8-sig"


def read_xlsx(path: Path, today: date) -> Iterator[CompanyFacts]:
    """The companies of the first sheet of a workbook, read row by row."""
    import openpyxl  # a page needs none of it, and every process would pay for it at its start
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        _check_size(path)
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, OSError, ValueError) as error:
        raise IntegrationError(lazy("The workbook is damaged, or it is none.")) from error
    try:
        yield from _companies(book.worksheets[0].iter_rows(values_only=True), today)
    finally:
        book.close()


def _check_size(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        whole = sum(member.file_size for member in archive.infolist())
    if whole > min(MOST_UNPACKED, HIGHEST_RATIO * max(path.stat().st_size, 1)):
        raise IntegrationError(lazy("The archive unpacks to more than a register can hold; it was not read."))


def _companies(rows: Iterable[Iterable[Any]], today: date) -> Iterator[CompanyFacts]:
    places: dict[str, int] = {}
    for number, row in enumerate(rows):
        cells = [_text(cell) for cell in row]
        if not places:
            places = _heads(cells)
            if not places and number >= _HEAD_ROWS:
                break
        elif cells and any(cells):
            yield _facts({name: cells[place] for name, place in places.items() if place < len(cells)}, today)
    if not places:
        raise IntegrationError(lazy("No row of the table's beginning has a column «ИНН»."))


def _heads(cells: list[str]) -> dict[str, int]:
    """Which column holds what; empty unless there is one for the INN and one for the name."""
    words = [" ".join(cell.lower().replace("ё", "е").split()) for cell in cells]
    found = {field: words.index(name) for field, names in _HEADS.items() for name in names if name in words}
    return found if {"inn", "name"} <= set(found) or {"inn", "full_name"} <= set(found) else {}


def _facts(given: dict[str, str], today: date) -> CompanyFacts:
    inn = "".join(given.get("inn", "").split())
    full = given.get("full_name", "")
    return CompanyFacts(
        inn=inn.zfill(len(inn) + 1) if len(inn) in (9, 11) else inn,
        name=given.get("name") or full,
        as_of=today,
        is_person=len(inn) >= _PERSON_INN - 1,
        kpp=given.get("kpp", ""),
        ogrn=given.get("ogrn", ""),
        full_name=full,
        region=given.get("region", ""),
        town=given.get("town", ""),
        address=given.get("address", ""),
        head_name=given.get("head_name", ""),
        head_position=given.get("head_position", ""),
        state=_state(given.get("state", "")),
    )


def _state(text: str) -> CompanyState:
    words = text.lower().replace("ё", "е")
    fitting = [start for start in _STATES if start in words]
    return _STATES[max(fitting, key=len)] if fitting else CompanyState.ACTIVE


def _text(cell: Any) -> str:
    """A cell as text; a whole number that a workbook keeps as a float without its «.0»."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip()
