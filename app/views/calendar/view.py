"""The calendar of a person's events, moving them, and the feed for a phone."""

from datetime import date, timedelta
from typing import Any

from flask import Response, abort, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access

from app.clock import utc_now
from app.database import db
from app.errors import RuleError
from app.models.deals import Deal
from app.models.interactions import Interaction
from app.permissions import READ, WRITE
from app.reports.calendar import Wanted, events_between, overdue_by_person, overdue_events
from app.reports.home import Clock
from app.services.access import calendar_links
from app.services.interactions import move_interaction
from app.services.rescheduling import move_event, reschedule
from app.texts import _, lazy, ngettext
from app.views import formats
from app.views.calendar.asked import LAST_VIEW, areas_of, employee_of, period_of, read_address
from app.views.calendar.grid import SHOWN_OF_DAY, SHOWN_OF_MONTH, Grid, event_url, in_weeks, weekday_names
from app.views.calendar.words import (
    add_command,
    late_rows,
    people,
    period_text,
    settings,
    steps,
    view_tabs,
    whose_tabs,
)
from app.views.crud.fields import MomentField, Required
from app.views.crud.forms import RecordForm
from app.views.crud.query import whole
from app.views.current import day_from, today, viewer, zone
from app.views.sections import HOME
from app.views.security import visitors

MOST_CHOSEN = 200
FEED_DAYS_BACK, FEED_DAYS_AHEAD = 60, 365
_MOVED = {"Interactions": Interaction, "Deals": Deal}
"""Areas whose events can be put off from here."""


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
        asked = read_address()
        first, last = period_of(asked.view, asked.day)
        clock = Clock(today(), utc_now(), zone())
        wanted = Wanted(clock, areas_of(viewer(), asked.whose), employee_of(asked))
        session = db.session()
        late = overdue_by_person(session, wanted)
        is_overdue = asked.view == "overdue"
        found = overdue_events(session, wanted) if is_overdue else events_between(session, wanted, first, last)
        grid = Grid(viewer(), clock, asked.arguments())
        month = asked.day.month if asked.view == "month" else 0
        most = SHOWN_OF_MONTH if month else SHOWN_OF_DAY
        days = [] if is_overdue else grid.days(first, last, found.rows, most=most, month=month)
        page = render_template(
            "calendar/index.html",
            page_section=str(HOME),
            asked=asked,
            is_cut=found.is_cut,
            period=period_text(asked.view, first, last),
            views=view_tabs(asked, sum(each.count for each in late)),
            whose=whose_tabs(asked),
            people=people() if asked.whose == "all" else [],
            weekdays=weekday_names(first - timedelta(days=first.weekday())),
            weeks=in_weeks(days) if asked.view in {"month", "week"} else [],
            days=days,
            overdue=[grid.event(event) for event in found.rows] if is_overdue else [],
            late=late_rows(late, asked) if is_overdue and asked.whose == "all" else [],
            steps=steps(asked),
            add=add_command(),
            settings=settings(),
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
        day = day_from(str(sent.get("day", ""))) or abort(400)
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
        day = day_from(request.form.get("day", ""))
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
        from app.reports.rendering.ics import (
            calendar_feed,  # a page needs none of it, and every process would pay for it at its start
        )

        body = calendar_feed(rows, name, lambda event: host + event_url(event))
        answer = Response(body, content_type="text/calendar; charset=utf-8")
        answer.headers["Cache-Control"] = "private, no-store"
        answer.headers["Content-Disposition"] = 'inline; filename="kontora.ics"'
        return answer


def _event(key: str) -> Any:
    """The record of «Interactions-5»: 404 when it is not there or not to be seen, 403 without the right to move it."""
    area, _dash, number = key.partition("-")
    return _record(area, number) if area in _MOVED else abort(400)


def _record(area: str, number: str) -> Any:
    if not viewer().may(WRITE, area):
        abort(403)
    model: Any = _MOVED[area]
    return db.session.get(model, whole(number)) or abort(404)


def _calendar_url(day: date) -> str:
    return url_for("CalendarView.calendar", day=day.isoformat())
