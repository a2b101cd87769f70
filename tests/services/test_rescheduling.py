"""Putting events off together."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.deals import Deal, DealStage, StageOutcome
from app.models.interactions import InteractionState
from app.services.rescheduling import move_event, reschedule
from tests.factories import NOON, TODAY, make_deal, make_interaction

MOSCOW = ZoneInfo("Europe/Moscow")


def test_interactions_and_steps_go_to_one_day(session: Session):
    call, deal = make_interaction(session, starts_at=NOON), make_deal(session, next_step_on=TODAY)
    day = TODAY + timedelta(days=4)

    reschedule([call, deal], day, today=TODAY, zone=MOSCOW)

    assert (call.starts_at, deal.next_step_on) == (NOON + timedelta(days=4), day)


def test_nothing_is_put_off_to_a_day_that_has_passed(session: Session):
    call = make_interaction(session, starts_at=NOON - timedelta(days=9))
    with pytest.raises(RuleError):
        reschedule([call], TODAY - timedelta(days=1), today=TODAY, zone=MOSCOW)
    assert call.starts_at == NOON - timedelta(days=9)


def test_today_is_early_enough(session: Session):
    call = make_interaction(session, starts_at=NOON - timedelta(days=9))
    reschedule([call], TODAY, today=TODAY, zone=MOSCOW)
    assert call.starts_at == NOON


def test_an_empty_choice_is_refused():
    with pytest.raises(RuleError):
        reschedule([], TODAY, today=TODAY, zone=MOSCOW)


def test_one_event_that_is_over_refuses_all(session: Session):
    over = make_interaction(session, state=InteractionState.CANCELLED)
    with pytest.raises(RuleError):
        reschedule([make_interaction(session), over], TODAY, today=TODAY, zone=MOSCOW)


def test_a_deal_that_is_not_kept_yet_is_moved_alone():
    deal = Deal(stage=DealStage(outcome=StageOutcome.OPEN), next_step_on=TODAY)

    move_event(deal, TODAY + timedelta(days=2), zone=ZoneInfo("Europe/Moscow"))

    assert deal.next_step_on == TODAY + timedelta(days=2)
