"""The funnel of deals."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from app.models.deals import DealStageChange, StageOutcome
from app.permissions import Scope, Viewer
from app.reports.funnel import FunnelQuestion, funnel
from tests import factories as make

MOSCOW = ZoneInfo("Europe/Moscow")


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


@pytest.fixture
def stages(session: Session):
    first = make.make_deal_stage(session, position=1001)
    second = make.make_deal_stage(session, position=1002)
    won = make.make_deal_stage(session, position=1003, outcome=StageOutcome.WON)
    lost = make.make_deal_stage(session, position=1004, outcome=StageOutcome.LOST)
    return first, second, won, lost


def moved(session: Session, *way, **changes):
    """A deal that came to the stages at these moments."""
    deal = make.make_deal(session, stage=way[-1][0], **changes)
    before = None
    for stage, moment in way:
        session.add(DealStageChange(deal_id=deal.id, from_id=before, to_id=stage.id, at=moment))
        session.flush()
        before = stage.id
    return deal


def asked(**changes) -> FunnelQuestion:
    return FunnelQuestion(**{"first": date(2026, 11, 1), "last": date(2026, 11, 30), "zone": MOSCOW} | changes)


def rows(session: Session, stages, **changes):
    found = funnel(session, asked(**changes))
    by_id = {stage.stage_id: stage for stage in found.stages}
    return found, [by_id[stage.id] for stage in stages]


def test_tells_what_became_of_the_deals_that_came_to_a_stage(session: Session, stages):
    first, second, won, lost = stages
    moved(session, (first, at(1)), (second, at(3)), (won, at(10)), amount=Decimal(100))
    moved(session, (first, at(2)), (lost, at(6)), amount=Decimal(50))
    moved(session, (first, at(5)), amount=Decimal(30))

    found, (start, middle, end, gone) = rows(session, stages)

    assert (start.came, start.amount) == (3, Decimal(180))
    assert (start.went_on, start.lost, start.there) == (1, 1, 1)
    assert start.conversion == Decimal("33.3")
    assert start.days == 3.0, "two stays that ended: of two and of four days"
    assert (middle.came, middle.went_on, middle.days, middle.conversion) == (1, 1, 7.0, Decimal(100))
    assert (end.came, end.there, end.conversion, end.days) == (1, 1, None, None)
    assert gone.came == 1
    assert (found.begun, found.won, found.won_amount) == (3, 1, Decimal(100))
    assert found.conversion == Decimal("33.3")


def test_a_deal_that_comes_twice_counts_once_and_as_its_last_coming_ended(session: Session, stages):
    first, second, _won, _lost = stages
    moved(session, (first, at(1)), (second, at(2)), (first, at(3)))

    _found, (start, middle, _end, _gone) = rows(session, stages)

    assert (start.came, start.there, start.went_on) == (1, 1, 0)
    assert (middle.came, middle.went_on, middle.lost, middle.there) == (1, 0, 0, 0), "it went back"


def test_the_period_is_that_of_the_companys_zone(session: Session, stages):
    first = stages[0]
    moved(session, (first, datetime(2026, 10, 31, 21, 30, tzinfo=UTC)))
    moved(session, (first, datetime(2026, 11, 30, 21, 30, tzinfo=UTC)))

    found, (start, *_rest) = rows(session, stages)

    assert start.came == 1, "half past midnight in Moscow on the first; the other came on 1 December"
    assert found.begun == 1


def test_asks_about_one_manager_and_by_the_viewers_rows(session: Session, stages):
    first = stages[0]
    mine, _other = moved(session, (first, at(1))), moved(session, (first, at(1)))

    assert rows(session, stages, responsible_id=mine.responsible_id)[0].begun == 1
    session.info["viewer"] = Viewer(900, mine.responsible_id, Scope.OWN_CLIENTS)
    assert rows(session, stages)[0].begun == 1


def test_nothing_has_no_conversion(session: Session, stages):
    found, (start, *_rest) = rows(session, stages, first=date(2020, 1, 1), last=date(2020, 1, 2))

    assert found.conversion is None
    assert start.conversion is None
