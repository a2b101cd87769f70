"""Consents to the use of personal data, and their destruction (152-ФЗ): legal documents stay, the person goes."""

from app.services.personal_data.consents import check_consent, has_consent, withdraw_consent
from app.services.personal_data.correspondence import Correspondence, correspondence_of
from app.services.personal_data.erasing import CATEGORIES, Pending, erase_contact, pending_work
from app.services.personal_data.requests import ERASURE_DAYS, is_overdue, prepare_erasure, refuse_erasure
from app.services.personal_data.subjects import Subject, subject_of

__all__ = [
    "CATEGORIES",
    "ERASURE_DAYS",
    "Correspondence",
    "Pending",
    "Subject",
    "check_consent",
    "correspondence_of",
    "erase_contact",
    "has_consent",
    "is_overdue",
    "pending_work",
    "prepare_erasure",
    "refuse_erasure",
    "subject_of",
    "withdraw_consent",
]
