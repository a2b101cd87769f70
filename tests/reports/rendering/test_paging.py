"""A long table is divided between pages and loses nothing."""

import io
import re
import subprocess

import pytest
from lxml import html
from pypdf import PdfReader

from app.reports.rendering import pdf
from app.reports.rendering.paging import Places, mark_rows, page_starts, parts_fit
from app.reports.rendering.pdf import render_pdf

STYLE = (
    "<style>table{table-layout:fixed;width:100%} td,th{vertical-align:top} p{margin:0}"
    ".low{height:80mm} .tall{height:400mm}</style>"
)


def page_with(rows: str, tail: str = "<p>ХВОСТ</p>", style: str = "") -> str:
    heading = "<thead><tr><th>ШАПКА</th></tr></thead>"
    return f'{STYLE}{style}<h1>Начало</h1><table class="pages">{heading}<tbody>{rows}</tbody></table>{tail}'


def rows_of(count: int) -> str:
    return "".join(f"<tr><td>строка {number}</td></tr>" for number in range(count))


def texts_of(document: bytes) -> list[str]:
    command = ["/usr/bin/pdftotext", "-layout", "-", "-"]
    done = subprocess.run(command, input=document, capture_output=True, check=True)
    return done.stdout.decode().split("\f")[:-1]


def numbers_in(pages: list[str]) -> list[int]:
    return [int(number) for number in re.findall(r"строка (\d+)", "".join(pages))]


@pytest.mark.parametrize("landscape", [False, True])
def test_the_heading_stands_on_every_page_and_each_row_once(landscape: bool) -> None:
    pages = texts_of(render_pdf(page_with(rows_of(200)), landscape=landscape))

    assert len(pages) > 3
    assert [page.count("ШАПКА") for page in pages] == [1] * len(pages)
    assert numbers_in(pages) == list(range(200))


def test_the_tail_takes_the_last_row_with_it() -> None:
    for count in range(44, 60):
        pages = texts_of(render_pdf(page_with(rows_of(count), '<p class="low">ХВОСТ</p>')))
        if len(pages) == 2:
            break

    assert f"строка {count - 1}\n" in pages[1]
    assert "ХВОСТ" in pages[1]


@pytest.mark.parametrize(
    "page",
    [
        page_with(rows_of(3) + '<tr><td class="tall">высокая</td></tr>' + rows_of(3)),
        page_with(rows_of(60), '<div class="tall">начало хвоста</div><p>ХВОСТ</p>'),
        page_with(rows_of(60), style="<style>span{display:none}</style>"),
        f'<p class="pages"></p><table class="pages"><tbody>{rows_of(90)}</tbody></table><p>строка 0</p><p>ХВОСТ</p>',
        "".join(f"<p>строка {number}</p>" for number in range(90)) + "<p>ХВОСТ</p>",
    ],
)
def test_what_cannot_be_divided_is_printed_all_the_same(page: str) -> None:
    pages = texts_of(render_pdf(page))

    assert len(pages) > 1
    assert len(numbers_in(pages)) == len(re.findall(r"строка \d", page))
    assert "ХВОСТ" in pages[-1]


def test_text_that_would_be_cut_off_goes_to_the_next_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "text_depth", lambda _page: 298.0)

    document = render_pdf(page_with(rows_of(100)))

    assert numbers_in(texts_of(document)) == list(range(100))
    assert len(PdfReader(io.BytesIO(document)).pages) >= 3


PLACES = Places(heading=10, rows=(20, 40, 60, 80), table_end=100, end=130)


@pytest.mark.parametrize(
    ("height", "starts", "fits"),
    [(130, [], True), (129, [3], True), (70, [2, 3], True), (60, [2, 3], True), (50, [1, 3], False)],
)
def test_pages_begin_where_the_next_row_would_not_fit(height: float, starts: list[int], fits: bool) -> None:
    assert page_starts(PLACES, height) == starts
    assert parts_fit(PLACES, starts, height) is fits


def test_without_a_table_no_row_begins_a_page() -> None:
    assert page_starts(Places(0, (), 50, 50), 40) == []
    assert not parts_fit(Places(0, (), 50, 50), [], 40)
    assert parts_fit(Places(0, (), 50, 50), [], 50)


def test_a_page_without_a_long_table_is_marked_at_its_end() -> None:
    root = html.document_fromstring("<html><body><p>Текст</p></body></html>")

    key = mark_rows(root)

    assert html.tostring(root, encoding="unicode").count(key) == 2
