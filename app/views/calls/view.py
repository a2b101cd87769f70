"""The pages of calls: a call opens the card of whoever calls, or a registration with the number filled in."""

from dataclasses import dataclass
from typing import Any

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access

from app.clock import utc_now
from app.database import db
from app.errors import RuleError
from app.models.calls import ERASED_NUMBER, PhoneCall
from app.permissions import READ, WRITE
from app.reports.calls import ringing_call, unknown_calls
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
from app.views.security.visitors import asks_by_itself

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
    method_permission_name = {"index": "read", "open": "read", "ringing": "read", "assign": "write"}

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

    @expose("/ringing")
    @has_access
    def ringing(self) -> Any:
        """Say who calls the signed-in person just now, with the way to their card; 204 while nobody does."""
        asks_by_itself()
        call = ringing_call(db.session(), viewer().employee_id or 0, utc_now())
        if call is None:
            return Response(status=204)
        title, about = _caller(call)
        return {"id": call.id, "title": title, "about": about, "url": url_for("CallView.open", pk=call.id)}

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


def ringing_url() -> str:
    """Where a page asks who calls; empty for whom no telephone exchange can ring."""
    person = db.session.info.get("viewer")
    is_reached = person is not None and person.employee_id and person.may(READ, "Interactions")
    return url_for("CallView.ringing") if is_reached and current_app.config["KONTORA"].webhook_secret else ""


def _caller(call: PhoneCall) -> tuple[str, str]:
    """Who calls, as far as the person may know, and the number."""
    number = format_phone(call.number) if call.number else _("hidden number")
    owner = only(owners_of_phone(db.session(), call.number)) if call.number else None
    client = owner.client if owner is not None else call.client
    if client is None:
        return number, _("Nobody is known by this number.")
    contact = owner.contact if owner is not None else None
    return str(client), " · ".join(filter(None, (str(contact or ""), number)))


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
