"""Interactions with clients (взаимодействия): calls, meetings, letters, and the products that were their subject."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Choice, ChoiceType, UtcDateTime
from app.models.base import LONG, Record, Row, Searchable, named
from app.models.catalogue import Product
from app.models.clients import Client, Contact
from app.models.deals import Deal
from app.models.staff import Employee
from app.texts import lazy

if TYPE_CHECKING:
    from app.models.service import Equipment


class InteractionKind(Choice):
    """How we were in touch."""

    CALL = "call", lazy("Call"), "info"
    MEETING = "meeting", lazy("Meeting"), "ok"
    LETTER = "letter", lazy("Letter"), "plan"


class Direction(Choice):
    """Who began: we (out) or the client (in)."""

    OUT = "out", lazy("Outgoing")
    IN = "in", lazy("Incoming")


class InteractionState(Choice):
    """Whether an interaction is still ahead or over."""

    PLANNED = "planned", lazy("Planned"), "info"
    DONE = "done", lazy("Done"), "ok"
    CANCELLED = "cancelled", lazy("Called off"), "neutral"


class Interaction(Record, Searchable):
    """A call, meeting or letter (взаимодействие): with whom, about what, what came of it and what is next."""

    __tablename__ = "interaction"
    __table_args__ = (
        Index(None, "client_id", "starts_at"),
        Index(None, "responsible_id", "state", "starts_at"),
        CheckConstraint("ends_at is null or ends_at >= starts_at", name="ends_after_start"),
    )

    kind: Mapped[InteractionKind] = mapped_column(ChoiceType(InteractionKind), info=named(lazy("Kind")))
    state: Mapped[InteractionState] = mapped_column(
        ChoiceType(InteractionState), default=InteractionState.PLANNED, info=named(lazy("Status"))
    )
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), info=named(lazy("Client")))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True, info=named(lazy("Contact")))
    contact_details: Mapped[str | None] = mapped_column(
        String(200), info=named(lazy("Phone or e-mail"), lazy("the one that was used"))
    )
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deal.id"), index=True, info=named(lazy("Deal")))
    equipment_id: Mapped[int | None] = mapped_column(
        ForeignKey("equipment.id"), index=True, info=named(lazy("Equipment"))
    )
    previous_id: Mapped[int | None] = mapped_column(
        ForeignKey("interaction.id", ondelete="SET NULL"), index=True, info=named(lazy("Previous interaction"))
    )
    topic: Mapped[str] = mapped_column(String(200), index=True, info=named(lazy("Topic")))
    comment: Mapped[str | None] = mapped_column(String(LONG), info=named(lazy("Comment")))
    direction: Mapped[Direction] = mapped_column(
        ChoiceType(Direction), default=Direction.OUT, info=named(lazy("Direction"))
    )
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True, info=named(lazy("When")))
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=named(lazy("Until")))
    place: Mapped[str | None] = mapped_column(String(200), info=named(lazy("Place"), lazy("of a meeting")))
    participants: Mapped[str | None] = mapped_column(
        String(300), info=named(lazy("Participants"), lazy("of a meeting, besides the contact"))
    )
    is_reached: Mapped[bool] = mapped_column(default=True, info=named(lazy("Reached"), lazy("for a call")))
    result: Mapped[str | None] = mapped_column(String(LONG), info=named(lazy("Result")))
    next_contact_on: Mapped[date | None] = mapped_column(info=named(lazy("Next contact on")))
    responsible_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), info=named(lazy("Responsible")))
    client: Mapped[Client] = relationship(Client)
    contact: Mapped[Contact | None] = relationship(Contact)
    deal: Mapped[Deal | None] = relationship(Deal)
    equipment: Mapped["Equipment | None"] = relationship("Equipment")
    previous: Mapped["Interaction | None"] = relationship("Interaction", remote_side="Interaction.id")
    responsible: Mapped[Employee] = relationship(Employee)
    subjects: Mapped[list["InteractionSubject"]] = relationship(
        back_populates="interaction", cascade="all, delete-orphan", info=named(lazy("Subject"))
    )

    def __str__(self) -> str:
        return self.topic

    def search_parts(self) -> list[str | None]:
        """The texts by which a person looks for this record."""
        return [self.topic, self.contact_details]


class InteractionSubject(Row):
    """A product that the client was interested in (предмет)."""

    __tablename__ = "interaction_subject"
    __table_args__ = (UniqueConstraint("interaction_id", "product_id"),)

    interaction_id: Mapped[int] = mapped_column(ForeignKey("interaction.id", ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True, info=named(lazy("Product")))
    interaction: Mapped[Interaction] = relationship(Interaction, back_populates="subjects")
    product: Mapped[Product] = relationship(Product)

    def __str__(self) -> str:
        return str(self.product)
