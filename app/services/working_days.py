"""The Russian working calendar: holidays, moved days off, working Saturdays, the administrator's changes.

A term runs from the day after the event (ГК РФ ст. 191). A term that ends on a day off ends on the next
working day (ст. 193). The law does not define a «banking day»; by custom it is a working day, and contracts
should say so.
"""

import datetime
from collections.abc import Mapping
from functools import lru_cache

_DAY = datetime.timedelta(days=1)


class WorkingCalendar:
    """Tells working days from days off.

    `overrides` are the administrator's own days and win over the official calendar: True working, False off.
    """

    def __init__(self, overrides: Mapping[datetime.date, bool] | None = None) -> None:
        self._overrides = dict(overrides or {})

    def is_working(self, day: datetime.date) -> bool:
        """Whether the company works on this day."""
        override = self._overrides.get(day)
        return day not in _days_off(day.year) if override is None else override

    def next_working_day(self, day: datetime.date) -> datetime.date:
        """The first working day after this day, never the day itself."""
        return self.roll_forward(day + _DAY)

    def roll_forward(self, day: datetime.date) -> datetime.date:
        """The day itself if it is a working day, else the next working day (ГК РФ ст. 193)."""
        while not self.is_working(day):
            day += _DAY
        return day

    def add_banking_days(self, start: datetime.date, days: int) -> datetime.date:
        """The last day of a term of `days` working days after `start`; `start` itself for 0 days.

        Raises ValueError for a negative term.
        """
        _refuse_negative(days)
        day = start
        for _number in range(days):
            day = self.next_working_day(day)
        return day

    def add_calendar_days(self, start: datetime.date, days: int, *, roll: bool = True) -> datetime.date:
        """The last day of a term of `days` calendar days after `start`.

        With `roll` a day off moves to the next working day (ГК РФ ст. 193). Raises ValueError for a
        negative term.
        """
        _refuse_negative(days)
        day = start + datetime.timedelta(days=days)
        return self.roll_forward(day) if roll else day

    def working_days_between(self, start: datetime.date, end: datetime.date) -> int:
        """How many working days lie after `start` up to `end`, included; negative when `end` is earlier."""
        if end < start:
            return -self.working_days_between(end, start)
        span = (end - start).days
        return sum(self.is_working(start + datetime.timedelta(days=number)) for number in range(1, span + 1))


def _refuse_negative(days: int) -> None:
    if days < 0:
        raise ValueError("a term cannot be negative")


@lru_cache(maxsize=64)
def _days_off(year: int) -> frozenset[datetime.date]:
    """All official days off of a year, weekends included and working Saturdays left out."""
    import holidays  # a tenth of a second, which a process that is only asked for pages need not pay at its start

    # A calendar of its own for each year: one shared object fills itself up and is not safe between threads.
    calendar = holidays.country_holidays("RU", years=year, expand=False)
    first = datetime.date(year, 1, 1).toordinal()
    days = (datetime.date.fromordinal(number) for number in range(first, first + 366))
    return frozenset(day for day in days if day.year == year and not calendar.is_working_day(day))
