"""The plan of a deal and what stages ask for."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.deals import DealField, DealParticipant, DealStep, ParticipantRole, StageMove, StageRequirement
from app.services.deal_plan import (
    add_participant,
    add_step,
    drop_step,
    finish_step,
    follow_next_step,
    forget_plan,
)
from app.services.deal_stages import allowed_from, check_requirements
from app.services.deals import move_deal, note_stage
from app.services.rescheduling import move_event
from tests import factories as make
from tests.reports.test_funnel import MOSCOW

TODAY = make.TODAY
LATER, LATEST = date(2026, 11, 25), date(2026, 11, 30)


class TestPlan:
    def test_the_earliest_open_step_is_the_next_step(self, session: Session):
        deal = make.make_deal(session)
        late = add_step(session, deal, "Договор", LATEST, deal.responsible)
        early = add_step(session, deal, "  Отправить \n КП ", LATER, deal.responsible)

        assert (deal.next_step, deal.next_step_on) == ("Отправить КП", LATER)
        finish_step(session, early, TODAY)
        finish_step(session, early, LATEST)
        assert early.done_on == TODAY, "a second time changes nothing"
        assert (deal.next_step, deal.next_step_on) == ("Договор", LATEST)
        drop_step(session, late)
        assert (deal.next_step, deal.next_step_on) == (None, None)

    @pytest.mark.parametrize("task", ["", "  ", "а" * 201])
    def test_a_step_says_what_is_to_be_done(self, session: Session, task: str):
        deal = make.make_deal(session)
        with pytest.raises(RuleError):
            add_step(session, deal, task, LATER, deal.responsible)

    def test_a_next_step_changed_in_the_deal_changes_the_plan(self, session: Session):
        deal = make.make_deal(session)
        step = add_step(session, deal, "Позвонить", LATER, deal.responsible)

        deal.next_step, deal.next_step_on = "Встретиться", LATEST
        follow_next_step(session, deal)
        assert (step.task, step.due_on) == ("Встретиться", LATEST)

        deal.next_step = None
        follow_next_step(session, deal)
        assert deal.next_step == "Встретиться", "the plan still has it"

        move_event(deal, date(2026, 12, 1), zone=MOSCOW)
        assert step.due_on == date(2026, 12, 1)

    def test_a_deal_without_a_plan_keeps_its_next_step(self, session: Session):
        deal = make.make_deal(session, next_step="Позвонить", next_step_on=LATER)
        follow_next_step(session, deal)
        assert deal.next_step == "Позвонить"

    def test_a_deleted_deal_takes_its_plan_along(self, session: Session):
        deal = make.make_deal(session)
        add_step(session, deal, "Позвонить", LATER, deal.responsible)
        add_participant(session, deal, ParticipantRole.HELPS, contact=None, employee=make.make_employee(session))

        forget_plan(session, deal)

        assert session.scalars(select(DealStep)).all() == []
        assert session.scalars(select(DealParticipant)).all() == []


class TestParticipants:
    def test_a_person_takes_part_once_and_may_change_the_role(self, session: Session):
        deal = make.make_deal(session)
        contact = make.make_contact(session, client=deal.client)
        first = add_participant(session, deal, ParticipantRole.USES, contact=contact, employee=None)
        again = add_participant(session, deal, ParticipantRole.DECIDES, contact=contact, employee=None)

        assert first is again
        assert again.role is ParticipantRole.DECIDES
        assert str(again) == str(contact)

    def test_refuses_nobody_others_people_and_roles_of_the_other_side(self, session: Session):
        deal, stranger = make.make_deal(session), make.make_contact(session)
        mine, employee = make.make_contact(session, client=deal.client), make.make_employee(session)
        for role, contact, person in (
            (ParticipantRole.DECIDES, None, None),
            (ParticipantRole.DECIDES, mine, employee),
            (ParticipantRole.DECIDES, stranger, None),
            (ParticipantRole.DECIDES, None, employee),
            (ParticipantRole.HELPS, mine, None),
        ):
            with pytest.raises(RuleError):
                add_participant(session, deal, role, contact=contact, employee=person)


class TestStages:
    def test_a_stage_asks_for_what_must_be_filled(self, session: Session):
        stage = make.make_deal_stage(session, name="КП")
        session.add_all(
            StageRequirement(stage=stage, field=field) for field in (DealField.AMOUNT, DealField.EXPECTED_ON)
        )
        deal = make.make_deal(session, amount=0)
        session.flush()

        with pytest.raises(RuleError, match="At the stage «КП» fill in: Amount, Expected closing"):
            move_deal(session, deal, stage, today=TODAY)
        deal.amount, deal.expected_on = 5, LATEST
        note_stage(session, deal)
        check_requirements(session, deal)

    def test_only_allowed_moves_are_made(self, session: Session):
        start, middle, end = (make.make_deal_stage(session) for _number in range(3))
        session.add(StageMove(from_stage=start, to_stage=middle))
        deal = make.make_deal(session, stage=start)
        session.flush()

        assert allowed_from(session, start) == {middle.id}
        assert allowed_from(session, middle) is None
        with session.no_autoflush, pytest.raises(RuleError, match="does not go from the stage"):
            move_deal(session, deal, end, today=TODAY)
        deal.stage = start
        session.flush()
        move_deal(session, deal, middle, today=TODAY)
        move_deal(session, deal, end, today=TODAY)
        assert deal.stage is end
        rules = session.scalars(select(StageMove)).one(), StageRequirement(stage=start, field=DealField.AMOUNT)
        assert [str(rule) for rule in rules] == [f"{start} → {middle}", f"{start}: Amount"]
