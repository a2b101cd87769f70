"""The nearest free time of engineers for a job of a given length: asked while the client is on the telephone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import abort, request, url_for

from app.clock import day_of, utc_now
from app.database import db
from app.models.clients import Client
from app.models.service import ServiceRequest
from app.models.staff import Employee
from app.permissions import WRITE
from app.services.service import Slot, SlotSearch, free_slots, working_time
from app.views import formats
from app.views.crud.query import whole
from app.views.current import day_from, today, viewer, zone
from app.views.schedule.grid import USUAL_MINUTES, hours_text

DAYS = 14
MOST_SLOTS = 30
LENGTHS = (30, 60, 90, 120, 180, 240, 360, 480, 540)
"""Minutes that a job may be looked for with."""


@dataclass(frozen=True, slots=True)
class ShownSlot:
    """A slot in words; `url` takes it, for those who may."""

    time: str
    engineer: str
    is_near: bool
    url: str


@dataclass(frozen=True, slots=True)
class SlotsPage:
    """What was asked, and the slots of each day that has any."""

    minutes: int
    lengths: tuple[tuple[int, str], ...]
    start_day: str
    town: str
    engineer: int | None
    days: tuple[tuple[str, tuple[ShownSlot, ...]], ...]
    kept: dict[str, Any]
    """Whom the slot is looked for: goes along to every link."""


def slots_page(engineers: Sequence[Employee], wanted: ServiceRequest | None) -> SlotsPage:
    """Read the address and look. 400 for a length that is not offered, a day or an engineer that there is none of."""
    minutes = whole(request.args.get("minutes") or str(USUAL_MINUTES))
    if minutes not in LENGTHS:
        abort(400)
    start_day = max(day_from(request.args.get("day", "")) or today(), today())
    client = wanted.client if wanted is not None else _client()
    town = request.args.get("town", (client.town or "") if client is not None else "").strip()[:100]
    key = whole(request.args["engineer"]) if request.args.get("engineer") else None
    chosen = [each for each in engineers if key in (None, each.id)]
    kept = {"request": wanted.id} if wanted is not None else {"client": client.id} if client is not None else {}
    search = SlotSearch(chosen, start_day, DAYS, minutes, utc_now(), town or None)
    found = free_slots(db.session(), search, working_time(db.session(), zone()))[:MOST_SLOTS] if chosen else []
    return SlotsPage(
        minutes=minutes,
        lengths=tuple((each, hours_text(each)) for each in LENGTHS),
        start_day=start_day.isoformat(),
        town=town,
        engineer=key,
        days=tuple(_by_days(found, {each.id: str(each) for each in chosen}, kept)),
        kept=kept,
    )


def _client() -> Client | None:
    key = request.args.get("client", "")
    return (db.session.get(Client, whole(key)) or abort(404)) if key else None


def _by_days(
    found: Sequence[Slot], names: dict[int, str], kept: dict[str, Any]
) -> Iterator[tuple[str, tuple[ShownSlot, ...]]]:
    for day, slots in groupby(found, key=lambda slot: day_of(slot.span.starts_at, zone())):
        yield formats.long_day(day), tuple(_shown(slot, names[slot.employee_id], kept) for slot in slots)


def _shown(slot: Slot, engineer: str, kept: dict[str, Any]) -> ShownSlot:
    starts_at, ends_at = slot.span.starts_at.astimezone(zone()), slot.span.ends_at.astimezone(zone())
    url = ""
    if viewer().may(WRITE, "Schedule"):
        url = url_for(
            "ScheduleView.book",
            engineer=slot.employee_id,
            start=f"{starts_at:%Y-%m-%dT%H:%M}",
            minutes=slot.span.minutes,
            **kept,
        )
    return ShownSlot(f"{starts_at:%H:%M}–{ends_at:%H:%M}", engineer, slot.is_near, url)
