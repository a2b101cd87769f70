"""Service requests (заявки): their number, and the status that follows from their visits."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import ALL_ROWS
from app.errors import NotVisibleError, RuleError
from app.models.base import Record
from app.models.clients import Client, Contact
from app.models.service import Equipment, RequestStatus, ServiceRequest, Visit, VisitStatus, WorkKind
from app.models.staff import Employee, Organisation
from app.services.numbering import take_number
from app.texts import _

NUMBER_KIND = "service_request"
OPEN_VISIT = (VisitStatus.PLANNED, VisitStatus.IN_WORK)
"""Visits that are still ahead or going on."""
_Found = TypeVar("_Found", bound=Record)


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What a client asks for."""

    client_id: int
    work_kind_id: int
    description: str
    responsible_id: int
    equipment_id: int | None = None
    contact_id: int | None = None
    desired_on: date | None = None
    promised_at: datetime | None = None


def register_request(session: Session, asked: NewRequest, day: date) -> ServiceRequest:
    """Register a request under its number of the year of `day`.

    Raises NotVisibleError for a client out of the viewer's sight, RuleError when there is nothing to do or
    the equipment or contact is another client's.
    """
    visible(session, Client, asked.client_id)
    if not asked.description.strip():
        raise RuleError(_("Say what has to be done."))
    for model, key in ((Equipment, asked.equipment_id), (Contact, asked.contact_id)):
        if key is not None:
            check_belongs(visible(session, model, key), asked.client_id)
    request = ServiceRequest(
        registered_on=day,
        client_id=asked.client_id,
        work_kind_id=visible(session, WorkKind, asked.work_kind_id).id,
        description=asked.description.strip(),
        responsible_id=visible(session, Employee, asked.responsible_id).id,
        equipment_id=asked.equipment_id,
        contact_id=asked.contact_id,
        desired_on=asked.desired_on,
        promised_at=asked.promised_at,
    )
    session.add(request)
    session.flush()
    number_request(session, request)
    return request


def number_request(session: Session, request: ServiceRequest) -> None:
    """Number a request that has none, within the year of its registration."""
    if not request.number:
        request.number = take_number(session, NUMBER_KIND, first_organisation(session), request.registered_on)
        session.flush()


def request_for_rest(session: Session, visit: Visit, day: date) -> ServiceRequest:
    """A request for what a visit without one has left to do; the engineer who was there answers for it."""
    if visit.work_kind_id is None:
        raise RuleError(_("Give the visit a kind of work: the rest will be planned as a request."))
    rest = NewRequest(
        client_id=visit.client_id,
        work_kind_id=visit.work_kind_id,
        description=visit.next_step or "",
        responsible_id=visit.employee_id,
        equipment_id=visit.equipment_id,
        contact_id=visit.contact_id,
    )
    return register_request(session, rest, day)


def is_waiting(request: ServiceRequest) -> bool:
    """Whether something is still to be done for the request."""
    return request.status not in (RequestStatus.DONE, RequestStatus.CANCELLED)


def refresh_status(session: Session, request: ServiceRequest) -> None:
    """Set the status that follows from the request's visits; a request closed by a person stays closed.

    A visit ahead makes it planned. Without one, the last visit decides: done in part leaves work, done whole
    closes the request.
    """
    if not is_waiting(request):
        return
    # Another engineer's visit for the same request counts, even when this viewer does not see it.
    visits = select(Visit.status).where(Visit.request_id == request.id).order_by(Visit.ends_at, Visit.id)
    statuses = session.scalars(visits, execution_options=ALL_ROWS).all()
    worked = [status for status in statuses if status in (VisitStatus.DONE, VisitStatus.PARTLY_DONE)]
    if VisitStatus.IN_WORK in statuses:
        request.status = RequestStatus.IN_WORK
    elif VisitStatus.PLANNED in statuses:
        request.status = RequestStatus.PLANNED
    elif not worked:
        request.status = RequestStatus.NEW
    else:
        request.status = RequestStatus.DONE if worked[-1] is VisitStatus.DONE else RequestStatus.IN_WORK
    session.flush()


def visible(session: Session, model: type[_Found], key: int) -> _Found:
    """The record, if the viewer may see it. Raises NotVisibleError otherwise."""
    # A question and not session.get(): that would answer from memory, past the rule of rows.
    found = session.scalars(select(model).where(model.id == key)).one_or_none()
    if found is None:
        raise NotVisibleError(_("There is no such record, or you may not see it."))
    return found


def check_belongs(record: Equipment | Contact | ServiceRequest, client_id: int) -> None:
    """Refuse a record of another client. Raises RuleError."""
    if record.client_id != client_id:
        raise RuleError(_("%(record)s belongs to another client.", record=str(record)))


def first_organisation(session: Session) -> Organisation:
    """Numbers requests and claims: they are nobody's documents yet, so the first of our organisations serves."""
    return session.scalars(select(Organisation).order_by(Organisation.id).limit(1)).one()
