"""The pages of calls: a call opens the card of whoever calls, or a registration with the number filled in."""

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access

from app.database import db
from app.errors import RuleError
from app.models.calls import ERASED_NUMBER, PhoneCall
from app.permissions import WRITE
from app.reports.calls import unknown_calls
from app.services.calls import assign_call
from app.services.names import format_phone
from app.services.reach import only, owners_of_phone
from app.texts import _
from app.views import formats
from app.views.crud.cells import card_url
from app.views.crud.query import whole
from app.views.current import viewer, zone
from app.views.files import whole_key
from app.views.pages import Cell, Command
from app.views.sections import CRM

SHOWN = 50


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call in the list."""

    number: str
    when: str
    direction: str
    chip: Cell
    who: str
    commands: tuple[Command, ...]


class CallView(BaseView):
    """Calls that the telephone exchange has reported."""

    route_base = "/calls"
    class_permission_name = "Interactions"
    method_permission_name = {"index": "read", "open": "read", "assign": "write"}

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Show the calls that no client is known for."""
        typed = request.args.get("before", "")
        before = whole(typed) if typed.isascii() and typed.isdigit() else None
        found = unknown_calls(db.session(), before=before, limit=SHOWN + 1)
        more = url_for("CallView.index", before=found[SHOWN - 1].id) if len(found) > SHOWN else ""
        return render_template(
            "calls/index.html", lines=tuple(map(_line, found[:SHOWN])), more=more, page_section=str(CRM)
        )

    @expose("/<pk>")
    @has_access
    def open(self, pk: str) -> Any:
        """Go to the card of whoever calls; to the registration of a new client where nobody is known."""
        call = _call(pk)
        if call.client is not None:
            return redirect(card_url(call.client))
        owner = only(owners_of_phone(db.session(), call.number))
        if owner is not None:
            return redirect(card_url(owner.client))
        may_register = viewer().may(WRITE, "Clients")
        return redirect(_register_url(call) if may_register else url_for("CallView.index"))

    @expose("/<pk>/assign", methods=["POST"])
    @has_access
    def assign(self, pk: str) -> Any:
        """Write the call down at the client who has its number by now."""
        call = _call(pk)
        try:
            assign_call(db.session(), call, zone=zone())
            db.session.commit()
            flash(_("The call is with its client."), "success")
        except RuleError as refusal:
            db.session.rollback()
            flash(str(refusal), "danger")
        return redirect(url_for("CallView.index"))


def _call(pk: str) -> PhoneCall:
    return db.session.get(PhoneCall, whole_key(pk)) or abort(404)


def _register_url(call: PhoneCall) -> str:
    return url_for("QuickClientView.form", phone=call.number)


def _line(call: PhoneCall) -> CallLine:
    return CallLine(
        number=format_phone(call.number) if call.number else _("hidden number"),
        when=formats.moment(call.started_at),
        direction=str(call.direction.label),
        chip=formats.cell(call.state),
        who=str(call.employee) if call.employee is not None else "",
        commands=tuple(_commands(call)),
    )


def _commands(call: PhoneCall) -> list[Command]:
    if call.number in ("", ERASED_NUMBER):
        return []
    person = viewer()
    owner = only(owners_of_phone(db.session(), call.number))
    if owner is not None:
        label = _("Write down: %(client)s", client=str(owner.client))
        url = url_for("CallView.assign", pk=call.id)
        return (
            [Command(label, url, icon="check", post=True, name="assign")] if person.may(WRITE, "Interactions") else []
        )
    if person.may(WRITE, "Clients"):
        return [Command(_("Register a new client"), _register_url(call), icon="building", name="register")]
    return []
