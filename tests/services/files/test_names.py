import pytest

from app.services.files.names import extension_of, safe_name, with_extension


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Договор № 5.pdf", "Договор № 5.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\win.ini", "win.ini"),
        ("a\x00b\x1fc.pdf", "abc.pdf"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a<b>:c|d?.pdf", "a_b__c_d_.pdf"),
        ("  two   spaces .pdf", "two spaces .pdf"),
        ("..", "file"),
        ("", "file"),
        (" \x00 ", "file"),
        ("NUL", "_NUL"),
        ("com1.txt", "_com1.txt"),
        ("lone\ud800.pdf", "lone.pdf"),
        (".hidden", "hidden"),
        ("Й.pdf", "Й.pdf"),
    ],
)
def test_name_is_made_safe(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_long_name_keeps_its_extension() -> None:
    kept = safe_name("я" * 400 + ".pdf")

    assert len(kept) == 200
    assert kept.endswith("я.pdf")


def test_long_name_without_extension_is_cut() -> None:
    assert safe_name("я" * 400) == "я" * 200


@pytest.mark.parametrize(
    ("name", "extension"), [("a.PDF", "pdf"), ("a.tar.gz", "gz"), ("a", ""), (".pdf", ""), ("a.not an extension", "")]
)
def test_extension_is_read_in_lower_case(name: str, extension: str) -> None:
    assert extension_of(name) == extension


def test_added_extension_fits_into_a_long_name() -> None:
    kept = with_extension("я" * 200, "pdf")

    assert len(kept) == 200
    assert kept.endswith(".pdf")
