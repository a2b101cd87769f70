"""Handing clients over to another manager: what went from whom to whom, and whether the new one has signed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Choice, ChoiceType, User, UtcDateTime
from app.models.base import Record, Row, named
from app.models.batches import Batch
from app.models.clients import Client
from app.models.staff import Employee
from app.texts import lazy


class HandoverState(Choice):
    """Whether the new manager has signed for what was handed over."""

    WAITING = "waiting", lazy("Not received"), "warn"
    RECEIVED = "received", lazy("Hand-over received"), "ok"
    TAKEN_BACK = "taken_back", lazy("Hand-over taken back"), "neutral"


class WorkKind(Choice):
    """What may go along with a client: work that is open, and whoever answers for it."""

    DEAL = "deal", lazy("Deals in work")
    DEAL_STEP = "deal_step", lazy("Steps of deals")
    INTERACTION = "interaction", lazy("Planned interactions")
    VISIT = "visit", lazy("The manager's visits")
    QUOTE = "quote", lazy("Open quotes")
    ORDER = "order", lazy("Orders in work")
    PURCHASE = "purchase", lazy("Orders to suppliers")
    INVOICE = "invoice", lazy("Unpaid invoices")
    CONTRACT = "contract", lazy("Contracts")
    REQUEST = "request", lazy("Open service requests")
    CLAIM = "claim", lazy("Open claims")
    CLAIM_STEP = "claim_step", lazy("Steps of claims")


class Handover(Record):
    """Clients handed over from one manager to another (передача клиентов), with their open work, for a reason.

    It is in force from the moment it is done until its batch is taken back.
    """

    __tablename__ = "handover"
    __table_args__ = (
        Index(None, "to_id", "received_at"),
        CheckConstraint("from_id <> to_id", name="to_another"),
    )

    number: Mapped[str] = mapped_column(String(40), default="", index=True, info=named(lazy("Number")))
    day: Mapped[date] = mapped_column(index=True, info=named(lazy("Date")))
    from_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True, info=named(lazy("From whom")))
    to_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), info=named(lazy("To whom")))
    reason: Mapped[str] = mapped_column(String(300), info=named(lazy("Reason")))
    client_count: Mapped[int] = mapped_column(default=0, info=named(lazy("Clients")))
    in_force: Mapped[bool] = mapped_column(default=False, info=named(lazy("In force")))
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=named(lazy("Received at")))
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), info=named(lazy("Received by")))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id", ondelete="SET NULL"), index=True)
    from_employee: Mapped[Employee] = relationship(Employee, foreign_keys=[from_id], info=named(lazy("From whom")))
    to_employee: Mapped[Employee] = relationship(Employee, foreign_keys=[to_id], info=named(lazy("To whom")))
    received_by: Mapped[User | None] = relationship(User, foreign_keys=[received_by_id])
    batch: Mapped[Batch | None] = relationship(Batch)
    clients: Mapped[list["HandedClient"]] = relationship(
        back_populates="handover",
        cascade="all, delete-orphan",
        order_by="HandedClient.id",
        info=named(lazy("Clients")),
    )

    @property
    def state(self) -> HandoverState:
        """Where the hand-over is."""
        if not self.in_force:
            return HandoverState.TAKEN_BACK
        return HandoverState.WAITING if self.received_at is None else HandoverState.RECEIVED

    def __str__(self) -> str:
        return f"№ {self.number}"


class HandedClient(Row):
    """A client of a hand-over. The name is kept too: the former manager may see the client no more."""

    __tablename__ = "handed_client"

    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id", ondelete="CASCADE"), index=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    client_name: Mapped[str] = mapped_column(String(200), info=named(lazy("Client")))
    moved: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """How many records of each kind of work went along: the kind's value -> number."""
    stayed: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """How many stayed with the former manager."""
    handover: Mapped[Handover] = relationship(Handover, back_populates="clients")
    client: Mapped[Client | None] = relationship(Client)

    def __str__(self) -> str:
        return self.client_name


class HandedWork(Row):
    """A record that went along with a client: whose activity it was counted as stays with the former manager."""

    __tablename__ = "handed_work"
    __table_args__ = (Index(None, "record_table", "record_id"),)

    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id", ondelete="CASCADE"), index=True)
    kind: Mapped[WorkKind] = mapped_column(ChoiceType(WorkKind))
    record_table: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[int]
    counted_on: Mapped[date | None]
    """The day of an activity that was the former manager's: a quote was sent, a contract signed."""
    handover: Mapped[Handover] = relationship(Handover)
