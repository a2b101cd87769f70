"""Stamps «стр. 1 из 3» on the pages of a finished PDF: the engine itself cannot number pages."""

import io
from functools import cache
from pathlib import Path

from pypdf import PdfReader, PdfWriter
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from app.errors import IntegrationError
from app.texts import _

FONT_FOLDERS = (Path("/usr/share/fonts/truetype/dejavu"), Path("/usr/share/fonts/dejavu"), Path("/usr/share/fonts/TTF"))
FONT_FILE = "DejaVuSans.ttf"
FONT_NAME = "KontoraPageNumber"
FONT_SIZE = 8
RIGHT_MARGIN_MM = 10
BOTTOM_MM = 4.5


def stamp_pages(writer: PdfWriter) -> None:
    """Write the number into the lower right corner of each page. Raises IntegrationError without DejaVu."""
    sizes = [(float(page.mediabox.width), float(page.mediabox.height)) for page in writer.pages]
    stamps = PdfReader(io.BytesIO(_draw_numbers(sizes)))
    for page, stamp in zip(writer.pages, stamps.pages, strict=True):
        page.merge_page(stamp)
        page.compress_content_streams()


def _draw_numbers(sizes: list[tuple[float, float]]) -> bytes:
    _register_font(FONT_FOLDERS)
    target = io.BytesIO()
    canvas = Canvas(target, invariant=1)
    for number, (width, height) in enumerate(sizes, start=1):
        canvas.setPageSize((width, height))
        canvas.setFont(FONT_NAME, FONT_SIZE)
        canvas.drawRightString(width - RIGHT_MARGIN_MM * mm, BOTTOM_MM * mm, f"стр. {number} из {len(sizes)}")
        canvas.showPage()
    canvas.save()
    return target.getvalue()


@cache
def _register_font(folders: tuple[Path, ...]) -> None:
    for folder in folders:
        if (folder / FONT_FILE).is_file():
            pdfmetrics.registerFont(TTFont(FONT_NAME, str(folder / FONT_FILE)))
            return
    raise IntegrationError(_("The DejaVu font is missing: install the package fonts-dejavu-core."))
