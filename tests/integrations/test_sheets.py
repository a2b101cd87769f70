"""Tables are read as people see them; what is made to harm is refused before it is unpacked."""

import io
import zipfile
from datetime import datetime
from typing import Any

import pytest

from app.integrations import sheets
from app.integrations.sheets import Broken, SheetError, SheetRow, read_table
from tests.factories.sheets import make_xlsx


def read(content: bytes, name: str = "a.xlsx") -> list[SheetRow]:
    return list(read_table(content, name))


def packed(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def changed(content: bytes, **parts: bytes) -> bytes:
    """The workbook with some of its parts replaced; `__` stands for `/` and `_xml` for the ending."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    return packed(kept | {name.replace("__", "/").replace("_xml", ".xml"): part for name, part in parts.items()})


def refused(content: bytes, name: str = "a.xlsx") -> str:
    with pytest.raises(SheetError) as caught:
        read(content, name)
    return caught.value.code


def test_rows_keep_their_numbers_and_empty_ones_are_left_out() -> None:
    rows = read(make_xlsx(("Имя", "Дата"), (None, None), (" Иванов ", datetime.fromisoformat("2026-01-02"))))
    assert rows == [SheetRow(1, ("Имя", "Дата")), SheetRow(3, ("Иванов", datetime.fromisoformat("2026-01-02")))]


def test_a_formula_without_a_value_and_an_error_are_no_values() -> None:
    assert read(make_xlsx(("=1+1", "#N/A", "=")))[0].cells == (Broken("=1+1"), Broken("#N/A"), "=")


def test_merged_cells_share_their_value() -> None:
    rows = read(make_xlsx(("а", "б", "в"), (1, 2, 3), (4, 5, 6), merged=["A2:B3", "E1:F1"]))
    assert [row.cells for row in rows] == [("а", "б", "в"), (1, 1, 3), (1, 1, 6)]


@pytest.mark.parametrize(
    ("text", "encoding", "cells"),
    [
        ("ИНН;Имя\n007;«Ё»\n", "cp1251", ("007", "«Ё»")),
        ("ИНН,Имя\n007,Ё\n", "utf-8-sig", ("007", "Ё")),
        ("ИНН\tИмя\n007\t'=Ё\n", "utf-16", ("007", "=Ё")),
    ],
)
def test_text_tables_are_read_in_the_usual_encodings(text: str, encoding: str, cells: tuple[str, ...]) -> None:
    assert read(text.encode(encoding), "a.csv")[1].cells == cells


def test_what_is_no_table_is_refused() -> None:
    workbook = make_xlsx(("а",))
    assert refused(b"%PDF-1.4") == "not_a_table"
    assert refused(workbook, "a.csv") == "not_a_table"
    assert refused(b"a\0b", "a.csv") == "not_a_table"
    assert refused(b"a;b\n" + b"x" * 200_000, "a.csv") == "not_a_table", "a field longer than any"
    assert refused(workbook[:-40]) == "not_a_table"
    assert refused(changed(workbook, xl__worksheets__sheet1_xml=b"<worksheet><broken")) == "not_a_table"
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") == "encrypted"


def test_a_file_made_to_swell_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    workbook = make_xlsx(("а",))
    assert refused(changed(workbook, xl__media_xml=b"<x>" + b"0" * 25_000_000)) == "too_large"
    monkeypatch.setattr(sheets, "MOST_UNPACKED", 1000)
    assert refused(workbook) == "too_large"


@pytest.mark.parametrize("head", [b'<!DOCTYPE a [<!ENTITY b "c">]><a/>', b"<!ENTITY b>", b"no element at all"])
def test_declarations_that_no_spreadsheet_writes_are_refused(head: bytes) -> None:
    assert refused(changed(make_xlsx(("а",)), xl__styles_xml=head)) == "unsafe"


def test_a_file_with_a_password_is_refused() -> None:
    content = bytearray(make_xlsx(("а",)))
    directory = content.rindex(b"PK\x01\x02")
    content[directory + 8] |= 1
    assert refused(bytes(content)) == "encrypted"


def test_limits_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    monkeypatch.setattr(sheets, "MOST_COLUMNS", 3)
    monkeypatch.setattr(sheets, "MOST_MERGED", 1)
    monkeypatch.setattr(sheets, "_EMPTY_AT_END", 2)
    assert refused(make_xlsx(*[("а",)] * 4)) == "too_many_rows"
    assert refused(make_xlsx(("а",) * 4)) == "too_many_columns"
    assert refused(make_xlsx(("а",) * 3, merged=["A1:B1", "A2:B2"])) == "too_many_merged"
    assert len(read(make_xlsx(("а",), *[(None,)] * 3, ("б",)))) == 1, "below a long gap nothing is looked for"


def test_a_large_sheet_is_searched_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "_CHUNK", 64)
    rows: list[Any] = [("а", "б")] * 20
    found = read(make_xlsx(*rows, merged=["A1:A2", "B3:B4"]))
    assert len(found) == 20
    assert [row.number for row in found] == list(range(1, 21))


def test_pictures_of_a_workbook_are_not_looked_into() -> None:
    book = make_xlsx(["ИНН"], ["7707083893"])
    assert read(changed(book, **{"xl__media__logo.png": b"<!DOCTYPE"})) == read(book)
