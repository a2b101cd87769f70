"""Joins finished PDFs into one document."""

import io
from collections.abc import Iterable


def merged(documents: Iterable[bytes]) -> bytes:
    """All documents as one, each from a page of its own."""
    from pypdf import PdfWriter  # takes long to load: only a process that prints pays for it

    writer = PdfWriter()
    for pdf in documents:
        writer.append(io.BytesIO(pdf))
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()
