"""Payment schedules: which share of a document is due, when, and after which event.

A stage says «30 % within 5 banking days after the shipment». The term runs from the day after the event; a
term that ends on a day off ends on the next working day (ГК РФ ст. 191, 193).
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.errors import RuleError
from app.models.agreements import DayKind, PaymentEvent
from app.services.vat import round_kopecks
from app.services.working_days import WorkingCalendar
from app.texts import _

_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Stage:
    """One stage of a schedule: the share of the total in percent and the term in days after the event."""

    percent: Decimal
    event: PaymentEvent
    shift_days: int
    day_kind: DayKind


@dataclass(frozen=True)
class DueStage:
    """A stage of one document: number from 1, amount in roubles, due date once the event has happened."""

    number: int
    due: datetime.date | None
    amount: Decimal
    event: PaymentEvent


def check_schedule(stages: Sequence[Stage]) -> None:
    """Raises RuleError unless there are stages, each with a share and a term, that add up to 100 percent."""
    if not stages:
        raise RuleError(_("Add at least one payment stage."))
    for number, stage in enumerate(stages, start=1):
        if stage.percent <= 0:
            raise RuleError(_("Payment stage %(number)s needs a share above zero.", number=number))
        if stage.shift_days < 0:
            raise RuleError(_("The term of payment stage %(number)s cannot be negative.", number=number))
    total = sum((stage.percent for stage in stages), Decimal(0))
    if total != _HUNDRED:
        shown = f"{total.normalize():f}".replace(".", ",")
        raise RuleError(_("The payment stages add up to %(total)s%%; they must make 100%%.", total=shown))


def due_dates(
    total: Decimal,
    stages: Sequence[Stage],
    event_dates: Mapping[PaymentEvent, datetime.date],
    calendar: WorkingCalendar,
) -> list[DueStage]:
    """What is due when for a document of `total` roubles, VAT included.

    Shares are rounded half up to the kopeck and the last stage takes the rest, so the amounts always add up
    to the total. A stage whose event is not in `event_dates` has no due date yet. Raises RuleError for a
    wrong schedule.
    """
    check_schedule(stages)
    amounts = _amounts(round_kopecks(total), stages)
    return [
        DueStage(number, _due(stage, event_dates.get(stage.event), calendar), amount, stage.event)
        for number, (stage, amount) in enumerate(zip(stages, amounts, strict=True), start=1)
    ]


def _amounts(total: Decimal, stages: Sequence[Stage]) -> list[Decimal]:
    """The amount of each stage, of the same sign as the total (a return has a negative one)."""
    rest = abs(total)
    amounts = []
    for stage in stages[:-1]:
        # Many half kopecks rounded up may ask for more than is left of a tiny total.
        amount = min(round_kopecks(abs(total) * stage.percent / _HUNDRED), rest)
        amounts.append(amount)
        rest -= amount
    amounts.append(rest)
    return [-amount for amount in amounts] if total < 0 else amounts


def _due(stage: Stage, event_date: datetime.date | None, calendar: WorkingCalendar) -> datetime.date | None:
    if event_date is None:
        return None
    if stage.day_kind is DayKind.BANKING:
        return calendar.roll_forward(calendar.add_banking_days(event_date, stage.shift_days))
    return calendar.add_calendar_days(event_date, stage.shift_days)
