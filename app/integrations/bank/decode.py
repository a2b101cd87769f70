"""In which encoding a statement really is: the header's word for it is often wrong."""

import codecs
import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from app.integrations.bank.problems import ErrorCode, StatementError

_CHUNK = 1 << 20
_HEAD = 1 << 16
# Words of the format that only the right encoding shows.
_WITNESSES = ("версияформата", "кодировка", "расчсчет", "секция", "дата")
# In order of preference: an earlier one wins when two show as many words.
_CANDIDATES = ("cp1251", "cp866", "utf-8")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = (
    (("utf-16", "utf16", "unicode"), "utf-16"),
    (("utf",), "utf-8"),
    (("dos", "866"), "cp866"),
    (("win", "1251", "ansi"), "cp1251"),
)


@dataclass(frozen=True, slots=True)
class Survey:
    """What one pass over the bytes tells: the encoding (Python's name) and the SHA-256 of the file."""

    encoding: str
    file_hash: str


def open_source(source: bytes | BinaryIO, max_bytes: int) -> BinaryIO:
    """Give a stream that can be read twice. A file on disk stays there, a one-way stream is copied."""
    if isinstance(source, bytes):
        return io.BytesIO(source)
    with reading():
        if isinstance(source, io.IOBase) and source.seekable():
            return source
        return io.BytesIO(source.read(max_bytes + 1))


def survey_source(stream: BinaryIO, max_bytes: int) -> Survey:
    """Read the bytes once: refuse an empty or too large file, find the encoding, count the hash."""
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    head, size, is_utf8 = b"", 0, True
    for chunk in _chunks(stream):
        size += len(chunk)
        if size > max_bytes:
            raise StatementError(ErrorCode.TOO_LARGE, "The statement file is too large.")
        head = head or chunk[:_HEAD]
        digest.update(chunk)
        is_utf8 = is_utf8 and _decodes(decoder, chunk)
    if not size:
        raise StatementError(ErrorCode.EMPTY, "The statement file is empty.")
    return Survey(_marked_encoding(head) or ("utf-8" if is_utf8 else _likeliest(head)), digest.hexdigest())


def declared_encoding(text: str) -> str:
    """Translate the value of «Кодировка» to Python's name; an unknown word is given back as it is."""
    lowered = text.lower()
    return next((name for words, name in _DECLARED if any(word in lowered for word in words)), lowered)


@contextmanager
def reading() -> Iterator[None]:
    """Turn a failure of the stream itself (disk, closed upload) into a refusal of the file."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise StatementError(ErrorCode.UNREADABLE, "The statement file could not be read.") from error


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    with reading():
        stream.seek(0)
    while True:
        with reading():
            chunk = stream.read(_CHUNK)
        if not chunk:
            return
        yield chunk


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes) -> bool:
    """Check one piece. A character cut at the very end of a truncated file is no reason to doubt UTF-8."""
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True


def _marked_encoding(head: bytes) -> str | None:
    """Tell the encoding by a byte order mark, or by zero bytes between the letters of the first line."""
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    if b"1\x00C\x00" in head[:256]:
        return "utf-16-be" if head[0] == 0 else "utf-16-le"
    return None


def _likeliest(head: bytes) -> str:
    """Choose by the words of the format. UTF-8 is a candidate: banks cut long texts inside a letter."""
    return max(_CANDIDATES, key=lambda name: _score(head.decode(name, "replace").lower()))


def _score(text: str) -> int:
    return sum(word in text for word in _WITNESSES)
