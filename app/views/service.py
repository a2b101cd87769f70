"""Screens of service: equipment, requests, visits, planned maintenance."""

from typing import Any, ClassVar

from flask import request, url_for
from sqlalchemy import or_
from sqlalchemy.exc import IntegrityError

from app.clock import start_of, utc_now
from app.database import db
from app.models.guards import VISIT_OVERLAP
from app.models.service import (
    Equipment,
    EquipmentStatus,
    RequestStatus,
    ServiceRequest,
    Visit,
    VisitPurpose,
    VisitStatus,
)
from app.permissions import WRITE
from app.services.service.cards import check_request_card, check_visit_card
from app.services.service.requests import number_request
from app.services.service.visits import save_visit
from app.texts import _, lazy
from app.views.attachments import card_files
from app.views.clients import client_from_address, me
from app.views.crud import CrudView, Group, Preset
from app.views.crud.columns import Column
from app.views.current import today, viewer, zone
from app.views.debts import overdue_words
from app.views.letters.beside import letter_command
from app.views.pages import Cell, Command
from app.views.printing import FORMS
from app.views.sections import SERVICE

OPEN_REQUESTS = (RequestStatus.NEW, RequestStatus.PLANNED, RequestStatus.IN_WORK)


def _equipment_from_address() -> Equipment | None:
    key = request.args.get("equipment", "")
    return db.session.get(Equipment, int(key)) if key.isascii() and key.isdigit() and len(key) < 19 else None


def is_maintenance_overdue(equipment: Equipment) -> bool:
    """Tell whether the equipment's maintenance should have been done by now."""
    due = equipment.next_maintenance_on
    return due is not None and due < today() and equipment.status is not EquipmentStatus.WRITTEN_OFF


class EquipmentView(CrudView):
    """Equipment at clients, with photographs; overdue maintenance shows red."""

    model = Equipment
    area = "Equipment"
    route_base = "/equipment"
    imported_as = "equipment"
    section = SERVICE
    title = lazy("Equipment")
    title_one = lazy("Equipment")
    add_label = lazy("New equipment")
    list_names: ClassVar[tuple[str, ...]] = (
        "model",
        "serial_number",
        "client",
        "status",
        "location",
        "warranty_to",
        "next_maintenance_on",
    )
    sorts: ClassVar[tuple[str, ...]] = ("model", "serial_number", "next_maintenance_on", "warranty_to")
    sort = "model"
    filters = ("status", "client", "is_ours", "next_maintenance_on", "warranty_to")
    presets = (
        Preset("due", lazy("Maintenance overdue"), lambda _person, day: Equipment.next_maintenance_on < day),
        Preset("repair", lazy("Needs repair"), lambda _p, _d: Equipment.status == EquipmentStatus.NEEDS_REPAIR),
    )
    search_through = ("client",)
    search_hint = lazy("Model, serial number, client")
    groups = (
        Group(lazy("Equipment"), ("client", "model", "serial_number", "product", "status", "is_ours", "location")),
        Group(lazy("Terms"), ("installed_on", "warranty_to", "maintenance_months", "next_maintenance_on")),
        Group(lazy("Comment"), ("comment",)),
    )
    copy_leaves = ("serial_number",)
    has_files = True

    def defaults(self, record: Any) -> None:
        """Equipment of the client named in the address."""
        record.client = client_from_address()

    def row_tone(self, record: Any) -> str:
        """Red for overdue maintenance."""
        return "danger" if is_maintenance_overdue(record) else ""

    def cell(self, record: Any, column: Column) -> Cell:
        """Words beside an overdue maintenance date."""
        cell = super().cell(record, column)
        if column.name == "next_maintenance_on" and is_maintenance_overdue(record):
            words = overdue_words((today() - record.next_maintenance_on).days)
            return Cell(f"{cell.text} · {words}", "chip", tone="danger")
        return cell

    def card_commands(self, record: Any) -> list[Command]:
        """Register a request for this equipment."""
        url = url_for("RequestView.add", equipment=record.id, client=record.client_id)
        return [Command(_("Service request"), url, icon="wrench")]

    def card_files(self, record: Any) -> Any:
        """Photographs, newest first."""
        return card_files(record, self.area, can_write=self.may(WRITE))


class MaintenanceView(EquipmentView):
    """Planned maintenance: equipment by the date of its next maintenance."""

    model = Equipment
    route_base = "/maintenance"
    imported_as = ""
    title = lazy("Planned maintenance")
    sorts = ("model", "serial_number", "next_maintenance_on")
    list_names: ClassVar[tuple[str, ...]] = ("model", "serial_number", "client", "next_maintenance_on", "location")
    sort = "next_maintenance_on"
    presets = (
        Preset("due", lazy("Overdue"), lambda _person, day: Equipment.next_maintenance_on < day),
        Preset("planned", lazy("With a date"), lambda _p, _d: Equipment.next_maintenance_on.is_not(None)),
    )
    default_tab = "planned"
    can_add = False


class RequestView(CrudView):
    """Service requests: what, on which equipment, what was promised."""

    model = ServiceRequest
    area = "Requests"
    route_base = "/requests"
    section = SERVICE
    title = lazy("Service requests")
    title_one = lazy("Service request")
    add_label = lazy("New request")
    list_names = ("number", "registered_on", "client", "work_kind", "status", "promised_at", "responsible")
    list_reads = ("status", "promised_at", "desired_on")
    sorts = ("number", "registered_on", "promised_at")
    sort = "-registered_on"
    filters = ("status", "client", "work_kind", "responsible", "registered_on", "desired_on")
    presets = (
        Preset("open", lazy("Open"), lambda _person, _day: ServiceRequest.status.in_(OPEN_REQUESTS)),
        Preset("mine", lazy("Mine"), lambda person, _d: ServiceRequest.responsible_id == (person.employee_id or 0)),
        Preset(
            "late",
            lazy("Overdue"),
            lambda _person, day: (
                ServiceRequest.status.in_(OPEN_REQUESTS)
                & or_(ServiceRequest.promised_at < start_of(day, zone()), ServiceRequest.desired_on < day)
            ),
        ),
    )
    search_through = ("client",)
    search_hint = lazy("Number, client")
    copy_leaves = ("promised_at", "desired_on")
    groups = (
        Group(lazy("Request"), ("client", "contact", "equipment", "work_kind", "status", "responsible")),
        Group(lazy("Dates"), ("registered_on", "desired_on", "promised_at")),
        Group(lazy("Description"), ("description",)),
    )

    def defaults(self, record: Any) -> None:
        """A request of today, for the client or equipment named in the address."""
        record.registered_on = today()
        record.responsible = me(viewer())
        record.equipment = _equipment_from_address()
        record.client = record.equipment.client if record.equipment is not None else client_from_address()

    def before_save(self, record: Any, *, is_new: bool) -> None:
        """Check whose the contact and the equipment are; number a new request."""
        check_request_card(record)
        number_request(db.session(), record)

    def row_tone(self, record: Any) -> str:
        """Red for a promise or wish that has passed."""
        if record.status not in OPEN_REQUESTS:
            return ""
        promised = record.promised_at is not None and record.promised_at < start_of(today(), zone())
        return "danger" if promised or (record.desired_on is not None and record.desired_on < today()) else ""

    def card_commands(self, record: Any) -> list[Command]:
        """Find a free engineer."""
        return [Command(_("Find a free slot"), url_for("ScheduleView.schedule", request=record.id), icon="calendar")]


class VisitView(CrudView):
    """Visits of engineers and managers."""

    model = Visit
    area = "Visits"
    route_base = "/visits"
    printed = FORMS["visit_act"]
    section = SERVICE
    title = lazy("Visits")
    title_one = lazy("Visit")
    add_label = lazy("New visit")
    list_names = ("starts_at", "client", "employee", "work_kind", "status", "town")
    sorts = ("starts_at", "town")
    sort = "-starts_at"
    filters = ("status", "purpose", "client", "employee", "work_kind", "starts_at")
    presets = (
        Preset("mine", lazy("Mine"), lambda person, _day: Visit.employee_id == (person.employee_id or 0)),
        Preset(
            "late",
            lazy("Overdue"),
            lambda _p, day: (Visit.status == VisitStatus.PLANNED) & (Visit.ends_at < start_of(day, zone())),
        ),
        Preset("managers", lazy("Managers' visits"), lambda _p, _d: Visit.purpose == VisitPurpose.MANAGER),
    )
    search_through = ("client",)
    search_hint = lazy("Client, town, act")
    groups = (
        Group(lazy("Visit"), ("purpose", "client", "contact", "request", "equipment", "work_kind", "employee")),
        Group(lazy("When and where"), ("starts_at", "ends_at", "status", "town", "site")),
        Group(lazy("Work"), ("task", "work_done", "parts_used", "hours", "act_number", "next_step", "signed_by")),
    )
    form_groups = (
        *groups[:2],
        Group(lazy("Work"), ("task", "work_done", "parts_used", "hours", "act_number", "next_step")),
    )
    copy_leaves = ("ends_at", "work_done", "parts_used", "hours", "act_number", "next_step")
    has_files = True

    def defaults(self, record: Any) -> None:
        """My visit, to the client named in the address."""
        record.client = client_from_address()
        record.employee = me(viewer())
        record.starts_at = utc_now()
        if record.employee is not None and record.employee.is_manager:
            record.purpose = VisitPurpose.MANAGER

    def before_save(self, record: Any, *, is_new: bool) -> None:
        """Check the links, and what a finished visit must say."""
        check_visit_card(record)

    def after_save(self, record: Any, *, is_new: bool) -> None:
        """Refuse double booking; count the work; move the request and the maintenance on."""
        save_visit(db.session(), record, zone=zone())

    def refusal(self, error: IntegrityError) -> str:
        """Somebody else took the time between the check and the save: the database refused."""
        if VISIT_OVERLAP in str(error.orig):
            return _("Somebody has just taken this time. Choose another time.")
        return super().refusal(error)

    def row_tone(self, record: Any) -> str:
        """Red for a planned visit whose day has passed."""
        late = record.status is VisitStatus.PLANNED and record.ends_at < start_of(today(), zone())
        return "danger" if late else ""

    def card_commands(self, record: Any) -> list[Command]:
        """Print the act."""
        url = url_for("PrintView.document", kind="visit_act", pk=record.id)
        return [Command(_("Print the act"), url, icon="printer", new_tab=True), *letter_command(record)]

    def card_files(self, record: Any) -> Any:
        """Photographs from the place, the signed act."""
        return card_files(record, self.area, can_write=self.may(WRITE))
