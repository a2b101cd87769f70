"""/clients/handover/: the wizard in two steps; the third is the hand-over itself, in the journal."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy.orm.exc import StaleDataError

from app.database import db
from app.errors import RuleError
from app.reports.handover import Asking, ClientWork, clients_named, clients_of, work_at
from app.services.handover import MOST_CLIENTS, check_sides, hand_over
from app.texts import _
from app.views import formats
from app.views.crud.bulk import chosen_keys
from app.views.crud.query import whole
from app.views.current import today, viewer, zone
from app.views.handover.form import SEPARATOR, SidesForm, read_keys, read_kinds
from app.views.handover.shown import kinds_in, shown_work, steps, totals_of
from app.views.sections import CRM
from app.views.tables import screen_of


class HandoverWizardView(BaseView):
    """The wizard, for whoever may hand clients over."""

    route_base = "/clients/handover"
    class_permission_name = "Handovers"
    method_permission_name = {"start": "write", "chosen": "write", "check": "write", "do": "write"}

    @expose("/")
    @has_access
    def start(self) -> Any:
        """Step 1: who, which clients, when and why."""
        return _start_page(_form())

    @expose("/", methods=["POST"])
    @has_access
    def chosen(self) -> Any:
        """Begin with the clients that were chosen in the list."""
        screen: Any = screen_of("client")
        keys = chosen_keys(screen)
        if len(keys) > MOST_CLIENTS:
            flash(_("At most %(most)s clients at once: narrow the choice.", most=MOST_CLIENTS), "warning")
            return redirect(screen.list_url())
        holders = {client.responsible_id for client in clients_named(db.session(), keys)}
        address: dict[str, Any] = {"clients": SEPARATOR.join(map(str, keys))}
        if len(holders) == 1:
            address["giver"] = holders.pop()
        return redirect(url_for("HandoverWizardView.start", **address))

    @expose("/check")
    @has_access
    def check(self) -> Any:
        """Step 2: what is open at each client, and what goes along."""
        form = _form()
        refused = _refusal(form)
        if refused or not form.validate():
            return _start_page(form, refused), 422
        return _check_page(form)

    @expose("/check", methods=["POST"])
    @has_access
    def do(self) -> Any:
        """Step 3: hand over, all in one transaction."""
        form = _form()
        if not form.validate():
            return _start_page(form), 422
        keys = list(dict.fromkeys(whole(key) for key in request.form.getlist("client")))
        kinds = read_kinds(request.form.getlist("work"))
        try:
            made = hand_over(db.session(), form.plan(keys, kinds), today=today(), zone=zone())
            db.session.commit()
        except (RuleError, StaleDataError) as refusal:
            db.session.rollback()
            words = str(refusal) if isinstance(refusal, RuleError) else _stale()
            return _check_page(_form(), words), 422
        words = _("The clients are handed over; the new manager has to sign for them.")
        flash(words, "success")
        return redirect(url_for("HandoverView.show", pk=made.id))


def _stale() -> str:
    return _("Somebody has just changed one of these records. Look through the list and hand over again.")


def _form() -> SidesForm:
    """What the address says: it holds the first step, so that Back leads to it as it was."""
    form = SidesForm(formdata=request.args)
    if "day" not in request.args:
        form.day.data = today()
    form.set_lookups()
    return form


def _refusal(form: SidesForm) -> str:
    """Why a rule would refuse; '' while a field is empty: the form says so itself."""
    if not form.validate():
        return ""
    try:
        check_sides(db.session(), form.plan([], {}), today=today())
    except RuleError as refusal:
        return str(refusal)
    return ""


def _start_page(form: SidesForm, refused: str = "") -> str:
    keys = read_keys(request.args.get("clients", ""))
    if not request.args.keys() - {"clients", "giver"}:
        for field in form:
            field.errors = []
    return render_template(
        "handover/start.html",
        form=form,
        refused=refused,
        clients=clients_named(db.session(), keys),
        keys=request.args.get("clients", "") if keys else "",
        steps=steps(0),
        **_frame(),
    )


def _check_page(form: SidesForm, refused: str = "") -> str:
    form.validate()
    plan = form.plan([], {})
    keys = read_keys(request.args.get("clients", ""))
    clients = clients_of(db.session(), form.filter(keys))
    others = len(keys) - len(clients) if keys else 0
    found: Sequence[ClientWork] = work_at(
        db.session(), clients[:MOST_CLIENTS], plan.from_id, Asking(viewer(), today(), zone())
    )
    chosen = _chosen() if request.method == "POST" else None
    address: dict[str, Any] = request.args.to_dict()
    back = url_for("HandoverWizardView.start", **address)
    return render_template(
        "handover/check.html",
        form=form,
        refused=refused,
        clients=shown_work(found, chosen),
        kinds=kinds_in(found),
        totals=totals_of(found),
        others=others,
        most=MOST_CLIENTS if len(clients) > MOST_CLIENTS else 0,
        back=back,
        day=formats.day(plan.day),
        steps=steps(1, back),
        **_frame(),
    )


def _chosen() -> frozenset[str]:
    """What was ticked when the form was refused: clients by their keys, work as «15:deal»."""
    return frozenset([*request.form.getlist("client"), *request.form.getlist("work")])


def _frame() -> dict[str, Any]:
    return {
        "page": {
            "title": _("Hand-over of clients"),
            "list_url": url_for("ClientView.list"),
            "list_title": _("Clients"),
        },
        "page_section": str(CRM),
    }
