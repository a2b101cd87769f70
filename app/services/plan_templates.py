"""Templates of plans of deals (шаблоны планов сделки): what a template must say, and a deal that takes its steps.

A deal gets copies: a template that is changed later changes no deal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.errors import RuleError
from app.models.deals import (
    Deal,
    DealParticipant,
    DealStage,
    DealStep,
    ParticipantRole,
    PlanTemplate,
    PlanTemplateStep,
    StageOutcome,
    StepFor,
)
from app.models.staff import Employee
from app.services.deal_plan import set_next_step
from app.services.working_days import WorkingCalendar
from app.texts import _

LONGEST_DAYS = 365
_ROLES = {StepFor.HELPS: ParticipantRole.HELPS, StepFor.ENGINEER: ParticipantRole.ENGINEER}


@dataclass(frozen=True, slots=True)
class Offer:
    """A template from which a deal may still take steps; `is_for_stage` where it is meant for the deal's stage."""

    template: PlanTemplate
    left: int
    is_for_stage: bool


def check_template(template: PlanTemplate) -> None:
    """Raises RuleError for a template without steps, and for steps twice, too far away or for nobody."""
    if not template.steps:
        raise RuleError(_("Add at least one step."))
    seen: set[str] = set()
    for step in template.steps:
        if step.task.casefold() in seen:
            raise RuleError(_("The step «%(task)s» stands in the template twice.", task=step.task))
        seen.add(step.task.casefold())
        _check_step(step)


def _check_step(step: PlanTemplateStep) -> None:
    if not 0 <= (step.after_days or 0) <= LONGEST_DAYS:
        raise RuleError(_("A step lies 0 to %(most)s working days after the beginning.", most=LONGEST_DAYS))
    if (step.who is StepFor.NAMED) != (step.employee is not None):
        raise RuleError(
            _("Step «%(task)s»: name the employee for «The named employee», and only then.", task=step.task)
        )


def offers(session: Session, deal: Deal) -> list[Offer]:
    """What a deal in work may take from templates, those for its stage first."""
    if deal.stage.outcome is not StageOutcome.OPEN:
        return []
    templates = session.scalars(select(PlanTemplate).options(selectinload(PlanTemplate.steps))).all()
    taken = _taken(session, deal) if templates else _Taken()
    found = [Offer(template, len(_left(template, taken)), template.stage_id == deal.stage_id) for template in templates]
    return sorted((each for each in found if each.left), key=lambda each: (not each.is_for_stage, each.template.name))


def take_plan(
    session: Session, deal: Deal, template: PlanTemplate, *, today: date, calendar: WorkingCalendar
) -> list[DealStep]:
    """Add the steps that the deal has not taken yet, by working days from today.

    Raises RuleError for a deal that is over, and where nothing is left to take.
    """
    if deal.stage.outcome is not StageOutcome.OPEN:
        raise RuleError(_("The deal is over."))
    session.execute(select(Deal.id).where(Deal.id == deal.id).with_for_update())  # two people take it at once
    left = _left(template, _taken(session, deal))
    if not left:
        raise RuleError(_("All steps of «%(name)s» are in the plan already.", name=template.name))
    helpers = _helpers(session, deal)
    steps = [
        DealStep(
            deal=deal,
            task=step.task,
            due_on=calendar.roll_forward(calendar.add_banking_days(today, step.after_days)),
            responsible=_responsible(step, deal, helpers),
            template_step_id=step.id,
        )
        for step in left
    ]
    session.add_all(steps)
    session.flush()
    set_next_step(session, deal)
    return steps


@dataclass(frozen=True, slots=True)
class _Taken:
    """What the plan of a deal holds: steps of templates by key, and all steps by their words."""

    keys: frozenset[int | None] = frozenset()
    tasks: frozenset[str] = frozenset()


def _taken(session: Session, deal: Deal) -> _Taken:
    rows = session.execute(select(DealStep.template_step_id, DealStep.task).where(DealStep.deal_id == deal.id)).all()
    return _Taken(frozenset(key for key, _task in rows), frozenset(task.casefold() for _key, task in rows))


def _left(template: PlanTemplate, taken: _Taken) -> list[PlanTemplateStep]:
    return [step for step in template.steps if step.id not in taken.keys and step.task.casefold() not in taken.tasks]


def _helpers(session: Session, deal: Deal) -> Mapping[ParticipantRole, Employee]:
    """Our people in the deal by role; of several with one role the first."""
    people = select(DealParticipant).where(DealParticipant.deal_id == deal.id).order_by(DealParticipant.id.desc())
    return {person.role: person.employee for person in session.scalars(people) if person.employee is not None}


def _responsible(step: PlanTemplateStep, deal: Deal, helpers: Mapping[ParticipantRole, Employee]) -> Employee:
    """Who gets the step; the deal's responsible where nobody has the role or the employee has left."""
    role = _ROLES.get(step.who)
    found = helpers.get(role) if role is not None else step.employee
    return found if found is not None and found.dismissed_on is None else deal.responsible


# --- Taken to another installation ------------------------------------------------------------------------------


def export_templates(session: Session) -> list[dict[str, Any]]:
    """Templates with their steps as plain data. Employees stay at home: they are personal data."""
    return [
        {
            "name": template.name,
            "stage": template.stage.name if template.stage is not None else None,
            "steps": [{"task": step.task, "days": step.after_days, "who": step.who.value} for step in template.steps],
        }
        for template in session.scalars(select(PlanTemplate).order_by(PlanTemplate.name))
    ]


def import_template(session: Session, row: Mapping[str, Any]) -> tuple[bool, bool]:
    """Add or change one template; tells whether it was added and whether it was changed.

    A step for a named employee keeps its employee here, and is the responsible person's where there is none.
    """
    template = session.scalars(select(PlanTemplate).filter_by(name=row["name"])).first()
    stage = session.scalars(select(DealStage).filter_by(name=row["stage"])).first()
    named = {step.task: step.employee for step in template.steps} if template is not None else {}
    wanted = [_read_step(each, named) for each in row["steps"]]
    if template is None:
        template = PlanTemplate(name=row["name"], stage=stage)
        session.add(template)
        _set_steps(session, template, wanted)
        return True, False
    is_same = template.stage is stage and [_values(step) for step in template.steps] == wanted
    if not is_same:
        template.stage = stage
        _set_steps(session, template, wanted)
    return False, not is_same


_Values = tuple[str, int, StepFor, Employee | None]


def _read_step(row: Mapping[str, Any], named: Mapping[str, Employee | None]) -> _Values:
    who, employee = StepFor(row["who"]), named.get(row["task"])
    if who is not StepFor.NAMED:
        return row["task"], row["days"], who, None
    return row["task"], row["days"], who if employee is not None else StepFor.RESPONSIBLE, employee


def _values(step: PlanTemplateStep) -> _Values:
    return step.task, step.after_days, step.who, step.employee


def _set_steps(session: Session, template: PlanTemplate, wanted: list[_Values]) -> None:
    """Give the template these steps; those that stay the same task stay the same rows, so that deals know them."""
    kept = {step.task: step for step in template.steps}
    for position, step in enumerate(template.steps, start=1):
        step.position = -position  # places are unique: free them first
    session.flush()
    steps = []
    for position, (task, days, who, employee) in enumerate(wanted, start=1):
        step = kept.get(task) or PlanTemplateStep(task=task)
        step.position, step.after_days, step.who, step.employee = position, days, who, employee
        steps.append(step)
    template.steps = steps
    check_template(template)
    session.flush()
