"""`/my-day/`: the person's day, and the engineer's visit form that outlives a lost connection."""

import secrets
from datetime import date
from typing import Any

from flask import Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access
from flask_wtf.csrf import generate_csrf
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.clock import utc_now
from app.database import db
from app.errors import NotVisibleError, RuleError
from app.models.deals import Deal
from app.models.interactions import Interaction
from app.models.service import Visit
from app.permissions import READ, WRITE
from app.services.activity import count_interaction
from app.services.exchange import find_answer, keep_answer, request_hash
from app.services.interactions import finish_interaction
from app.services.rescheduling import reschedule
from app.services.service import working_time
from app.services.service.on_site import report_visit
from app.texts import _
from app.views import script_texts
from app.views.assets import asset
from app.views.current import today, viewer, zone
from app.views.files import whole_key
from app.views.languages import offered
from app.views.my_day.lines import MINE, TEAM, DayBuilder
from app.views.my_day.site_form import form_key, read_report
from app.views.my_day.visit_page import Difference, differences, visit_page
from app.views.pages import Tab
from app.views.sections import HOME

OFFLINE_FILES = (
    "css/kontora.css",
    "css/home.css",
    "css/my_day.css",
    "js/kontora.js",
    "js/tools.js",
    "js/combobox.js",
    "js/lines.js",
    "js/form.js",
    "js/making.js",
    "js/draft.js",
    "js/saving.js",
    "js/keys.js",
    "js/help.js",
    "js/chooser.js",
    "js/palette.js",
    "js/words.js",
    "js/visit_queue.js",
    "js/visit_form.js",
    "js/my_day.js",
    "icons.svg",
)
"""What the pages of visits need to work without a connection."""


class MyDayView(BaseView):
    """What a person has to do today, and the form of a visit."""

    route_base = "/my-day"
    class_permission_name = "MyDay"
    method_permission_name = dict.fromkeys(
        ("index", "finish_event", "move_event", "move_deal", "visit", "report", "token"), "read"
    )
    """The area's own right opens the door; acts ask for the right on the record's area."""

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Show the person's day, or with `?who=team` that of their people."""
        has_asked = request.args.get("who") in (MINE, TEAM)
        builder = DayBuilder(request.args["who"] if has_asked else _usual())
        return render_template(
            "my_day/index.html",
            tabs=_tabs(builder) if builder.has_team else (),
            days=tuple(builder.visit_days()),
            panels=tuple(builder.panels()),
            day=today(),
            user_id=viewer().user_id,
            page_section=str(HOME),
        )

    @expose("/events/<event>/done", methods=["POST"])
    @has_access
    def finish_event(self, event: str) -> Any:
        """Mark an event as done, with what came of it."""
        record = _record(Interaction, event, "Interactions")
        return _act(lambda: _finish(record, request.form.get("result", "")))

    @expose("/events/<event>/move", methods=["POST"])
    @has_access
    def move_event(self, event: str) -> Any:
        """Put an event off to another day."""
        return _act(lambda: _move(_record(Interaction, event, "Interactions")))

    @expose("/deals/<deal>/move", methods=["POST"])
    @has_access
    def move_deal(self, deal: str) -> Any:
        """Put the next step of a deal off to another day."""
        return _act(lambda: _move(_record(Deal, deal, "Deals")))

    @expose("/visits/<pk>")
    @has_access
    def visit(self, pk: str) -> Any:
        """Show a visit with its form."""
        return _show(_visit(pk, READ))

    @expose("/visits/<pk>", methods=["POST"])
    @has_access
    def report(self, pk: str) -> Any:
        """Take the report from the place: once, however often it is sent."""
        visit = _visit(pk, WRITE)
        key, user_id = form_key(), viewer().user_id
        asked = request_hash(request.path, key)
        if find_answer(db.session(), user_id, key, asked) is not None:
            return _done(visit)
        changed = () if request.form.get("accept") else differences(visit)
        if changed:
            return _conflict(visit, changed)
        try:
            work_time = working_time(db.session(), zone())
            report_visit(db.session(), visit, read_report(), work_time, utc_now())
            keep_answer(db.session(), user_id, key, asked, (200, {"id": visit.id}))
            db.session.commit()
        except RuleError as refusal:
            db.session.rollback()
            return _refused(_visit(pk, WRITE), str(refusal))
        except (IntegrityError, StaleDataError):
            # The same form came twice at once, or somebody saved the visit at this moment: look again.
            db.session.rollback()
            visit = _visit(pk, WRITE)
            if find_answer(db.session(), user_id, key, asked) is None:
                return _conflict(visit, differences(visit))
        return _done(visit)

    @expose("/token")
    @has_access
    def token(self) -> Any:
        """A fresh token for forms that waited on the phone, and whose sign-in it is."""
        return jsonify(csrf=generate_csrf(), user=viewer().user_id)

    @expose("/sw.js")
    def worker(self) -> Any:
        """The service worker of these pages; it holds no data, so anybody may read it."""
        files = [*(asset(name) for name in OFFLINE_FILES), *(script_texts.address(code) for code in offered())]
        response = Response(render_template("my_day/sw.js", files=files), mimetype="text/javascript")
        response.headers["Cache-Control"] = "no-cache"
        return response


def _usual() -> str:
    """Heads look after their people first."""
    person = viewer()
    return MINE if person.employee_id and person.may(WRITE, "Deals") is person.may(WRITE, "Visits") else TEAM


def _tabs(builder: DayBuilder) -> tuple[Tab, ...]:
    words = ((MINE, _("Mine")), (TEAM, _("Team")))
    return tuple(Tab(name, label, url_for("MyDayView.index", who=name), name == builder.who) for name, label in words)


def _record(model: type[Any], pk: str, area: str) -> Any:
    if not viewer().may(READ, area):
        abort(404)
    record = db.session.get(model, whole_key(pk)) or abort(404)
    if not viewer().may(WRITE, area):
        abort(403)
    return record


def _visit(pk: str, permission: str) -> Visit:
    if not viewer().may(READ, "Visits"):
        abort(404)
    visit = db.session.get(Visit, whole_key(pk)) or abort(404)
    if not viewer().may(permission, "Visits"):
        abort(403)
    return visit


def _act(act: Any) -> Any:
    """Do one act and come back to the page; a refusal is said there."""
    try:
        said = act()
        db.session.commit()
        flash(said, "success")
    except NotVisibleError:
        raise
    except RuleError as refusal:
        db.session.rollback()
        flash(str(refusal), "danger")
    return redirect(url_for("MyDayView.index", who=TEAM if request.form.get("who") == TEAM else None))


def _finish(event: Interaction, result: str) -> str:
    event.result = result.strip() or event.result
    finish_interaction(event, now=utc_now())
    db.session.flush()
    count_interaction(db.session(), event, zone=zone())
    return _("Done: %(topic)s", topic=event.topic)


def _move(event: Interaction | Deal) -> str:
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError as error:
        raise RuleError(_("Choose today or a day to come.")) from error
    reschedule([event], day, today=today(), zone=zone())
    return _("Moved: %(what)s", what=str(event))


# --- answers to the form of a visit: a page, or for the script a few words ---


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _show(visit: Visit, changed: tuple[Difference, ...] = (), refusal: str = "") -> str:
    typed = request.form if request.method == "POST" else {}
    return render_template(
        "my_day/visit.html",
        page=visit_page(visit),
        typed=typed,
        key=typed.get("key") or secrets.token_urlsafe(16),
        changed=changed,
        refusal=refusal,
        user_id=viewer().user_id,
        may_accept=bool(changed) and visit_page(visit).is_open,
    )


def _done(visit: Visit) -> Any:
    url = url_for("MyDayView.visit", pk=visit.id)
    if _wants_json():
        return jsonify(state="done", url=url)
    flash(_("The visit is written up."), "success")
    return redirect(url)


def _conflict(visit: Visit, changed: tuple[Difference, ...]) -> Any:
    if not _wants_json():
        return _show(visit, changed), 409
    rows = [[each.label, each.seen, each.now] for each in changed]
    return jsonify(state="conflict", rows=rows, may_accept=visit_page(visit).is_open), 409


def _refused(visit: Visit, reason: str) -> Any:
    if not _wants_json():
        return _show(visit, refusal=reason), 422
    return jsonify(state="refused", message=reason), 422
