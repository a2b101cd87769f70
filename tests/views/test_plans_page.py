"""Screens of plans, of plan and fact, and the share on the deal."""

from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import day_of, utc_now
from app.models.deals import DealParticipant
from app.models.plans import SalesPlan
from app.models.sales import DocumentStatus
from app.models.staff import Employee
from app.permissions import Role
from tests import factories as make
from tests.conftest import ClientAs
from tests.reports.test_manager_activity import MOSCOW


def test_heads_plan_and_managers_see_their_own(client_as: ClientAs, session: Session):
    head: Any = client_as(Role.SALES_HEAD)
    anna: Any = client_as(Role.SALES)
    form = {"employee": anna.employee_id, "month": "2026-11-20", "measure": "revenue", "amount": "100000"}

    assert head.post("/plans/add", data=form).status_code == 302
    assert head.post("/plans/add", data=form).status_code == 422
    make.make_sales_plan(session, employee=make.make_employee(session))
    session.commit()

    assert session.scalars(select(SalesPlan.month).where(SalesPlan.employee_id == anna.employee_id)).one().day == 1
    shown = anna.get("/plans/list/?tab=all").text
    assert "11.2026" in shown
    assert "1 запись" in shown
    assert anna.post("/plans/add", data=form).status_code == 403


def test_plan_and_fact_for_the_head_and_for_oneself(client_as: ClientAs, session: Session):
    head, anna = client_as(Role.SALES_HEAD), client_as(Role.SALES)
    me = session.get(Employee, anna.employee_id)  # type: ignore[attr-defined]
    day = day_of(utc_now(), MOSCOW)
    other = make.make_employee(session)
    for who in (me, other):
        make.make_invoice(session, responsible=who, status=DocumentStatus.POSTED, day=day, total=Decimal(100))
    make.make_sales_plan(session, employee=me, month=day.replace(day=1), amount=Decimal(10_000_000))
    make.make_sales_plan(session, department=me.department, month=day.replace(day=1))
    session.commit()

    all_of_them = head.get("/reports/plan-fact/").text
    assert str(me) in all_of_them
    assert str(other) in all_of_them
    assert f"f_responsible={me.id}" in all_of_them.replace("&amp;", "&")
    assert me.department.name in head.get("/reports/plan-fact/?of=departments").text
    for measure in ("payments", "quotes"):
        assert head.get(f"/reports/plan-fact/?measure={measure}&format=csv").status_code == 200
    mine = anna.get("/reports/plan-fact/").text
    assert str(me) in mine
    assert str(other) not in mine
    assert client_as(Role.ENGINEER).get("/reports/plan-fact/").status_code == 403


def test_a_share_is_given_on_the_deal(client_as: ClientAs, session: Session):
    head = client_as(Role.SALES_HEAD)
    deal, helper = make.make_deal(session), make.make_employee(session)
    session.commit()
    form = {"role": "helps", "employee": helper.id, "share": "25,5"}

    head.post(f"/deals/{deal.id}/participants", data=form)

    assert session.scalar(select(DealParticipant.share)) == Decimal("25.5")
    assert "доля: 25,5" in head.get(f"/deals/{deal.id}").text
    head.post(f"/deals/{deal.id}/participants", data=form | {"share": "200"})
    assert session.scalar(select(DealParticipant.share)) == Decimal("25.5")
    assert head.post(f"/deals/{deal.id}/participants", data=form | {"share": "x"}).status_code == 400
