"""The registers (регистры). Only posting a document writes them; balances are kept beside the movements.

Movements are append-only: cancelling a document adds reversing rows. `document_kind` and `document_id` name the
document that wrote the row (the registrar).
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.clock import utc_now
from app.database import Choice, ChoiceType, Money, UtcDateTime
from app.models.base import Row, named
from app.models.clients import Client
from app.models.staff import BankAccount, Employee, Organisation
from app.texts import lazy


class DocumentKind(Choice):
    """The kinds of documents that write registers or stand behind a due item."""

    INVOICE = "invoice", lazy("Invoice")
    PAYMENT = "payment", lazy("Payment")
    INTERACTION = "interaction", lazy("Interaction")
    CONTRACT = "contract", lazy("Contract")
    VISIT = "visit", lazy("Visit")
    QUOTE = "quote", lazy("Quote")
    ORDER = "order", lazy("Order of a client")
    PURCHASE_ORDER = "purchase_order", lazy("Order to a supplier")


class DueItem(Row):
    """What a client owes by one stage of one document, or an advance that we hold for the client.

    `balance` is the kept balance of the settlements register: positive = the client owes us, negative = advance.
    An item of a document cancelled and posted again is reused.
    """

    __tablename__ = "due_item"
    __table_args__ = (
        UniqueConstraint("document_kind", "document_id", "stage"),
        Index(None, "client_id", "balance"),
        Index(None, "balance", "due_on"),
        # What is open, by client, with all that receivables add up: paid items are most of the table.
        Index(
            "ix_due_item_open",
            "client_id",
            "due_on",
            "balance",
            "organisation_id",
            "document_kind",
            sqlite_where=text("balance <> 0"),
            postgresql_where=text("balance <> 0"),
        ),
        # The same by day: intervals of receivables over all clients.
        Index(
            "ix_due_item_open_by_day",
            "due_on",
            "balance",
            "client_id",
            "organisation_id",
            "document_kind",
            sqlite_where=text("balance <> 0"),
            postgresql_where=text("balance <> 0"),
        ),
    )

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    document_kind: Mapped[DocumentKind] = mapped_column(ChoiceType(DocumentKind))
    document_id: Mapped[int]
    stage: Mapped[int] = mapped_column(info=named(lazy("Stage")))
    document_number: Mapped[str] = mapped_column(String(40), default="")
    document_day: Mapped[date]
    due_on: Mapped[date | None] = mapped_column(info=named(lazy("Due on")))
    balance: Mapped[Decimal] = mapped_column(Money, default=0, info=named(lazy("Left to pay")))
    client: Mapped[Client] = relationship(Client)
    organisation: Mapped[Organisation] = relationship(Organisation)

    def __str__(self) -> str:
        return f"{self.document_kind.label} № {self.document_number}"


ZERO_BALANCE = literal_column("0", Money())
"""Nothing left to pay, in the SQL itself: SQLite prepares a question anew each time a value is given for the condition
of a partial index."""


class SettlementMovement(Row):
    """Settlements (взаиморасчёты): a change of what a client owes by a due item. Positive = owes more."""

    __tablename__ = "settlement_movement"
    __table_args__ = (Index(None, "document_kind", "document_id"), Index(None, "due_item_id", "day"))

    day: Mapped[date] = mapped_column(index=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    due_item_id: Mapped[int] = mapped_column(ForeignKey("due_item.id"))
    document_kind: Mapped[DocumentKind] = mapped_column(ChoiceType(DocumentKind))
    document_id: Mapped[int]
    amount: Mapped[Decimal] = mapped_column(Money)
    is_reversal: Mapped[bool] = mapped_column(default=False)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    due_item: Mapped[DueItem] = relationship(DueItem)


class CashBalance(Row):
    """The kept balance of one bank account."""

    __tablename__ = "cash_balance"

    account_id: Mapped[int] = mapped_column(ForeignKey("bank_account.id"), unique=True)
    balance: Mapped[Decimal] = mapped_column(Money, default=0)
    account: Mapped[BankAccount] = relationship(BankAccount)


class CashMovement(Row):
    """Cash (денежные средства): money that came to (positive) or left (negative) an account."""

    __tablename__ = "cash_movement"
    __table_args__ = (Index(None, "document_kind", "document_id"), Index(None, "account_id", "day"))

    day: Mapped[date] = mapped_column(index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("bank_account.id"))
    article_id: Mapped[int | None]
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"), index=True)
    document_kind: Mapped[DocumentKind] = mapped_column(ChoiceType(DocumentKind))
    document_id: Mapped[int]
    amount: Mapped[Decimal] = mapped_column(Money)
    is_reversal: Mapped[bool] = mapped_column(default=False)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class ActivityKind(Choice):
    """What counts as a manager's activity."""

    CALL = "call", lazy("Call")
    MEETING = "meeting", lazy("Meeting")
    LETTER = "letter", lazy("Letter")
    QUOTE = "quote", lazy("Quote")
    CONTRACT = "contract", lazy("Contract")
    VISIT = "visit", lazy("Visit")


class ActivityMovement(Row):
    """Activity (активность): something that an employee did with a client on a day. Count is 1, or -1 in a reversal."""

    __tablename__ = "activity_movement"
    __table_args__ = (Index(None, "document_kind", "document_id"), Index(None, "employee_id", "kind", "day"))

    day: Mapped[date]
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    kind: Mapped[ActivityKind] = mapped_column(ChoiceType(ActivityKind))
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    document_kind: Mapped[DocumentKind] = mapped_column(ChoiceType(DocumentKind))
    document_id: Mapped[int]
    count: Mapped[int]
    is_reversal: Mapped[bool] = mapped_column(default=False)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class ActivityBalance(Row):
    """The kept number of acts per day, employee and kind."""

    __tablename__ = "activity_balance"
    __table_args__ = (UniqueConstraint("day", "employee_id", "kind"),)

    day: Mapped[date]
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    kind: Mapped[ActivityKind] = mapped_column(ChoiceType(ActivityKind))
    count: Mapped[int] = mapped_column(default=0)
    employee: Mapped[Employee] = relationship(Employee)
