"""Documents: PDF, DOCX, XLSX and plain text, known by their content. What can act by itself is refused."""

import io
import re
import zipfile
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from app.errors import RuleError
from app.services.files.limits import Checked, Limits
from app.texts import _

_ACTIONS = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/Movie"})
_ACTIVE_KEYS = frozenset({"/JS", "/JavaScript"})
_ACTIVE_WORDS = re.compile(rb"/(?:JavaScript|Launch)(?![A-Za-z])")
_OFFICE = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "DOCX",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "XLSX",
}
_MEDIA_TYPES = {
    "DOCX": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "XLSX": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_TYPES_FILE = "[Content_Types].xml"
_MARKUP = re.compile(r"\s*<(?:!|\?|html|svg|script|head|body|iframe|xml)", re.IGNORECASE)
_TAIL = 1024
"""A PDF ends within its last kilobyte; what hangs behind it is another file."""


def check_pdf(content: bytes, limits: Limits) -> Checked:
    """Take a PDF that opens without a password and does nothing by itself. Raises RuleError."""
    damaged = _("The PDF is damaged and cannot be read.")
    if b"%%EOF" not in content[-_TAIL:]:
        raise RuleError(damaged)
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise RuleError(_("The PDF is protected by a password. Save it without one."))
        pages = len(reader.pages)
        is_active = bool(_ACTIVE_WORDS.search(content)) or _acts(reader, limits)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, RecursionError) as error:
        raise RuleError(damaged) from error
    if is_active:
        raise RuleError(_("The PDF contains a program or starts one. Print it into a new PDF and attach that."))
    if not pages:
        raise RuleError(damaged)
    return Checked(content, "application/pdf", ("pdf",), "PDF", pages=pages)


def _acts(reader: PdfReader, limits: Limits) -> bool:
    """Tell whether any object of the document is an action or holds a script; too many objects are refused."""
    keys = [(number, generation) for generation, found in reader.xref.items() for number in found]
    keys += [(number, 0) for number in reader.xref_objStm]
    if len(keys) > limits.pdf_objects:
        raise RuleError(_("The PDF is too complicated to be checked."))
    return any(_is_active(reader.get_object(IndirectObject(number, generation, reader))) for number, generation in keys)


def _is_active(value: Any) -> bool:
    """Look into a value and everything written inside it; what it only refers to is looked at by itself."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, DictionaryObject):
            if _ACTIVE_KEYS & value.keys() or str(value.get("/S", "")) in _ACTIONS:
                return True
            waiting.extend(value.raw_get(key) for key in value)
        elif isinstance(value, ArrayObject):
            waiting.extend(list.__iter__(value))
    return False


def check_office(content: bytes, limits: Limits) -> Checked:
    """Take a DOCX or XLSX that unpacks to a sensible size and holds no macros. Raises RuleError."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            kind = _office_kind(packed, limits)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        raise RuleError(_("The document is damaged and cannot be read.")) from error
    return Checked(content, _MEDIA_TYPES[kind], (kind.lower(),), kind)


def _office_kind(packed: zipfile.ZipFile, limits: Limits) -> str:
    entries = packed.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > limits.entries or sum(entry.file_size for entry in entries) > limits.unpacked:
        raise RuleError(_("The document is too large when unpacked."))
    if any(name.startswith("/") or "\\" in name or ".." in name.split("/") for name in names):
        raise RuleError(_("The document is damaged and cannot be read."))
    if any(name.casefold().endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs")) for name in names):
        raise RuleError(_("The document contains macros. Save it as DOCX or XLSX without them."))
    if names.count(_TYPES_FILE) != 1 or packed.getinfo(_TYPES_FILE).file_size > limits.size:
        raise RuleError(unknown_kind())
    types = packed.read(_TYPES_FILE).decode("utf-8", "replace")
    kind = next((kind for media_type, kind in _OFFICE.items() if f'"{media_type}"' in types), None)
    if kind is None:
        raise RuleError(unknown_kind())
    return kind


def check_text(content: bytes) -> Checked:
    """Take plain text in UTF-8 or Windows-1251. Raises RuleError for anything binary, and for web pages."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1251", "replace")
    if _MARKUP.match(text) or any(letter < " " and letter not in "\t\r\n\f" for letter in text) or "\ufffd" in text:
        raise RuleError(unknown_kind())
    return Checked(content, "text/plain", ("txt", "csv"), _("text"))


def unknown_kind() -> str:
    """The words for a file of a kind that is not taken."""
    return _("Only PDF, JPEG, PNG, WebP, DOCX, XLSX, TXT and CSV files can be attached.")
