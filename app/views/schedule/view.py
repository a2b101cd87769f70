"""The engineers' schedule: who is where, free time, «Занять окно»; moving visits for those who plan."""

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy import select

from app.clock import utc_now
from app.database import db
from app.errors import NotVisibleError, RuleError
from app.models.clients import Client
from app.models.service import ServiceRequest, Visit, VisitStatus, WorkKind
from app.models.staff import Employee
from app.permissions import PLAN, WRITE
from app.reports.service import Entry, Period, Schedule, engineers_schedule
from app.services.service import (
    Booking,
    Place,
    Span,
    book_for_request,
    book_slot,
    cancel_visit,
    move_visit,
    working_time,
)
from app.texts import _
from app.views import formats
from app.views.crud.forms import set_lookups
from app.views.crud.query import whole
from app.views.current import day_from, today, viewer, zone
from app.views.pages import Tab
from app.views.schedule.forms import BookForm, CancelForm, PlaceForm
from app.views.schedule.grid import USUAL_MINUTES, Grid, hours_text, load_text, overdue_text
from app.views.schedule.slots import slots_page
from app.views.sections import SERVICE

DAYS = {"day": 1, "week": 7, "list": 7}
"""Views of the schedule and how many days each shows."""


class ScheduleView(BaseView):
    """The schedule as tables that need no script; the script adds dragging for those who plan."""

    route_base = "/schedule"
    class_permission_name = "Schedule"
    method_permission_name = {
        "schedule": "read",
        "events": "read",
        "slots": "read",
        "book": "write",
        "move": "plan",
        "visit": "plan",
        "cancel": "plan",
    }

    @expose("/")
    @has_access
    def schedule(self) -> Any:
        """Show a day, a week, or a week as a list."""
        shown = request.args.get("view", "day")
        if shown not in DAYS:
            abort(400)
        day = day_from(request.args.get("day", "")) or today()
        start = day - timedelta(days=day.weekday()) if DAYS[shown] > 1 else day
        work_time = working_time(db.session(), zone())
        period = Period(start, DAYS[shown], utc_now(), _engineer_asked(), request.args.get("town", "")[:100])
        found = engineers_schedule(db.session(), period, work_time)
        wanted = _request_asked()
        grid = Grid(found, work_time, viewer(), _carried(wanted))
        return render_template(
            "schedule/index.html",
            page_section=str(SERVICE),
            view=shown,
            day=start,
            days_off=found.days_off,
            period=_period_text(found),
            rows=grid.rows(),
            hours=grid.hours,
            overdue=[grid.card(entry) for entry in found.overdue],
            overdue_days=[formats.day(entry.span.starts_at.astimezone(zone()).date()) for entry in found.overdue],
            overdue_text=overdue_text(len(found.overdue)),
            free_text=_("Free: %(hours)s h", hours=hours_text(found.free_minutes)),
            waiting=found.waiting,
            wanted=wanted,
            tabs=_tabs(shown, start),
            moves={"back": start - timedelta(days=DAYS[shown]), "on": start + timedelta(days=DAYS[shown])},
            engineers=_engineers(),
            towns=sorted({row.home_town for row in _engineers() if row.home_town}),
            may_plan=viewer().may(PLAN, "Schedule"),
            may_book=viewer().may(WRITE, "Schedule"),
            settings=_settings(shown, start),
        )

    @expose("/slots")
    @has_access
    def slots(self) -> Any:
        """Find the nearest free time for a job of a given length, engineers who are near first."""
        wanted, engineers = _request_asked(), _engineers()
        page = slots_page(engineers, wanted)
        return render_template(
            "schedule/slots.html", page=page, wanted=wanted, engineers=engineers, page_section=str(SERVICE)
        )

    @expose("/events")
    @has_access
    def events(self) -> Any:
        """The visits and absences of some days as JSON; times are those of the company's zone, without a zone."""
        start, end = day_from(request.args.get("from", "")), day_from(request.args.get("to", ""))
        if start is None or end is None or not 0 < (end - start).days <= 62:
            abort(400)
        work_time = working_time(db.session(), zone())
        period = Period(start, (end - start).days, utc_now(), _engineer_asked(), request.args.get("town", "")[:100])
        found = engineers_schedule(db.session(), period, work_time)
        grid = Grid(found, work_time, viewer(), {})
        seen = {id(entry): entry for row in found.engineers for day in row.days for entry in day.entries}
        return jsonify(
            engineers=[
                {"id": row.engineer_id, "name": row.name, "town": row.town, "load": load_text(row)}
                for row in found.engineers
            ],
            events=[_event(entry, grid) for entry in seen.values()],
            free=[
                {"engineer": row.engineer_id, "start": _local(span.starts_at), "end": _local(span.ends_at)}
                for row in found.engineers
                for day in row.days
                for span in day.free
            ],
        )

    @expose("/book", methods=["GET", "POST"])
    @has_access
    def book(self) -> Any:
        """«Занять окно»: promise a free slot to a client, or give a registered request its visit."""
        wanted = _request_asked()
        form = self._book_form(wanted)
        refused = ""
        if request.method == "POST" and form.validate():
            try:
                visit = self._book(form, wanted)
            except RuleError as refusal:
                db.session.rollback()
                refused, wanted = str(refusal), _request_asked()
                form = self._book_form(wanted)
            else:
                return redirect(_schedule_url(visit))
        status = 422 if request.method == "POST" else 200
        return (
            render_template("schedule/book.html", form=form, wanted=wanted, refused=refused, page_section=str(SERVICE)),
            status,
        )

    @expose("/visit/<pk>", methods=["GET", "POST"])
    @has_access
    def visit(self, pk: str) -> Any:
        """Move a visit by a form: the way without dragging; cancelling stands beside."""
        visit = _visit(pk)
        form = PlaceForm(
            formdata=request.form if request.method == "POST" else None,
            may_plan=True,
            data={
                "engineer": visit.employee_id,
                "starts_at": visit.starts_at,
                "minutes": int((visit.ends_at - visit.starts_at) / timedelta(minutes=1)),
            },
        )
        refused = ""
        if request.method == "POST" and form.validate():
            try:
                move_visit(db.session(), visit, form.place(), working_time(db.session(), zone()))
                db.session.commit()
                flash(_("The visit is moved."), "success")
                return redirect(_schedule_url(visit))
            except RuleError as refusal:
                db.session.rollback()
                refused, visit = str(refusal), _visit(pk)
        return self._show_visit(visit, form, CancelForm(formdata=None), refused)

    @expose("/visit/<pk>/cancel", methods=["POST"])
    @has_access
    def cancel(self, pk: str) -> Any:
        """Cancel a visit; its request waits for another date."""
        visit = _visit(pk)
        form = CancelForm(formdata=request.form)
        if not form.validate():
            return self._show_visit(visit, PlaceForm(formdata=None, may_plan=True), form, "")
        cancel_visit(db.session(), visit, form.reason.data)
        db.session.commit()
        flash(_("The visit is cancelled."), "success")
        return redirect(_schedule_url(visit))

    @expose("/move", methods=["POST"])
    @has_access
    def move(self) -> Any:
        """Move a dragged visit; JSON in and out. 409 with the words when a rule refuses."""
        sent = request.get_json(silent=True)
        if not isinstance(sent, dict):
            abort(400)
        visit = _visit(str(sent.get("visit", "")))
        place = Place(whole(str(sent.get("engineer", ""))), _span(sent), outside_hours=bool(sent.get("outside_hours")))
        if str(sent.get("version")) != str(visit.version):
            return jsonify(refused=_("Somebody else has just changed this visit. Reload the page.")), 409
        try:
            move_visit(db.session(), visit, place, working_time(db.session(), zone()))
            db.session.commit()
        except RuleError as refusal:
            db.session.rollback()
            return jsonify(refused=str(refusal)), 409
        return jsonify(version=visit.version, said=_("The visit is moved."))

    def _book_form(self, wanted: ServiceRequest | None) -> BookForm:
        form = BookForm(
            formdata=request.form if request.method == "POST" else None,
            may_plan=viewer().may(PLAN, "Schedule"),
            data={
                "engineer": _number("engineer"),
                "starts_at": _moment(request.args.get("start", "")),
                "minutes": _number("minutes") or USUAL_MINUTES,
                "client": db.session.get(Client, _number("client")) if _number("client") else None,
                "work_kind": db.session.get(WorkKind, _number("work")) if _number("work") else None,
            },
        )
        if wanted is not None:
            for name in ("client", "equipment", "work_kind", "description"):
                del form[name]
        set_lookups(form)
        return form

    def _book(self, form: Any, wanted: ServiceRequest | None) -> Visit:
        """Book in one transaction; flashes the promise."""
        session, work_time, place = db.session(), working_time(db.session(), zone()), form.place()
        if wanted is not None:
            asked, visit = book_for_request(session, wanted.id, place, work_time, utc_now())
        else:
            booking = Booking(
                place=place,
                client_id=form.client.data.id,
                work_kind_id=form.work_kind.data.id,
                description=form.description.data,
                responsible_id=viewer().employee_id or form.client.data.responsible_id,
                equipment_id=form.equipment.data.id if form.equipment.data else None,
            )
            asked, visit = book_slot(session, booking, work_time, utc_now())
        db.session.commit()
        promise = formats.moment(place.span.starts_at)
        flash(
            _("Request %(number)s: the engineer will come on %(when)s.", number=asked.number, when=promise), "success"
        )
        return visit

    def _show_visit(self, visit: Visit, form: PlaceForm, cancel: CancelForm, refused: str) -> Any:
        status = 422 if request.method == "POST" else 200
        return (
            render_template(
                "schedule/visit.html",
                visit=visit,
                form=form,
                cancel=cancel,
                refused=refused,
                is_planned=visit.status is VisitStatus.PLANNED,
                page_section=str(SERVICE),
            ),
            status,
        )


def _event(entry: Entry, grid: Grid) -> dict[str, Any]:
    card = grid.card(entry)
    # What is closed has nothing but its time, kind of work and town in `card`; see reports.service.
    return asdict(card) | {
        "visit": entry.visit_id,
        "version": entry.version,
        "engineer": entry.engineer_id,
        "start": _local(entry.span.starts_at),
        "end": _local(entry.span.ends_at),
        "can_move": bool(card.move_url),
    }


def _settings(shown: str, start: date) -> dict[str, Any]:
    """What the script is told."""
    return {
        "view": shown,
        "start": start.isoformat(),
        "days": DAYS[shown],
        "events": url_for("ScheduleView.events"),
        "move": url_for("ScheduleView.move"),
        "book": url_for("ScheduleView.book"),
        "texts": {
            "grid": _("Grid of the schedule"),
            "moved": _("The visit is moved."),
            "failed": _("The visit could not be moved. Check the connection."),
            "free": _("Free"),
        },
    }


def _tabs(shown: str, start: date) -> list[Tab]:
    labels = {"day": _("Day"), "week": _("Week"), "list": _("List")}
    kept: dict[str, Any] = {
        name: value for name, value in request.args.items() if name in ("town", "engineer", "request", "client")
    }
    return [
        Tab(name, label, url_for("ScheduleView.schedule", view=name, day=start.isoformat(), **kept), name == shown)
        for name, label in labels.items()
    ]


def _period_text(found: Schedule) -> str:
    if len(found.days) == 1:
        return formats.day(found.days[0])
    return f"{formats.day(found.days[0])} – {formats.day(found.days[-1])}"


def _carried(wanted: ServiceRequest | None) -> dict[str, Any]:
    if wanted is not None:
        return {"request": wanted.id}
    return {"client": client} if (client := _number("client")) else {}


def _engineers() -> list[Employee]:
    statement = select(Employee).where(Employee.is_engineer.is_(True), Employee.dismissed_on.is_(None))
    return list(db.session.scalars(statement.order_by(Employee.family_name, Employee.id)))


def _number(name: str) -> int | None:
    value = request.args.get(name, "")
    return whole(value) if value else None


def _engineer_asked() -> int | None:
    return _number("engineer") if request.endpoint != "ScheduleView.book" else None


def _request_asked() -> ServiceRequest | None:
    """The service request that a slot is looked for; 404 for one that the person may not see."""
    if not (key := _number("request")):
        return None
    found = db.session.scalars(select(ServiceRequest).where(ServiceRequest.id == key)).one_or_none()
    return found or abort(404)


def _visit(pk: str) -> Visit:
    found = db.session.scalars(select(Visit).where(Visit.id == whole(pk))).one_or_none()
    if found is None:
        raise NotVisibleError
    return found


def _moment(value: str) -> datetime | None:
    """An instant typed in the company's zone, as the script and our links write it."""
    try:
        read = datetime.fromisoformat(value) if value else None
    except ValueError:
        abort(400)
    if read is None:
        return None
    if not 1990 <= read.year <= 2100:
        abort(400)
    return (read.replace(tzinfo=zone()) if read.tzinfo is None else read).astimezone(UTC)


def _span(sent: dict[str, Any]) -> Span:
    starts_at, ends_at = (_moment(str(sent.get(name) or "")) for name in ("start", "end"))
    if starts_at is None or ends_at is None:
        abort(400)
    return Span(starts_at, ends_at)


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(zone()):%Y-%m-%dT%H:%M}"


def _schedule_url(visit: Visit) -> str:
    return url_for("ScheduleView.schedule", day=visit.starts_at.astimezone(zone()).date().isoformat())
