"""The journal of hand-overs: what waits for the new manager's signature, what was received, what was taken back."""

from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access

from app.clock import day_of, utc_now
from app.database import db
from app.models.handover import HandedClient, Handover, HandoverState
from app.permissions import READ, WRITE, Role
from app.reports.handover import Asking, handed_clients
from app.reports.handover_print import pack_file_name
from app.services.handover import may_receive, receive
from app.texts import _, lazy
from app.views import formats
from app.views.crud import Act, CrudView, Group, Preset
from app.views.crud.cards import CardBuilder
from app.views.crud.columns import Column
from app.views.crud.query import whole
from app.views.crud.view import READ_WRITE
from app.views.current import today, viewer, zone
from app.views.handover.packs import AT_ONCE, all_packs, printed, start_packs
from app.views.handover.shown import HandedLine, handed_line, waiting_words
from app.views.pages import Cell, Command
from app.views.printing import shown
from app.views.sections import CRM

PATIENCE = timedelta(days=3)
"""For so long a hand-over may wait for its signature."""


class HandoverView(CrudView):
    """Hand-overs of clients; one that waits too long for its signature shows red."""

    model = Handover
    area = "Handovers"
    route_base = "/handovers"
    section = CRM
    title = lazy("Hand-overs of clients")
    title_one = lazy("Hand-over of clients")
    can_add = False
    method_permission_name = READ_WRITE | {"packs": "read", "print_packs": "read", "pack": "read"}
    list_names = ("number", "day", "from_employee", "to_employee", "client_count", "received_at", "reason")
    sorts = ("number", "day", "received_at")
    sort = "-day"
    filters = ("from_employee", "to_employee", "day", "received_at")
    presets = (
        Preset(
            "waiting",
            lazy("Wait for receipt"),
            lambda _person, _day: Handover.in_force.is_(True) & Handover.received_at.is_(None),
        ),
        Preset("to_me", lazy("Handed over to me"), lambda person, _day: Handover.to_id == (person.employee_id or 0)),
        Preset("from_me", lazy("Handed over by me"), lambda person, _d: Handover.from_id == (person.employee_id or 0)),
        Preset("taken_back", lazy("Hand-overs taken back"), lambda _person, _day: Handover.in_force.is_(False)),
    )
    groups = (
        Group(lazy("Hand-over"), ("number", "day", "from_employee", "to_employee", "client_count", "reason")),
        Group(lazy("Receipt"), ("received_at", "received_by")),
    )
    acts = (
        Act(
            "receive",
            lazy("Sign: received"),
            "receive",
            right=READ,
            icon="check",
            primary=True,
            confirm=lazy("Sign that you have received these clients with their open work?"),
            when=lambda handover: may_receive(handover, viewer()),
        ),
    )

    @expose("/show/<pk>")
    @has_access
    def show(self, pk: str) -> Any:
        """Show the hand-over: the clients, what went along, the pack of each, the receipt."""
        record = self.get_record(pk)
        return render_template(
            "handover/show.html",
            page=CardBuilder(self, record, viewer()).page(),
            record=record,
            lines=[_line(record, line) for line in sorted(record.clients, key=str)],
            must_sign=may_receive(record, viewer()),
            page_section=str(self.section),
        )

    @expose("/pack/<pk>.pdf")
    @has_access
    def packs(self, pk: str) -> Any:
        """The packs of all clients that the person may see, where they are few."""
        record = self.get_record(pk)
        clients = handed_clients(db.session(), record)
        if not clients or len(clients) > AT_ONCE:
            abort(404)
        response = all_packs(db.session(), record, clients, _asking())
        db.session.commit()
        return response

    @expose("/pack/<pk>", methods=["POST"])
    @has_access
    def print_packs(self, pk: str) -> Any:
        """Print the packs of many clients by a job."""
        record = self.get_record(pk)
        job = start_packs(db.session(), record, len(handed_clients(db.session(), record)))
        db.session.commit()
        return redirect(url_for("JobView.show", pk=job.id))

    @expose("/pack/<pk>/<client>.pdf")
    @has_access
    def pack(self, pk: str, client: str) -> Any:
        """The pack of one client of the hand-over."""
        record = self.get_record(pk)
        key = whole(client)
        found = next((each for each in handed_clients(db.session(), record) if each.id == key), None) or abort(404)
        response = shown(printed(db.session(), record, found, _asking()), pack_file_name(record, found))
        db.session.commit()
        return response

    def is_editable(self, record: Any) -> bool:
        """What was handed over is history."""
        return False

    def receive(self, record: Any) -> None:
        """Sign for the clients."""
        receive(db.session(), record, now=utc_now(), zone=zone())
        flash(_("You have signed for the clients."), "success")

    def list_commands(self) -> list[Command]:
        """The way into the wizard."""
        if not self.may(WRITE):
            return []
        return [Command(_("Hand clients over"), url_for("HandoverWizardView.start"), icon="users", primary=True)]

    def card_commands(self, record: Any) -> list[Command]:
        """The packs on paper, and the way back for whoever did it, while it lasts."""
        return [*_pack_commands(record), *_way_back(record)]

    def row_tone(self, record: Any) -> str:
        """Red when the signature is late."""
        return "danger" if _is_late(record) else ""

    def chips(self, record: Any) -> Any:
        """Where the hand-over is."""
        yield _state(record)

    def cell(self, record: Any, column: Column) -> Cell:
        """The state stands where the signature belongs."""
        if column.name == "received_at" and record.state is not HandoverState.RECEIVED:
            return _state(record)
        if column.name == "received_by" and record.received_by is not None:
            return Cell(record.received_by.get_full_name())
        return super().cell(record, column)


def _asking() -> Asking:
    return Asking(viewer(), today(), zone())


def _line(record: Handover, line: HandedClient) -> HandedLine:
    url = url_for("HandoverView.pack", pk=record.id, client=line.client_id)
    return handed_line(line, url)


def _pack_commands(record: Handover) -> list[Command]:
    clients = len(handed_clients(db.session(), record))
    if not clients:
        return []
    if clients > AT_ONCE:
        url = url_for("HandoverView.print_packs", pk=record.id)
        return [Command(_("Packs of all clients"), url, icon="printer", post=True)]
    url = url_for("HandoverView.packs", pk=record.id)
    return [Command(_("Packs of all clients"), url, icon="printer", new_tab=True)]


def _way_back(record: Handover) -> list[Command]:
    batch = record.batch
    if batch is None or batch.undone_at is not None:
        return []
    if batch.owner_id != viewer().user_id and Role.ADMIN not in viewer().roles:
        return []
    return [Command(_("Take back…"), url_for("BatchView.show", pk=batch.id), icon="undo")]


def _days(record: Handover) -> int:
    return (today() - day_of(record.created_at, zone())).days


def _is_late(record: Handover) -> bool:
    return record.state is HandoverState.WAITING and _days(record) > PATIENCE.days


def _state(record: Handover) -> Cell:
    if record.state is not HandoverState.WAITING:
        return formats.cell(record.state)
    tone, icon = ("danger", "alert-triangle") if _is_late(record) else ("warn", "")
    return Cell(waiting_words(_days(record)), "chip", tone=tone, icon=icon)
