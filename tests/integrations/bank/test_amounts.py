from datetime import date
from decimal import Decimal

import pytest

from app.integrations.bank.amounts import currency_of, read_amount, read_balance, read_date, squeeze


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1220.00", "1220.00"),
        ("1220,00", "1220.00"),
        ("1 220.50", "1220.50"),
        ("1\u00a0220,5", "1220.50"),
        ("1\u202f220", "1220.00"),
        ("1500", "1500.00"),
        ("1500=", "1500.00"),
        ("175000-00", "175000.00"),
        ("0.05", "0.05"),
    ],
)
def test_amount_is_read_in_every_way_banks_write_it(text: str, amount: str) -> None:
    assert str(read_amount(text)) == amount


@pytest.mark.parametrize(
    "text", ["", "-10.00", "10.123", "1,2.3", "1,220.00", "ten", "1e5", "NaN", "١٢", "9" * 16, ".50", "5."]
)
def test_doubtful_amount_is_not_guessed(text: str) -> None:
    assert read_amount(text) is None


@pytest.mark.parametrize(("text", "balance"), [("-500.00", "-500.00"), ("- 1 500,5", "-1500.50"), ("0", "0.00")])
def test_balance_may_be_an_overdraft(text: str, balance: str) -> None:
    assert read_balance(text) == Decimal(balance)


def test_unreadable_balance_is_unknown() -> None:
    assert read_balance("--5") is None


@pytest.mark.parametrize("text", ["29.02.2024", "29.02.2024 10:11:12", "2024-02-29", "2024-02-29T00:00:00"])
def test_date_is_read_with_or_without_time(text: str) -> None:
    assert read_date(text) == date(2024, 2, 29)


@pytest.mark.parametrize("text", ["", "29.02.2026", "1.2.2026", "23.08.201819202122", "01.01.0001", "00.00.0000"])
def test_date_that_is_no_day_is_not_guessed(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    ("account", "currency"),
    [
        ("40702810900000000007", "RUB"),
        ("40702643900000000007", "RUB"),
        ("40702840900000000007", "USD"),
        ("40702978900000000007", "EUR"),
        ("40702156900000000007", "CNY"),
        ("40702398900000000007", "KZT"),
        ("40702933900000000007", "BYN"),
        ("40702000900000000007", None),
        ("12384", None),
    ],
)
def test_currency_stands_in_digits_six_to_eight(account: str, currency: str | None) -> None:
    assert currency_of(account) == currency


def test_blanks_of_every_kind_are_taken_out() -> None:
    assert squeeze(" 40702\u00a0810 9\t") == "407028109"
