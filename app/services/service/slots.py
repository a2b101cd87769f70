"""Free time of engineers, and «Занять окно»: a promise to a client while the client is still on the phone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.clock import day_of
from app.errors import RuleError
from app.models.service import ServiceRequest, Visit
from app.models.staff import Employee
from app.services.service.booking import Busy, busy_times
from app.services.service.hours import QUARTER, Span, WorkTime, days_from, passed_before, without
from app.services.service.requests import NewRequest, register_request, visible
from app.services.service.visits import Place, VisitPlan, plan_visit
from app.texts import _

HALF_DAY_MINUTES = 4 * 60
WHOLE_DAY_MINUTES = 9 * 60
LONGEST_SEARCH_DAYS = 60


@dataclass(frozen=True, slots=True)
class SlotSearch:
    """Whose free time is looked for: so many minutes in a row, from `start_day` on, not before `now`."""

    engineers: Sequence[Employee]
    start_day: date
    days: int
    minutes: int
    now: datetime
    town: str | None = None
    """Where the client is: an engineer who will be there that day, or lives there, comes first."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Time that an engineer can give."""

    employee_id: int
    span: Span
    is_near: bool = False
    """Whether the engineer is in the client's town that day anyway, or lives there."""


@dataclass(frozen=True, slots=True)
class Booking:
    """A slot to be taken for a client, and what the client asks for."""

    place: Place
    client_id: int
    work_kind_id: int
    description: str
    responsible_id: int
    equipment_id: int | None = None


def free_slots(session: Session, search: SlotSearch, work_time: WorkTime) -> list[Slot]:
    """Slots of the wanted length, back to back in each free stretch; near ones of a day first.

    A job longer than half a day may go on over lunch. Raises RuleError for a length that fits no day.
    """
    if not 0 < search.minutes <= WHOLE_DAY_MINUTES or not 0 < search.days <= LONGEST_SEARCH_DAYS:
        raise RuleError(_("Look for at most 9 hours in a row within at most 60 days."))
    days = days_from(search.start_day, search.days)
    busy = busy_by_employee(session, search.engineers, days, work_time)
    found = [
        (day, slot)
        for engineer in search.engineers
        for day in days
        for slot in _slots_of_day(engineer, day, busy[engineer.id], search, work_time)
    ]
    found.sort(key=lambda item: (item[0], not item[1].is_near, item[1].span, item[1].employee_id))
    return [slot for _day, slot in found]


def book_slot(session: Session, booking: Booking, work_time: WorkTime, now: datetime) -> tuple[ServiceRequest, Visit]:
    """Promise a slot to a client: a request with the promised time and a planned visit, both or neither.

    Raises RuleError when the slot has passed or has just been taken, NotVisibleError for a client out of the
    viewer's sight.
    """
    _check_ahead(booking.place.span, now)
    with session.begin_nested():
        request = register_request(session, _request_for(booking), day_of(now, work_time.zone))
        plan = VisitPlan(
            place=booking.place,
            client_id=booking.client_id,
            work_kind_id=booking.work_kind_id,
            request_id=request.id,
            equipment_id=booking.equipment_id,
            task=request.description,
        )
        visit = plan_visit(session, plan, work_time)
    return request, visit


def book_for_request(
    session: Session, request_id: int, place: Place, work_time: WorkTime, now: datetime
) -> tuple[ServiceRequest, Visit]:
    """Give a registered request its visit; the first time given is the promise, later ones do not change it.

    Raises RuleError as `book_slot` does, NotVisibleError for a request out of the viewer's sight.
    """
    _check_ahead(place.span, now)
    request = visible(session, ServiceRequest, request_id)
    plan = VisitPlan(
        place=place,
        client_id=request.client_id,
        work_kind_id=request.work_kind_id,
        request_id=request.id,
        equipment_id=request.equipment_id,
        task=request.description,
    )
    visit = plan_visit(session, plan, work_time)
    request.promised_at = request.promised_at or place.span.starts_at
    session.flush()
    return request, visit


def _check_ahead(span: Span, now: datetime) -> None:
    if span.starts_at < now - QUARTER:  # the form takes its time: a slot begins to pass while it is filled in
        raise RuleError(_("This time has passed already. Choose a later one."))


def _request_for(booking: Booking) -> NewRequest:
    return NewRequest(
        client_id=booking.client_id,
        work_kind_id=booking.work_kind_id,
        description=booking.description,
        responsible_id=booking.responsible_id,
        equipment_id=booking.equipment_id,
        promised_at=booking.place.span.starts_at,
    )


def busy_by_employee(
    session: Session, employees: Sequence[Employee], days: Sequence[date], work_time: WorkTime
) -> dict[int, list[Busy]]:
    """What takes the time of each of these employees over a run of days: one question for all of them."""
    whole = Span(work_time.whole_day(days[0]).starts_at, work_time.whole_day(days[-1]).ends_at)
    taken: dict[int, list[Busy]] = {employee.id: [] for employee in employees}
    for busy in busy_times(session, list(taken), whole):
        taken[busy.employee_id].append(busy)
    return taken


def _slots_of_day(
    engineer: Employee, day: date, busy: list[Busy], search: SlotSearch, work_time: WorkTime
) -> Iterator[Slot]:
    stretches = _stretches(day, search.minutes, work_time)
    taken = [passed_before(search.now), *(item.span for item in busy)]
    today = work_time.whole_day(day)
    towns = {item.town for item in busy if item.span.overlaps(today)} | {engineer.home_town}
    is_near = search.town is not None and search.town in towns
    for stretch in stretches:
        for free in without(stretch, taken):
            for number in range(free.minutes // search.minutes):
                starts_at = free.starts_at + timedelta(minutes=number * search.minutes)
                yield Slot(engineer.id, Span.of(starts_at, search.minutes), is_near)


def _stretches(day: date, minutes: int, work_time: WorkTime) -> list[Span]:
    """Where a job of this length may lie: before or after lunch, or over it when it is long."""
    whole = work_time.day(day)
    if whole is None:
        return []
    return [whole] if minutes > HALF_DAY_MINUTES else work_time.spans(day)
