"""Rules of the radar, weights of the fields of a card, plans of sales."""

import itertools
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import clients, completeness, plans, radar
from tests import factories


def make_radar_rule(session: Session, **changes: Any) -> radar.RadarRule:
    """A rule, of calls that were missed unless another is named; there is one row for each."""
    values: dict[str, Any] = {
        "code": radar.RadarCode.CALL_MISSED,
        "days": 0,
        "owner": radar.RadarOwner.RECORD,
    } | changes
    found = session.scalars(select(radar.RadarRule).where(radar.RadarRule.code == values["code"])).first()
    rule = found or radar.RadarRule()
    for name, value in values.items():
        setattr(rule, name, value)
    session.add(rule)
    session.flush()
    return rule


def make_completeness_weight(session: Session, **changes: Any) -> completeness.CompletenessWeight:
    """A weight of a field that no client has a weight of by default: of the website of private individuals."""
    values: dict[str, Any] = {
        "field": clients.CompletenessField.WEBSITE,
        "kind": clients.ClientKind.PERSON,
        "weight": 7,
    }
    weight = completeness.CompletenessWeight(**values | changes)
    session.add(weight)
    session.flush()
    return weight


_months = itertools.count(0)


def make_sales_plan(session: Session, **changes: Any) -> plans.SalesPlan:
    """A plan of 100,000.00 of revenue; of a month of its own where none is named."""
    number = next(_months)
    values: dict[str, Any] = {
        "month": date(2030 + number // 12, number % 12 + 1, 1),
        "measure": plans.PlanMeasure.REVENUE,
        "amount": Decimal(100_000),
    }
    if not changes.keys() & {"employee", "employee_id", "department", "department_id"}:
        values["employee"] = factories.make_employee(session)
    plan = plans.SalesPlan(**values | changes)
    session.add(plan)
    session.flush()
    return plan
