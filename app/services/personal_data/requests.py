"""Requests to erase a person's data: their term and number, and their refusal.

Terms, 152-ФЗ ст. 21: thirty calendar days after consent was withdrawn (ч. 5) or the purpose was reached (ч. 4),
ten working days where the processing was unlawful (ч. 3).
"""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.personal_data import Erasure, ErasureBasis, ErasureStatus
from app.services.numbering import take_number
from app.services.service.requests import first_organisation
from app.services.working_days import WorkingCalendar
from app.texts import _

ERASURE_DAYS = 30
UNLAWFUL_WORKING_DAYS = 10


def prepare_erasure(session: Session, erasure: Erasure, *, calendar: WorkingCalendar) -> None:
    """Set the term by the basis, and the number. Raises RuleError for a person whose data are erased already."""
    if erasure.contact.erased_at is not None:
        raise RuleError(_("The personal data of this contact are erased."))
    if erasure.basis is ErasureBasis.UNLAWFUL:
        erasure.due_on = calendar.add_banking_days(erasure.requested_on, UNLAWFUL_WORKING_DAYS)
    else:
        erasure.due_on = erasure.requested_on + timedelta(days=ERASURE_DAYS)
    if not erasure.number:
        with session.no_autoflush:  # the number is what the row still lacks
            erasure.number = take_number(session, "erasure", first_organisation(session), erasure.requested_on)


def is_overdue(erasure: Erasure, today: date) -> bool:
    """Tell whether the data should have been erased by now."""
    return erasure.status is ErasureStatus.REQUESTED and erasure.due_on < today


def refuse_erasure(erasure: Erasure) -> None:
    """Close a request that has no ground; the comment must say why."""
    check_open(erasure)
    if not (erasure.comment or "").strip():
        raise RuleError(_("Write in the comment why the request is refused."))
    erasure.status = ErasureStatus.REFUSED


def check_open(erasure: Erasure) -> None:
    """Refuse a request that was carried out or refused already."""
    if erasure.status is not ErasureStatus.REQUESTED:
        raise RuleError(_("This request is closed."))
