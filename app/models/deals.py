"""Deals with clients, the stages of the funnel with their rules, the plan of a deal and those who take part in it."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.clock import utc_now
from app.database import Choice, ChoiceType, Money, Percent, UtcDateTime
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

    named_by = ("name", "outcome")

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


class DealField(Choice):
    """What a stage may ask for before a deal comes to it."""

    CONTACT = "contact", lazy("Contact")
    AMOUNT = "amount", lazy("Amount")
    EXPECTED_ON = "expected_on", lazy("Expected closing")
    NEXT_STEP = "next_step", lazy("Next step")
    NEXT_STEP_ON = "next_step_on", lazy("Next step on")
    COMMENT = "comment", lazy("Comment")


class StageRequirement(Record):
    """What must be filled in a deal that stands at a stage; kept by the administrator."""

    __tablename__ = "stage_requirement"
    __table_args__ = (UniqueConstraint("stage_id", "field"),)

    stage_id: Mapped[int] = mapped_column(ForeignKey("deal_stage.id"), info=named(lazy("Stage")))
    field: Mapped[DealField] = mapped_column(ChoiceType(DealField), info=named(lazy("Must be filled")))
    stage: Mapped[DealStage] = relationship(DealStage)

    def __str__(self) -> str:
        return f"{self.stage}: {self.field.label}"


class StageMove(Record):
    """A move from stage to stage that is allowed. From a stage without such rows every move is."""

    __tablename__ = "stage_move"
    __table_args__ = (UniqueConstraint("from_stage_id", "to_stage_id"),)

    from_stage_id: Mapped[int] = mapped_column(ForeignKey("deal_stage.id"), info=named(lazy("From stage")))
    to_stage_id: Mapped[int] = mapped_column(ForeignKey("deal_stage.id"), info=named(lazy("To stage")))
    from_stage: Mapped[DealStage] = relationship(DealStage, foreign_keys=[from_stage_id])
    to_stage: Mapped[DealStage] = relationship(DealStage, foreign_keys=[to_stage_id])

    def __str__(self) -> str:
        return f"{self.from_stage} → {self.to_stage}"


class LossReason(Record):
    """Why a deal was lost."""

    named_by = ("name",)

    __tablename__ = "loss_reason"

    name: Mapped[str] = mapped_column(String(100), unique=True, info=named(lazy("Name")))

    def __str__(self) -> str:
        return self.name


class Deal(Record, Searchable):
    """A possible sale to a client (сделка), from the first interest to the won or lost end."""

    named_by = ("title",)

    __tablename__ = "deal"
    __table_args__ = (Index(None, "responsible_id", "stage_id"), Index(None, "next_step_on"))

    title: Mapped[str] = mapped_column(String(200), index=True, info=named(lazy("Title")))
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True, info=named(lazy("Client")))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), info=named(lazy("Contact")))
    stage_id: Mapped[int] = mapped_column(ForeignKey("deal_stage.id"), index=True, info=named(lazy("Stage")))
    responsible_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), info=named(lazy("Responsible")))
    amount: Mapped[Decimal] = mapped_column(
        Money, default=0, index=True, info=named(lazy("Amount"), lazy("roubles, VAT included"))
    )
    expected_on: Mapped[date | None] = mapped_column(index=True, info=named(lazy("Expected closing")))
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


class PlanTemplate(Record):
    """A template of the plan of a deal (шаблон плана сделки), offered to deals that come to its stage."""

    __tablename__ = "plan_template"

    name: Mapped[str] = mapped_column(String(100), unique=True, info=named(lazy("Name")))
    stage_id: Mapped[int | None] = mapped_column(
        ForeignKey("deal_stage.id"),
        index=True,
        info=named(lazy("Offered at the stage"), lazy("any deal may take it, these are offered it")),
    )
    stage: Mapped[DealStage | None] = relationship(DealStage)
    steps: Mapped[list["PlanTemplateStep"]] = relationship(
        back_populates="template",
        cascade="all, delete-orphan",
        order_by="PlanTemplateStep.position",
        info=named(lazy("Steps")),
    )

    def __str__(self) -> str:
        return self.name


class StepFor(Choice):
    """Who gets a step of a template: by what they are to the deal, or by name."""

    RESPONSIBLE = "responsible", lazy("Responsible for the deal")
    HELPS = "helps", lazy("Helps with the sale")
    ENGINEER = "engineer", lazy("Technical expert")
    NAMED = "named", lazy("The named employee")


class PlanTemplateStep(Row):
    """A step of a template: what is to be done, how many working days after the beginning, by whom."""

    __tablename__ = "plan_template_step"
    __table_args__ = (
        UniqueConstraint("template_id", "position"),
        CheckConstraint("after_days between 0 and 365", name="after_days_within_a_year"),
    )

    template_id: Mapped[int] = mapped_column(ForeignKey("plan_template.id", ondelete="CASCADE"))
    position: Mapped[int]
    task: Mapped[str] = mapped_column(String(200), info=named(lazy("Step")))
    after_days: Mapped[int] = mapped_column(
        default=0, info=named(lazy("After how many working days"), lazy("0: on the same day"))
    )
    who: Mapped[StepFor] = mapped_column(ChoiceType(StepFor), default=StepFor.RESPONSIBLE, info=named(lazy("For whom")))
    employee_id: Mapped[int | None] = mapped_column(
        ForeignKey("employee.id"), index=True, info=named(lazy("Named employee"))
    )
    template: Mapped[PlanTemplate] = relationship(PlanTemplate, back_populates="steps")
    employee: Mapped[Employee | None] = relationship(Employee)

    def __str__(self) -> str:
        return self.task


class DealStep(Record):
    """A step of the plan of a deal: what is to be done, by whom and by when. The earliest open one is the next step."""

    __tablename__ = "deal_step"
    __table_args__ = (
        Index(None, "responsible_id", "done_on", "due_on"),
        UniqueConstraint("deal_id", "template_step_id"),
    )

    deal_id: Mapped[int] = mapped_column(ForeignKey("deal.id", ondelete="CASCADE"), index=True)
    task: Mapped[str] = mapped_column(String(200), info=named(lazy("Step")))
    due_on: Mapped[date] = mapped_column(info=named(lazy("Due on")))
    responsible_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), info=named(lazy("Responsible")))
    done_on: Mapped[date | None] = mapped_column(info=named(lazy("Done on")))
    template_step_id: Mapped[int | None] = mapped_column(
        ForeignKey("plan_template_step.id", ondelete="SET NULL"), index=True
    )
    """The step of a template that it was made from: a deal takes each once."""
    deal: Mapped[Deal] = relationship(Deal)
    responsible: Mapped[Employee] = relationship(Employee)

    def __str__(self) -> str:
        return self.task


class ParticipantRole(Choice):
    """What a person is to a deal: the first ones on the client's side, the last ones on ours."""

    DECIDES = "decides", lazy("Decides"), "ok"
    INFLUENCES = "influences", lazy("Influences the decision"), "info"
    PAYS = "pays", lazy("Approves the payment"), "plan"
    USES = "uses", lazy("Will use it"), "neutral"
    OPPOSES = "opposes", lazy("Is against"), "danger"
    HELPS = "helps", lazy("Helps with the sale"), "info"
    ENGINEER = "engineer", lazy("Technical expert"), "plan"


class DealParticipant(Record):
    """A person who takes part in a deal: a contact of the client or an employee of ours, with a role."""

    __tablename__ = "deal_participant"
    __table_args__ = (
        CheckConstraint("(contact_id is null) <> (employee_id is null)", name="one_person"),
        UniqueConstraint("deal_id", "contact_id"),
        UniqueConstraint("deal_id", "employee_id"),
    )

    deal_id: Mapped[int] = mapped_column(ForeignKey("deal.id", ondelete="CASCADE"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True, info=named(lazy("Contact")))
    employee_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), index=True, info=named(lazy("Employee")))
    role: Mapped[ParticipantRole] = mapped_column(ChoiceType(ParticipantRole), info=named(lazy("Role")))
    share: Mapped[Decimal | None] = mapped_column(
        Percent, info=named(lazy("Share in the sale, %"), lazy("of an employee; the rest is the responsible person's"))
    )
    deal: Mapped[Deal] = relationship(Deal)
    contact: Mapped[Contact | None] = relationship(Contact)
    employee: Mapped[Employee | None] = relationship(Employee)

    def __str__(self) -> str:
        return str(self.contact or self.employee)
