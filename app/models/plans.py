"""Plans of sales (планы продаж): what a manager or a department is to bring in a month."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Choice, ChoiceType, Money
from app.models.base import Record, named
from app.models.staff import Department, Employee
from app.texts import lazy


class PlanMeasure(Choice):
    """What is planned, in roubles with VAT."""

    REVENUE = "revenue", lazy("Revenue")
    PAYMENTS = "payments", lazy("Payments received")
    QUOTES = "quotes", lazy("Quotes sent")


class SalesPlan(Record):
    """A plan of sales: a manager or a department, a month, a measure, a sum."""

    __tablename__ = "sales_plan"
    __table_args__ = (
        CheckConstraint("(employee_id is null) <> (department_id is null)", name="of_one"),
        CheckConstraint("amount > 0", name="amount_positive"),
        UniqueConstraint("employee_id", "month", "measure"),
        UniqueConstraint("department_id", "month", "measure"),
        Index(None, "month", "measure"),
    )

    employee_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), info=named(lazy("Manager")))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), info=named(lazy("Department")))
    month: Mapped[date] = mapped_column(info=named(lazy("Month"), lazy("any day of it")))
    measure: Mapped[PlanMeasure] = mapped_column(
        ChoiceType(PlanMeasure), default=PlanMeasure.REVENUE, info=named(lazy("Measure"))
    )
    amount: Mapped[Decimal] = mapped_column(Money, info=named(lazy("Plan"), lazy("roubles, VAT included")))
    employee: Mapped[Employee | None] = relationship(Employee)
    department: Mapped[Department | None] = relationship(Department)

    def __str__(self) -> str:
        return f"{self.employee or self.department}, {self.month:%m.%Y}"
