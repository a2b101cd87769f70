"""The calendar as a feed for phones and mail programs (iCalendar, RFC 5545). Instants are in UTC.

SEQUENCE is the number of changes of the record, DTSTAMP the last of them: a program then takes over what was moved.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta

from icalendar import Calendar
from icalendar import Event as Entry

from app.reports.calendar import Event, EventKind
from app.texts import _

_USUAL = {EventKind.CALL: timedelta(minutes=15), EventKind.LETTER: timedelta(minutes=15)}
"""How long an interaction takes for which no end was set; other kinds an hour."""
_HOUR = timedelta(hours=1)


def calendar_feed(events: Iterable[Event], name: str, address: Callable[[Event], str]) -> bytes:
    """The feed of these events; `address` gives the full address of an event's card."""
    made = Calendar()
    made.add("prodid", "-//Kontora//Calendar//RU")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("x-wr-calname", name)
    made.add("refresh-interval", _HOUR, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT1H")
    for event in events:
        made.add_component(_entry(event, address(event)))
    return bytes(made.to_ical())


def _entry(event: Event, address: str) -> Entry:
    entry = Entry()
    entry.add("uid", f"{event.area.lower()}-{event.record_id}@kontora")
    entry.add("dtstamp", event.changed_at)
    entry.add("last-modified", event.changed_at)
    entry.add("sequence", event.version - 1)
    entry.add("summary", _summary(event))
    entry.add("url", address)
    entry.add("status", "CONFIRMED")
    if event.starts_at is None:
        entry.add("dtstart", event.day)
        entry.add("dtend", event.last_day + timedelta(days=1))
        entry.add("transp", "TRANSPARENT")
    else:
        entry.add("dtstart", event.starts_at)
        entry.add("dtend", event.ends_at or event.starts_at + _USUAL.get(event.kind, _HOUR))
    if event.place:
        entry.add("location", event.place)
    told = [event.client, event.who, _("Done") if event.is_done else ""]
    if description := "\n".join(filter(None, told)):
        entry.add("description", description)
    return entry


def _summary(event: Event) -> str:
    """Kind, what it is about, and how late it is."""
    title = f"{event.kind.label}: {event.title}"
    return _("Overdue: %(title)s", title=title) if event.days_late else title
