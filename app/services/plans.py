"""Rules for plans of sales."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.plans import SalesPlan
from app.texts import _


def check_plan(session: Session, plan: SalesPlan) -> None:
    """Bring the month to its first day.

    Raises RuleError for a plan of nobody or of both, for no sum, and for a second plan of the same.
    """
    if (plan.employee is None) == (plan.department is None):
        raise RuleError(_("A plan is of a manager or of a department: choose one of them."))
    if plan.amount is None or plan.amount <= 0:
        raise RuleError(_("The plan is a sum above zero."))
    plan.month = plan.month.replace(day=1)
    same = select(SalesPlan.id).where(
        SalesPlan.month == plan.month,
        SalesPlan.measure == plan.measure,
        SalesPlan.employee == plan.employee,
        SalesPlan.department == plan.department,
    )
    with session.no_autoflush:
        if session.scalars(same).first() not in (None, plan.id):
            raise RuleError(_("There is already such a plan for this month."))
