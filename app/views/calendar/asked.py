"""What the address of the calendar asks for: which days, whose events, of which areas."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from flask import abort, request

from app.permissions import PLAN, READ, Role, Scope, Viewer
from app.texts import lazy
from app.views.crud.query import whole
from app.views.current import day_from, today, viewer

VIEWS = {
    "month": lazy("Month"),
    "week": lazy("Week"),
    "day": lazy("Day"),
    "list": lazy("List"),
    "overdue": lazy("Overdue"),
}
LAST_VIEW = "kontora_calendar"
"""The cookie with the view and whose events were looked at last."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the calendar asks for."""

    view: str
    day: date
    whose: str
    who: int | None

    def arguments(self, **changes: str) -> dict[str, Any]:
        """The arguments of this page's address, some changed; empty ones left out."""
        kept = {"view": self.view, "day": self.day.isoformat(), "whose": self.whose, "who": str(self.who or "")}
        return {name: value for name, value in {**kept, **changes}.items() if value}


def areas_of(person: Viewer, whose: str) -> frozenset[str]:
    """The areas that stand in a calendar. Maintenance is work of those who serve; among everybody's it stands too."""
    areas = {area for area in ("Interactions", "Visits", "Deals", "Claims", "Equipment") if person.may(READ, area)}
    serves = person.scope is Scope.OWN_VISITS or Role.ENGINEER in person.roles or person.may(PLAN, "Schedule")
    return frozenset(areas if serves or whose == "all" else areas - {"Equipment"})


def period_of(view: str, day: date) -> tuple[date, date]:
    """The first and last day that a view shows: a month in whole weeks, a week from Monday."""
    if view == "month":
        first = day.replace(day=1)
        last = first + relativedelta(months=1, days=-1)
        return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())
    if view == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    if view == "list":
        return day.replace(day=1), day.replace(day=1) + relativedelta(months=1, days=-1)
    return day, day


def read_address() -> Asked:
    """The address; what it does not say is as it was looked at last."""
    last_view, _dot, last_whose = request.cookies.get(LAST_VIEW, "").partition(".")
    view = request.args.get("view") or (last_view if last_view in VIEWS else "month")
    whose = request.args.get("whose") or (last_whose if last_whose in {"mine", "all"} else "mine")
    if view not in VIEWS or whose not in {"mine", "all"}:
        abort(400)
    who = whole(request.args["who"]) if request.args.get("who") and whose == "all" else None
    return Asked(view, day_from(request.args.get("day", "")) or today(), whose, who)


def employee_of(asked: Asked) -> int | None:
    """Whose events: mine (nobody's for a login without an employee), one person's, or everybody's."""
    return (viewer().employee_id or 0) if asked.whose == "mine" else asked.who
