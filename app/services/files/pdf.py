"""PDF documents: taken when they open and hold nothing that can act by itself."""

import io
import re
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
