"""Places and plans of visits, by the clock in Moscow."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.services.service.hours import Span, WorkTime
from app.services.service.visits import Place, VisitPlan
from tests.factories import make_client, make_work_kind

WORK_TIME = WorkTime(ZoneInfo("Europe/Moscow"))


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    """An instant of November 2026 by the clock in Moscow."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("Europe/Moscow")).astimezone(UTC)


def place(engineer, begins=9, ends=11, **changes) -> Place:
    return Place(engineer.id, Span(at(begins), at(ends)), **changes)


def plan(session: Session, engineer, begins=9, ends=11, **changes) -> VisitPlan:
    values = {"place": place(engineer, begins, ends)}
    if "client_id" not in changes:
        values["client_id"] = make_client(session, town="Тула", actual_address="ул. Примерная, 5").id
    if "work_kind_id" not in changes:
        values["work_kind_id"] = make_work_kind(session).id
    return VisitPlan(**values | changes)
