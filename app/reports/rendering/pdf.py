"""The one place where a page becomes a PDF: pdfkit drives wkhtmltopdf, and nothing can be fetched on the way.

The page is first stripped to what can be drawn (safe_html), so a document is always made, whatever text
came. Behind that stand the engine's own switches, a proxy that leads nowhere, an empty folder and
environment, and a time limit. The engine of Debian and Ubuntu (unpatched Qt) numbers no pages, repeats
no table headings and cuts rows in two; page_numbers and paging make up for it.
"""

import copy
import io
import os
import secrets
import shutil
import signal
import subprocess
import tempfile

import pdfkit
from pypdf import PageObject, PdfReader, PdfWriter, Transformation
from pypdf.generic import RectangleObject

from app.errors import IntegrationError
from app.reports.rendering.page_numbers import stamp_pages
from app.reports.rendering.paging import (
    MARGINS_MM,
    PAGE_MM,
    POINTS_IN_MM,
    TALL_PAGE_MM,
    Places,
    find_long_table,
    mark_end,
    mark_rows,
    may_fit_one_page,
    measure,
    page_height,
    page_starts,
    parts_fit,
    split_table,
    take_end,
    text_depth,
)
from app.reports.rendering.safe_html import HtmlElement, parse_drawable, to_html
from app.texts import _

TIMEOUT_SECONDS = 60.0
SCALE = 1.302083
"""This engine draws one CSS pixel as 0.576 pt instead of 0.75 pt: enlarged so, 10 mm are 10 mm."""

NOWHERE = "http://127.0.0.1:9"
"""The discard port: even a request that slipped through would reach nobody."""


def render_pdf(html: str, *, title: str = "", landscape: bool = False, page_numbers: bool = True) -> bytes:
    """Turn a page into an A4 PDF.

    The document's title is `title` or the page's own; pages are numbered when there is more than one.
    A table of the class `pages` gets its heading repeated and no row cut. The same page gives the same bytes.
    Raises IntegrationError when the engine is missing, fails or exceeds the time limit.
    """
    root = parse_drawable(html)
    title = title or (root.findtext(".//title") or "").strip()
    writer = PdfWriter()
    if not _draw_on_one(writer, root, landscape) and not _draw_in_parts(writer, root, landscape):
        writer.append_pages_from_reader(_draw(root, _paper(landscape)))
    return _finish(writer, title, page_numbers)


def _draw_on_one(writer: PdfWriter, root: HtmlElement, landscape: bool) -> bool:
    """Draw what takes one sheet of paper, once; False when it takes more."""
    if not may_fit_one_page(root):
        return False
    marked = copy.deepcopy(root)
    mark_end(marked)
    width, height = _paper(landscape)
    drawing = _draw(marked, (width, TALL_PAGE_MM))
    depth = take_end(drawing.pages[0])
    if len(drawing.pages) != 1 or depth is None or depth > height:
        return False
    writer.append_pages_from_reader(drawing)
    page = writer.pages[0]
    # Only the edges are set: moving the drawing would mean reading all of it.
    right, top = float(page.mediabox.width), float(page.mediabox.height)
    page.mediabox = page.cropbox = RectangleObject((0, top - round(height * POINTS_IN_MM), right, top))
    return True


def _draw_in_parts(writer: PdfWriter, root: HtmlElement, landscape: bool) -> bool:
    """Divide the page into parts of one sheet of paper each and draw them; False when that is impossible.

    The parts are drawn on tall paper, where the engine leaves them whole, and the paper is cut.
    """
    if find_long_table(root) is None:
        return False
    places = _measure(root, landscape)
    if places is None:
        return False
    starts = page_starts(places, page_height(landscape=landscape))
    split_table(root, starts)
    if not parts_fit(places, starts, page_height(landscape=landscape)):
        return False
    width, height = _paper(landscape)
    drawing = _draw(root, (width, TALL_PAGE_MM))
    if len(drawing.pages) != len(starts) + 1 or any(text_depth(page) > height for page in drawing.pages):
        return False
    writer.append_pages_from_reader(drawing)
    for page in writer.pages:
        _cut_paper(page, round(height * POINTS_IN_MM))
    return True


def _measure(root: HtmlElement, landscape: bool) -> Places | None:
    """Learn from a drawing on tall paper where each row stands."""
    marked = copy.deepcopy(root)
    key = mark_rows(marked)
    return measure(_draw(marked, (_paper(landscape)[0], TALL_PAGE_MM)), key)


def _cut_paper(page: PageObject, height: int) -> None:
    """Keep the upper part of this height in points."""
    page.add_transformation(Transformation().translate(0, height - float(page.mediabox.height)))
    page.mediabox = RectangleObject((0, 0, float(page.mediabox.width), height))
    page.cropbox = page.mediabox


def _paper(landscape: bool) -> tuple[int, int]:
    return (PAGE_MM[1], PAGE_MM[0]) if landscape else PAGE_MM


def _draw(root: HtmlElement, paper: tuple[int, int]) -> PdfReader:
    """Draw the page on paper of this width and height in millimetres."""
    return PdfReader(io.BytesIO(_run_engine(_with_settings(to_html(root)), paper)))


def _with_settings(html: str) -> str:
    """Our own two elements go in after cleaning: the encoding and the true size."""
    settings = f'<meta charset="utf-8"><style>body{{zoom:{SCALE};margin:0}}</style>'
    return html.replace("<head>", "<head>" + settings, 1)


def _run_engine(html: str, paper: tuple[int, int]) -> bytes:
    with tempfile.TemporaryDirectory(prefix="kontora-pdf-") as folder:
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": folder,
            "TMPDIR": folder,
            "XDG_RUNTIME_DIR": folder,
            "QT_QPA_PLATFORM": "offscreen",
        }
        process = subprocess.Popen(
            _command(html, paper),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
        try:
            made, _errors = process.communicate(html.encode("utf-8"), timeout=TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            message = _("The PDF took too long to make. Try again later.")
            raise IntegrationError(message, retry=True) from error
    if process.returncode or not made.startswith(b"%PDF-"):
        raise IntegrationError(_("The PDF could not be made."))
    return made


def _command(html: str, paper: tuple[int, int]) -> list[str]:
    top, right, bottom, left = (f"{side}mm" for side in MARGINS_MM)
    options = {
        "page-width": f"{paper[0]}mm",
        "page-height": f"{paper[1]}mm",
        "encoding": "UTF-8",
        "margin-top": top,
        "margin-right": right,
        "margin-bottom": bottom,
        "margin-left": left,
        "disable-javascript": "",
        "disable-local-file-access": "",
        "disable-plugins": "",
        "load-error-handling": "ignore",
        "load-media-error-handling": "ignore",
        "proxy": NOWHERE,
    }
    try:
        # pdfkit would start a process to find the engine.
        engine = pdfkit.configuration(
            wkhtmltopdf=(shutil.which("wkhtmltopdf") or "").encode(), meta_tag_prefix=secrets.token_hex(16)
        )
    except OSError as error:
        raise IntegrationError(_("The PDF engine is missing: install wkhtmltopdf.")) from error
    command: list[str] = pdfkit.PDFKit(html, "string", options=options, configuration=engine).command()
    return command


def _finish(writer: PdfWriter, title: str, page_numbers: bool) -> bytes:
    """Number the pages, set the title, leave out the time of making."""
    if page_numbers and len(writer.pages) > 1:
        stamp_pages(writer)
    writer.metadata = {"/Title": title, "/Producer": "Kontora"}
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()
