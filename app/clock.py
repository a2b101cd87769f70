"""What time it is. Instants are kept in UTC; days are days in the company's time zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = "zone"
"""Key of `session.info`: the company's time zone, for rules that run inside a flush."""


def utc_now() -> datetime:
    """This instant, aware, in UTC, to the second: finer parts would differ between databases."""
    return datetime.now(UTC).replace(microsecond=0)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The calendar day that an instant falls on in the given zone."""
    return moment.astimezone(zone).date()


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day in the given zone, as UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def instants_of(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The days from `first` to `last`, both included: their first instant, and the first one past them."""
    return start_of(first, zone), start_of(last + timedelta(days=1), zone)
