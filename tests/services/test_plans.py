"""Rules of plans of sales, and of shares in the sale of a deal."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.deals import DealParticipant, ParticipantRole
from app.models.plans import PlanMeasure, SalesPlan
from app.services.deal_plan import set_share
from app.services.plans import check_plan
from tests import factories as make


def test_a_plan_is_of_one_side_of_a_whole_month_and_once(session: Session):
    manager, department = make.make_employee(session), make.make_department(session)
    plan = make.make_sales_plan(session, employee=manager, month=date(2026, 11, 17))
    check_plan(session, plan)
    assert plan.month == date(2026, 11, 1)
    session.flush()
    assert str(plan) == f"{manager}, 11.2026"

    month, revenue = date(2026, 11, 3), PlanMeasure.REVENUE
    for wrong in (
        {"amount": Decimal(5)},
        {"amount": Decimal(5), "employee": manager, "department": department},
        {"amount": Decimal(0), "employee": manager, "measure": PlanMeasure.QUOTES},
        {"amount": None, "department": department},
        {"amount": Decimal(5), "employee": manager},
    ):
        with pytest.raises(RuleError):
            check_plan(session, SalesPlan(**{"month": month, "measure": revenue} | wrong))
    check_plan(session, SalesPlan(department=department, month=month, measure=revenue, amount=Decimal(5)))


def participant(session: Session, **changes) -> DealParticipant:
    person = DealParticipant(role=ParticipantRole.HELPS, **changes)
    session.add(person)
    session.flush()
    return person


def test_shares_are_of_employees_and_at_most_the_whole(session: Session):
    deal = make.make_deal(session)
    first = participant(session, deal=deal, employee=make.make_employee(session))
    second = participant(session, deal=deal, employee=make.make_employee(session))
    outside = participant(session, deal=deal, contact=make.make_contact(session, client=deal.client))

    set_share(session, first, Decimal(60))
    set_share(session, first, Decimal(70))
    set_share(session, second, Decimal(30))
    for person, share in ((second, 31), (second, 0), (second, 101), (outside, 10)):
        with pytest.raises(RuleError):
            set_share(session, person, Decimal(share))
    set_share(session, second, None)
    assert (first.share, second.share) == (Decimal(70), None)
