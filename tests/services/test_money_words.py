from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.money_words import amount_in_words, plural


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "Ноль рублей 00 копеек"),
        ("0.01", "Ноль рублей 01 копейка"),
        ("1", "Один рубль 00 копеек"),
        ("2.02", "Два рубля 02 копейки"),
        ("11.11", "Одиннадцать рублей 11 копеек"),
        ("21.21", "Двадцать один рубль 21 копейка"),
        ("100", "Сто рублей 00 копеек"),
        ("1000.05", "Одна тысяча рублей 05 копеек"),
        ("2000", "Две тысячи рублей 00 копеек"),
        ("1234.56", "Одна тысяча двести тридцать четыре рубля 56 копеек"),
        ("1000000", "Один миллион рублей 00 копеек"),
        ("21001.91", "Двадцать одна тысяча один рубль 91 копейка"),
        ("1220000.00", "Один миллион двести двадцать тысяч рублей 00 копеек"),
        ("5000000000.00", "Пять миллиардов рублей 00 копеек"),
        ("1.995", "Два рубля 00 копеек"),
    ],
)
def test_amount_is_written_as_documents_write_it(amount: str, words: str) -> None:
    assert amount_in_words(Decimal(amount)) == words


def test_negative_amount_is_an_error() -> None:
    with pytest.raises(ValueError, match="negative"):
        amount_in_words(Decimal("-0.01"))


@pytest.mark.parametrize(
    ("n", "form"),
    [
        (0, "many"),
        (1, "one"),
        (2, "few"),
        (4, "few"),
        (5, "many"),
        (11, "many"),
        (14, "many"),
        (21, "one"),
        (112, "many"),
        (-1, "one"),
    ],
)
def test_noun_agrees_with_its_number(n: int, form: str) -> None:
    assert plural(n, "one", "few", "many") == form


@settings(deadline=None)
@given(st.decimals(0, 10**12, places=2))
def test_kopecks_stand_in_digits(amount: Decimal) -> None:
    assert f" {int(amount * 100) % 100:02d} копе" in amount_in_words(amount)
