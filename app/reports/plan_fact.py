"""Plan and fact: how far managers and departments are with their plans of sales, and the pace that is still needed.

Revenue is posted invoices by their day, payments are money from clients by the bank's day, quotes are first editions
by the day they were sent; all in roubles with VAT. What belongs to a deal with shares is divided among those who take
part: the shares go to them, the rest to the responsible person, so that nothing counts twice. A payment follows the
invoices that it pays; what pays none of them goes to the manager of the client. Refunds to clients are taken off.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.models.clients import Client
from app.models.deals import DealParticipant
from app.models.ledger import DocumentKind, DueItem
from app.models.money import Allocation, MoneyDirection, Payment
from app.models.plans import PlanMeasure, SalesPlan
from app.models.sales import DocumentStatus, Invoice, Quote
from app.models.staff import Department, Employee
from app.services.working_days import WorkingCalendar

_KOPECK = Decimal("0.01")
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class PlanQuestion:
    """The period, both days included; plans are of whole months. One employee, or all."""

    first: date
    last: date
    today: date
    measure: PlanMeasure = PlanMeasure.REVENUE
    by_department: bool = False
    employee_id: int | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """Working days of the period: all, those up to today, and those that are left, today among both."""

    all: int
    passed: int
    left: int


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A manager or a department (`key`) with plan and fact in roubles."""

    key: int
    name: str
    plan: Decimal
    fact: Decimal
    days: Days

    @property
    def percent(self) -> Decimal | None:
        """Per cent of the plan that is reached; None without a plan."""
        return (100 * self.fact / self.plan).quantize(Decimal("0.1"), ROUND_HALF_UP) if self.plan else None

    @property
    def left(self) -> Decimal:
        """What is still to be brought; nothing once the plan is reached."""
        return max(self.plan - self.fact, _NOTHING)

    @property
    def pace(self) -> Decimal | None:
        """What each working day that is left must bring; None when none is left."""
        return (self.left / self.days.left).quantize(_KOPECK, ROUND_HALF_UP) if self.days.left else None

    @property
    def forecast(self) -> Decimal | None:
        """The fact of the whole period when it goes on as it has gone; None before the first working day."""
        return (self.fact * self.days.all / self.days.passed).quantize(_KOPECK) if self.days.passed else None

    @property
    def is_behind(self) -> bool:
        """Less is reached than this share of the working days asks for."""
        return self.days.all > 0 and self.fact * self.days.all < self.plan * self.days.passed


def plan_fact(session: Session, question: PlanQuestion, calendar: WorkingCalendar) -> tuple[PlanRow, ...]:
    """Whoever has a plan or a fact, by name. At most seven questions."""
    plans, days = _plans(session, question), _days(question, calendar)
    people = {each.id: each for each in session.scalars(select(Employee))}
    facts: defaultdict[int, Decimal] = defaultdict(Decimal)
    for employee_id, amount in _credited(session, question).items():
        if question.employee_id in (None, employee_id):
            facts[people[employee_id].department_id if question.by_department else employee_id] += amount
    names: Mapping[int, str] = {key: str(person) for key, person in people.items()}
    if question.by_department:
        names = {each.id: each.name for each in session.scalars(select(Department))}
    rows = [
        PlanRow(key, names[key], plans.get(key, _NOTHING), facts.get(key, _NOTHING), days)
        for key in {*plans, *(key for key, amount in facts.items() if amount)}
    ]
    return tuple(sorted(rows, key=lambda row: (row.name, row.key)))


def _days(question: PlanQuestion, calendar: WorkingCalendar) -> Days:
    first, last, today = question.first.toordinal(), question.last.toordinal(), question.today.toordinal()
    working = [number for number in range(first, last + 1) if calendar.is_working(date.fromordinal(number))]
    passed, left = sum(number <= today for number in working), sum(number >= today for number in working)
    return Days(len(working), passed, left)


def _plans(session: Session, question: PlanQuestion) -> dict[int, Decimal]:
    key: Any = SalesPlan.department_id if question.by_department else SalesPlan.employee_id
    statement = (
        select(key.label("key"), func.sum(SalesPlan.amount).label("amount"))
        .where(
            key.is_not(None),
            SalesPlan.measure == question.measure,
            SalesPlan.month.between(question.first.replace(day=1), question.last),
        )
        .group_by(key)
    )
    if question.employee_id is not None and not question.by_department:
        statement = statement.where(key == question.employee_id)
    return {row.key: row.amount for row in session.execute(statement)}


# --- Who is credited with what ------------------------------------------------------------------------------------


def _credited(session: Session, question: PlanQuestion) -> dict[int, Decimal]:
    """By employee: what their documents brought, deals with shares divided."""
    asked = {
        PlanMeasure.REVENUE: _revenue,
        PlanMeasure.QUOTES: _quotes,
        PlanMeasure.PAYMENTS: _payments,
    }[question.measure]
    brought = [tuple(row) for row in asked(session, question)]
    shares = _shares(session)
    found: defaultdict[int, Decimal] = defaultdict(Decimal)
    for deal_id, responsible_id, amount in brought:
        for employee_id, part in divide(amount, responsible_id, shares.get(deal_id, ())):
            found[employee_id] += part
    return dict(found)


def divide(amount: Decimal, responsible_id: int, shares: Iterable[tuple[int, Decimal]]) -> list[tuple[int, Decimal]]:
    """An amount by shares in per cent, to the kopeck; the rest is the responsible person's. The parts add up."""
    parts = [(key, (amount * share / 100).quantize(_KOPECK, ROUND_HALF_UP)) for key, share in shares]
    rest = amount - sum((part for _key, part in parts), _NOTHING)
    return [*parts, (responsible_id, rest)]


def _shares(session: Session) -> dict[int, list[tuple[int, Decimal]]]:
    person = DealParticipant
    rows = select(person.deal_id, person.employee_id, person.share).where(person.share.is_not(None))
    found: defaultdict[int, list[tuple[int, Decimal]]] = defaultdict(list)
    for row in session.execute(rows.where(person.employee_id.is_not(None)).order_by(person.id)):
        found[row.deal_id].append((row.employee_id, row.share))
    return dict(found)


def _revenue(session: Session, question: PlanQuestion) -> Iterable[Any]:
    keys = (Invoice.deal_id, Invoice.responsible_id)
    posted = Invoice.status == DocumentStatus.POSTED, Invoice.day.between(question.first, question.last)
    return session.execute(select(*keys, func.sum(Invoice.total)).where(*posted).group_by(*keys))


def _quotes(session: Session, question: PlanQuestion) -> Iterable[Any]:
    keys = (Quote.deal_id, Quote.responsible_id)
    sent = Quote.sent_on.between(question.first, question.last), Quote.edition == 1
    return session.execute(select(*keys, func.sum(Quote.total)).where(*sent).group_by(*keys))


def _payments(session: Session, question: PlanQuestion) -> Iterable[Any]:
    """What pays invoices, by their deals; then what each payment has besides, by the client's manager."""
    counted = (
        Payment.status == DocumentStatus.POSTED,
        Payment.direction != MoneyDirection.INTERNAL,
        Payment.client_id.is_not(None),
        Payment.day.between(question.first, question.last),
    )
    keys = (Invoice.deal_id, Invoice.responsible_id)
    paid = (
        select(*keys, func.sum(Allocation.amount))
        .join(Payment, Payment.id == Allocation.payment_id)
        .join(DueItem, DueItem.id == Allocation.due_item_id)
        .join(Invoice, (DueItem.document_kind == DocumentKind.INVOICE) & (Invoice.id == DueItem.document_id))
        .where(*counted, Payment.direction == MoneyDirection.IN)
        .group_by(*keys)
    )
    yield from session.execute(paid)
    signed = case((Payment.direction == MoneyDirection.OUT, -Payment.amount), else_=Payment.amount)
    of_invoices = (
        select(Allocation.payment_id, func.sum(Allocation.amount).label("amount"))
        .join(DueItem, DueItem.id == Allocation.due_item_id)
        .join(Invoice, (DueItem.document_kind == DocumentKind.INVOICE) & (Invoice.id == DueItem.document_id))
        .group_by(Allocation.payment_id)
        .subquery()
    )
    besides = (
        select(Client.responsible_id, func.sum(signed), func.sum(of_invoices.c.amount))
        .select_from(Payment)
        .join(Client, Client.id == Payment.client_id)
        .outerjoin(of_invoices, (of_invoices.c.payment_id == Payment.id) & (Payment.direction == MoneyDirection.IN))
        .where(*counted)
        .group_by(Client.responsible_id)
    )
    for responsible_id, amount, allocated in session.execute(besides):
        yield None, responsible_id, amount - (allocated or _NOTHING)
