"""Templates of plans of deals: what they must say, and deals that take their steps."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.deals import DealStep, ParticipantRole, PlanTemplate, PlanTemplateStep, StageOutcome, StepFor
from app.services.deal_plan import add_participant, add_step
from app.services.plan_templates import check_template, export_templates, import_template, offers, take_plan
from app.services.settings_transfer import export_settings, import_settings
from app.services.working_days import WorkingCalendar
from tests import factories as make

FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
CALENDAR = WorkingCalendar()


def take(session: Session, deal, template) -> list[DealStep]:
    return take_plan(session, deal, template, today=FRIDAY, calendar=CALENDAR)


def template_of(*steps: PlanTemplateStep) -> PlanTemplate:
    return PlanTemplate(name="План", steps=list(steps))


def step(task: str = "Позвонить", **changes) -> PlanTemplateStep:
    return PlanTemplateStep(**{"task": task, "position": 1, "after_days": 0, "who": StepFor.RESPONSIBLE} | changes)


class TestWhatATemplateSays:
    def test_steps_with_days_and_people_are_right(self, session: Session):
        boris = make.make_employee(session)
        check_template(
            template_of(step(), step("Договор", who=StepFor.NAMED, employee=boris), step("КП", after_days=3))
        )

    def test_a_template_has_steps(self):
        with pytest.raises(RuleError, match="at least one step"):
            check_template(template_of())

    def test_a_step_stands_in_it_once(self):
        with pytest.raises(RuleError, match="twice"):
            check_template(template_of(step("Звонок"), step("звонок")))

    @pytest.mark.parametrize("days", [-1, 366])
    def test_a_step_lies_within_a_year(self, days: int):
        with pytest.raises(RuleError, match="365"):
            check_template(template_of(step(after_days=days)))

    def test_a_named_employee_is_named_and_only_then(self, session: Session):
        for wrong in (step(who=StepFor.NAMED), step(employee=make.make_employee(session))):
            with pytest.raises(RuleError, match="Позвонить"):
                check_template(template_of(wrong))


class TestTaking:
    def test_days_are_working_days_from_today(self, session: Session):
        deal, template = make.make_deal(session), make.make_plan_template(session, "Звонок", "Встреча")

        taken = take(session, deal, template)

        assert [(each.task, each.due_on) for each in taken] == [("Звонок", MONDAY), ("Встреча", date(2026, 11, 24))]
        assert (deal.next_step, deal.next_step_on) == ("Звонок", MONDAY)
        assert {each.responsible for each in taken} == {deal.responsible}

    def test_a_step_of_a_day_off_moves_to_the_next_working_day(self, session: Session):
        template = make.make_plan_template(session, steps=[step()])
        saturday = date(2026, 11, 21)
        taken = take_plan(session, make.make_deal(session), template, today=saturday, calendar=CALENDAR)
        assert taken[0].due_on == MONDAY

    def test_a_step_is_never_taken_twice(self, session: Session):
        deal, template = make.make_deal(session), make.make_plan_template(session, "Звонок", "Встреча", "КП")
        add_step(session, deal, "встреча", MONDAY, deal.responsible)

        first = take(session, deal, template)
        assert [each.task for each in first] == ["Звонок", "КП"], "the meeting was planned by hand"
        first[0].task = "Позвонить директору"
        with pytest.raises(RuleError, match="in the plan already"):
            take(session, deal, template)

    def test_a_template_changed_later_changes_no_deal(self, session: Session):
        deal, template = make.make_deal(session), make.make_plan_template(session, "Звонок")
        (taken,) = take(session, deal, template)
        template.steps[0].task = "Иное"
        session.flush()
        assert taken.task == "Звонок"
        session.delete(template)
        session.flush()
        session.refresh(taken)
        assert (taken.task, taken.template_step_id) == ("Звонок", None)

    def test_steps_go_to_roles_and_to_named_employees(self, session: Session):
        deal = make.make_deal(session)
        expert, second, boris, gone = (make.make_employee(session) for _number in range(4))
        gone.dismissed_on = FRIDAY
        for employee in (expert, second):
            add_participant(session, deal, ParticipantRole.ENGINEER, contact=None, employee=employee)
        steps = [
            step("Проверить", who=StepFor.ENGINEER),
            step("Помочь", position=2, who=StepFor.HELPS),
            step("Подписать", position=3, who=StepFor.NAMED, employee=boris),
            step("Оплатить", position=4, who=StepFor.NAMED, employee=gone),
        ]
        taken = take(session, deal, make.make_plan_template(session, steps=steps))
        assert [each.responsible for each in taken] == [expert, deal.responsible, boris, deal.responsible]

    def test_a_deal_that_is_over_takes_nothing(self, session: Session):
        stage = make.make_deal_stage(session, outcome=StageOutcome.WON)
        deal, template = make.make_deal(session, stage=stage), make.make_plan_template(session)
        assert offers(session, deal) == []
        with pytest.raises(RuleError):
            take(session, deal, template)


def test_what_is_meant_for_the_stage_is_offered_first_and_only_what_is_left(session: Session):
    deal = make.make_deal(session)
    other = make.make_plan_template(session, "Звонок", name="А")
    own = make.make_plan_template(session, "Встреча", "КП", name="Я", stage=deal.stage)

    found = [(each.template, each.left, each.is_for_stage) for each in offers(session, deal)]
    assert found == [(own, 2, True), (other, 1, False)]
    take(session, deal, own)
    assert [each.template for each in offers(session, deal)] == [other]


class TestToAnotherInstallation:
    def test_a_template_goes_over_with_its_stage_and_steps(self, session: Session):
        stage = make.make_deal_stage(session)
        template = make.make_plan_template(session, "Звонок", "Встреча", stage=stage)
        make.make_plan_template(session)
        kept = export_settings(session)
        session.delete(template)
        session.flush()

        done = import_settings(session, kept)
        assert (done.added, done.changed) == (1, 0)
        assert export_settings(session) == kept
        again = import_settings(session, kept)
        assert (again.added, again.changed) == (0, 0)

    def test_a_changed_template_is_put_right_and_deals_still_know_its_steps(self, session: Session):
        deal, template = make.make_deal(session), make.make_plan_template(session, "Звонок", "Встреча")
        take(session, deal, template)
        (row,) = export_templates(session)
        row["steps"].reverse()
        row["steps"].append({"task": "КП", "days": 5, "who": "helps"})

        assert import_template(session, row) == (False, True)
        assert export_templates(session) == [row]
        assert [each.left for each in offers(session, deal)] == [1]

    def test_employees_stay_at_home(self, session: Session):
        boris = make.make_employee(session)
        template = make.make_plan_template(session, steps=[step(who=StepFor.NAMED, employee=boris)])
        (row,) = export_templates(session)
        assert import_template(session, row) == (False, False), "he is known here"

        session.delete(template)
        session.flush()
        import_template(session, row)
        (made,) = session.scalars(select(PlanTemplateStep)).all()
        assert (made.who, made.employee) == (StepFor.RESPONSIBLE, None)
