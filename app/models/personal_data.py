"""Personal data of contacts (152-ФЗ): consents to what is done with them, and requests to erase them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Choice, ChoiceType, User, UtcDateTime
from app.models.base import LONG, Record, named
from app.models.clients import Contact
from app.texts import lazy


class ConsentPurpose(Choice):
    """What a person agreed to. Work with a company's contact by its contract needs no consent; these do."""

    ADVERTISING = "advertising", lazy("Advertising calls and letters")
    PORTRAIT = "portrait", lazy("Portrait and birth date")
    TRANSFER = "transfer", lazy("Passing data to partners")


class ConsentForm(Choice):
    """How the consent was given; since 01.09.2025 it is a document of its own (156-ФЗ)."""

    PAPER = "paper", lazy("Paper with a signature")
    ELECTRONIC = "electronic", lazy("Electronic document")
    WEBSITE = "website", lazy("Form on the website")


class Consent(Record):
    """A contact's consent to one purpose (согласие на обработку персональных данных): when, how, until when."""

    __tablename__ = "consent"
    __table_args__ = (
        Index(None, "contact_id", "purpose"),
        CheckConstraint("valid_until is null or valid_until >= given_on", name="ends_after_start"),
        CheckConstraint("withdrawn_on is null or withdrawn_on >= given_on", name="withdrawn_after_start"),
    )

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), info=named(lazy("Contact")))
    purpose: Mapped[ConsentPurpose] = mapped_column(ChoiceType(ConsentPurpose), info=named(lazy("Purpose")))
    form: Mapped[ConsentForm] = mapped_column(
        ChoiceType(ConsentForm), default=ConsentForm.PAPER, info=named(lazy("Form"))
    )
    text_version: Mapped[str] = mapped_column(
        String(60), info=named(lazy("Version of the text"), lazy("number and date of the approved wording"))
    )
    given_on: Mapped[date] = mapped_column(index=True, info=named(lazy("Given on")))
    valid_until: Mapped[date | None] = mapped_column(
        index=True, info=named(lazy("Valid until"), lazy("empty: until it is withdrawn"))
    )
    channel: Mapped[str | None] = mapped_column(
        String(100), info=named(lazy("Received through"), lazy("meeting, post, website"))
    )
    withdrawn_on: Mapped[date | None] = mapped_column(index=True, info=named(lazy("Withdrawn on")))
    comment: Mapped[str | None] = mapped_column(String(LONG), info=named(lazy("Comment")))
    contact: Mapped[Contact] = relationship(Contact)

    def __str__(self) -> str:
        return str(self.purpose.label)


class ErasureBasis(Choice):
    """Why personal data must go; decides the term (152-ФЗ, ст. 21)."""

    WITHDRAWN = "withdrawn", lazy("Consent withdrawn")
    PURPOSE_REACHED = "purpose_reached", lazy("Purpose reached")
    UNLAWFUL = "unlawful", lazy("Unlawful processing")


class ErasureStatus(Choice):
    """Where a request to erase stands."""

    REQUESTED = "requested", lazy("To be erased"), "warn"
    DONE = "done", lazy("Erased"), "ok"
    REFUSED = "refused", lazy("Refused"), "neutral"


class Erasure(Record):
    """A request to erase a contact's personal data, and what was destroyed (приказ РКН № 179 от 28.10.2022)."""

    __tablename__ = "erasure"
    __table_args__ = (UniqueConstraint("number"), Index(None, "status", "due_on"))

    number: Mapped[str] = mapped_column(String(30), info=named(lazy("Number")))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True, info=named(lazy("Contact")))
    basis: Mapped[ErasureBasis] = mapped_column(ChoiceType(ErasureBasis), info=named(lazy("Reason")))
    requested_on: Mapped[date] = mapped_column(index=True, info=named(lazy("Requested on")))
    due_on: Mapped[date] = mapped_column(index=True, info=named(lazy("Erase by")))
    status: Mapped[ErasureStatus] = mapped_column(
        ChoiceType(ErasureStatus), default=ErasureStatus.REQUESTED, info=named(lazy("Status"))
    )
    comment: Mapped[str | None] = mapped_column(String(LONG), info=named(lazy("Comment")))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=named(lazy("Erased at")))
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), info=named(lazy("Erased by")))
    destroyed: Mapped[list[Any] | None] = mapped_column(JSON)
    """Categories that were destroyed: pairs of a name known to services/personal_data and a count."""
    contact: Mapped[Contact] = relationship(Contact)
    done_by: Mapped[User | None] = relationship(User, foreign_keys=[done_by_id])

    def __str__(self) -> str:
        return self.number
