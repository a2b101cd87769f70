import pytest

from app.services.names import query_variants


@pytest.mark.parametrize(
    ("typed", "variants"),
    [
        ("hjvfirf", ["hjvfirf", "ромашка", "хйвфирф"]),
        ("Ромашка", ["ромашка", "hjvfirf", "romashka"]),
        ("8 (495) 123-45-67", ["74951234567", "4951234567"]),
        ("123-45-67", ["123 45 67", "1234567"]),
        ("+375 29 123-45-67", ["3752912345 67", "5291234567"]),
        ("7707083893", ["7707083893"]),
        ("500100732259", ["500100732259"]),
        ("12", ["12"]),
        ("---", []),
        ("", []),
    ],
)
def test_query_is_read_in_every_likely_way(typed: str, variants: list[str]) -> None:
    assert query_variants(typed) == variants
