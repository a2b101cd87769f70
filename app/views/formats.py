"""Values as a person reads them, in the language of the request. Everything shown on a screen goes through here."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from babel.numbers import format_decimal
from flask_babel import format_date, format_datetime, get_locale

from app.database import Choice
from app.texts import _
from app.views.pages import Cell

EMPTY = "—"
_DATE = {"ru": "dd.MM.yyyy", "en": "d MMM yyyy"}
_MOMENT = {"ru": "dd.MM.yyyy, HH:mm", "en": "d MMM yyyy, HH:mm"}


def language() -> str:
    """'ru' or 'en'."""
    return str(getattr(get_locale(), "language", "ru"))


def money(amount: Decimal) -> str:
    """Two decimals, thousands apart by a non-breaking space in Russian, a true minus sign."""
    return _number(amount, "#,##0.00")


def roubles(amount: Decimal) -> str:
    """Money with the rouble sign, kept on one line."""
    return f"{money(amount)}\N{NO-BREAK SPACE}₽"


def quantity(value: Decimal) -> str:
    """Up to three decimals, no trailing zeros."""
    return _number(value, "#,##0.###")


def percent(value: Decimal) -> str:
    """Up to two decimals with the sign, as each language writes it."""
    return _number(value, "#,##0.##") + ("\N{NO-BREAK SPACE}%" if language() == "ru" else "%")


def badge(count: int, most: int) -> str:
    """How much waits, beside a name: nothing for none, «99+» where counting stopped at `most` = 100."""
    return f"{most - 1}+" if count >= most else str(count or "")


def number(value: int) -> str:
    """A whole number with thousands apart."""
    return _number(Decimal(value), "#,##0")


def _number(value: Decimal, pattern: str) -> str:
    return _written(value, pattern, str(get_locale() or "en"))


@lru_cache(maxsize=8192)
def _written(value: Decimal, pattern: str, locale: str) -> str:
    """A page has hundreds of numbers, and many of them again and again."""
    return str(format_decimal(value, format=pattern, locale=locale)).replace("-", "\N{MINUS SIGN}")


def day(value: date) -> str:
    """A date: 23.11.2026 or 23 Nov 2026."""
    return str(format_date(value, _DATE.get(language(), "yyyy-MM-dd"), rebase=False))


def long_day(value: date) -> str:
    """A day as people say it: «четверг, 26 ноября 2026»."""
    pattern = "EEEE, d MMMM y"
    return str(format_date(value, pattern, rebase=False))


def moment(value: datetime) -> str:
    """An instant in the company's zone: 23.11.2026, 14:05."""
    return str(format_datetime(value, _MOMENT.get(language(), "yyyy-MM-dd HH:mm")))


def size(octets: int) -> str:
    """A file's size in kilobytes or megabytes."""
    if octets < 1024 * 1024:
        return _("%(number)s KB", number=number(max(1, round(octets / 1024))))
    return _("%(number)s MB", number=_number(Decimal(octets) / (1024 * 1024), "#,##0.0"))


@cache
def _is_status(choices: type[Choice]) -> bool:
    """Tell whether a choice is a status, shown as a chip: its members differ in tone. Others are plain words."""
    return any(member.tone != "neutral" for member in choices)


def _tone(value: Choice) -> str:
    return value.tone if _is_status(type(value)) else ""


def cell(value: Any, kind: str = "") -> Cell:
    """Any value of a column as a cell; `kind` tells money from quantity and percent, which are all decimals."""
    if value is None or value == "":
        return Cell(EMPTY, kind or "text")
    if isinstance(value, Choice):
        return Cell(str(value.label), "chip" if _is_status(type(value)) else "text", tone=_tone(value))
    if isinstance(value, bool):
        return Cell(_("Yes") if value else _("No"), "flag")
    if isinstance(value, datetime):
        return Cell(moment(value), "moment")
    if isinstance(value, date):
        return Cell(day(value), "date")
    if isinstance(value, Decimal):
        shown = {"money": money, "percent": percent}.get(kind, quantity)(value)
        return Cell(shown, kind or "quantity", tone="danger" if kind == "money" and value < 0 else "")
    if isinstance(value, int):
        return Cell(str(value), "number")
    return Cell(str(value), "text")
