import io
import zipfile

import pytest

from app.errors import RuleError
from app.services.files.content import check_content
from app.services.files.limits import Limits
from tests.factories.files import EXCEL, LAUNCH, SCRIPT, make_office, make_pdf, make_pdf_with, make_picture

LIMITS = Limits()


def test_pdf_is_taken_with_its_page_count() -> None:
    checked = check_content(make_pdf(3), LIMITS)

    assert (checked.media_type, checked.pages) == ("application/pdf", 3)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (make_pdf(password="secret"), "password"),
        (make_pdf_with(SCRIPT), "program"),
        (make_pdf_with(LAUNCH), "program"),
        (make_pdf_with({"/XXXX": LAUNCH["/F"]}).replace(b"/XXXX", b"/J#53"), "program"),
        (make_pdf(0), "damaged"),
        (b"%PDF-1.7 nothing else %%EOF", "damaged"),
        (make_pdf()[:200], "damaged"),
        (make_pdf() + b"PK\x03\x04" + b"\0" * 2000, "damaged"),
    ],
)
def test_pdf_that_acts_or_hides_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(RuleError, match=words):
        check_content(content, LIMITS)


def test_pdf_of_too_many_objects_is_refused() -> None:
    with pytest.raises(RuleError, match="complicated"):
        check_content(make_pdf(5), Limits(pdf_objects=3))


@pytest.mark.parametrize(("main_type", "extension"), [(None, "docx"), (EXCEL, "xlsx")])
def test_office_document_is_known_by_its_content(main_type: str | None, extension: str) -> None:
    content = make_office(main_type) if main_type else make_office()

    assert check_content(content, LIMITS).extensions == (extension,)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (make_office(extra={"word/vbaProject.bin": b"macro"}), "macros"),
        (make_office(extra={"../../evil.xml": b"x"}), "damaged"),
        (make_office(extra={"/etc/evil.xml": b"x"}), "damaged"),
        (make_office("application/java-archive"), "Only PDF"),
        (make_office()[:60], "damaged"),
        (b"PK\x03\x04" + b"junk" * 20, "damaged"),
    ],
    ids=["macros", "path upwards", "path from the root", "program", "cut off", "junk"],  # an archive holds its hour
)
def test_harmful_archive_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(RuleError, match=words):
        check_content(content, LIMITS)


def test_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = make_office(extra={"a.xml": b"\0" * 5_000_000})

    with pytest.raises(RuleError, match="unpacked"):
        check_content(bomb, Limits(unpacked=1_000_000))


def test_archive_of_too_many_entries_is_refused() -> None:
    with pytest.raises(RuleError, match="unpacked"):
        check_content(make_office(), Limits(entries=1))


def test_archive_without_types_is_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("a.txt", "text")

    with pytest.raises(RuleError, match="Only PDF"):
        check_content(made.getvalue(), LIMITS)


@pytest.mark.parametrize("content", ["Имя;Сумма\r\n".encode(), "\ufeffИмя".encode(), "Имя;Сумма".encode("cp1251")])
def test_text_is_taken_in_both_encodings(content: bytes) -> None:
    assert check_content(content, LIMITS).media_type == "text/plain"


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"  <svg xmlns='http://www.w3.org/2000/svg' onload='x'/>",
        b"\xef\xbb\xbf<?xml version='1.0'?>",
        b"<script>x</script>",
        b"MZ\x90\x00\x03\x00",
        b"\x7fELF\x02\x01\x01\x00",
        b"GIF89a\x01\x00\x01\x00\x00\x00",
        b"text \x98 that is no text in either encoding",
        make_picture("BMP"),
    ],
)
def test_other_kinds_are_refused(content: bytes) -> None:
    with pytest.raises(RuleError, match="Only PDF"):
        check_content(content, LIMITS)


@pytest.mark.parametrize(("content", "words"), [(b"", "empty"), (b"x" * 11, "larger than 1 MB")])
def test_empty_and_oversized_files_are_refused(content: bytes, words: str) -> None:
    with pytest.raises(RuleError, match=words):
        check_content(content, Limits(size=10))
