"""Rules of the radar as the office sets them, and putting lines off."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.radar import RadarCode, RadarOwner, RadarRule, RadarSnooze
from app.services.radar import (
    DEFAULTS,
    MOST_DAYS,
    Line,
    add_rules,
    check_rule,
    forget_snoozes,
    put_off,
    rules_in_force,
    take_up,
)
from tests import factories as make

TODAY = date(2026, 11, 26)
NEXT_WEEK = TODAY + timedelta(days=7)


def line_of(session: Session, **changes) -> Line:
    values = {"code": RadarCode.DEAL_STUCK, "record_id": 5, "user_id": 0} | changes
    return Line(**values | {"user_id": values["user_id"] or make.make_user(session).id})


def test_every_rule_has_its_usual_terms():
    assert set(DEFAULTS) == set(RadarCode)


def test_rules_without_a_row_are_as_usual_and_rows_win(session: Session):
    make.make_radar_rule(session, code=RadarCode.DEAL_STUCK, days=90, owner=RadarOwner.CLIENT)
    make.make_radar_rule(session, code=RadarCode.QUOTE_DRAFT, is_on=False)

    found = rules_in_force(session)

    assert (found[RadarCode.DEAL_STUCK].days, found[RadarCode.DEAL_STUCK].owner) == (90, RadarOwner.CLIENT)
    assert RadarCode.QUOTE_DRAFT not in found
    assert found[RadarCode.QUOTE_SILENT] == DEFAULTS[RadarCode.QUOTE_SILENT]
    assert list(found) == [code for code in RadarCode if code is not RadarCode.QUOTE_DRAFT]


def test_rows_are_made_once_and_keep_what_was_set(session: Session):
    make.make_radar_rule(session, code=RadarCode.DEAL_STUCK, days=90)

    assert add_rules(session) == len(RadarCode) - 1
    assert add_rules(session) == 0
    assert session.scalar(select(RadarRule.days).where(RadarRule.code == RadarCode.DEAL_STUCK)) == 90


@pytest.mark.parametrize("days", [-1, 3651, None])
def test_a_threshold_is_within_ten_years(days: int):
    with pytest.raises(RuleError):
        check_rule(RadarRule(code=RadarCode.DEAL_STUCK, days=days, owner=RadarOwner.RECORD))


def test_an_owner_must_be_named_by_the_records():
    with pytest.raises(RuleError):
        check_rule(RadarRule(code=RadarCode.DEBT_LATE, days=0, owner=RadarOwner.RECORD))
    check_rule(RadarRule(code=RadarCode.DEBT_LATE, days=0, owner=RadarOwner.ACCOUNTANT))
    check_rule(RadarRule(code=RadarCode.DEAL_STUCK, days=0, owner=RadarOwner.RECORD))


def test_a_line_is_put_off_and_a_second_time_sets_it_anew(session: Session):
    line = line_of(session)
    put_off(session, line, NEXT_WEEK, "  ждём  ответа ", today=TODAY)

    again = put_off(session, line, NEXT_WEEK + timedelta(days=1), "в отпуске", today=TODAY)

    assert session.scalars(select(RadarSnooze)).all() == [again]
    assert (again.until, again.reason) == (NEXT_WEEK + timedelta(days=1), "в отпуске")
    assert "в отпуске" in str(again)


@pytest.mark.parametrize(
    ("until", "reason"),
    [
        (TODAY, "потом"),
        (TODAY + timedelta(days=MOST_DAYS + 1), "потом"),
        (NEXT_WEEK, "  "),
        (NEXT_WEEK, "о" * 301),
    ],
)
def test_a_line_is_put_off_to_a_near_day_and_for_a_reason(session: Session, until: date, reason: str):
    with pytest.raises(RuleError):
        put_off(session, line_of(session), until, reason, today=TODAY)


def test_a_line_can_be_brought_back(session: Session):
    line = line_of(session)
    put_off(session, line, NEXT_WEEK, "ждём", today=TODAY)

    assert take_up(session, line)
    assert not take_up(session, line)


def test_what_ran_out_long_ago_is_forgotten(session: Session):
    line = line_of(session)
    put_off(session, line, NEXT_WEEK, "ждём", today=TODAY)

    forget_snoozes(session, NEXT_WEEK + timedelta(days=30))
    assert session.scalars(select(RadarSnooze)).all()
    forget_snoozes(session, NEXT_WEEK + timedelta(days=31))
    assert not session.scalars(select(RadarSnooze)).all()
