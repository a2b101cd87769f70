"""Plans, moves, cancels and finishes visits (выезды), and keeps the request behind a visit true.

A visit that is only partly done keeps its request open, so that the rest is planned again and not lost.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from sqlalchemy.orm import Session

from app.clock import day_of
from app.errors import RuleError
from app.models.clients import Client
from app.models.service import Equipment, ServiceRequest, Visit, VisitStatus, WorkKind
from app.models.staff import Employee
from app.services.activity import count_visit
from app.services.service.booking import check_free, check_hours, one_place_at_a_time
from app.services.service.hours import Span, WorkTime
from app.services.service.requests import (
    OPEN_VISIT,
    check_belongs,
    is_waiting,
    refresh_status,
    request_for_rest,
    visible,
)
from app.texts import _

SHORTEST = timedelta(minutes=15)
LONGEST = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Place:
    """Who goes, when, and whether the time may lie outside working hours (an urgent call-out)."""

    employee_id: int
    span: Span
    outside_hours: bool = False


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """A visit to be planned: for a request, or by itself for a client."""

    place: Place
    client_id: int
    work_kind_id: int
    request_id: int | None = None
    equipment_id: int | None = None
    task: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a visit came to."""

    work_done: str
    hours: Decimal | None = None
    parts_used: str | None = None
    act_number: str | None = None
    is_partial: bool = False
    next_step: str | None = None
    """What is left to do; needed for a partly done visit."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What finishing a visit has led to."""

    visit: Visit
    open_request: ServiceRequest | None
    """The request that needs another visit; None when nothing is left to do."""
    moved_maintenance: bool
    """Whether the next maintenance of the equipment was moved on."""


def plan_visit(session: Session, plan: VisitPlan, work_time: WorkTime) -> Visit:
    """Plan an engineer's visit; its request becomes planned.

    Raises RuleError when the engineer is busy or away, the hours are not working ones, or the equipment or
    request is another client's; NotVisibleError for a record out of the viewer's sight.
    """
    client = visible(session, Client, plan.client_id)
    request = _request_of(session, plan)
    if plan.equipment_id is not None:
        check_belongs(visible(session, Equipment, plan.equipment_id), client.id)
    engineer = _checked(session, plan.place, work_time)
    visit = Visit(
        client_id=client.id,
        employee_id=engineer.id,
        request_id=plan.request_id,
        equipment_id=plan.equipment_id,
        work_kind_id=visible(session, WorkKind, plan.work_kind_id).id,
        starts_at=plan.place.span.starts_at,
        ends_at=plan.place.span.ends_at,
        town=client.town,
        site=(client.actual_address or "")[:200] or None,
        task=plan.task,
    )
    with one_place_at_a_time(session):
        session.add(visit)
    if request is not None:
        refresh_status(session, request)
    return visit


def move_visit(session: Session, visit: Visit, place: Place, work_time: WorkTime) -> Visit:
    """Move a planned visit to another time or engineer. The promise given to the client stays on record.

    Raises RuleError when the visit is not planned any more, or the new place is taken.
    """
    if visit.status != VisitStatus.PLANNED:
        raise RuleError(_("Only a planned visit can be moved."))
    engineer = _checked(session, place, work_time, visit_id=visit.id)
    with one_place_at_a_time(session):
        visit.employee_id = engineer.id
        visit.starts_at, visit.ends_at = place.span.starts_at, place.span.ends_at
    return visit


def cancel_visit(session: Session, visit: Visit, reason: str) -> Visit:
    """Cancel a visit that is not finished; its time becomes free and its request waits again.

    Raises RuleError for a finished visit, or without a reason.
    """
    if visit.status not in OPEN_VISIT:
        raise RuleError(_("Only a visit that is not finished yet can be cancelled."))
    if not reason.strip():
        raise RuleError(_("Say why the visit is cancelled."))
    visit.status = VisitStatus.CANCELLED
    visit.work_done = _("Cancelled: %(reason)s", reason=reason.strip())
    session.flush()
    if visit.request is not None:
        refresh_status(session, visit.request)
    return visit


def finish_visit(session: Session, visit: Visit, outcome: Outcome, work_time: WorkTime) -> Finished:
    """Record what was done. The request is closed, or stays open for another visit when work is left.

    A partly done visit without a request gets one for the rest. A maintenance done whole moves the
    equipment's next date on by its interval, counted from the day of the visit. Raises RuleError for a visit
    that is finished or cancelled, and when it is not said what was done or what is left.
    """
    _check_outcome(visit, outcome)
    visit.status = VisitStatus.PARTLY_DONE if outcome.is_partial else VisitStatus.DONE
    visit.work_done, visit.parts_used = outcome.work_done.strip(), outcome.parts_used
    visit.hours, visit.act_number, visit.next_step = outcome.hours, outcome.act_number, outcome.next_step
    return save_visit(session, visit, zone=work_time.zone)


def check_visit(session: Session, visit: Visit, *, zone: ZoneInfo) -> None:
    """Refuse a visit whose time is taken, or that leaves work undone without saying which. Raises RuleError.

    For visits entered by hand, by whoever and at any hour: working hours do not bind them.
    """
    if visit.status is VisitStatus.PARTLY_DONE and not (visit.next_step or "").strip():
        raise RuleError(_("Say what is left to do."))
    if visit.status is not VisitStatus.CANCELLED:
        span = Span(visit.starts_at, visit.ends_at)
        check_free(session, visit.employee, span, zone, visit_id=visit.id)


def save_visit(session: Session, visit: Visit, *, zone: ZoneInfo) -> Finished:
    """Keep true what depends on a visit that was just made or changed: activity, request, next maintenance.

    May be called after every change. Raises RuleError as `check_visit` does.
    """
    with one_place_at_a_time(session):
        check_visit(session, visit, zone=zone)
        visit.town = visit.town or visit.client.town
    count_visit(session, visit, zone=zone)
    if visit.status is VisitStatus.PARTLY_DONE and visit.request is None:
        visit.request = request_for_rest(session, visit, day_of(visit.starts_at, zone))
        session.flush()
    if visit.request is not None:
        refresh_status(session, visit.request)
    moved = visit.status is VisitStatus.DONE and _move_maintenance(session, visit, zone)
    still_open = visit.request if visit.request is not None and is_waiting(visit.request) else None
    return Finished(visit, still_open, moved_maintenance=moved)


def _request_of(session: Session, plan: VisitPlan) -> ServiceRequest | None:
    if plan.request_id is None:
        return None
    request = visible(session, ServiceRequest, plan.request_id)
    check_belongs(request, plan.client_id)
    if not is_waiting(request):
        raise RuleError(_("The request is closed already: no visit can be planned for it."))
    return request


def _checked(session: Session, place: Place, work_time: WorkTime, visit_id: int | None = None) -> Employee:
    """The engineer, free at that place; `visit_id` is the visit being moved. Raises RuleError."""
    engineer = visible(session, Employee, place.employee_id)
    day = day_of(place.span.starts_at, work_time.zone)
    if not engineer.is_engineer or (engineer.dismissed_on is not None and engineer.dismissed_on < day):
        raise RuleError(_("%(who)s cannot be planned: not an engineer at work then.", who=str(engineer)))
    if not SHORTEST <= place.span.ends_at - place.span.starts_at <= LONGEST:
        raise RuleError(_("A visit lasts from 15 minutes to 14 days: check its beginning and end."))
    if not place.outside_hours:
        check_hours(place.span, work_time)
    check_free(session, engineer, place.span, work_time.zone, visit_id=visit_id)
    return engineer


def _check_outcome(visit: Visit, outcome: Outcome) -> None:
    if visit.status not in OPEN_VISIT:
        raise RuleError(_("The visit is finished or cancelled already."))
    if not outcome.work_done.strip():
        raise RuleError(_("Say what was done."))
    if outcome.hours is not None and not 0 < outcome.hours <= LONGEST // timedelta(hours=1):
        raise RuleError(_("Check the hours worked."))


def _move_maintenance(session: Session, visit: Visit, zone: ZoneInfo) -> bool:
    """Set the next maintenance; an earlier visit written down late does not move the date back."""
    equipment = visit.equipment
    if equipment is None or equipment.maintenance_months is None:
        return False
    if visit.work_kind is None or not visit.work_kind.is_maintenance:
        return False
    next_on = day_of(visit.starts_at, zone) + relativedelta(months=equipment.maintenance_months)
    if equipment.next_maintenance_on is not None and equipment.next_maintenance_on >= next_on:
        return False
    equipment.next_maintenance_on = next_on
    session.flush()
    return True
