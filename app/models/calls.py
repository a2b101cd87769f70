"""Calls as the telephone exchange reports them (звонки телефонии)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Choice, ChoiceType, UtcDateTime
from app.models.base import Row, named
from app.models.clients import Client
from app.models.interactions import Direction, Interaction
from app.models.staff import Employee
from app.texts import lazy


class CallState(Choice):
    """How far a call has come; an earlier report that is late changes nothing."""

    RINGING = "ringing", lazy("Rings"), "info"
    TALKING = "talking", lazy("In talk"), "ok"
    DONE = "done", lazy("Talked"), "ok"
    MISSED = "missed", lazy("Missed"), "danger"


ERASED_NUMBER = "—"
"""Stands for a number that was erased by law. It is not empty: late reports of the call must not fill it in again."""


class PhoneCall(Row):
    """A call as the telephone exchange reports it (звонок), kept once by the exchange's own key.

    A finished one with a known client is written down as an interaction; a missed one plans the call back.
    """

    __tablename__ = "phone_call"
    __table_args__ = (
        UniqueConstraint("provider", "external_id"),
        Index(None, "client_id", "id"),
    )

    provider: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str] = mapped_column(String(100))
    direction: Mapped[Direction] = mapped_column(
        ChoiceType(Direction), default=Direction.IN, info=named(lazy("Direction"))
    )
    number: Mapped[str] = mapped_column(String(30), default="", index=True, info=named(lazy("Phone")))
    """The other side's, as E.164 where it can be read; empty when hidden."""
    line: Mapped[str] = mapped_column(String(30), default="")
    """The number of ours."""
    extension: Mapped[str] = mapped_column(String(30), default="")
    state: Mapped[CallState] = mapped_column(
        ChoiceType(CallState), default=CallState.RINGING, info=named(lazy("Status"))
    )
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, info=named(lazy("When")))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    talk_seconds: Mapped[int] = mapped_column(default=0)
    recording: Mapped[str] = mapped_column(String(500), default="")
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"), info=named(lazy("Client")))
    employee_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), index=True)
    """Who was called or calls, by the extension."""
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interaction.id"), index=True)
    callback_id: Mapped[int | None] = mapped_column(ForeignKey("interaction.id"), index=True)
    """The planned call back; the next talk with the client becomes it."""
    client: Mapped[Client | None] = relationship(Client)
    employee: Mapped[Employee | None] = relationship(Employee)
    interaction: Mapped[Interaction | None] = relationship(Interaction, foreign_keys=[interaction_id])
    callback: Mapped[Interaction | None] = relationship(Interaction, foreign_keys=[callback_id])

    def __str__(self) -> str:
        return self.number
