from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import RuleError
from app.models.agreements import DayKind, PaymentEvent
from app.services.schedules import DueStage, Stage, check_schedule, due_dates
from app.services.working_days import WorkingCalendar

CALENDAR = WorkingCalendar()
ORDERED = date(2026, 3, 2)


def stage(
    percent: str, event: PaymentEvent = PaymentEvent.ORDER, days: int = 0, kind: DayKind = DayKind.CALENDAR
) -> Stage:
    return Stage(Decimal(percent), event, days, kind)


def test_prepayment_and_credit_are_due_after_their_events() -> None:
    stages = [stage("30", PaymentEvent.INVOICE, 3, DayKind.BANKING), stage("70", PaymentEvent.SHIPMENT, 30)]
    events = {PaymentEvent.INVOICE: date(2026, 4, 29), PaymentEvent.SHIPMENT: date(2026, 1, 1)}
    assert due_dates(Decimal(1000), stages, events, CALENDAR) == [
        DueStage(1, date(2026, 5, 5), Decimal("300.00"), PaymentEvent.INVOICE),
        DueStage(2, date(2026, 2, 2), Decimal("700.00"), PaymentEvent.SHIPMENT),
    ]


def test_stage_without_its_event_has_no_due_date_yet() -> None:
    stages = [stage("50"), stage("50", PaymentEvent.SHIPMENT, 10)]
    dues = due_dates(Decimal(100), stages, {PaymentEvent.ORDER: ORDERED}, CALENDAR)
    assert [due.due for due in dues] == [ORDERED, None]


def test_kopeck_that_is_left_goes_to_the_last_stage() -> None:
    stages = [stage("33.33"), stage("33.33"), stage("33.34")]
    dues = due_dates(Decimal("100.01"), stages, {}, CALENDAR)
    assert [due.amount for due in dues] == [Decimal("33.33"), Decimal("33.33"), Decimal("33.35")]


def test_stages_of_a_tiny_total_are_never_negative() -> None:
    dues = due_dates(Decimal("0.02"), [stage("25")] * 4, {}, CALENDAR)
    assert [due.amount for due in dues] == [Decimal("0.01"), Decimal("0.01"), Decimal(0), Decimal(0)]


def test_day_of_the_event_itself_moves_off_a_holiday() -> None:
    holiday = date(2026, 1, 1)
    for kind in DayKind:
        [due] = due_dates(Decimal(1), [stage("100", days=0, kind=kind)], {PaymentEvent.ORDER: holiday}, CALENDAR)
        assert due.due == date(2026, 1, 12)


@pytest.mark.parametrize(
    ("stages", "reason"),
    [
        ([], "at least one"),
        ([stage("0"), stage("100")], "stage 1 needs a share"),
        ([stage("50"), stage("50", days=-1)], "term of payment stage 2"),
        ([stage("50"), stage("49.5")], "add up to 99,5%; they must make 100%"),
    ],
)
def test_wrong_schedule_is_refused(stages: list[Stage], reason: str) -> None:
    with pytest.raises(RuleError, match=reason):
        check_schedule(stages)


def test_dates_of_a_wrong_schedule_are_refused() -> None:
    with pytest.raises(RuleError, match="at least one"):
        due_dates(Decimal(1), [], {}, CALENDAR)


@settings(deadline=None)
@given(
    st.decimals("-1000000", "1000000", places=2),
    st.lists(st.integers(1, 9999), max_size=6, unique=True),
)
def test_stages_add_up_to_the_total(total: Decimal, cuts: list[int]) -> None:
    borders = [0, *sorted(cuts), 10_000]
    stages = [stage(str(Decimal(b - a) / 100)) for a, b in pairwise(borders)]
    amounts = [due.amount for due in due_dates(total, stages, {}, CALENDAR)]
    assert sum(amounts) == total
    assert all(amount * total >= 0 for amount in amounts)
