from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.working_days import WorkingCalendar

CALENDAR = WorkingCalendar()
DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 1))


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2025, 12, 29), 5, date(2026, 1, 15)),
        (date(2025, 12, 30), 3, date(2026, 1, 14)),
        (date(2026, 4, 29), 3, date(2026, 5, 5)),
        (date(2026, 6, 10), 3, date(2026, 6, 16)),
        (date(2026, 11, 2), 2, date(2026, 11, 5)),
        (date(2026, 12, 28), 5, date(2027, 1, 13)),
        (date(2024, 4, 25), 2, date(2024, 4, 27)),
        (date(2026, 1, 1), 0, date(2026, 1, 1)),
    ],
)
def test_banking_days_skip_days_off(start: date, days: int, due: date) -> None:
    assert CALENDAR.add_banking_days(start, days) == due


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2026, 2, 18), 5, date(2026, 2, 24)),
        (date(2026, 1, 1), 30, date(2026, 2, 2)),
        (date(2026, 5, 4), 5, date(2026, 5, 12)),
    ],
)
def test_calendar_term_that_ends_on_a_day_off_moves_on(start: date, days: int, due: date) -> None:
    assert CALENDAR.add_calendar_days(start, days) == due


def test_calendar_term_can_stay_on_a_day_off() -> None:
    assert CALENDAR.add_calendar_days(date(2026, 2, 18), 5, roll=False) == date(2026, 2, 23)


def test_working_saturday_is_a_working_day() -> None:
    assert CALENDAR.is_working(date(2024, 4, 27))
    assert not CALENDAR.is_working(date(2026, 4, 25))


def test_administrator_wins_over_the_official_calendar() -> None:
    monday, saturday = date(2026, 3, 2), date(2026, 3, 7)
    calendar = WorkingCalendar({monday: False, saturday: True})
    assert not calendar.is_working(monday)
    assert calendar.is_working(saturday)
    assert calendar.add_banking_days(date(2026, 2, 27), 1) == date(2026, 3, 3)


def test_next_working_day_is_never_the_day_itself() -> None:
    assert CALENDAR.next_working_day(date(2026, 3, 5)) == date(2026, 3, 6)
    assert CALENDAR.next_working_day(date(2026, 3, 6)) == date(2026, 3, 10)
    assert CALENDAR.roll_forward(date(2026, 3, 6)) == date(2026, 3, 6)


def test_working_days_between_two_days_leave_out_the_first() -> None:
    assert CALENDAR.working_days_between(date(2026, 3, 2), date(2026, 3, 6)) == 4
    assert CALENDAR.working_days_between(date(2026, 3, 6), date(2026, 3, 2)) == -4
    assert CALENDAR.working_days_between(date(2026, 3, 6), date(2026, 3, 6)) == 0


def test_negative_term_is_an_error() -> None:
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add_banking_days(date(2026, 3, 2), -1)
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add_calendar_days(date(2026, 3, 2), -1)


@settings(deadline=None)
@given(DAYS, st.integers(0, 60))
def test_counting_the_days_of_a_term_gives_the_term(start: date, days: int) -> None:
    assert CALENDAR.working_days_between(start, CALENDAR.add_banking_days(start, days)) == days


@settings(deadline=None)
@given(DAYS, st.integers(0, 90))
def test_a_term_ends_on_a_working_day(start: date, days: int) -> None:
    due = CALENDAR.add_calendar_days(start, days)
    assert CALENDAR.is_working(due)
    assert (due - start).days >= days
