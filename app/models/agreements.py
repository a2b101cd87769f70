"""Terms of sale (соглашения) with payment schedules, and contracts (договоры)."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Choice, ChoiceType, Money, Percent
from app.models.base import LONG, Record, Row, Searchable, named
from app.models.catalogue import PriceType
from app.models.clients import Client
from app.models.staff import Employee, Organisation
from app.texts import lazy


class AgreementKind(Choice):
    """Standard terms serve any client; individual ones serve one; commission is goods on consignment."""

    STANDARD = "standard", lazy("Standard"), "neutral"
    INDIVIDUAL = "individual", lazy("Individual"), "info"
    COMMISSION = "commission", lazy("Commission"), "plan"


class PaymentEvent(Choice):
    """The event from which a payment stage is counted."""

    ORDER = "order", lazy("Order")
    INVOICE = "invoice", lazy("Invoice")
    SHIPMENT = "shipment", lazy("Shipment")


class DayKind(Choice):
    """How a stage's days are counted; a banking day is a working day by custom, the law does not define it."""

    CALENDAR = "calendar", lazy("calendar days")
    BANKING = "banking", lazy("banking days")


class Agreement(Record, Searchable):
    """Terms of sale (соглашение): prices, discount, delivery term and the payment schedule."""

    named_by = ("name",)

    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint("kind <> 'individual' or client_id is not null", name="individual_has_client"),
        CheckConstraint("discount_percent between -100000 and 10000", name="discount_up_to_the_price"),
    )

    name: Mapped[str] = mapped_column(String(150), index=True, info=named(lazy("Name")))
    kind: Mapped[AgreementKind] = mapped_column(
        ChoiceType(AgreementKind), default=AgreementKind.STANDARD, info=named(lazy("Kind"))
    )
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"), index=True, info=named(lazy("Client")))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), info=named(lazy("Organisation")))
    price_type_id: Mapped[int] = mapped_column(ForeignKey("price_type.id"), info=named(lazy("Price type")))
    discount_percent: Mapped[Decimal] = mapped_column(
        Percent, default=0, info=named(lazy("Discount, %"), lazy("a negative discount is a markup"))
    )
    delivery_days: Mapped[int] = mapped_column(default=0, info=named(lazy("Delivery term, days")))
    valid_from: Mapped[date] = mapped_column(index=True, info=named(lazy("Valid from")))
    valid_to: Mapped[date | None] = mapped_column(info=named(lazy("Valid until")))
    is_active: Mapped[bool] = mapped_column(default=True, info=named(lazy("Active")))
    client: Mapped[Client | None] = relationship(Client)
    organisation: Mapped[Organisation] = relationship(Organisation)
    price_type: Mapped[PriceType] = relationship(PriceType)
    stages: Mapped[list["AgreementStage"]] = relationship(
        back_populates="agreement",
        cascade="all, delete-orphan",
        order_by="AgreementStage.position",
        info=named(lazy("Payment schedule")),
    )

    def __str__(self) -> str:
        return self.name

    def search_parts(self) -> list[str | None]:
        """The texts by which a person looks for this record."""
        return [self.name]


class AgreementStage(Row):
    """A stage of the payment schedule: which share, after which event, within how many days."""

    __tablename__ = "agreement_stage"
    __table_args__ = (UniqueConstraint("agreement_id", "position"),)

    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"))
    position: Mapped[int]
    percent: Mapped[Decimal] = mapped_column(Percent, info=named(lazy("Share, %")))
    event: Mapped[PaymentEvent] = mapped_column(
        ChoiceType(PaymentEvent), default=PaymentEvent.INVOICE, info=named(lazy("Counted from"))
    )
    shift_days: Mapped[int] = mapped_column(default=0, info=named(lazy("Days")))
    day_kind: Mapped[DayKind] = mapped_column(
        ChoiceType(DayKind), default=DayKind.BANKING, info=named(lazy("Kind of days"))
    )
    agreement: Mapped[Agreement] = relationship(Agreement, back_populates="stages")


class ContractKind(Choice):
    """What a contract is about."""

    SUPPLY = "supply", lazy("Supply")
    SERVICE = "service", lazy("Service")
    RENT = "rent", lazy("Rent")
    OTHER = "other", lazy("Other")


class ContractStatus(Choice):
    """Where a contract is between the draft and its end."""

    DRAFT = "draft", lazy("Draft"), "neutral"
    ON_SIGNATURE = "on_signature", lazy("Being signed"), "warn"
    SIGNED = "signed", lazy("In force"), "ok"
    ENDED = "ended", lazy("Ended"), "neutral"
    TERMINATED = "terminated", lazy("Terminated"), "danger"


class Contract(Record, Searchable):
    """A contract with a client (договор). Its signed PDF is an attachment of the record."""

    named_by = ("number",)

    __tablename__ = "contract"
    __table_args__ = (UniqueConstraint("organisation_id", "number", "signed_on"),)

    number: Mapped[str] = mapped_column(String(40), index=True, info=named(lazy("Number")))
    signed_on: Mapped[date] = mapped_column(index=True, info=named(lazy("Date")))
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True, info=named(lazy("Client")))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), info=named(lazy("Organisation")))
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"), info=named(lazy("Agreement")))
    kind: Mapped[ContractKind] = mapped_column(
        ChoiceType(ContractKind), default=ContractKind.SUPPLY, info=named(lazy("Kind"))
    )
    status: Mapped[ContractStatus] = mapped_column(
        ChoiceType(ContractStatus), default=ContractStatus.DRAFT, index=True, info=named(lazy("Status"))
    )
    subject: Mapped[str] = mapped_column(String(300), info=named(lazy("Subject of the contract")))
    amount: Mapped[Decimal | None] = mapped_column(
        Money, index=True, info=named(lazy("Amount"), lazy("roubles, VAT included"))
    )
    valid_to: Mapped[date | None] = mapped_column(index=True, info=named(lazy("Valid until")))
    is_prolonged: Mapped[bool] = mapped_column(default=False, info=named(lazy("Prolonged automatically")))
    responsible_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True, info=named(lazy("Responsible")))
    comment: Mapped[str | None] = mapped_column(String(LONG), info=named(lazy("Comment")))
    client: Mapped[Client] = relationship(Client)
    organisation: Mapped[Organisation] = relationship(Organisation)
    agreement: Mapped[Agreement | None] = relationship(Agreement)
    responsible: Mapped[Employee] = relationship(Employee)

    def __str__(self) -> str:
        return f"№ {self.number}"

    def search_parts(self) -> list[str | None]:
        """The texts by which a person looks for this record."""
        return [self.number, self.subject]
