"""Deals with clients, the stages of the funnel and the history of stages."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.clock import utc_now
from app.database import Choice, ChoiceType, Money, UtcDateTime
from app.models.base import LONG, Record, Row, Searchable, named
from app.models.clients import Client, Contact
from app.models.staff import Employee
from app.texts import lazy


class StageOutcome(Choice):
    """Whether a stage is on the way, or ends the deal."""

    OPEN = "open", lazy("In work"), "info"
    WON = "won", lazy("Won"), "ok"
    LOST = "lost", lazy("Lost"), "neutral"


class DealStage(Record):
    """A stage of the funnel, kept by the administrator: order, likelihood of success, outcome."""

    __tablename__ = "deal_stage"
    __table_args__ = (CheckConstraint("probability between 0 and 100", name="probability_is_percent"),)

    name: Mapped[str] = mapped_column(String(60), unique=True, info=named(lazy("Name")))
    position: Mapped[int] = mapped_column(info=named(lazy("Order")))
    probability: Mapped[int] = mapped_column(default=0, info=named(lazy("Likelihood, %")))
    outcome: Mapped[StageOutcome] = mapped_column(
        ChoiceType(StageOutcome), default=StageOutcome.OPEN, info=named(lazy("Outcome"))
    )

    def __str__(self) -> str:
        return self.name


class LossReason(Record):
    """Why a deal was lost."""

    __tablename__ = "loss_reason"

    name: Mapped[str] = mapped_column(String(100), unique=True, info=named(lazy("Name")))

    def __str__(self) -> str:
        return self.name


class Deal(Record, Searchable):
    """A possible sale to a client (сделка), from the first interest to the won or lost end."""

    __tablename__ = "deal"
    __table_args__ = (Index(None, "responsible_id", "stage_id"), Index(None, "next_step_on"))

    title: Mapped[str] = mapped_column(String(200), info=named(lazy("Title")))
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True, info=named(lazy("Client")))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), info=named(lazy("Contact")))
    stage_id: Mapped[int] = mapped_column(ForeignKey("deal_stage.id"), index=True, info=named(lazy("Stage")))
    responsible_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), info=named(lazy("Responsible")))
    amount: Mapped[Decimal] = mapped_column(Money, default=0, info=named(lazy("Amount"), lazy("roubles, VAT included")))
    expected_on: Mapped[date | None] = mapped_column(info=named(lazy("Expected closing")))
    next_step: Mapped[str | None] = mapped_column(String(200), info=named(lazy("Next step")))
    next_step_on: Mapped[date | None] = mapped_column(info=named(lazy("Next step on")))
    closed_on: Mapped[date | None] = mapped_column(info=named(lazy("Closed on")))
    loss_reason_id: Mapped[int | None] = mapped_column(ForeignKey("loss_reason.id"), info=named(lazy("Why lost")))
    comment: Mapped[str | None] = mapped_column(String(LONG), info=named(lazy("Comment")))
    client: Mapped[Client] = relationship(Client)
    contact: Mapped[Contact | None] = relationship(Contact)
    stage: Mapped[DealStage] = relationship(DealStage)
    responsible: Mapped[Employee] = relationship(Employee)
    loss_reason: Mapped[LossReason | None] = relationship(LossReason)

    def __str__(self) -> str:
        return self.title

    def search_parts(self) -> list[str | None]:
        """The texts by which a person looks for this record."""
        return [self.title]


class DealStageChange(Row):
    """A move of a deal from stage to stage: when and by whom."""

    __tablename__ = "deal_stage_change"

    deal_id: Mapped[int] = mapped_column(ForeignKey("deal.id", ondelete="CASCADE"), index=True)
    from_id: Mapped[int | None] = mapped_column(ForeignKey("deal_stage.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("deal_stage.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
