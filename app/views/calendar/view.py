"""The calendar of a person's events, moving them, and the feed for a phone."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from flask import Response, abort, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy import select

from app.clock import utc_now
from app.database import db
from app.errors import RuleError
from app.models.deals import Deal
from app.models.interactions import Interaction
from app.models.staff import Employee
from app.permissions import PLAN, READ, WRITE, Role, Scope, Viewer
from app.reports.calendar import Late, Wanted, events_between, overdue_by_person, overdue_events
from app.reports.home import Clock
from app.reports.rendering.ics import calendar_feed
from app.services.access import calendar_links
from app.services.interactions import move_interaction
from app.services.rescheduling import move_event, reschedule
from app.texts import _, lazy, ngettext
from app.views import formats
from app.views.calendar.grid import (
    SHOWN_OF_DAY,
    SHOWN_OF_MONTH,
    Grid,
    event_url,
    in_weeks,
    month_title,
    weekday_names,
)
from app.views.crud.fields import MomentField, Required
from app.views.crud.forms import RecordForm
from app.views.crud.query import whole
from app.views.current import today, viewer, zone
from app.views.debts import overdue_words
from app.views.pages import Command, Tab
from app.views.sections import HOME
from app.views.security import visitors

VIEWS = {
    "month": lazy("Month"),
    "week": lazy("Week"),
    "day": lazy("Day"),
    "list": lazy("List"),
    "overdue": lazy("Overdue"),
}
MOST_CHOSEN = 200
MOST_PEOPLE = 200
FEED_DAYS_BACK, FEED_DAYS_AHEAD = 60, 365
LAST_VIEW = "kontora_calendar"
"""The cookie with the view and whose events were looked at last."""
_MOVED = {"Interactions": Interaction, "Deals": Deal}
"""Areas whose events can be put off from here."""


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


class MoveForm(RecordForm):
    """When an interaction shall be instead."""

    starts_at = MomentField(lazy("When"), [Required()])


class CalendarView(BaseView):
    """The calendar as tables that need no script; the script adds dragging and keys."""

    route_base = "/calendar"
    class_permission_name = "Calendar"
    default_view = "calendar"
    method_permission_name = {
        "calendar": "read",
        "interaction": "read",
        "move": "read",
        "reschedule": "read",
        "link": "read",
        "revoke": "read",
    }
    """Everybody has a calendar; what is moved in it asks for the right to write in its own area besides."""

    @expose("/")
    @has_access
    def calendar(self) -> Any:
        """Show a month, a week, a day, the month as a list, or what is overdue."""
        asked = _asked()
        first, last = period_of(asked.view, asked.day)
        clock = Clock(today(), utc_now(), zone())
        wanted = Wanted(clock, areas_of(viewer(), asked.whose), _employee(asked))
        late = overdue_by_person(db.session(), wanted)
        is_overdue = asked.view == "overdue"
        session = db.session()
        found = overdue_events(session, wanted) if is_overdue else events_between(session, wanted, first, last)
        grid = Grid(viewer(), clock, asked.arguments())
        month = asked.day.month if asked.view == "month" else 0
        most = SHOWN_OF_MONTH if month else SHOWN_OF_DAY
        days = [] if is_overdue else grid.days(first, last, found.rows, most=most, month=month)
        people = _people() if asked.whose == "all" else []
        page = render_template(
            "calendar/index.html",
            page_section=str(HOME),
            asked=asked,
            is_cut=found.is_cut,
            period=_period_text(asked.view, first, last),
            views=_views(asked, sum(each.count for each in late)),
            whose=_whose(asked),
            people=people,
            weekdays=weekday_names(first - timedelta(days=first.weekday())),
            weeks=in_weeks(days) if asked.view in {"month", "week"} else [],
            days=days,
            overdue=[grid.event(event) for event in found.rows] if is_overdue else [],
            late=_late_rows(late, people, asked) if is_overdue and asked.whose == "all" else [],
            steps=_steps(asked),
            add=_add_command(),
            settings=_settings(),
            today=clock.today,
        )
        answer = make_response(page)
        answer.set_cookie(LAST_VIEW, f"{asked.view}.{asked.whose}", max_age=31536000, samesite="Lax", httponly=True)
        return answer

    # --- Moving ------------------------------------------------------------------------------------------------

    @expose("/interaction/<pk>", methods=["GET", "POST"])
    @has_access
    def interaction(self, pk: str) -> Any:
        """Move an interaction by a form: the way without dragging."""
        record = _record("Interactions", pk)
        sent = request.form if request.method == "POST" else None
        form = MoveForm(formdata=sent, data={"starts_at": record.starts_at})
        refused = ""
        if sent is not None and form.validate() and (starts_at := form.starts_at.data) is not None:
            try:
                move_interaction(record, starts_at)
                db.session.commit()
                flash(_("The event is moved."), "success")
                return redirect(_calendar_url(record.starts_at.astimezone(zone()).date()))
            except RuleError as refusal:
                db.session.rollback()
                refused, record = str(refusal), _record("Interactions", pk)
        back = _calendar_url(record.starts_at.astimezone(zone()).date())
        page = render_template(
            "calendar/move.html", record=record, form=form, refused=refused, back=back, page_section=str(HOME)
        )
        return page, 200 if sent is None else 422

    @expose("/move", methods=["POST"])
    @has_access
    def move(self) -> Any:
        """Move a dragged event to another day; JSON in and out. 409 with the words when a rule refuses."""
        sent = request.get_json(silent=True)
        if not isinstance(sent, dict):
            abort(400)
        record = _event(str(sent.get("event", "")))
        day = _day(str(sent.get("day", ""))) or abort(400)
        if str(sent.get("version")) != str(record.version):
            return jsonify(refused=_("Somebody else has just changed this event. Reload the page.")), 409
        try:
            move_event(record, day, zone=zone())
            db.session.commit()
        except RuleError as refusal:
            db.session.rollback()
            return jsonify(refused=str(refusal)), 409
        return jsonify(version=record.version, said=_("Moved to %(day)s", day=formats.day(day)))

    @expose("/reschedule", methods=["POST"])
    @has_access
    def reschedule(self) -> Any:
        """Put the chosen overdue events off to one day; each keeps its time."""
        keys = request.form.getlist("event")
        if len(keys) > MOST_CHOSEN:
            abort(400)
        events = [_event(key) for key in keys]
        day = _day(request.form.get("day", ""))
        try:
            if day is None:
                raise RuleError(_("Say to which day."))
            reschedule(events, day, today=today(), zone=zone())
            db.session.commit()
        except RuleError as refusal:
            db.session.rollback()
            flash(str(refusal), "danger")
        else:
            moved = ngettext("%(num)s event", "%(num)s events", len(events))
            flash(_("Moved to %(day)s: %(events)s.", day=formats.day(day), events=moved), "success")
        whose = "all" if request.form.get("whose") == "all" else "mine"
        return redirect(url_for("CalendarView.calendar", view="overdue", whose=whose))

    # --- The feed ----------------------------------------------------------------------------------------------

    @expose("/link", methods=["GET", "POST"])
    @has_access
    def link(self) -> Any:
        """The address for a phone: shown once, when it is made."""
        address = ""
        if request.method == "POST":
            token = calendar_links.issue(db.session(), viewer().user_id, utc_now())
            db.session.commit()
            address = url_for("CalendarView.feed", token=token, _external=True)
        since = calendar_links.made_at(db.session(), viewer().user_id)
        return render_template(
            "calendar/link.html",
            page_section=str(HOME),
            address=address,
            since=formats.moment(since) if since is not None else "",
        )

    @expose("/link/revoke", methods=["POST"])
    @has_access
    def revoke(self) -> Any:
        """End the address: phones that use it get nothing more."""
        calendar_links.revoke(db.session(), viewer().user_id)
        db.session.commit()
        flash(_("The calendar's address is revoked."), "success")
        return redirect(url_for("CalendarView.link"))

    @expose("/<token>.ics")
    def feed(self, token: str) -> Response:
        """The person's own events for a phone. The address is the key: no sign-in, and 404 for a wrong one."""
        db.session.info.pop("viewer", None)
        found = calendar_links.find(db.session(), token)
        if found is None:
            abort(404)
        visitors.welcome(found)
        person = viewer()
        if not person.may(READ, "Calendar"):
            abort(404)
        clock = Clock(today(), utc_now(), zone())
        wanted = Wanted(clock, areas_of(person, "mine"), person.employee_id or 0)
        first, last = clock.today - timedelta(days=FEED_DAYS_BACK), clock.today + timedelta(days=FEED_DAYS_AHEAD)
        name = _("Kontora: %(person)s", person=found.user.get_full_name())
        host = request.host_url.rstrip("/")
        rows = events_between(db.session(), wanted, first, last).rows
        body = calendar_feed(rows, name, lambda event: host + event_url(event))
        answer = Response(body, content_type="text/calendar; charset=utf-8")
        answer.headers["Cache-Control"] = "private, no-store"
        answer.headers["Content-Disposition"] = 'inline; filename="kontora.ics"'
        return answer


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


def _asked() -> Asked:
    """The address; what it does not say is as it was looked at last."""
    last_view, _dot, last_whose = request.cookies.get(LAST_VIEW, "").partition(".")
    view = request.args.get("view") or (last_view if last_view in VIEWS else "month")
    whose = request.args.get("whose") or (last_whose if last_whose in {"mine", "all"} else "mine")
    if view not in VIEWS or whose not in {"mine", "all"}:
        abort(400)
    who = whole(request.args["who"]) if request.args.get("who") and whose == "all" else None
    return Asked(view, _day(request.args.get("day", "")) or today(), whose, who)


def _employee(asked: Asked) -> int | None:
    """Whose events: mine (nobody's for a login without an employee), one person's, or everybody's."""
    return (viewer().employee_id or 0) if asked.whose == "mine" else asked.who


def _day(value: str) -> date | None:
    try:
        read = date.fromisoformat(value) if value else None
    except ValueError:
        abort(400)
    return read if read is None or 1990 <= read.year <= 2100 else abort(400)


def _event(key: str) -> Any:
    """The record of «Interactions-5»: 404 when it is not there or not to be seen, 403 without the right to move it."""
    area, _dash, number = key.partition("-")
    return _record(area, number) if area in _MOVED else abort(400)


def _record(area: str, number: str) -> Any:
    if not viewer().may(WRITE, area):
        abort(403)
    model: Any = _MOVED[area]
    return db.session.get(model, whole(number)) or abort(404)


def _people() -> list[Employee]:
    statement = select(Employee).where(Employee.dismissed_on.is_(None)).order_by(Employee.family_name, Employee.id)
    return list(db.session.scalars(statement.limit(MOST_PEOPLE)))


def _calendar_url(day: date) -> str:
    return url_for("CalendarView.calendar", day=day.isoformat())


# --- Words --------------------------------------------------------------------------------------------------------


def _period_text(view: str, first: date, last: date) -> str:
    if view == "overdue":
        return ""
    if view == "month":
        return month_title(first + timedelta(days=10))
    if view == "list":
        return month_title(first)
    return formats.day(first) if first == last else f"{formats.day(first)} – {formats.day(last)}"


def _views(asked: Asked, overdue: int) -> list[Tab]:
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


def _whose(asked: Asked) -> list[Tab]:
    labels = {"mine": _("Mine"), "all": _("All") if viewer().sees_all() else _("Of my clients")}
    return [
        Tab(name, label, url_for("CalendarView.calendar", **asked.arguments(whose=name, who="")), name == asked.whose)
        for name, label in labels.items()
    ]


def _steps(asked: Asked) -> dict[str, str]:
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


def _late_rows(late: tuple[Late, ...], people: list[Employee], asked: Asked) -> list[tuple[str, str, str, str]]:
    """(person, address of their overdue events, how many, how late the oldest)."""
    names = {person.id: str(person) for person in people}
    return [
        (
            names.get(each.employee_id, formats.EMPTY) if each.employee_id is not None else _("Nobody in particular"),
            url_for("CalendarView.calendar", **asked.arguments(who=str(each.employee_id))) if each.employee_id else "",
            formats.number(each.count),
            overdue_words((today() - each.oldest).days),
        )
        for each in late
    ]


def _add_command() -> Command | None:
    if not viewer().may(WRITE, "Interactions"):
        return None
    return Command(_("New interaction"), url_for("InteractionView.add"), icon="plus", primary=True)


def _settings() -> dict[str, Any]:
    """What the script is told."""
    return {
        "move": url_for("CalendarView.move"),
        "texts": {
            "failed": _("The event could not be moved. Check the connection."),
            "returned": _("The event is back where it was."),
        },
    }
