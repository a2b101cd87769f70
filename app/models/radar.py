"""The radar («Ничего не забыто»): its rules as the office has set them, and lines that were put off."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Choice, ChoiceType, Identifier, User
from app.models.base import Record, named
from app.texts import lazy


class RadarCode(Choice):
    """The rules, in the order in which they are shown. What each of them asks stands in reports/radar."""

    CALL_MISSED = "call_missed", lazy("Missed call without a call back")
    EVENT_LATE = "event_late", lazy("Overdue event")
    QUOTE_EXPIRING = "quote_expiring", lazy("Quote about to expire")
    QUOTE_SILENT = "quote_silent", lazy("Quote without a follow-up")
    QUOTE_DRAFT = "quote_draft", lazy("Quote not sent")
    DEAL_STEP_LATE = "deal_step_late", lazy("Next step of a deal overdue")
    DEAL_NO_STEP = "deal_no_step", lazy("Deal without a next step")
    DEAL_STUCK = "deal_stuck", lazy("Deal stuck at a stage")
    DEBT_LATE = "debt_late", lazy("Stage of payment overdue")
    INVOICE_DRAFT = "invoice_draft", lazy("Invoice not posted")
    ORDER_DRAFT = "order_draft", lazy("Order not posted")
    ORDER_IDLE = "order_idle", lazy("Order without an invoice and a purchase")
    ORDER_LATE = "order_late", lazy("Order not delivered in time")
    PURCHASE_LATE = "purchase_late", lazy("Order to a supplier overdue")
    CONTRACT_ENDING = "contract_ending", lazy("Contract about to end")
    CLAIM_LATE = "claim_late", lazy("Answer to a claim overdue")
    CLAIM_STEP_LATE = "claim_step_late", lazy("Step of a claim overdue")
    CLAIM_IDLE = "claim_idle", lazy("Claim without a step")
    REQUEST_WAITING = "request_waiting", lazy("Service request without a visit")
    VISIT_OPEN = "visit_open", lazy("Visit not written up")
    MAINTENANCE_DUE = "maintenance_due", lazy("Maintenance due")
    PAYMENT_UNKNOWN = "payment_unknown", lazy("Payment without a client")
    CLIENT_SILENT = "client_silent", lazy("Client without contact")


class RadarOwner(Choice):
    """In whose list a line stands."""

    RECORD = "record", lazy("Responsible for the record")
    CLIENT = "client", lazy("Responsible for the client")
    SALES_HEAD = "SalesHead", lazy("Head of sales")
    SERVICE_HEAD = "ServiceHead", lazy("Head of service")
    ACCOUNTANT = "Accountant", lazy("Accountant")
    PURCHASING = "Purchasing", lazy("Purchasing and warehouse")


class RadarRule(Record):
    """A rule of the radar: whether it is on, from how many days on, and whose its lines are."""

    __tablename__ = "radar_rule"
    __table_args__ = (CheckConstraint("days between 0 and 3650", name="days_within_ten_years"),)

    code: Mapped[RadarCode] = mapped_column(ChoiceType(RadarCode), unique=True, info=named(lazy("Rule")))
    is_on: Mapped[bool] = mapped_column(default=True, info=named(lazy("On")))
    days: Mapped[int] = mapped_column(
        default=0, info=named(lazy("Threshold, days"), lazy("from how many days on, or how many days ahead"))
    )
    owner: Mapped[RadarOwner] = mapped_column(
        ChoiceType(RadarOwner), default=RadarOwner.RECORD, info=named(lazy("Whose line it is"))
    )

    def __str__(self) -> str:
        return str(self.code.label)


class RadarSnooze(Record):
    """A line that a person has put off until a day, for a reason; to others it still shows."""

    __tablename__ = "radar_snooze"
    __table_args__ = (UniqueConstraint("user_id", "code", "record_id"), Index(None, "code", "record_id"))

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    code: Mapped[RadarCode] = mapped_column(ChoiceType(RadarCode), info=named(lazy("Rule")))
    record_id: Mapped[int] = mapped_column(Identifier)
    until: Mapped[date] = mapped_column(info=named(lazy("Put off until")))
    reason: Mapped[str] = mapped_column(String(300), info=named(lazy("Reason")))
    user: Mapped[User] = relationship(User, foreign_keys=[user_id])

    def __str__(self) -> str:
        return f"{self.code.label}: {self.reason}"
