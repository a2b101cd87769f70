"""Rules for deals."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.deals import Deal, DealStageChange, LossReason, StageOutcome
from app.permissions import Scope, Viewer
from app.services.deals import check_deal, is_step_overdue, move_deal, move_step, note_stage
from tests.factories import TODAY, make_client, make_contact, make_deal, make_deal_stage, make_user


def test_a_won_deal_gets_its_closing_day(session: Session):
    deal = make_deal(session)

    move_deal(session, deal, make_deal_stage(session, outcome=StageOutcome.WON), today=TODAY)

    assert deal.closed_on == TODAY


def test_a_reopened_deal_has_no_closing_day_and_no_reason(session: Session):
    reason = LossReason(name="Дорого")
    deal = make_deal(session, closed_on=TODAY, loss_reason=reason)

    check_deal(deal, today=TODAY)

    assert (deal.closed_on, deal.loss_reason) == (None, None)


def test_a_lost_deal_needs_a_reason(session: Session):
    deal = make_deal(session, stage=make_deal_stage(session, outcome=StageOutcome.LOST))

    with pytest.raises(RuleError):
        check_deal(deal, today=TODAY)


def test_a_contact_of_another_client_is_refused(session: Session):
    with pytest.raises(RuleError):
        check_deal(make_deal(session, contact=make_contact(session)), today=TODAY)


def test_the_own_contact_is_accepted(session: Session):
    client = make_client(session)
    check_deal(make_deal(session, client=client, contact=make_contact(session, client=client)), today=TODAY)


def test_moves_are_remembered_with_who_made_them(session: Session):
    deal, user = make_deal(session), make_user(session)
    before, after = deal.stage, make_deal_stage(session)
    session.info["viewer"] = Viewer(user.id, None, Scope.ALL)

    move_deal(session, deal, after, today=TODAY)

    change = session.scalars(select(DealStageChange)).one()
    assert (change.from_id, change.to_id, change.by_user_id) == (before.id, after.id, user.id)


def test_the_first_stage_is_remembered(session: Session):
    kept = make_deal(session)
    deal = Deal(title="Новая", client=kept.client, responsible=kept.responsible, stage=kept.stage)
    session.add(deal)

    note_stage(session, deal)

    change = session.scalars(select(DealStageChange)).one()
    assert (change.from_id, change.to_id, change.by_user_id) == (None, kept.stage_id, None)


def test_saving_without_a_move_remembers_nothing(session: Session):
    deal = make_deal(session)
    deal.title = "Другое"

    note_stage(session, deal)

    assert session.scalars(select(DealStageChange)).all() == []


@pytest.mark.parametrize(
    ("outcome", "shift", "overdue"),
    [
        (StageOutcome.OPEN, -1, True),
        (StageOutcome.OPEN, 0, False),
        (StageOutcome.WON, -1, False),
        (StageOutcome.OPEN, None, False),
    ],
)
def test_a_step_is_overdue_from_the_day_after(session: Session, outcome, shift, overdue):
    step_on = None if shift is None else TODAY + timedelta(days=shift)
    deal = make_deal(session, stage=make_deal_stage(session, outcome=outcome), next_step_on=step_on)

    assert is_step_overdue(deal, TODAY) is overdue


def test_the_next_step_moves_to_another_day(session: Session):
    deal = make_deal(session, next_step_on=TODAY)
    move_step(deal, TODAY + timedelta(days=5))
    assert deal.next_step_on == TODAY + timedelta(days=5)


@pytest.mark.parametrize("outcome", [StageOutcome.OPEN, StageOutcome.WON])
def test_a_deal_without_a_step_ahead_has_nothing_to_move(session: Session, outcome: StageOutcome):
    step_on = None if outcome is StageOutcome.OPEN else TODAY
    deal = make_deal(session, stage=make_deal_stage(session, outcome=outcome), next_step_on=step_on)
    with pytest.raises(RuleError):
        move_step(deal, TODAY)
