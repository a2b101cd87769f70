"""The calendar's tabs, periods and people in words."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from flask import url_for
from sqlalchemy import select

from app.database import db
from app.models.staff import Employee
from app.permissions import WRITE
from app.reports.calendar import Late
from app.texts import _
from app.views import formats
from app.views.calendar.asked import VIEWS, Asked
from app.views.calendar.grid import month_title
from app.views.current import today, viewer
from app.views.debts import overdue_words
from app.views.pages import Command, Tab

MOST_PEOPLE = 200


def people() -> list[Employee]:
    """Whom the events can be narrowed to."""
    statement = select(Employee).where(Employee.dismissed_on.is_(None)).order_by(Employee.family_name, Employee.id)
    return list(db.session.scalars(statement.limit(MOST_PEOPLE)))


def period_text(view: str, first: date, last: date) -> str:
    """The period over the calendar: «ноябрь 2026», «23.11.2026 – 29.11.2026»."""
    if view == "overdue":
        return ""
    if view == "month":
        return month_title(first + timedelta(days=10))
    if view == "list":
        return month_title(first)
    return formats.day(first) if first == last else f"{formats.day(first)} – {formats.day(last)}"


def view_tabs(asked: Asked, overdue: int) -> list[Tab]:
    """The views; the one of overdue events tells how many there are."""
    return [
        Tab(
            name,
            str(label),
            url_for("CalendarView.calendar", **asked.arguments(view=name)),
            name == asked.view,
            count=formats.number(overdue) if name == "overdue" and overdue else "",
            tone="danger" if name == "overdue" else "",
        )
        for name, label in VIEWS.items()
    ]


def whose_tabs(asked: Asked) -> list[Tab]:
    """Mine, or all that the row rule lets the person see."""
    labels = {"mine": _("Mine"), "all": _("All") if viewer().sees_all() else _("Of my clients")}
    return [
        Tab(name, label, url_for("CalendarView.calendar", **asked.arguments(whose=name, who="")), name == asked.whose)
        for name, label in labels.items()
    ]


def steps(asked: Asked) -> dict[str, str]:
    """Addresses of the period before, of today and of the period after."""
    lengths = {"week": relativedelta(weeks=1), "day": relativedelta(days=1)}
    length = lengths.get(asked.view, relativedelta(months=1))
    start = asked.day.replace(day=1) if asked.view in {"month", "list"} else asked.day
    days = {"back": start - length, "today": today(), "on": start + length}
    return {
        name: url_for("CalendarView.calendar", **asked.arguments(day=day.isoformat()))
        for name, day in days.items()
        if asked.view != "overdue"
    }


def late_rows(late: Sequence[Late], asked: Asked) -> list[tuple[str, str, str, str]]:
    """(person, address of their overdue events, how many, how late the oldest); those who left are named too."""
    keys = [each.employee_id for each in late if each.employee_id is not None]
    found = db.session.scalars(select(Employee).where(Employee.id.in_(keys)))
    names: dict[int | None, str] = {person.id: str(person) for person in found}
    names[None] = _("Nobody in particular")
    return [
        (
            names[each.employee_id],
            url_for("CalendarView.calendar", **asked.arguments(who=str(each.employee_id))) if each.employee_id else "",
            formats.number(each.count),
            overdue_words((today() - each.oldest).days),
        )
        for each in late
    ]


def add_command() -> Command | None:
    """The way to plan a call or meeting."""
    if not viewer().may(WRITE, "Interactions"):
        return None
    return Command(_("New interaction"), url_for("InteractionView.add"), icon="plus", primary=True)


def settings() -> dict[str, Any]:
    """What the script is told."""
    return {
        "move": url_for("CalendarView.move"),
        "texts": {
            "failed": _("The event could not be moved. Check the connection."),
            "returned": _("The event is back where it was."),
        },
    }
