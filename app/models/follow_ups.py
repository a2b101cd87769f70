"""Rules by which an event plans the next one (правила следующего шага), and what came of them."""

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Choice, ChoiceType
from app.models.base import LONG, Record, Row, named
from app.models.deals import DealStage
from app.models.interactions import Interaction, InteractionKind
from app.models.staff import Employee
from app.texts import lazy


class FollowUpEvent(Choice):
    """What a rule follows."""

    INTERACTION = "interaction", lazy("Interaction done"), "neutral"
    QUOTE = "quote", lazy("Quote sent"), "neutral"
    DEAL_STAGE = "deal_stage", lazy("Deal came to a stage"), "neutral"
    CLAIM = "claim", lazy("Claim closed"), "neutral"
    VISIT = "visit", lazy("Visit done"), "neutral"


class FollowUpOutcome(Choice):
    """Which outcome of a call a rule follows."""

    ANY = "any", lazy("Any")
    REACHED = "reached", lazy("Reached")
    NOT_REACHED = "not_reached", lazy("Not reached")


class FollowUpDays(Choice):
    """How days are counted."""

    WORKING = "working", lazy("Working days")
    CALENDAR = "calendar", lazy("Calendar days")


class FollowUpFor(Choice):
    """Who gets the next step."""

    EVENT = "event", lazy("Who is responsible for the event")
    CLIENT = "client", lazy("Who is responsible for the client")
    NAMED = "named", lazy("The named employee")


class FollowUpRule(Record):
    """A rule of the next step (правило следующего шага): after what, how long after, what is planned and for whom."""

    __tablename__ = "follow_up_rule"
    __table_args__ = (CheckConstraint("days between 0 and 365", name="days_within_a_year"),)

    name: Mapped[str] = mapped_column(String(100), unique=True, info=named(lazy("Name")))
    event: Mapped[FollowUpEvent] = mapped_column(
        ChoiceType(FollowUpEvent), default=FollowUpEvent.INTERACTION, index=True, info=named(lazy("After what"))
    )
    interaction_kind: Mapped[InteractionKind | None] = mapped_column(
        ChoiceType(InteractionKind),
        info=named(lazy("Kind of the interaction"), lazy("for «Interaction done»; any when empty")),
    )
    outcome: Mapped[FollowUpOutcome] = mapped_column(
        ChoiceType(FollowUpOutcome),
        default=FollowUpOutcome.ANY,
        info=named(lazy("Outcome of the call"), lazy("for a call only")),
    )
    stage_id: Mapped[int | None] = mapped_column(
        ForeignKey("deal_stage.id"), index=True, info=named(lazy("Stage"), lazy("for «Deal came to a stage»"))
    )
    days: Mapped[int] = mapped_column(default=1, info=named(lazy("After how many days"), lazy("0: on the same day")))
    day_kind: Mapped[FollowUpDays] = mapped_column(
        ChoiceType(FollowUpDays), default=FollowUpDays.WORKING, info=named(lazy("Which days"))
    )
    makes: Mapped[InteractionKind] = mapped_column(
        ChoiceType(InteractionKind), default=InteractionKind.CALL, info=named(lazy("What is planned"))
    )
    topic: Mapped[str] = mapped_column(
        String(200),
        info=named(lazy("Its topic"), lazy("{topic}, {number} and {client} stand for those of the event")),
    )
    comment: Mapped[str | None] = mapped_column(String(LONG), info=named(lazy("Comment")))
    assignee: Mapped[FollowUpFor] = mapped_column(
        ChoiceType(FollowUpFor), default=FollowUpFor.EVENT, info=named(lazy("For whom"))
    )
    employee_id: Mapped[int | None] = mapped_column(
        ForeignKey("employee.id"), index=True, info=named(lazy("Named employee"))
    )
    is_active: Mapped[bool] = mapped_column(default=True, info=named(lazy("In force")))
    stage: Mapped[DealStage | None] = relationship(DealStage)
    employee: Mapped[Employee | None] = relationship(Employee)

    def __str__(self) -> str:
        return self.name


class FollowUp(Row):
    """That an event was followed up once, by which rule, and what was planned.

    `interaction` is empty when the person chose to plan nothing, or what was planned is gone: it is not made again.
    """

    __tablename__ = "follow_up"
    __table_args__ = (UniqueConstraint("record_table", "record_id"),)

    rule_id: Mapped[int] = mapped_column(ForeignKey("follow_up_rule.id"), index=True)
    record_table: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[int]
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interaction.id", ondelete="SET NULL"), index=True)
    rule: Mapped[FollowUpRule] = relationship(FollowUpRule)
    interaction: Mapped[Interaction | None] = relationship(Interaction)
