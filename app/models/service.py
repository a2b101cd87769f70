"""Equipment at clients, service requests and visits of engineers and managers."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Choice, ChoiceType, Quantity, UtcDateTime
from app.models.base import LONG, Record, Searchable, named
from app.models.catalogue import Product
from app.models.clients import Client, Contact
from app.models.staff import Employee
from app.texts import lazy


class EquipmentStatus(Choice):
    """Whether equipment works."""

    WORKS = "works", lazy("Works"), "ok"
    NEEDS_REPAIR = "needs_repair", lazy("Needs repair"), "warn"
    STOPPED = "stopped", lazy("Stopped"), "danger"
    WRITTEN_OFF = "written_off", lazy("Written off"), "neutral"


class Equipment(Record, Searchable):
    """A machine in use at a client (оборудование): model, serial number, warranty, next maintenance."""

    named_by = ("model", "serial_number")

    __tablename__ = "equipment"
    __table_args__ = (
        CheckConstraint("maintenance_months is null or maintenance_months > 0", name="maintenance_months_positive"),
    )

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True, info=named(lazy("Client")))
    model: Mapped[str] = mapped_column(String(150), index=True, info=named(lazy("Model")))
    serial_number: Mapped[str | None] = mapped_column(String(60), index=True, info=named(lazy("Serial number")))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), info=named(lazy("Product")))
    status: Mapped[EquipmentStatus] = mapped_column(
        ChoiceType(EquipmentStatus), default=EquipmentStatus.WORKS, info=named(lazy("Status"))
    )
    is_ours: Mapped[bool] = mapped_column(default=True, info=named(lazy("Supplied by us")))
    location: Mapped[str | None] = mapped_column(String(200), info=named(lazy("Location")))
    installed_on: Mapped[date | None] = mapped_column(info=named(lazy("Installed on")))
    warranty_to: Mapped[date | None] = mapped_column(index=True, info=named(lazy("Warranty until")))
    maintenance_months: Mapped[int | None] = mapped_column(info=named(lazy("Maintenance every, months")))
    next_maintenance_on: Mapped[date | None] = mapped_column(index=True, info=named(lazy("Next maintenance")))
    comment: Mapped[str | None] = mapped_column(String(LONG), info=named(lazy("Comment")))
    client: Mapped[Client] = relationship(Client)
    product: Mapped[Product | None] = relationship(Product)

    def __str__(self) -> str:
        return f"{self.model} ({self.serial_number})" if self.serial_number else self.model

    def search_parts(self) -> list[str | None]:
        """The texts by which a person looks for this record."""
        return [self.model, self.serial_number]


class WorkKind(Record):
    """A kind of an engineer's work with its usual duration: maintenance, repair, commissioning."""

    named_by = ("name",)

    __tablename__ = "work_kind"

    name: Mapped[str] = mapped_column(String(60), unique=True, info=named(lazy("Name")))
    usual_minutes: Mapped[int] = mapped_column(default=120, info=named(lazy("Usual duration, minutes")))
    is_maintenance: Mapped[bool] = mapped_column(default=False, info=named(lazy("Planned maintenance")))

    def __str__(self) -> str:
        return self.name


class RequestStatus(Choice):
    """Where a service request is."""

    NEW = "new", lazy("New"), "info"
    PLANNED = "planned", lazy("Planned"), "plan"
    IN_WORK = "in_work", lazy("In work"), "warn"
    DONE = "done", lazy("Done"), "ok"
    CANCELLED = "cancelled", lazy("Cancelled"), "neutral"


class ServiceRequest(Record, Searchable):
    """A client's request for service (заявка): what, on which equipment, by when, what we promised."""

    named_by = ("number", "description")

    __tablename__ = "service_request"

    number: Mapped[str] = mapped_column(String(40), default="", index=True, info=named(lazy("Number")))
    registered_on: Mapped[date] = mapped_column(index=True, info=named(lazy("Registered on")))
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True, info=named(lazy("Client")))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), info=named(lazy("Contact")))
    equipment_id: Mapped[int | None] = mapped_column(
        ForeignKey("equipment.id"), index=True, info=named(lazy("Equipment"))
    )
    work_kind_id: Mapped[int] = mapped_column(ForeignKey("work_kind.id"), info=named(lazy("Kind of work")))
    status: Mapped[RequestStatus] = mapped_column(
        ChoiceType(RequestStatus), default=RequestStatus.NEW, index=True, info=named(lazy("Status"))
    )
    description: Mapped[str] = mapped_column(String(LONG), info=named(lazy("Description")))
    desired_on: Mapped[date | None] = mapped_column(index=True, info=named(lazy("Desired date")))
    promised_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True, info=named(lazy("Promised for")))
    responsible_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True, info=named(lazy("Responsible")))
    client: Mapped[Client] = relationship(Client)
    contact: Mapped[Contact | None] = relationship(Contact)
    equipment: Mapped[Equipment | None] = relationship(Equipment)
    work_kind: Mapped[WorkKind] = relationship(WorkKind)
    responsible: Mapped[Employee] = relationship(Employee)

    def __str__(self) -> str:
        return f"№ {self.number}" if self.number else self.description[:60]

    def search_parts(self) -> list[str | None]:
        """The texts by which a person looks for this record."""
        return [self.number, self.description[:200]]


class VisitPurpose(Choice):
    """Who goes and why: an engineer to work, or a manager to talk."""

    SERVICE = "service", lazy("Engineer's visit"), "info"
    MANAGER = "manager", lazy("Manager's visit"), "plan"


class VisitStatus(Choice):
    """Where a visit is. Partly done keeps its request open: the rest must be planned again."""

    PLANNED = "planned", lazy("Planned"), "info"
    IN_WORK = "in_work", lazy("In work"), "warn"
    DONE = "done", lazy("Done"), "ok"
    PARTLY_DONE = "partly_done", lazy("Partly done"), "warn"
    CANCELLED = "cancelled", lazy("Cancelled"), "neutral"


class Visit(Record, Searchable):
    """A visit of our engineer or manager to a client (выезд). Nobody is in two places: the database refuses."""

    __tablename__ = "visit"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index(None, "employee_id", "starts_at"),
        Index(None, "client_id", "starts_at"),
    )

    purpose: Mapped[VisitPurpose] = mapped_column(
        ChoiceType(VisitPurpose), default=VisitPurpose.SERVICE, info=named(lazy("Kind of visit"))
    )
    status: Mapped[VisitStatus] = mapped_column(
        ChoiceType(VisitStatus), default=VisitStatus.PLANNED, index=True, info=named(lazy("Status"))
    )
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), info=named(lazy("Client")))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), info=named(lazy("Contact")))
    request_id: Mapped[int | None] = mapped_column(
        ForeignKey("service_request.id"), index=True, info=named(lazy("Service request"))
    )
    equipment_id: Mapped[int | None] = mapped_column(
        ForeignKey("equipment.id"), index=True, info=named(lazy("Equipment"))
    )
    work_kind_id: Mapped[int | None] = mapped_column(ForeignKey("work_kind.id"), info=named(lazy("Kind of work")))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), info=named(lazy("Who goes")))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True, info=named(lazy("Begins")))
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, info=named(lazy("Ends")))
    town: Mapped[str | None] = mapped_column(String(100), index=True, info=named(lazy("Town")))
    site: Mapped[str | None] = mapped_column(String(200), info=named(lazy("Site")))
    task: Mapped[str | None] = mapped_column(String(LONG), info=named(lazy("What to do")))
    work_done: Mapped[str | None] = mapped_column(String(LONG), info=named(lazy("What was done")))
    parts_used: Mapped[str | None] = mapped_column(String(LONG), info=named(lazy("Parts used")))
    hours: Mapped[Decimal | None] = mapped_column(Quantity, info=named(lazy("Hours worked")))
    act_number: Mapped[str | None] = mapped_column(String(40), info=named(lazy("Act number")))
    next_step: Mapped[str | None] = mapped_column(String(300), info=named(lazy("Next step")))
    signed_by: Mapped[str | None] = mapped_column(
        String(150), info=named(lazy("Accepted by"), lazy("the client's person who signed"))
    )
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=named(lazy("Accepted")))
    client: Mapped[Client] = relationship(Client)
    contact: Mapped[Contact | None] = relationship(Contact)
    request: Mapped[ServiceRequest | None] = relationship(ServiceRequest)
    equipment: Mapped[Equipment | None] = relationship(Equipment)
    work_kind: Mapped[WorkKind | None] = relationship(WorkKind)
    employee: Mapped[Employee] = relationship(Employee)

    def __str__(self) -> str:
        return f"{self.work_kind or self.purpose.label}, {self.starts_at:%d.%m.%Y}"

    def search_parts(self) -> list[str | None]:
        """The texts by which a person looks for this record."""
        return [self.act_number, self.town, (self.task or "")[:200]]
