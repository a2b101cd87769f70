"""Plan and fact: what counts, who is credited, and the pace that is still needed."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.models.deals import DealParticipant, ParticipantRole
from app.models.ledger import DocumentKind, DueItem
from app.models.money import Allocation, MoneyDirection
from app.models.plans import PlanMeasure
from app.models.sales import DocumentStatus
from app.reports.plan_fact import Days, PlanQuestion, PlanRow, divide, plan_fact
from app.services.working_days import WorkingCalendar
from tests import factories as make

FIRST, LAST, TODAY = date(2026, 11, 1), date(2026, 11, 30), date(2026, 11, 23)
CALENDAR = WorkingCalendar()


@pytest.fixture
def manager(session: Session) -> Any:
    return make.make_employee(session)


def asked(session: Session, **changes: Any) -> dict[int, PlanRow]:
    usual = {"first": FIRST, "last": LAST, "today": TODAY}
    return {row.key: row for row in plan_fact(session, PlanQuestion(**usual | changes), CALENDAR)}


def invoice(session: Session, who: Any, total: int | str = 100, **changes: Any) -> Any:
    usual = {"responsible": who, "total": Decimal(total), "status": DocumentStatus.POSTED, "day": date(2026, 11, 5)}
    return make.make_invoice(session, **usual | changes)


def shared_deal(session: Session, who: Any, *shares: tuple[Any, str]) -> Any:
    deal = make.make_deal(session, responsible=who)
    for person, share in shares:
        session.add(DealParticipant(deal=deal, employee=person, role=ParticipantRole.HELPS, share=Decimal(share)))
    session.add(DealParticipant(deal=deal, employee=make.make_employee(session), role=ParticipantRole.ENGINEER))
    session.flush()
    return deal


def test_revenue_is_posted_invoices_of_the_period(session: Session, manager: Any):
    invoice(session, manager)
    invoice(session, manager, 50, status=DocumentStatus.DRAFT)
    invoice(session, manager, 70, day=date(2026, 12, 1))
    for month in (date(2026, 11, 1), date(2026, 12, 1)):
        make.make_sales_plan(session, employee=manager, month=month, amount=Decimal(400))

    row = asked(session)[manager.id]

    assert (row.plan, row.fact, row.percent, row.left) == (Decimal(400), Decimal(100), Decimal("25.0"), Decimal(300))
    assert row.name == str(manager)


def test_a_deal_with_shares_is_divided_and_never_doubled(session: Session, manager: Any):
    second, third = make.make_employee(session), make.make_employee(session)
    deal = shared_deal(session, manager, (second, "33.33"), (third, "33.33"))
    invoice(session, manager, "100.01", deal=deal)

    rows = asked(session)

    assert [rows[each.id].fact for each in (manager, second, third)] == [
        Decimal("33.35"),
        Decimal("33.33"),
        Decimal("33.33"),
    ]
    assert sum(row.fact for row in rows.values()) == Decimal("100.01")


def test_the_whole_may_go_to_who_takes_part(session: Session, manager: Any):
    second = make.make_employee(session)
    invoice(session, manager, deal=shared_deal(session, manager, (second, "100")))

    rows = asked(session)

    assert rows[second.id].fact == Decimal(100)
    assert manager.id not in rows, "nothing planned, nothing brought"
    assert divide(Decimal(10), 1, [(2, Decimal(100))]) == [(2, Decimal("10.00")), (1, Decimal("0.00"))]


def test_quotes_count_once_by_the_day_they_were_sent(session: Session, manager: Any):
    sent = {"responsible": manager, "sent_on": date(2026, 11, 9), "total": Decimal(80), "status": "sent"}
    make.make_quote(session, **sent)
    make.make_quote(session, **sent | {"edition": 2})
    make.make_quote(session, **sent | {"sent_on": None, "status": "draft"})

    assert asked(session, measure=PlanMeasure.QUOTES)[manager.id].fact == Decimal(80)


def test_payments_follow_the_invoices_that_they_pay(session: Session, manager: Any):
    second, seller = make.make_employee(session), make.make_employee(session)
    client = make.make_client(session, responsible=manager)
    made = invoice(session, seller, client=client, deal=shared_deal(session, seller, (second, "50")))
    due = DueItem(
        client=client,
        organisation=made.organisation,
        document_kind=DocumentKind.INVOICE,
        document_id=made.id,
        stage=1,
        document_day=made.day,
    )
    posted = {"client": client, "status": DocumentStatus.POSTED, "day": date(2026, 11, 12)}
    paid = make.make_payment(session, amount=Decimal(130), direction=MoneyDirection.IN, **posted)
    make.make_payment(session, amount=Decimal(10), direction=MoneyDirection.OUT, **posted)
    make.make_payment(session, amount=Decimal(5), direction=MoneyDirection.INTERNAL, **posted)
    make.make_payment(session, amount=Decimal(7), direction=MoneyDirection.IN, **posted | {"client": None})
    session.add_all([due, Allocation(payment=paid, due_item=due, amount=Decimal(100))])
    session.flush()

    rows = asked(session, measure=PlanMeasure.PAYMENTS)

    facts = {key: row.fact for key, row in rows.items()}
    assert facts == {seller.id: Decimal(50), second.id: Decimal(50), manager.id: Decimal(20)}


def test_departments_have_plans_and_their_peoples_facts(session: Session):
    department = make.make_department(session, name="Отдел опта")
    for _number in range(2):
        invoice(session, make.make_employee(session, department=department))
    make.make_sales_plan(session, department=department, month=FIRST, amount=Decimal(500))

    row = asked(session, by_department=True)[department.id]

    assert (row.name, row.plan, row.fact) == ("Отдел опта", Decimal(500), Decimal(200))


def test_one_person_is_asked_about_alone(session: Session, manager: Any):
    invoice(session, manager)
    other = make.make_employee(session)
    invoice(session, other)
    make.make_sales_plan(session, employee=other, month=FIRST)

    assert list(asked(session, employee_id=manager.id)) == [manager.id]


def test_days_are_working_days_with_today_both_passed_and_left(session: Session, manager: Any):
    invoice(session, manager)

    assert asked(session)[manager.id].days == Days(all=20, passed=15, left=6)


def row(plan: int, fact: int, **days: int) -> PlanRow:
    return PlanRow(1, "", Decimal(plan), Decimal(fact), Days(**{"all": 20, "passed": 10, "left": 11} | days))


def test_pace_and_forecast():
    behind = row(2000, 900)
    assert (behind.pace, behind.forecast, behind.is_behind) == (Decimal("100.00"), Decimal("1800.00"), True)
    ahead = row(2000, 2500)
    assert (ahead.pace, ahead.left, ahead.is_behind, ahead.percent) == (Decimal("0.00"), 0, False, Decimal("125.0"))
    over, early = row(2000, 900, passed=20, left=0), row(2000, 0, passed=0, left=20)
    assert (over.pace, over.is_behind) == (None, True)
    assert (early.forecast, early.is_behind) == (None, False)
    assert row(0, 5).percent is None
