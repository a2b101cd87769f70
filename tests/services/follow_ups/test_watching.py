"""What the watching of flushes leaves alone."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.deals import DealStageChange
from app.models.follow_ups import FollowUp, FollowUpEvent
from app.permissions import Scope, Viewer
from tests.factories import make_deal, make_follow_up_rule


def test_a_stage_change_that_is_corrected_is_no_new_event(session: Session, planned: Any) -> None:
    deal = make_deal(session)
    make_follow_up_rule(session, event=FollowUpEvent.DEAL_STAGE, stage=deal.stage)
    change = DealStageChange(deal_id=deal.id, to_id=deal.stage_id)
    session.add(change)
    assert planned(change) is not None
    change.from_id = deal.stage_id
    session.flush()
    assert session.scalar(select(func.count(FollowUp.id))) == 1


def test_a_deal_out_of_sight_is_followed_by_nobody(session: Session) -> None:
    deal = make_deal(session)
    make_follow_up_rule(session, event=FollowUpEvent.DEAL_STAGE, stage=deal.stage)
    deal_id, stage_id = deal.id, deal.stage_id
    session.expunge_all()
    session.info["viewer"] = Viewer(1, 0, Scope.OWN_CLIENTS)
    session.add(DealStageChange(deal_id=deal_id, to_id=stage_id))
    session.flush()
    session.info.pop("viewer")
    assert session.scalar(select(func.count(FollowUp.id))) == 0
