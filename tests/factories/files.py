"""Small files of every kind, made in memory."""

import io
import zipfile
from typing import Any

from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject


def make_pdf(pages: int = 1, *, password: str = "") -> bytes:
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def make_pdf_with(entry: dict[str, Any]) -> bytes:
    """A PDF whose catalogue holds an object inside two arrays."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    inner = DictionaryObject({NameObject(key): value for key, value in entry.items()})
    writer.root_object[NameObject("/Extra")] = ArrayObject([ArrayObject([inner])])
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


SCRIPT = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert(1)")}
LAUNCH = {"/S": NameObject("/Launch"), "/F": TextStringObject("calc.exe")}


def make_picture(
    kind: str = "JPEG", size: tuple[int, int] = (600, 400), mode: str = "RGB", colour: Any = "navy", **options: Any
) -> bytes:
    made = io.BytesIO()
    Image.new(mode, size, colour).save(made, kind, **options)
    return made.getvalue()


def make_photograph(*, orientation: int = 1, taken: str = "2026:11:20 14:30:00", offset: str = "") -> bytes:
    """A JPEG with the place of shooting, the camera and the time in its EXIF."""
    exif = Image.Exif()
    exif[0x010F] = "Camera of Secrets"
    exif[0x0112] = orientation
    exif[0x8825] = {1: "N", 2: (55.0, 45.0, 7.0), 3: "E", 4: (37.0, 36.0, 56.0)}
    block: dict[int, Any] = {0x9003: taken}
    if offset:
        block[0x9011] = offset
    exif[0x8769] = block
    return make_picture(exif=exif.tobytes(), comment=b"secret comment")


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def make_office(main_type: str = WORD, extra: dict[str, bytes] | None = None) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(
            "[Content_Types].xml", f'<Types><Override PartName="/a.xml" ContentType="{main_type}"/></Types>'
        )
        for name, content in (extra or {"a.xml": b"<a/>"}).items():
            packed.writestr(name, content)
    return made.getvalue()


def text_of(pdf: bytes) -> str:
    """The words of a PDF, one blank between them."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
