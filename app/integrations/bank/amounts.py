"""Amounts, dates, accounts and currencies as banks write them."""

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

# «1220.00», «1220,00», «1500», «1500=», «175000-00». Fifteen digits fit 64 bits of kopecks.
_AMOUNT = re.compile(r"([0-9]{1,15})(?:[.,-]([0-9]{1,2}))?=?")
_DATE = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})(?:\s.*)?", re.DOTALL)
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T\s].*)?", re.DOTALL)
# The format is younger than 1990; a year outside of these is a slip of the writer, not a date of payment.
_YEARS = range(1990, 2100)

ROUBLE = "RUB"
# Digits 6-8 of an account hold the numeric code of ISO 4217; 810 is the rouble's old code, still used there.
_CURRENCIES = {
    "810": ROUBLE, "643": ROUBLE, "840": "USD", "978": "EUR", "156": "CNY", "398": "KZT", "933": "BYN",
    "826": "GBP", "756": "CHF", "392": "JPY", "344": "HKD", "949": "TRY", "784": "AED", "356": "INR",
    "051": "AMD", "417": "KGS", "860": "UZS", "972": "TJS", "944": "AZN", "981": "GEL",
}  # fmt: skip
_ACCOUNT_LENGTH = 20


def read_amount(text: str) -> Decimal | None:
    """Read a payment's amount with two decimals; None for an empty, negative or doubtful one."""
    match = _AMOUNT.fullmatch(text) or _AMOUNT.fullmatch(squeeze(text))
    if match is None:
        return None
    whole, cents = match.groups("")
    return Decimal(f"{whole}.{cents:0<2}")


def read_balance(text: str) -> Decimal | None:
    """Read a balance or a turnover of an account: like an amount, but an overdraft has a leading minus."""
    bare = squeeze(text)
    amount = read_amount(bare.removeprefix("-"))
    return -amount if amount is not None and bare.startswith("-") else amount


@lru_cache(maxsize=4096)
def read_date(text: str) -> date | None:
    """Read «дд.мм.гггг» or «гггг-мм-дд», a time after it is left out; None when there is no such day."""
    if match := _DATE.fullmatch(text):
        day, month, year = map(int, match.groups())
    elif match := _ISO_DATE.fullmatch(text):
        year, month, day = map(int, match.groups())
    else:
        return None
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None


def squeeze(text: str) -> str:
    """Take every blank out, the no-break ones too: «40702 810 9…» and «1 220.50» are met in files."""
    return "".join(text.split())


def currency_of(account: str) -> str | None:
    """Tell the currency (ISO 4217) of an account by its digits 6-8; None when they say nothing known."""
    return _CURRENCIES.get(account[5:8]) if len(account) == _ACCOUNT_LENGTH else None
