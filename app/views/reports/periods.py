"""Usual periods of reports, relative to today."""

from collections.abc import Iterator
from datetime import date, timedelta

from app.texts import _


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of a month."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def quarter_of(day: date) -> tuple[date, date]:
    """The first and the last day of a quarter."""
    first = day.replace(month=day.month - (day.month - 1) % 3, day=1)
    return first, month_of(first + timedelta(days=62))[1]


def year_of(day: date) -> tuple[date, date]:
    """The first and the last day of a year."""
    return day.replace(month=1, day=1), day.replace(month=12, day=31)


def usual_periods(today: date) -> Iterator[tuple[str, tuple[date, date]]]:
    """Words and days of the periods that people ask for most."""
    yield _("This month"), month_of(today)
    yield _("Last month"), month_of(today.replace(day=1) - timedelta(days=1))
    yield _("This quarter"), quarter_of(today)
    yield _("This year"), year_of(today)
    yield _("Last year"), year_of(today.replace(month=1, day=1) - timedelta(days=1))
