"""Documents: DOCX, XLSX and plain text, known by their content. What can act by itself is refused."""

import io
import re
import zipfile

from app.errors import RuleError
from app.services.files.limits import Checked, Limits
from app.texts import _

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
