"""Consents to the use of personal data (152-ФЗ, ст. 9)."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.clients import Contact
from app.models.personal_data import Consent, ConsentPurpose, Erasure, ErasureBasis, ErasureStatus
from app.services.personal_data.requests import prepare_erasure
from app.services.working_days import WorkingCalendar
from app.texts import _


def check_consent(consent: Consent) -> None:
    """Refuse a consent that ends before it begins, and one of a person whose data are erased."""
    if consent.contact.erased_at is not None:
        raise RuleError(_("The personal data of this contact are erased."))
    if consent.valid_until is not None and consent.valid_until < consent.given_on:
        raise RuleError(_("The consent ends before it was given."))
    if consent.withdrawn_on is not None and consent.withdrawn_on < consent.given_on:
        raise RuleError(_("The consent was withdrawn before it was given."))


def has_consent(session: Session, contact: Contact, purpose: ConsentPurpose, day: date) -> bool:
    """Tell whether the person's consent to the purpose is in force on the day."""
    question = select(Consent.id).where(
        Consent.contact_id == contact.id,
        Consent.purpose == purpose,
        Consent.given_on <= day,
        or_(Consent.valid_until.is_(None), Consent.valid_until >= day),
        or_(Consent.withdrawn_on.is_(None), Consent.withdrawn_on > day),
    )
    return session.scalar(question.limit(1)) is not None


def withdraw_consent(session: Session, consent: Consent, *, today: date, calendar: WorkingCalendar) -> Erasure:
    """Note the withdrawal and open the request to erase, unless one is open. RuleError when it is withdrawn already."""
    if consent.withdrawn_on is not None:
        raise RuleError(_("The consent is withdrawn already."))
    consent.withdrawn_on = today
    opened = session.scalars(
        select(Erasure).where(Erasure.contact_id == consent.contact_id, Erasure.status == ErasureStatus.REQUESTED)
    ).first()
    if opened is not None:
        return opened
    erasure = Erasure(contact=consent.contact, basis=ErasureBasis.WITHDRAWN, requested_on=today)
    prepare_erasure(session, erasure, calendar=calendar)
    session.add(erasure)
    session.flush()
    return erasure
