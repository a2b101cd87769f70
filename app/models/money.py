"""Payments, their allocation to due items, bank statements and what the matching has learnt."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.clock import utc_now
from app.database import Choice, ChoiceType, Money, UtcDateTime
from app.models.base import LONG, Record, Row, Searchable, named
from app.models.clients import Client
from app.models.ledger import DueItem
from app.models.sales import DocumentStatus
from app.models.staff import BankAccount
from app.texts import lazy


class ArticleKind(Choice):
    """Whether an article of cash flow is income, expense or neither (own transfers, loans)."""

    INCOME = "income", lazy("Income"), "ok"
    EXPENSE = "expense", lazy("Expense"), "warn"
    NEITHER = "neither", lazy("Neither income nor expense"), "neutral"


class CashArticle(Record):
    """An article of cash flow (статья движения денежных средств)."""

    named_by = ("name",)

    __tablename__ = "cash_article"

    name: Mapped[str] = mapped_column(String(100), unique=True, info=named(lazy("Name")))
    kind: Mapped[ArticleKind] = mapped_column(ChoiceType(ArticleKind), info=named(lazy("Kind")))

    def __str__(self) -> str:
        return self.name


class StatementStatus(Choice):
    """Where the import of a statement is."""

    CHECKED = "checked", lazy("Checked"), "info"
    POSTED = "posted", lazy("Payments are posted"), "ok"
    TAKEN_BACK = "taken_back", lazy("Taken back"), "neutral"


class Statement(Record):
    """One loaded bank statement file (банковская выписка): what it said and what became of it."""

    __tablename__ = "statement"

    file_name: Mapped[str] = mapped_column(String(200), info=named(lazy("File")))
    file_sha256: Mapped[str] = mapped_column(String(64), index=True)
    encoding: Mapped[str] = mapped_column(String(20), info=named(lazy("Encoding")))
    starts_on: Mapped[date | None] = mapped_column(info=named(lazy("From")))
    ends_on: Mapped[date | None] = mapped_column(info=named(lazy("Until")))
    status: Mapped[StatementStatus] = mapped_column(
        ChoiceType(StatementStatus), default=StatementStatus.CHECKED, info=named(lazy("Status"))
    )
    incoming: Mapped[Decimal] = mapped_column(Money, default=0, info=named(lazy("Money in")))
    outgoing: Mapped[Decimal] = mapped_column(Money, default=0, info=named(lazy("Money out")))
    documents: Mapped[int] = mapped_column(default=0, info=named(lazy("Documents")))
    already: Mapped[int] = mapped_column(default=0, info=named(lazy("Already loaded")))
    warnings: Mapped[list[Any]] = mapped_column(JSON, default=list)
    unread: Mapped[list[Any]] = mapped_column(JSON, default=list)
    accounts: Mapped[list[Any]] = mapped_column(JSON, default=list)
    lines: Mapped[list["StatementLine"]] = relationship(
        back_populates="statement", order_by="StatementLine.id", cascade="all, delete-orphan"
    )

    def __str__(self) -> str:
        return self.file_name


class MoneyDirection(Choice):
    """Whether money came, left, or moved between own accounts."""

    IN = "in", lazy("In"), "ok"
    OUT = "out", lazy("Out"), "warn"
    INTERNAL = "internal", lazy("Between own accounts"), "neutral"


class MatchState(Choice):
    """How sure the matching of a statement line is, and what was decided."""

    MATCHED = "matched", lazy("Matched"), "ok"
    TO_CHOOSE = "to_choose", lazy("To choose"), "warn"
    UNKNOWN = "unknown", lazy("Unknown payer"), "danger"
    NOT_INCOME = "not_income", lazy("Not income from a client"), "neutral"
    SKIPPED = "skipped", lazy("Left out"), "neutral"


class StatementLine(Row):
    """One document of a statement as the bank sent it, with the proposal and the decision about it.

    `key` is unique among lines that are in force, so that loading the same or an overlapping file adds nothing.
    """

    __tablename__ = "statement_line"
    __table_args__ = (Index(None, "other_inn"),)

    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id", ondelete="CASCADE"), index=True)
    key: Mapped[str | None] = mapped_column(String(64), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("bank_account.id"))
    direction: Mapped[MoneyDirection] = mapped_column(ChoiceType(MoneyDirection))
    number: Mapped[str] = mapped_column(String(60))
    document_day: Mapped[date]
    posting_day: Mapped[date]
    amount: Mapped[Decimal] = mapped_column(Money)
    other_name: Mapped[str] = mapped_column(String(300), default="")
    other_inn: Mapped[str | None] = mapped_column(String(12))
    other_kpp: Mapped[str | None] = mapped_column(String(9))
    other_account: Mapped[str | None] = mapped_column(String(40))
    other_bik: Mapped[str | None] = mapped_column(String(9))
    purpose: Mapped[str] = mapped_column(String(2000), default="")
    raw: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[MatchState] = mapped_column(ChoiceType(MatchState), index=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"), index=True)
    proposal: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    statement: Mapped[Statement] = relationship(Statement, back_populates="lines")
    client: Mapped[Client | None] = relationship(Client)


class Payment(Record, Searchable):
    """Money that came to or left a bank account (платёж). Turnover and ageing use the posting day."""

    named_by = ("number",)

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        Index(None, "client_id", "day"),
        Index(None, "direction", "day"),
        # Money that came from nobody knows whom: counted for the panel of every page.
        Index(
            "ix_payment_without_client",
            *("direction", "client_id"),
            sqlite_where=text("client_id IS NULL"),
            postgresql_where=text("client_id IS NULL"),
        ),
    )

    direction: Mapped[MoneyDirection] = mapped_column(ChoiceType(MoneyDirection), info=named(lazy("Direction")))
    day: Mapped[date] = mapped_column(index=True, info=named(lazy("Posted by the bank on")))
    number: Mapped[str] = mapped_column(String(60), default="", index=True, info=named(lazy("Number")))
    document_day: Mapped[date | None] = mapped_column(info=named(lazy("Date of the payment order")))
    status: Mapped[DocumentStatus] = mapped_column(
        ChoiceType(DocumentStatus), default=DocumentStatus.DRAFT, index=True, info=named(lazy("Status"))
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("bank_account.id"), info=named(lazy("Our account")))
    amount: Mapped[Decimal] = mapped_column(Money, index=True, info=named(lazy("Amount"), lazy("roubles")))
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"), info=named(lazy("Client")))
    payer_name: Mapped[str | None] = mapped_column(String(300), info=named(lazy("Payer or payee")))
    payer_inn: Mapped[str | None] = mapped_column(String(12), info=named(lazy("INN of the other side")))
    payer_account: Mapped[str | None] = mapped_column(String(40), info=named(lazy("Account of the other side")))
    purpose: Mapped[str] = mapped_column(String(2000), default="", info=named(lazy("Purpose of payment")))
    article_id: Mapped[int | None] = mapped_column(
        ForeignKey("cash_article.id"), index=True, info=named(lazy("Article"))
    )
    statement_line_id: Mapped[int | None] = mapped_column(ForeignKey("statement_line.id"), unique=True)
    comment: Mapped[str | None] = mapped_column(String(LONG), info=named(lazy("Comment")))
    account: Mapped[BankAccount] = relationship(BankAccount)
    client: Mapped[Client | None] = relationship(Client)
    article: Mapped[CashArticle | None] = relationship(CashArticle)
    statement_line: Mapped[StatementLine | None] = relationship(StatementLine)
    allocations: Mapped[list["Allocation"]] = relationship(
        back_populates="payment", cascade="all, delete-orphan", order_by="Allocation.id"
    )

    def __str__(self) -> str:
        return f"№ {self.number}" if self.number else "—"

    def search_parts(self) -> list[str | None]:
        """The texts by which a person looks for this record."""
        return [self.number, self.payer_name, self.payer_inn]


class Allocation(Row):
    """Which part of a payment settles which due item, and why it was so decided."""

    __tablename__ = "allocation"
    __table_args__ = (
        UniqueConstraint("payment_id", "due_item_id"),
        CheckConstraint("amount > 0", name="amount_positive"),
    )

    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id", ondelete="CASCADE"))
    due_item_id: Mapped[int] = mapped_column(ForeignKey("due_item.id"), index=True, info=named(lazy("Debt")))
    amount: Mapped[Decimal] = mapped_column(Money, info=named(lazy("Amount")))
    reason: Mapped[str] = mapped_column(String(200), default="", info=named(lazy("Reason")))
    payment: Mapped[Payment] = relationship(Payment, back_populates="allocations")
    due_item: Mapped[DueItem] = relationship(DueItem)


class PayerAlias(Row):
    """Learnt from a person's choice: this payer (by INN or account) pays for this client."""

    __tablename__ = "payer_alias"
    __table_args__ = (UniqueConstraint("payer", "client_id"),)

    payer: Mapped[str] = mapped_column(String(40))
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    learnt_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
