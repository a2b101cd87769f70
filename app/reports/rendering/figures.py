"""Figures and dates as they stand on Russian paper, whatever the language of the screen: «1 234 567,50»."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

NBSP = "\u00a0"
MONTHS = (
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
)
KOPECK = Decimal("0.01")
THOUSANDTH = Decimal("0.001")


def money(value: Decimal | None) -> str:
    """An amount with two decimals, thousands parted by a no-break space, rounded half up; empty for None."""
    return "" if value is None else _grouped(value.quantize(KOPECK, ROUND_HALF_UP))


def quantity(value: Decimal | int | None) -> str:
    """A quantity with at most three decimals and no needless zeros: «2», «1,5»; empty for None."""
    if value is None:
        return ""
    text = _grouped(Decimal(value).quantize(THOUSANDTH, ROUND_HALF_UP))
    return text.rstrip("0").rstrip(",")


def percent(value: Decimal | int | None) -> str:
    """Percentage points with at most three decimals: 12.5 is «12,5 %»; empty for None."""
    return "" if value is None else f"{quantity(value)}{NBSP}%"


def long_date(value: date | None) -> str:
    """«1 февраля 2026 г.»; empty for None."""
    if value is None:
        return ""
    return NBSP.join((str(value.day), MONTHS[value.month - 1], str(value.year), "г."))


def short_date(value: date | None) -> str:
    """«01.02.2026»; empty for None."""
    return "" if value is None else f"{value:%d.%m.}{value.year:04d}"


def _grouped(value: Decimal) -> str:
    plain = value if value else abs(value)
    return f"{plain:,f}".replace(",", NBSP).replace(".", ",")
