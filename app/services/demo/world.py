"""What every part of the demo company stands on: one source of chance, one today, one calendar."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.services.files import FileStore
from app.services.working_days import WorkingCalendar

DEFAULT_CLIENTS = 320
PAST_DAYS = 730
"""How far back documents and interactions go."""
SLOTS = (9, 11, 14, 16)
"""Hours at which visits of two hours begin: two before lunch, two after it."""
_Any = TypeVar("_Any")


@dataclass(frozen=True)
class DemoOrder:
    """What demo company to build: the same order gives the same company. `today` is in the zone of the company."""

    today: date
    zone: ZoneInfo
    seed: int = 1
    clients: int = DEFAULT_CLIENTS


@dataclass
class World:
    """The company while it is being built. All chance comes from `random`, all dates are relative to `today`."""

    session: Session
    order: DemoOrder
    files: FileStore
    random: Random
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)
    away: set[tuple[int, date]] = field(default_factory=set)
    """Employee and day of absence."""
    taken: set[tuple[int, date, int]] = field(default_factory=set)
    """Employee, day and hour of a visit."""

    @property
    def today(self) -> date:
        """The day on which the company is looked at."""
        return self.order.today

    def ago(self, days: int) -> date:
        """The day so many days ago; in the future for a negative number."""
        return self.today - timedelta(days=days)

    def scaled(self, count: int) -> int:
        """A number meant for the company of usual size, for the size that was asked; at least one."""
        return max(1, round(count * self.order.clients / DEFAULT_CLIENTS))

    def chance(self, percent: int) -> bool:
        """True in so many cases of a hundred."""
        return self.random.randrange(100) < percent

    def pick(self, values: Sequence[_Any]) -> _Any:
        """One of the values."""
        return values[self.random.randrange(len(values))]

    def number(self, first: int, last: int) -> int:
        """A whole number, both ends included."""
        return self.random.randint(first, last)

    def working_day(self, first: date, last: date) -> date:
        """A working day from `first` on; past `last` only when no working day lies between."""
        day = first + timedelta(days=self.number(0, max(0, (last - first).days)))
        while not self.calendar.is_working(day) and day > first:
            day -= timedelta(days=1)
        return day if self.calendar.is_working(day) else self.calendar.next_working_day(day)

    def moment(self, day: date, hour: int, minute: int = 0) -> datetime:
        """An instant by the company's clock, as UTC."""
        return datetime.combine(day, time(hour, minute), self.order.zone).astimezone(UTC)

    def day_of(self, moment: datetime) -> date:
        """The day of an instant by the company's clock."""
        return moment.astimezone(self.order.zone).date()

    def office_time(self, day: date) -> datetime:
        """Some instant of the office hours of a day."""
        return self.moment(day, self.pick((9, 10, 11, 12, 14, 15, 16, 17)), self.pick((0, 10, 15, 20, 30, 40, 45)))

    def free_slot(self, employee_id: int, day: date) -> int | None:
        """Take an hour of SLOTS at which an employee is free on a day, the first one; None when there is none."""
        if (employee_id, day) in self.away or not self.calendar.is_working(day):
            return None
        for hour in SLOTS:
            if (employee_id, day, hour) not in self.taken:
                self.taken.add((employee_id, day, hour))
                return hour
        return None

    def save(self, records: Sequence[Any]) -> None:
        """Add records and write them, so that they have keys."""
        self.session.add_all(records)
        self.session.flush()

    def forget(self, *models: type[Any]) -> None:
        """Let go of records that nothing will be done with any more: what a session holds slows each flush."""
        self.session.flush()
        for record in list(self.session.identity_map.values()):
            if isinstance(record, models):
                self.session.expunge(record)

    def named(self, model: type[_Any], name: str, **values: Any) -> _Any:
        """The row of a reference table with this name, made when it is not there."""
        table: Any = model
        found = self.session.scalars(select(table).where(table.name == name)).first()
        if found is None:
            found = table(name=name, **values)
            self.save([found])
        made: _Any = found
        return made
