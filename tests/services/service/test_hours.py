from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.models.staff import CalendarDay
from app.services.service.hours import Span, WorkTime, days_from, passed_before, without, working_time

MOSCOW = WorkTime(ZoneInfo("Europe/Moscow"))
MONDAY = date(2026, 11, 23)


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    """An instant of November 2026 by the clock in Moscow, which is three hours ahead of UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("Europe/Moscow")).astimezone(UTC)


def test_working_day_lasts_from_nine_to_six_by_moscow_time() -> None:
    assert MOSCOW.day(MONDAY) == Span(datetime(2026, 11, 23, 6, tzinfo=UTC), datetime(2026, 11, 23, 15, tzinfo=UTC))


def test_lunch_divides_the_working_day() -> None:
    assert MOSCOW.spans(MONDAY) == [Span(at(9), at(13)), Span(at(14), at(18))]


def test_moscow_keeps_the_same_hours_in_summer() -> None:
    opens = [MOSCOW.day(day) for day in (date(2026, 3, 30), date(2026, 7, 13), date(2026, 10, 26))]

    assert [span.starts_at.hour for span in opens if span] == [6, 6, 6]


def test_day_off_has_no_working_time() -> None:
    sunday = date(2026, 11, 22)

    assert MOSCOW.day(sunday) is None
    assert MOSCOW.spans(sunday) == []


def test_company_may_work_on_a_day_off_and_rest_on_a_working_day(session: Session) -> None:
    session.add_all(
        [
            CalendarDay(day=date(2026, 11, 22), is_working=True),
            CalendarDay(day=MONDAY, is_working=False),
        ]
    )
    session.flush()

    own = working_time(session, ZoneInfo("Europe/Moscow"))

    assert own.day(date(2026, 11, 22)) is not None
    assert own.day(MONDAY) is None


def test_job_over_lunch_is_within_working_hours() -> None:
    assert MOSCOW.is_open(Span(at(11), at(16)))


def test_evening_is_outside_working_hours() -> None:
    assert not MOSCOW.is_open(Span(at(17), at(19)))


def test_sunday_is_outside_working_hours() -> None:
    assert not MOSCOW.is_open(Span(at(10, day=22), at(11, day=22)))


def test_day_begins_at_midnight_in_moscow() -> None:
    assert MOSCOW.whole_day(MONDAY).starts_at == datetime(2026, 11, 22, 21, tzinfo=UTC)


def test_taken_time_is_cut_out() -> None:
    left = without(Span(at(9), at(18)), [Span(at(12), at(14)), Span(at(8), at(10))])

    assert left == [Span(at(10), at(12)), Span(at(14), at(18))]


def test_nothing_is_left_of_a_span_taken_as_a_whole() -> None:
    assert without(Span(at(9), at(18)), [Span(at(8), at(20)), Span(at(21), at(22))]) == []


def test_time_taken_after_the_span_does_not_matter() -> None:
    assert without(Span(at(9), at(10)), [Span(at(11), at(12))]) == [Span(at(9), at(10))]


def test_visits_that_touch_do_not_overlap() -> None:
    assert not Span(at(9), at(10)).overlaps(Span(at(10), at(11)))
    assert Span(at(9), at(10)).overlaps(Span(at(9, 59), at(11)))


def test_span_of_minutes_knows_its_length() -> None:
    assert Span.of(at(9), 90) == Span(at(9), at(10, 30))
    assert Span.of(at(9), 90).minutes == 90


def test_span_is_clipped_to_a_day() -> None:
    assert Span(at(17), at(9, day=24)).clipped(MOSCOW.whole_day(MONDAY)) == Span(at(17), at(0, day=24))


def test_everything_before_now_has_passed() -> None:
    assert without(Span(at(9), at(18)), [passed_before(at(12))]) == [Span(at(12), at(18))]
    assert without(Span(at(9), at(18)), [passed_before(at(12, 1))]) == [Span(at(12, 15), at(18))]


def test_days_follow_each_other_over_the_end_of_a_month() -> None:
    assert days_from(date(2026, 11, 30), 2) == [date(2026, 11, 30), date(2026, 12, 1)]
