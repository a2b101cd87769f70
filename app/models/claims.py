"""Claims of clients (претензии): reason, investigation plan, actions, person at fault, outcome."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.clock import utc_now
from app.database import Choice, ChoiceType, Money, UtcDateTime
from app.models.base import LONG, Record, Row, Searchable, named
from app.models.catalogue import Product
from app.models.clients import Client, Contact
from app.models.interactions import Interaction
from app.models.sales import Invoice
from app.models.service import Equipment
from app.models.staff import Department, Employee
from app.texts import lazy


class ClaimReason(Record):
    """Why clients complain, kept by the administrator."""

    named_by = ("name",)

    __tablename__ = "claim_reason"

    name: Mapped[str] = mapped_column(String(100), unique=True, info=named(lazy("Name")))

    def __str__(self) -> str:
        return self.name


class ClaimStatus(Choice):
    """The way of a claim; it cannot be closed before its result is described."""

    REGISTERED = "registered", lazy("Registered"), "info"
    INVESTIGATION = "investigation", lazy("In investigation"), "warn"
    SETTLEMENT = "settlement", lazy("Being settled"), "plan"
    CLOSED = "closed", lazy("Closed"), "ok"


class ClaimOutcome(Choice):
    """How a claim ended."""

    SATISFIED = "satisfied", lazy("Satisfied"), "ok"
    PARTLY = "partly", lazy("Satisfied in part"), "warn"
    REJECTED = "rejected", lazy("Rejected"), "danger"
    WITHDRAWN = "withdrawn", lazy("Withdrawn"), "neutral"


class ClaimChannel(Choice):
    """How a claim reached us."""

    PHONE = "phone", lazy("Phone")
    EMAIL = "email", lazy("E-mail")
    LETTER = "letter", lazy("Letter on paper")
    MEETING = "meeting", lazy("In person")


class ClaimDemand(Choice):
    """What the client demands."""

    REPAIR = "repair", lazy("Repair")
    REPLACEMENT = "replacement", lazy("Replacement")
    REFUND = "refund", lazy("Refund")
    DISCOUNT = "discount", lazy("Discount")
    APOLOGY = "apology", lazy("Explanation")


class Claim(Record, Searchable):
    """A client's claim (претензия): the fact, the analysis, the person at fault, the result."""

    named_by = ("number", "text")

    __tablename__ = "claim"
    __table_args__ = (CheckConstraint("status <> 'closed' or result is not null", name="closed_with_result"),)

    number: Mapped[str] = mapped_column(String(40), default="", index=True, info=named(lazy("Number")))
    registered_on: Mapped[date] = mapped_column(index=True, info=named(lazy("Registered on")))
    channel: Mapped[ClaimChannel] = mapped_column(
        ChoiceType(ClaimChannel), default=ClaimChannel.PHONE, info=named(lazy("Channel"))
    )
    status: Mapped[ClaimStatus] = mapped_column(
        ChoiceType(ClaimStatus), default=ClaimStatus.REGISTERED, index=True, info=named(lazy("Status"))
    )
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True, info=named(lazy("Client")))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), info=named(lazy("Contact")))
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"), info=named(lazy("Basis document")))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), info=named(lazy("Product")))
    equipment_id: Mapped[int | None] = mapped_column(
        ForeignKey("equipment.id"), index=True, info=named(lazy("Equipment"))
    )
    text: Mapped[str] = mapped_column(String(LONG), info=named(lazy("What happened")))
    demand: Mapped[ClaimDemand] = mapped_column(
        ChoiceType(ClaimDemand), default=ClaimDemand.REPAIR, info=named(lazy("Demand"))
    )
    amount: Mapped[Decimal | None] = mapped_column(
        Money, index=True, info=named(lazy("Amount claimed"), lazy("roubles"))
    )
    answer_due_on: Mapped[date | None] = mapped_column(
        index=True, info=named(lazy("Answer by"), lazy("30 calendar days unless the contract says otherwise"))
    )
    reason_id: Mapped[int | None] = mapped_column(ForeignKey("claim_reason.id"), index=True, info=named(lazy("Reason")))
    interaction_id: Mapped[int | None] = mapped_column(
        ForeignKey("interaction.id"), info=named(lazy("Interaction before it"))
    )
    analysis: Mapped[str | None] = mapped_column(String(LONG), info=named(lazy("Analysis")))
    department_at_fault_id: Mapped[int | None] = mapped_column(
        ForeignKey("department.id"), info=named(lazy("Department at fault"), right="PersonAtFault")
    )
    employee_at_fault_id: Mapped[int | None] = mapped_column(
        ForeignKey("employee.id"), info=named(lazy("Person at fault"), right="PersonAtFault")
    )
    result: Mapped[str | None] = mapped_column(String(LONG), info=named(lazy("Result")))
    outcome: Mapped[ClaimOutcome | None] = mapped_column(ChoiceType(ClaimOutcome), info=named(lazy("Outcome")))
    settlement_cost: Mapped[Decimal | None] = mapped_column(Money, info=named(lazy("Cost of settlement")))
    closed_on: Mapped[date | None] = mapped_column(info=named(lazy("Closed on")))
    responsible_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True, info=named(lazy("Responsible")))
    client: Mapped[Client] = relationship(Client)
    contact: Mapped[Contact | None] = relationship(Contact)
    invoice: Mapped[Invoice | None] = relationship(Invoice)
    product: Mapped[Product | None] = relationship(Product)
    equipment: Mapped[Equipment | None] = relationship(Equipment)
    reason: Mapped[ClaimReason | None] = relationship(ClaimReason)
    interaction: Mapped[Interaction | None] = relationship(Interaction)
    department_at_fault: Mapped[Department | None] = relationship(Department)
    employee_at_fault: Mapped[Employee | None] = relationship(Employee, foreign_keys=[employee_at_fault_id])
    responsible: Mapped[Employee] = relationship(Employee, foreign_keys=[responsible_id])
    steps: Mapped[list["ClaimStep"]] = relationship(
        back_populates="claim",
        cascade="all, delete-orphan",
        order_by="ClaimStep.due_on",
        info=named(lazy("Investigation plan")),
    )

    def __str__(self) -> str:
        return f"№ {self.number}" if self.number else self.text[:60]

    def search_parts(self) -> list[str | None]:
        """The texts by which a person looks for this record."""
        return [self.number, self.text[:200]]


class ClaimStep(Row):
    """A step of the investigation plan."""

    __tablename__ = "claim_step"

    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id", ondelete="CASCADE"), index=True)
    task: Mapped[str] = mapped_column(String(300), info=named(lazy("Step")))
    responsible_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), info=named(lazy("Responsible")))
    due_on: Mapped[date] = mapped_column(info=named(lazy("Due on")))
    done_on: Mapped[date | None] = mapped_column(info=named(lazy("Done on")))
    claim: Mapped[Claim] = relationship(Claim, back_populates="steps")
    responsible: Mapped[Employee] = relationship(Employee)


class ClaimEvent(Row):
    """An entry of a claim's log: a change of status or an action taken, with author and time."""

    __tablename__ = "claim_event"

    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, info=named(lazy("When")))
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    from_status: Mapped[ClaimStatus | None] = mapped_column(ChoiceType(ClaimStatus), info=named(lazy("From status")))
    to_status: Mapped[ClaimStatus | None] = mapped_column(ChoiceType(ClaimStatus), info=named(lazy("To status")))
    text: Mapped[str] = mapped_column(String(LONG), default="", info=named(lazy("Text")))
