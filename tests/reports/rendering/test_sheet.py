"""Spreadsheets: text stays text, figures stay figures, nothing becomes a formula."""

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from app.errors import RuleError
from app.reports.rendering import sheet
from app.reports.rendering.sheet import Cell, Column, Kind, write_csv, write_xlsx

COLUMNS = [
    Column("Клиент"),
    Column("Сумма", Kind.MONEY),
    Column("Кол-во", Kind.QUANTITY),
    Column("Дата", Kind.DATE),
    Column("Момент", Kind.DATETIME),
    Column("Дней", Kind.INTEGER),
    Column("Доля", Kind.PERCENT),
    Column("Закрыт", Kind.BOOLEAN),
]
ROW: list[Cell] = [
    "ООО «Ромашка»",
    Decimal("-1234567.50"),
    Decimal("1.5"),
    date(2026, 2, 1),
    datetime.fromisoformat("2026-02-01T09:30"),
    12,
    Decimal("12.5"),
    True,
]
DANGEROUS = [
    "=1+1",
    "+7 495 000-00-01",
    "-5",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1+1",
    "＝1+1",
    '=HYPERLINK("//x","y")',
    "{=1+1}",
]


def read_back(rows: Sequence[Sequence[Cell]], columns: Sequence[Column] = COLUMNS, **options: object) -> Worksheet:
    target = io.BytesIO()
    write_xlsx(target, rows, columns, **({"title": "Долги"} | options))  # type: ignore[arg-type]
    found = openpyxl.load_workbook(target).active
    assert isinstance(found, Worksheet)
    return found


def csv_lines(rows: Sequence[Sequence[Cell]], columns: Sequence[Column] = COLUMNS, **options: object) -> list[str]:
    target = io.BytesIO()
    write_csv(target, rows, columns, **options)  # type: ignore[arg-type]
    return target.getvalue().decode("utf-8-sig").split("\r\n")


def test_figures_and_dates_are_read_back_as_such() -> None:
    cells = read_back([ROW])[2]

    assert [cell.value for cell in cells] == [
        "ООО «Ромашка»",
        -1234567.5,
        1.5,
        datetime.fromisoformat("2026-02-01"),
        datetime.fromisoformat("2026-02-01T09:30"),
        12,
        0.125,
        "Yes",
    ]
    assert cells[1].number_format == "#,##0.00"
    assert cells[3].number_format == "dd.mm.yyyy"


def test_the_heading_is_frozen_and_has_a_filter() -> None:
    found = read_back([ROW, ROW])

    assert [cell.value for cell in found[1]] == [column.title for column in COLUMNS]
    assert found.freeze_panes == "A2"
    assert found.auto_filter.ref == "A1:H3"


def test_totals_stand_in_bold_below_the_filter() -> None:
    found = read_back([ROW], totals=["Итого", Decimal(5), None, None, None, None, None, None])

    assert (found["A3"].value, found["B3"].value, found["C3"].value) == ("Итого", 5, None)
    assert found["B3"].font.bold
    assert found.auto_filter.ref == "A1:H2"


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_is_never_a_formula_in_a_workbook(text: str) -> None:
    cell = read_back([[text]], [Column("=1+1")])["A2"]

    assert cell.data_type == "s"
    assert str(cell.value).replace("_x000D_", "\r") == text


@pytest.mark.parametrize("text", ["007700000016", "40702810900000000001", "0042", "1E5", "http://x.example"])
def test_account_numbers_and_codes_keep_their_zeros(text: str) -> None:
    cell = read_back([[text]], [Column("ИНН")])["A2"]

    assert (cell.value, cell.data_type, cell.number_format, cell.hyperlink) == (text, "s", "@", None)


def test_an_amount_too_great_for_the_format_is_written_as_text() -> None:
    cell = read_back([[Decimal("12345678901234.56")]], [Column("Сумма", Kind.MONEY)])["A2"]

    assert cell.value == "12345678901234,56"


def test_a_date_before_the_calendar_of_the_format_is_written_as_text() -> None:
    assert read_back([[date(1899, 12, 31)]], [Column("Дата", Kind.DATE)])["A2"].value == "31.12.1899"


def test_a_moment_with_a_zone_keeps_its_clock() -> None:
    moment = datetime(2026, 2, 1, 9, 30, tzinfo=UTC)

    assert read_back([[moment]], [Column("Момент", Kind.DATETIME)])["A2"].value == moment.replace(tzinfo=None)


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        read_back([["одна"]])


def test_a_report_without_columns_is_an_empty_sheet() -> None:
    assert read_back([], []).max_row == 1


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Долги: [2026] */?\\", "Долги   2026"),
        ("я" * 40, "я" * 31),
        ("''", "1"),
        ("", "1"),
    ],
)
def test_any_title_gives_a_name_of_a_sheet(title: str, name: str) -> None:
    assert read_back([], title=title).title == name


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "XLSX_ROWS", 3)

    with pytest.raises(RuleError, match="Narrow the filter"):
        read_back([["1"], ["2"], ["3"]], [Column("№")])


def test_rows_are_taken_one_by_one() -> None:
    taken: list[int] = []

    def rows() -> Iterator[list[Cell]]:
        for number in range(3):
            taken.append(number)
            yield [number]

    write_csv(io.BytesIO(), rows(), [Column("№", Kind.INTEGER)])
    write_xlsx(io.BytesIO(), rows(), [Column("№", Kind.INTEGER)], title="№")

    assert taken == [0, 1, 2, 0, 1, 2]


def test_a_csv_opens_in_russian_excel() -> None:
    target = io.BytesIO()
    write_csv(target, [ROW], COLUMNS, totals=["Итого", Decimal("0.5"), None, None, None, None, None, None])

    assert target.getvalue().startswith(b"\xef\xbb\xbf")
    assert target.getvalue().decode("utf-8-sig").split("\r\n") == [
        "Клиент;Сумма;Кол-во;Дата;Момент;Дней;Доля;Закрыт",
        "ООО «Ромашка»;-1234567,50;1,5;01.02.2026;01.02.2026 09:30;12;12,5;Yes",
        "Итого;0,50;;;;;;",
        "",
    ]


@pytest.mark.parametrize("text", DANGEROUS[:-1])
def test_a_csv_disarms_what_begins_like_a_formula(text: str) -> None:
    target = io.BytesIO()
    write_csv(target, [[text]], [Column(text)])

    cells = target.getvalue().decode("utf-8-sig").replace('"', "").replace("\r\n", "|").split("|")
    assert all(cell.startswith("'") for cell in cells if cell)


def test_a_csv_keeps_what_money_rounding_would_lose() -> None:
    assert csv_lines([[Decimal("0.005")], [3]], [Column("Цена", Kind.MONEY)])[1:3] == ["0,005", "3"]


def test_no_is_written_as_a_word() -> None:
    assert csv_lines([[False]], [Column("Да/нет", Kind.BOOLEAN)])[1] == "No"
