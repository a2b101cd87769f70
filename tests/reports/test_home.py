"""The start page's questions."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.models.claims import ClaimStatus
from app.models.interactions import InteractionState
from app.models.money import MoneyDirection
from app.models.sales import DocumentStatus
from app.models.service import EquipmentStatus, RequestStatus, VisitStatus
from app.reports import home
from tests.factories import (
    NOON,
    TODAY,
    make_bank_account,
    make_claim,
    make_client,
    make_employee,
    make_engineer,
    make_equipment,
    make_interaction,
    make_payment,
    make_request,
    make_visit,
)
from tests.reports.test_overdue import owe

CLOCK = home.Clock(TODAY, NOON, ZoneInfo("Europe/Moscow"))


def test_late_events_are_of_before_today_the_oldest_first(session: Session):
    me = make_employee(session)
    old = make_interaction(session, responsible=me, starts_at=NOON - timedelta(days=3))
    newer = make_interaction(session, responsible=me, starts_at=NOON - timedelta(days=1))
    make_interaction(session, responsible=me, starts_at=NOON)
    make_interaction(session, responsible=me, starts_at=NOON - timedelta(days=9), state=InteractionState.DONE)
    foreign = make_interaction(session, starts_at=NOON - timedelta(days=2))

    assert list(home.late_interactions(session, CLOCK, me.id).rows) == [old, newer]
    assert list(home.late_interactions(session, CLOCK, None).rows) == [old, foreign, newer]


def test_todays_events_end_at_midnight_of_the_companys_zone(session: Session):
    me = make_employee(session)
    last = make_interaction(session, responsible=me, starts_at=CLOCK.day_ends - timedelta(minutes=1))
    make_interaction(session, responsible=me, starts_at=CLOCK.day_ends)
    first = make_interaction(session, starts_at=CLOCK.day_starts)

    assert list(home.todays_interactions(session, CLOCK, me.id).rows) == [last]
    assert list(home.todays_interactions(session, CLOCK, None).rows) == [first, last]


def test_todays_visits_include_one_that_began_yesterday(session: Session):
    engineer = make_engineer(session)
    long = make_visit(session, employee=engineer, starts_at=CLOCK.day_starts - timedelta(hours=1))
    make_visit(session, starts_at=CLOCK.day_starts, status=VisitStatus.CANCELLED)
    other = make_visit(session)

    assert list(home.todays_visits(session, CLOCK, engineer.id).rows) == [long]
    assert list(home.todays_visits(session, CLOCK, None).rows) == [long, other]


def test_visits_that_nobody_wrote_up_are_late(session: Session):
    engineer = make_engineer(session)
    late = make_visit(session, employee=engineer, starts_at=NOON - timedelta(days=2))
    make_visit(session, starts_at=NOON - timedelta(days=4), status=VisitStatus.DONE)

    assert list(home.late_visits(session, CLOCK, engineer.id).rows) == [late]
    assert list(home.late_visits(session, CLOCK, None).rows) == [late]


def test_open_claims_come_by_the_term_of_the_answer(session: Session):
    me = make_employee(session)
    calm = make_claim(session, answer_due_on=TODAY + timedelta(days=9))
    urgent = make_claim(session, answer_due_on=TODAY - timedelta(days=1), responsible=me)
    make_claim(session, status=ClaimStatus.CLOSED, result="Заменили")

    assert list(home.open_claims(session, None).rows) == [urgent, calm]
    assert list(home.open_claims(session, me.id).rows) == [urgent]


def test_only_new_requests_wait_for_planning(session: Session):
    waiting = make_request(session)
    make_request(session, status=RequestStatus.PLANNED)

    assert list(home.open_requests(session).rows) == [waiting]


def test_written_off_equipment_needs_no_maintenance(session: Session):
    late = make_equipment(session, next_maintenance_on=TODAY - timedelta(days=1))
    make_equipment(session, next_maintenance_on=TODAY)
    make_equipment(session, next_maintenance_on=TODAY - timedelta(days=5), status=EquipmentStatus.WRITTEN_OFF)

    assert list(home.late_maintenance(session, CLOCK).rows) == [late]


def test_a_long_list_shows_its_beginning_and_counts_all(session: Session):
    client = make_client(session)
    for days in range(1, home.SHOWN + 4):
        make_interaction(session, client=client, starts_at=NOON - timedelta(days=days))

    part = home.late_interactions(session, CLOCK, None)

    assert len(part.rows) == home.SHOWN
    assert part.total == home.SHOWN + 3


def test_debtors_come_with_the_sum_of_all(session: Session):
    small, large = make_client(session), make_client(session)
    owe(session, small, "5.00", 1)
    owe(session, large, "7.00", 2)

    part, amount = home.debtors(session, CLOCK)

    assert [row.client for row in part.rows] == [large, small]
    assert (part.total, amount) == (2, Decimal("12.00"))


def test_money_of_this_month_is_compared_with_the_same_days_before(session: Session):
    account, client = make_bank_account(session), make_client(session)

    def pay(day, amount, **changes):
        values = {"account": account, "client": client, "status": DocumentStatus.POSTED}
        make_payment(session, day=day, amount=Decimal(amount), **values | changes)

    pay(TODAY, "100.00")
    pay(TODAY.replace(day=1), "50.00")
    pay(TODAY, "30.00", direction=MoneyDirection.OUT)
    pay(TODAY, "999.00", client=None)
    pay(TODAY, "777.00", status=DocumentStatus.DRAFT)
    pay(TODAY.replace(month=10, day=23), "70.00")
    pay(TODAY.replace(month=10, day=24), "1000.00")

    found = home.money_in(session, CLOCK)

    assert found == home.MoneyIn(Decimal("120.00"), Decimal("70.00"))


def test_the_end_of_a_long_month_is_compared_with_the_end_of_a_short_one(session: Session):
    clock = home.Clock(TODAY.replace(month=3, day=31), NOON, ZoneInfo("Europe/Moscow"))

    assert home.money_in(session, clock) == home.MoneyIn(Decimal(0), Decimal(0))


def test_payments_without_a_client_are_counted(session: Session):
    make_payment(session)
    make_payment(session, client=make_client(session))

    assert home.unallocated_money(session) == 1


def test_the_whole_debt_leaves_out_advances(session: Session):
    client = make_client(session)
    owe(session, client, "10.00", -5)
    owe(session, client, "-3.00", 0)

    assert home.total_debt(session) == Decimal("10.00")
