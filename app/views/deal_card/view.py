"""The routes of a deal's workspace: the page, moving the deal, its plan, its people."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access

from app.database import db
from app.errors import RuleError
from app.models.clients import Contact
from app.models.deals import Deal, DealParticipant, DealStage, DealStep, LossReason, ParticipantRole, PlanTemplate
from app.models.staff import Employee
from app.reports.deal_card.parts import deal_head
from app.services.deal_plan import add_participant, add_step, drop_step, finish_step, set_share
from app.services.deals import move_deal
from app.services.plan_templates import take_plan
from app.services.service.hours import working_time
from app.views.crud.query import whole
from app.views.current import day_from, today, viewer, zone
from app.views.deal_card.page import deal_page
from app.views.files import whole_key


class DealCardView(BaseView):
    """Everything of a deal on one screen."""

    route_base = "/deals"
    class_permission_name = "Deals"
    method_permission_name = {
        "deal": "read",
        "move": "write",
        "plan": "write",
        "take": "write",
        "finish": "write",
        "drop": "write",
        "join": "write",
        "leave": "write",
    }

    @expose("/<pk>")
    @has_access
    def deal(self, pk: str) -> Any:
        """Show the workspace."""
        head = deal_head(db.session(), whole_key(pk)) or abort(404)
        return render_template("deals/card.html", page=deal_page(head, viewer()), deal=head.deal)

    @expose("/<pk>/stage", methods=["POST"])
    @has_access
    def move(self, pk: str) -> Any:
        """Move the deal to another stage; a lost one with the reason."""
        deal = _deal(pk)
        stage = db.session.get(DealStage, whole(request.form.get("to", ""))) or abort(400)

        def go() -> None:
            if reason := request.form.get("loss_reason", ""):
                deal.loss_reason = db.session.get(LossReason, whole(reason)) or abort(400)
            move_deal(db.session(), deal, stage, today=today())

        return _answer(pk, go)

    @expose("/<pk>/steps", methods=["POST"])
    @has_access
    def plan(self, pk: str) -> Any:
        """Plan a step."""
        deal, due_on = _deal(pk), day_from(request.form.get("due_on", "")) or abort(400)
        who = _chosen(Employee, "responsible") or deal.responsible
        return _answer(pk, lambda: add_step(db.session(), deal, request.form.get("task", ""), due_on, who))

    @expose("/<pk>/steps/from-template", methods=["POST"])
    @has_access
    def take(self, pk: str) -> Any:
        """Take the steps of a template into the plan."""
        deal, template = _deal(pk), _chosen(PlanTemplate, "template") or abort(400)
        calendar = working_time(db.session(), zone()).calendar
        return _answer(pk, lambda: take_plan(db.session(), deal, template, today=today(), calendar=calendar))

    @expose("/<pk>/steps/<step>/done", methods=["POST"])
    @has_access
    def finish(self, pk: str, step: str) -> Any:
        """Note that a step is done."""
        return _answer(pk, lambda: finish_step(db.session(), _part(DealStep, step, _deal(pk)), today()))

    @expose("/<pk>/steps/<step>/drop", methods=["POST"])
    @has_access
    def drop(self, pk: str, step: str) -> Any:
        """Take a step out of the plan."""
        return _answer(pk, lambda: drop_step(db.session(), _part(DealStep, step, _deal(pk))))

    @expose("/<pk>/participants", methods=["POST"])
    @has_access
    def join(self, pk: str) -> Any:
        """Name a person who takes part."""
        deal, role = _deal(pk), request.form.get("role", "")
        if role not in set(ParticipantRole):
            abort(400)
        contact, employee = _chosen(Contact, "contact"), _chosen(Employee, "employee")
        share = _share(request.form.get("share", "").strip())

        def act() -> None:
            person = add_participant(db.session(), deal, ParticipantRole(role), contact=contact, employee=employee)
            set_share(db.session(), person, share)

        return _answer(pk, act)

    @expose("/<pk>/participants/<participant>/drop", methods=["POST"])
    @has_access
    def leave(self, pk: str, participant: str) -> Any:
        """Take a person out."""
        return _answer(pk, lambda: db.session.delete(_part(DealParticipant, participant, _deal(pk))))


def _deal(pk: str) -> Deal:
    """The deal through the row rule; 404 for what is not there or not to be seen."""
    return db.session.get(Deal, whole_key(pk)) or abort(404)


def _part(model: type[Any], key: str, deal: Deal) -> Any:
    found = db.session.get(model, whole_key(key))
    return found if found is not None and found.deal_id == deal.id else abort(404)


def _chosen(model: type[Any], name: str) -> Any:
    typed = request.form.get(name, "").strip()
    return (db.session.get(model, whole(typed)) or abort(400)) if typed else None


def _share(typed: str) -> Decimal | None:
    try:
        read = Decimal(typed.replace(",", ".")) if typed else None
        return read.quantize(Decimal("0.01")) if read is not None and read.is_finite() else None
    except InvalidOperation:
        abort(400)


def _answer(pk: str, act: Callable[[], Any]) -> Any:
    """Do it, commit once, and show the workspace again; a refusal is said in words."""
    try:
        act()
        db.session.commit()
    except RuleError as refusal:
        db.session.rollback()
        flash(str(refusal), "danger")
    return redirect(url_for("DealCardView.deal", pk=pk))
