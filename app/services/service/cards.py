"""Rules for visits and requests that are edited as cards, field by field, not planned on the schedule."""

from app.errors import RuleError
from app.models.service import ServiceRequest, Visit, VisitStatus
from app.services.service.requests import check_belongs
from app.texts import _

_OVER = (VisitStatus.DONE, VisitStatus.PARTLY_DONE)


def check_visit_card(visit: Visit) -> None:
    """Refuse links to another client's records, and a finished visit that does not say what was done.

    Whether the person is free is asked when the visit is saved (visits.save_visit).
    """
    for record in (visit.contact, visit.request, visit.equipment):
        if record is not None:
            check_belongs(record, visit.client.id)
    if visit.ends_at <= visit.starts_at:
        raise RuleError(_("The visit ends before it begins."))
    if visit.status in _OVER and not visit.work_done:
        raise RuleError(_("Say what was done."))


def check_request_card(request: ServiceRequest) -> None:
    """Refuse a contact or equipment of another client, and a wish before the registration."""
    for record in (request.contact, request.equipment):
        if record is not None:
            check_belongs(record, request.client.id)
    if request.desired_on is not None and request.desired_on < request.registered_on:
        raise RuleError(_("The desired date is before the registration."))
