"""Figures and dates as they stand on Russian paper."""

from datetime import date
from decimal import Decimal

import pytest

from app.reports.rendering import figures


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1234567.5"), "1\u00a0234\u00a0567,50"),
        (Decimal("0.005"), "0,01"),
        (Decimal("-0.001"), "0,00"),
        (Decimal("-1234.5"), "-1\u00a0234,50"),
        (Decimal("12345678901234.56"), "12\u00a0345\u00a0678\u00a0901\u00a0234,56"),
        (None, ""),
    ],
)
def test_money_has_two_decimals_and_parted_thousands(value: Decimal | None, text: str) -> None:
    assert figures.money(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("2.000"), "2"),
        (Decimal("1.5"), "1,5"),
        (1200, "1\u00a0200"),
        (Decimal("0.125"), "0,125"),
        (0, "0"),
        (None, ""),
    ],
)
def test_a_quantity_has_no_needless_zeros(value: Decimal | int | None, text: str) -> None:
    assert figures.quantity(value) == text


def test_a_percent_has_its_sign_after_a_no_break_space() -> None:
    assert (figures.percent(Decimal("12.5")), figures.percent(None)) == ("12,5\u00a0%", "")


def test_a_long_date_names_the_month_in_the_genitive() -> None:
    assert figures.long_date(date(2026, 2, 1)) == "1\u00a0февраля\u00a02026\u00a0г."
    assert figures.long_date(None) == ""


def test_a_short_date_has_two_digits_a_part() -> None:
    assert (figures.short_date(date(2026, 2, 1)), figures.short_date(None)) == ("01.02.2026", "")
