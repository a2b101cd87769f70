import hashlib
import io
import tempfile
from typing import BinaryIO, cast

import pytest

from app.integrations.bank import ErrorCode, Statement, StatementError, read_statement
from app.integrations.bank.decode import declared_encoding
from tests.integrations.bank.statements import END, HEADER, codes, document

LINES = "\r\n".join((*HEADER, *document(НазначениеПлатежа="Оплата ё № 1"), *END))


def file(encoding: str, declared: str) -> bytes:
    return LINES.replace("UTF-8", declared).encode(encoding)


@pytest.mark.parametrize(
    ("encoding", "declared", "found"),
    [
        ("cp1251", "Windows", "cp1251"),
        ("cp866", "DOS", "cp866"),
        ("utf-8", "UTF-8", "utf-8"),
        ("utf-8-sig", "UTF-8", "utf-8"),
        ("utf-16", "UTF-16", "utf-16-le"),
        ("utf-16-le", "UTF-16", "utf-16-le"),
        ("utf-16-be", "Unicode", "utf-16-be"),
    ],
)
def test_encoding_is_found_and_agrees_with_the_header(encoding: str, declared: str, found: str) -> None:
    statement = read_statement(file(encoding, declared))
    assert statement.encoding == found
    assert statement.documents[0].purpose == "Оплата ё № 1"
    assert codes(statement) == []


def test_big_endian_mark_is_obeyed() -> None:
    data = b"\xfe\xff" + file("utf-16-be", "UTF-16")
    assert read_statement(data).encoding == "utf-16-be"


def test_unknown_encoding_word_is_a_mismatch() -> None:
    statement = read_statement(file("cp1251", "KOI8"))
    assert [dict(warning.values) for warning in statement.warnings] == [{"declared": "KOI8", "actual": "cp1251"}]


def test_letter_cut_by_the_bank_does_not_hide_utf8() -> None:
    data = file("utf-8", "UTF-8").replace("№".encode(), "№".encode()[:2])
    statement = read_statement(data)
    assert statement.encoding == "utf-8"
    assert codes(statement) == ["bad_characters"]


def test_utf8_file_cut_inside_a_letter_is_still_utf8() -> None:
    data = file("utf-8", "UTF-8")
    statement = read_statement(data[: data.index("ё".encode()) + 1])
    assert (statement.encoding, statement.truncated) == ("utf-8", True)


@pytest.mark.parametrize(
    ("word", "name"), [("windows-1251", "cp1251"), ("ANSI", "cp1251"), ("CP866", "cp866"), ("utf8", "utf-8")]
)
def test_words_of_the_header_are_understood(word: str, name: str) -> None:
    assert declared_encoding(word) == name


def test_hash_is_of_the_bytes_of_the_file() -> None:
    data = file("cp1251", "Windows")
    assert read_statement(data).file_hash == hashlib.sha256(data).hexdigest()


def test_empty_file_is_refused() -> None:
    assert refusal(io.BytesIO()) is ErrorCode.EMPTY


@pytest.mark.parametrize("mark", [b"\r\n \r\n", b"PK\x03\x04", b"\x00" * 500, b"\xff\xfe"])
def test_file_without_the_mark_is_refused(mark: bytes) -> None:
    assert refusal(io.BytesIO(mark)) is ErrorCode.NOT_1C


def test_too_large_file_is_refused() -> None:
    with pytest.raises(StatementError) as refused:
        read_statement(file("utf-8", "UTF-8"), max_bytes=100)
    assert refused.value.code is ErrorCode.TOO_LARGE


def test_file_of_exactly_the_limit_is_read() -> None:
    data = file("utf-8", "UTF-8")
    assert read_statement(data, max_bytes=len(data)).document_count == 1


class OneWay(io.RawIOBase):
    """A stream that cannot go back, like the body of a request."""

    def __init__(self, data: bytes) -> None:
        self.inner = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        return self.inner.readinto(cast(bytearray, buffer))


def test_stream_that_cannot_go_back_is_read() -> None:
    assert read_statement(cast(BinaryIO, OneWay(file("utf-8", "UTF-8")))).document_count == 1


def test_too_long_stream_is_refused_without_being_read_to_the_end() -> None:
    stream = OneWay(b"x" * 10_000)
    with pytest.raises(StatementError) as refused:
        read_statement(cast(BinaryIO, stream), max_bytes=100)
    assert refused.value.code is ErrorCode.TOO_LARGE
    assert stream.inner.tell() < 10_000


def test_stream_is_read_from_its_beginning_and_left_open() -> None:
    with tempfile.SpooledTemporaryFile() as upload:
        upload.write(file("cp1251", "Windows"))
        assert read_both(cast(BinaryIO, upload)) == [1, 1]


def read_both(stream: BinaryIO) -> list[int]:
    statements: list[Statement] = [read_statement(stream), read_statement(stream)]
    return [statement.document_count for statement in statements]


def test_closed_stream_is_a_refusal_not_a_crash() -> None:
    stream = io.BytesIO(b"1CClientBankExchange")
    stream.close()
    assert refusal(stream) is ErrorCode.UNREADABLE


class Failing(io.BytesIO):
    """A disk that fails after the first look."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise OSError("disk")


def test_failing_disk_is_a_refusal_not_a_crash() -> None:
    assert refusal(Failing(b"x")) is ErrorCode.UNREADABLE


def refusal(stream: BinaryIO) -> ErrorCode:
    with pytest.raises(StatementError) as refused:
        read_statement(stream)
    return refused.value.code
