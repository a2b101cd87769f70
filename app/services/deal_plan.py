"""The plan of a deal: its steps and those who take part. The earliest open step is the deal's next step."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.clients import Contact
from app.models.deals import Deal, DealParticipant, DealStep, ParticipantRole
from app.models.staff import Employee
from app.texts import _

LONGEST_TASK = 200
WHOLE = Decimal(100)
OURS = frozenset({ParticipantRole.HELPS, ParticipantRole.ENGINEER})
"""Roles of employees; the others are those of the client's people."""


def add_step(session: Session, deal: Deal, task: str, due_on: date, responsible: Employee) -> DealStep:
    """Plan a step. Raises RuleError for an empty or too long task."""
    words = " ".join(task.split())
    if not words or len(words) > LONGEST_TASK:
        raise RuleError(_("Say in up to %(most)s characters what is to be done.", most=LONGEST_TASK))
    step = DealStep(deal=deal, task=words, due_on=due_on, responsible=responsible)
    session.add(step)
    session.flush()
    set_next_step(session, deal)
    return step


def finish_step(session: Session, step: DealStep, today: date) -> None:
    """Note that a step is done; a second time changes nothing."""
    step.done_on = step.done_on or today
    session.flush()
    set_next_step(session, step.deal)


def drop_step(session: Session, step: DealStep) -> None:
    """Take a step out of the plan."""
    deal = step.deal
    session.delete(step)
    session.flush()
    set_next_step(session, deal)


def set_next_step(session: Session, deal: Deal) -> None:
    """Let the deal's next step be the earliest open one of the plan; none when all are done."""
    step = _earliest(session, deal)
    deal.next_step = step.task if step is not None else None
    deal.next_step_on = step.due_on if step is not None else None
    session.flush()


def follow_next_step(session: Session, deal: Deal) -> None:
    """After the next step was changed in the deal itself, change the earliest step of the plan alike.

    A deal without an open step of a plan keeps its next step by itself.
    """
    step = _earliest(session, deal) if deal.id is not None else None
    if step is None:
        return
    if deal.next_step and deal.next_step_on is not None:
        step.task, step.due_on = deal.next_step, deal.next_step_on
        session.flush()
    set_next_step(session, deal)


def add_participant(
    session: Session, deal: Deal, role: ParticipantRole, *, contact: Contact | None, employee: Employee | None
) -> DealParticipant:
    """Name a person who takes part, or give them another role.

    Raises RuleError for nobody or two, for another client's contact, for a role of the other side.
    """
    if (contact is None) == (employee is None):
        raise RuleError(_("Choose either a contact of the client or an employee."))
    if contact is not None and contact.client_id != deal.client_id:
        raise RuleError(_("This contact works for another client."))
    if (employee is not None) != (role in OURS):
        raise RuleError(_("This role is one of the other side."))
    same = select(DealParticipant).where(
        DealParticipant.deal_id == deal.id,
        DealParticipant.contact_id == (contact.id if contact is not None else None),
        DealParticipant.employee_id == (employee.id if employee is not None else None),
    )
    found = session.scalars(same).first()
    person = found or DealParticipant(deal=deal, contact=contact, employee=employee)
    person.role = role
    session.add(person)
    session.flush()
    return person


def set_share(session: Session, person: DealParticipant, share: Decimal | None) -> None:
    """Give an employee who takes part a share in the sale, in per cent; None takes it away.

    Raises RuleError for a share of the client's people, for none or too much, and for more than 100 in all.
    """
    if share is None:
        person.share = None
        return
    if person.employee is None:
        raise RuleError(_("Only employees have a share in the sale."))
    if not 0 < share <= WHOLE:
        raise RuleError(_("A share is above 0 and up to 100 %%."))
    others = select(func.sum(DealParticipant.share)).where(
        DealParticipant.deal_id == person.deal_id, DealParticipant.id != person.id
    )
    if (session.scalar(others) or 0) + share > WHOLE:
        raise RuleError(_("The shares of all participants are more than 100 %%."))
    person.share = share
    session.flush()


def forget_plan(session: Session, deal: Deal) -> None:
    """A deal that is deleted takes its plan and its participants with it."""
    models: tuple[type[Any], ...] = (DealStep, DealParticipant)
    for model in models:
        for row in session.scalars(select(model).where(model.deal_id == deal.id)):
            session.delete(row)
    session.flush()


def _earliest(session: Session, deal: Deal) -> DealStep | None:
    steps = select(DealStep).where(DealStep.deal_id == deal.id, DealStep.done_on.is_(None))
    return session.scalars(steps.order_by(DealStep.due_on, DealStep.id).limit(1)).first()
