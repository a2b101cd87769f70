"""Extracts of registers: the open data of ФНС, tables, and what is refused."""

import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from app.errors import IntegrationError
from app.integrations.companies import CompanyFacts, CompanyState, read_extract, smb_register

TODAY = date(2026, 11, 23)
XML = """<?xml version="1.0" encoding="UTF-8"?><Файл><ИдОтпр/>
<Документ ИдДок="1" ДатаСост="10.11.2026"><ОргВклМСП НаимОрг="ОБЩЕСТВО «УЧЕБА»" НаимОргСокр="ООО «УЧЕБА»"
 ИННЮЛ="7707083893" ОГРН="1027700132195"/>
<СведМН КодРегион="77"><Регион Тип="Город" Наим="МОСКВА"/></СведМН></Документ>
<Документ ИдДок="2" ДатаСост="10.11.2026"><ИПВклМСП ИННФЛ="500100732259" ОГРНИП="304500116000157">
<ФИОИП Фамилия="ПРИМЕРОВ" Имя="ПЁТР"/></ИПВклМСП>
<СведМН><Регион Тип="Область" Наим="ТУЛЬСКАЯ"/><Город Тип="Город" Наим="ТУЛА"/></СведМН></Документ>
<Документ ИдДок="3" ДатаСост="10.11.2026"><ОргВклМСП НаимОрг="АО «БЕЗ МЕСТА»" ИННЮЛ="7736050003"/></Документ>
<Документ ИдДок="4" ДатаСост="10.11.2026"><ИПВклМСП ИННФЛ="1"/></Документ>
<Документ ИдДок="5" ДатаСост="10.11.2026"/></Файл>"""


def read(path: Path) -> list[CompanyFacts]:
    return list(read_extract(path, TODAY))


def zipped(path: Path, *texts: str, name: str = "a{}.xml") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, text in enumerate(texts):
            archive.writestr(name.format(number), text)
    return path


def test_the_register_of_small_businesses_is_read(tmp_path: Path) -> None:
    company, person, bare, nameless = read(zipped(tmp_path / "smb.zip", XML))
    assert (company.inn, company.name, company.region, company.town) == (
        "7707083893",
        "ООО «УЧЕБА»",
        "Москва",
        "Москва",
    )
    assert (person.name, person.town, person.is_person) == ("ИП Примеров Пётр", "Тула", True)
    assert (bare.name, bare.town, bare.as_of) == ("АО «БЕЗ МЕСТА»", "", date(2026, 11, 10))
    assert nameless.head_name == ""
    (tmp_path / "one.xml").write_text(XML, "utf-8")
    assert len(read(tmp_path / "one.xml")) == 4


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<Файл><Документ", "damaged"),
        (XML.replace('ДатаСост="10.11.2026"', ""), "no day"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><Файл><Документ ДатаСост="10.11.2026">&b;</Документ></Файл>', "document type"),
    ],
)
def test_a_damaged_or_tricky_file_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(IntegrationError, match=words):
        read(zipped(tmp_path / "a.zip", text))


def test_bombs_and_other_archives_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (
        zipped(tmp_path / "bomb.zip", " " * 10_000_000),
        zipped(tmp_path / "none.zip", "text", name="{}.txt"),
        zipped(tmp_path / "a.doc", XML),
    ):
        with pytest.raises(IntegrationError):
            read(path)
    (tmp_path / "fake.zip").write_bytes(b"PK\x05\x06" + b"\0" * 30)
    with pytest.raises(IntegrationError):
        read(tmp_path / "fake.zip")
    locked = zipped(tmp_path / "locked.zip", XML)

    def refuse(*_arguments: object, **_more: object) -> None:
        raise RuntimeError("password required")

    monkeypatch.setattr(zipfile.ZipFile, "open", refuse)
    with pytest.raises(IntegrationError, match="password"):
        read(locked)


def test_an_archive_gives_no_more_than_it_promised(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(XML, "utf-8")
    with path.open("rb") as file, pytest.raises(IntegrationError, match="more than"):
        smb_register._Limited(file, 10).read()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251"])
def test_a_table_is_known_by_its_column_of_inn(tmp_path: Path, encoding: str) -> None:
    rows = (
        "Выгрузка;;;\n\nИНН;Наименование;Город;Статус\n7707083893;ООО «Учёба»;Тула;Действует\n"
        "278000001;ООО «Ноль»;;Ликвидирована\n;;;\n7736050003;АО;;В стадии ликвидации\n"
    )
    (tmp_path / "a.csv").write_text(rows, encoding)
    first, second, third = read(tmp_path / "a.csv")
    assert (first.name, first.town, first.state, first.as_of) == ("ООО «Учёба»", "Тула", CompanyState.ACTIVE, TODAY)
    assert (second.inn, second.state) == ("0278000001", CompanyState.LIQUIDATED)
    assert third.state is CompanyState.LIQUIDATING


def test_a_workbook_is_read_row_by_row(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Inn", "Полное наименование"], [7707083893.0, "Общество"], [None, None], [1.5, None]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    found = read(tmp_path / "a.xlsx")
    assert (found[0].inn, found[0].name) == ("7707083893", "Общество")


def test_a_table_without_the_column_is_refused(tmp_path: Path) -> None:
    for text in ("", "a;b\n" * 30):
        (tmp_path / "a.csv").write_text(text)
        with pytest.raises(IntegrationError, match="ИНН"):
            read(tmp_path / "a.csv")
    (tmp_path / "a.xlsx").write_bytes(b"no book")
    with pytest.raises(IntegrationError, match="workbook"):
        read(tmp_path / "a.xlsx")
    with pytest.raises(IntegrationError):
        read(zipped(tmp_path / "bomb.xlsx", " " * 10_000_000))
