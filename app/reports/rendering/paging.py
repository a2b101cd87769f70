"""Divides one long table between pages: the heading repeats, no row is cut, the totals never stand alone.

The engine can do none of this itself; besides, on pages of the true height it opens gaps inside of rows.
So a document is drawn once on very tall paper with an unseen mark in every row; the places of the marks
give the heights; then the table is cut into one table a page. Such a table has the class `pages`, fixed
column widths (`table-layout: fixed`) and cells aligned to the top. What follows it is its tail (totals,
signatures) and goes over to the next page together with the last row.
"""

import copy
import re
import secrets
from dataclasses import dataclass

import lxml.html
from pypdf import PageObject, PdfReader
from pypdf.generic import ArrayObject, NameObject

from app.reports.rendering.safe_html import HtmlElement

PAGE_MM = (210, 297)
MARGINS_MM = (15, 10, 10, 20)
"""Top, right, bottom, left: the left one is for the binder."""

TALL_PAGE_MM = 4000
POINTS_IN_MM = 72 / 25.4
VERTICAL_MARGINS = (MARGINS_MM[0] + MARGINS_MM[2]) * POINTS_IN_MM
SPARE_POINTS = 8.0
"""Left empty on each page: the engine rounds heights."""

MOST_ROWS = 20
MOST_TEXT = 4_000
"""What one page may hold: a page with more is divided at once."""

END = "https://end.invalid/"
"""Address of the link that marks the end; nothing lives there."""
HIDDEN = "position:absolute;font-size:1px;line-height:1px;color:#fff;white-space:nowrap"


@dataclass(frozen=True)
class Places:
    """Points from the top of the text to the table's heading, to each row, to its end, to the end of all."""

    heading: float
    rows: tuple[float, ...]
    table_end: float
    end: float

    @property
    def heading_height(self) -> float:
        """Height of the table's heading; nothing without a table."""
        return self.rows[0] - self.heading if self.rows else 0.0


def find_long_table(root: HtmlElement) -> HtmlElement:
    """The first table of the class `pages` that has a heading and rows; None when the page has none."""
    for table in root.find_class("pages"):
        if table.tag == "table" and table.find("thead/tr/*") is not None and _rows(table):
            return table
    return None


def mark_rows(root: HtmlElement) -> str:
    """Put an unseen numbered mark into the heading, each row, after the table, at the end; give its key."""
    key = secrets.token_hex(4)
    table = find_long_table(root)
    cells = [] if table is None else [table.find("thead/tr")[0], *(row[0] for row in _rows(table))]
    for number, cell in enumerate(cells):
        cell.insert(0, _mark(key, number, cell))
    end_of_table = _mark(key, len(cells))
    if table is None:
        root.body.append(end_of_table)
    else:
        table.addnext(end_of_table)
    root.body.append(_mark(key, len(cells) + 1))
    return key


def may_fit_one_page(root: HtmlElement) -> bool:
    """Whether it is worth trying to draw all on one page: a guess, from the rows and the length of the text."""
    table = find_long_table(root)
    rows = 0 if table is None else len(_rows(table))
    return rows <= MOST_ROWS and len(root.text_content()) <= MOST_TEXT


def mark_end(root: HtmlElement) -> None:
    """Put an unseen link at the end of all, below pictures too: a drawing tells where its links are."""
    block = lxml.html.Element("div")
    link = lxml.html.Element("a", {"href": END, "style": HIDDEN})
    link.text = "\N{NO-BREAK SPACE}"
    block.append(link)
    root.body.append(block)


def take_end(page: PageObject) -> float | None:
    """The paper in millimetres down to the mark of the end, which is taken off; None when it was not drawn."""
    links = [each.get_object() for each in page.get("/Annots", ())]
    ends = [link for link in links if link.get("/A", {}).get("/URI") == END]
    if not ends:
        return None
    kept = [each for each in page["/Annots"] if each.get_object() not in ends]  # type: ignore[attr-defined]
    page[NameObject("/Annots")] = ArrayObject(kept)
    lowest = float(ends[0]["/Rect"][1])
    return (float(page.mediabox.height) - lowest) / POINTS_IN_MM + MARGINS_MM[2]


def measure(reader: PdfReader, key: str) -> Places | None:
    """Find the marks in the drawing; None when the page's own styles hid one of them."""
    found: dict[int, float] = {}
    page_top = 0.0

    def note(text: str, cm: list[float], tm: list[float], _font: object, _size: float) -> None:
        for mark in re.findall(f"{key}x(\\d+)q", text):
            found[int(mark)] = page_top - (tm[5] * cm[3] + cm[5])

    for number, page in enumerate(reader.pages):
        height = float(page.mediabox.height)
        page_top = height - MARGINS_MM[0] * POINTS_IN_MM + number * (height - VERTICAL_MARGINS)
        page.extract_text(visitor_text=note)
    if len(found) < 2 or sorted(found) != [*range(len(found))]:
        return None
    *rows, table_end, end = (found[number] for number in range(len(found)))
    return Places(rows[0] if rows else 0.0, tuple(rows[1:]), table_end, end)


def text_depth(page: PageObject) -> float:
    """The paper that the text takes from the upper edge down, in millimetres, lower margin included."""
    lowest = float(page.mediabox.height)

    def note(text: str, cm: list[float], tm: list[float], _font: object, _size: float) -> None:
        nonlocal lowest
        if text.strip():
            lowest = min(lowest, tm[5] * cm[3] + cm[5])

    page.extract_text(visitor_text=note)
    return (float(page.mediabox.height) - lowest) / POINTS_IN_MM + MARGINS_MM[2]


def page_height(*, landscape: bool) -> float:
    """What a page holds, in points."""
    return PAGE_MM[0 if landscape else 1] * POINTS_IN_MM - VERTICAL_MARGINS - SPARE_POINTS


def page_starts(places: Places, height: float) -> list[int]:
    """Numbers of the rows, from 0, that begin a page (never row 0); `height` of a page in points."""
    ends = (*places.rows[1:], places.table_end)
    last = len(places.rows) - 1
    starts: list[int] = []
    top = places.heading - places.heading % height
    for number, (begin, end) in enumerate(zip(places.rows, ends, strict=False)):
        with_tail = number == last and places.end - begin + places.heading_height <= height
        bottom = places.end if with_tail else end
        if number and bottom - top > height:
            starts.append(number)
            top = begin - places.heading_height
    return starts


def parts_fit(places: Places, starts: list[int], height: float) -> bool:
    """Whether each part, begun at these rows, takes one page at most."""
    begins = [places.rows[row] for row in starts]
    tops = [0.0, *(begin - places.heading_height for begin in begins)]
    return all(bottom - top <= height for top, bottom in zip(tops, [*begins, places.end], strict=True))


def split_table(root: HtmlElement, starts: list[int]) -> None:
    """Cut the table of the page at these rows; each part begins a page under a copy of the heading."""
    table = find_long_table(root)
    rows = [] if table is None else _rows(table)
    for begin, end in reversed(list(zip(starts, [*starts[1:], len(rows)], strict=False))):
        table.addnext(_part(table, rows[begin:end]))
        table.addnext(lxml.html.fragment_fromstring('<div style="page-break-before:always"></div>'))


def _part(table: HtmlElement, rows: list[HtmlElement]) -> HtmlElement:
    part = lxml.html.Element("table", dict(table.attrib))
    for child in table:
        if child.tag in ("colgroup", "thead"):
            part.append(copy.deepcopy(child))
    body = lxml.html.Element("tbody")
    body.extend(rows)
    part.append(body)
    return part


def _rows(table: HtmlElement) -> list[HtmlElement]:
    return [row for row in table.iterfind("tbody/tr") if len(row)]


def _mark(key: str, number: int, cell: HtmlElement | None = None) -> HtmlElement:
    inside = lxml.html.Element("span", {"style": HIDDEN})
    inside.text = f"{key}x{number}q"
    if cell is not None:
        inside.tail, cell.text = cell.text, None
        return inside
    block = lxml.html.Element("div")
    block.append(inside)
    return block
