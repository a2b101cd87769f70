"""Whose lines the radar shows, page by page, and what was put off."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.models.radar import RadarCode, RadarOwner
from app.permissions import Scope, Viewer
from app.reports.radar.lines import COUNTED, Place, lines_waiting, radar_part, readable
from app.services.radar import DEFAULTS, Line, Terms, put_off
from tests import factories as make
from tests.conftest import counting
from tests.reports.radar.making import TODAY, ago, asked, deal, part, step


def test_lines_say_whose_and_since_when_the_oldest_first(session: Session):
    second = deal(session, next_step_on=ago(2), amount=Decimal(70))
    first = deal(session, next_step_on=ago(8))

    lines = part(session, RadarCode.DEAL_STEP_LATE).lines

    assert [line.record_id for line in lines] == [first.id, second.id]
    assert (lines[1].client, lines[1].owner_id) == (second.client.name, second.responsible_id)
    assert (lines[1].since, lines[1].amount, lines[1].target_id) == (ago(2), Decimal(70), second.id)


def test_a_step_of_a_claim_leads_to_the_claim_and_names_its_client(session: Session):
    made = step(session)

    line = part(session, RadarCode.CLAIM_STEP_LATE).lines[0]

    assert (line.record_id, line.target_id, line.client_id) == (made.id, made.claim_id, made.claim.client_id)


def test_a_team_sees_its_own_lines_only(session: Session):
    mine, others = deal(session, next_step_on=ago(2)), deal(session, next_step_on=ago(2))

    shown = part(session, RadarCode.DEAL_STEP_LATE, team=frozenset({mine.responsible_id}))

    assert [line.record_id for line in shown.lines] == [mine.id]
    assert others.responsible_id != mine.responsible_id


def test_the_owner_can_be_the_manager_of_the_client_or_a_role(session: Session):
    made = deal(session, next_step_on=ago(2), responsible=make.make_employee(session))
    of_client = (RadarCode.DEAL_STEP_LATE, Terms(0, RadarOwner.CLIENT))
    of_role = (RadarCode.DEAL_STEP_LATE, Terms(0, RadarOwner.SALES_HEAD))
    team = frozenset({made.client.responsible_id})

    assert radar_part(session, of_client, asked(team=team), 5).lines[0].owner_id == made.client.responsible_id
    assert radar_part(session, of_client, asked(team=frozenset({made.responsible_id})), 5).total == 0
    assert radar_part(session, of_role, asked(team=team), 5).lines[0].owner_id is None
    assert radar_part(session, of_role, asked(roles=frozenset({"Sales"})), 5).total == 0


def test_a_limited_person_sees_their_own_rows_only(session: Session):
    mine, other = deal(session, next_step_on=ago(2)), deal(session, next_step_on=ago(2))
    shared = deal(session, next_step_on=ago(3), client=other.client, responsible=mine.responsible)
    session.flush()
    session.expire_all()
    session.info["viewer"] = Viewer(1, mine.responsible_id, Scope.OWN_CLIENTS)

    shown = part(session, RadarCode.DEAL_STEP_LATE)

    assert [line.record_id for line in shown.lines] == [shared.id, mine.id]
    assert (shown.lines[0].client, shown.lines[0].client_id) == ("", None), "a colleague's client has no name here"


def test_rules_need_the_right_to_their_records():
    viewer = Viewer(1, 1, Scope.ALL, frozenset({("can_read", "Deals")}))

    assert readable(RadarCode, viewer) == [RadarCode.DEAL_STEP_LATE, RadarCode.DEAL_NO_STEP, RadarCode.DEAL_STUCK]


# --- Pages, and lines put off ---


@pytest.mark.parametrize("code", [RadarCode.DEAL_STEP_LATE, RadarCode.DEAL_NO_STEP], ids=["by day", "by instant"])
def test_a_rule_is_read_page_by_page(session: Session, code: RadarCode):
    late = {"next_step_on": ago(3)} if code is RadarCode.DEAL_STEP_LATE else {}
    keys = [deal(session, **late).id for _number in range(5)]
    rule, seen, after = (code, DEFAULTS[code]), [], None

    for _page in range(3):
        shown = radar_part(session, rule, asked(), 2, after)
        assert shown.total == 5
        seen += [line.record_id for line in shown.lines]
        after = shown.next

    assert seen == keys
    assert after is None


def test_a_place_that_is_none_is_refused(session: Session):
    with pytest.raises(ValueError, match="Invalid isoformat"):
        radar_part(session, (RadarCode.DEAL_STEP_LATE, DEFAULTS[RadarCode.DEAL_STEP_LATE]), asked(), 2, Place("x", 1))


def test_what_i_put_off_is_hidden_from_me_and_marked_for_my_head(session: Session):
    me, head = make.make_user(session), make.make_user(session)
    made = deal(session, next_step_on=ago(2), responsible=make.make_employee(session, user=me))
    put_off(session, Line(RadarCode.DEAL_STEP_LATE, made.id, me.id), ago(-5), "в отпуске", today=TODAY)

    assert found_by(session, me.id) == []
    (line,) = found_by(session, head.id)
    assert (line.put_off_until, line.reason) == (ago(-5), "в отпуске")
    (mine,) = found_by(session, me.id, put_off=True)
    assert (mine.record_id, mine.reason) == (made.id, "в отпуске")
    assert found_by(session, head.id, put_off=True) == []


def test_a_line_is_back_on_its_day(session: Session):
    me = make.make_user(session)
    made = deal(session, next_step_on=ago(2), responsible=make.make_employee(session, user=me))
    put_off(session, Line(RadarCode.DEAL_STEP_LATE, made.id, me.id), TODAY, "в отпуске", today=ago(1))

    (line,) = found_by(session, me.id)
    assert line.put_off_until is None


def found_by(session: Session, user_id: int, **changes: Any) -> Any:
    return list(part(session, RadarCode.DEAL_STEP_LATE, user_id=user_id, **changes).lines)


def test_one_question_is_asked_for_each_rule(session: Session, count_queries):
    for code in RadarCode:
        with count_queries() as queries:
            part(session, code)
        assert len(queries) == 1, code


# --- How much there is ---


def test_lines_of_all_rules_are_counted_together_in_one_question(session: Session):
    made = deal(session, next_step_on=ago(2))
    step(session)
    deal(session, next_step_on=ago(2))
    rules = {code: DEFAULTS[code] for code in (RadarCode.DEAL_STEP_LATE, RadarCode.CLAIM_STEP_LATE)}

    session.flush()
    with counting() as statements:
        assert lines_waiting(session, rules, asked()) == 3
    assert len(statements) == 1
    assert lines_waiting(session, rules, asked(team=frozenset({made.responsible_id}))) == 1


def test_rules_of_foreign_roles_are_not_counted(session: Session):
    deal(session, next_step_on=ago(2))
    rules = {RadarCode.DEAL_STEP_LATE: Terms(0, RadarOwner.SALES_HEAD)}

    assert lines_waiting(session, rules, asked(roles=frozenset({"Sales"}))) == 0
    assert lines_waiting(session, rules, asked(roles=frozenset({"SalesHead"}))) == 1
    assert lines_waiting(session, {}, asked()) == 0


def test_counting_stops_where_nobody_cares(session: Session):
    client = make.make_client(session)
    for _number in range(COUNTED + 5):
        deal(session, client=client, next_step_on=ago(2))

    assert lines_waiting(session, {RadarCode.DEAL_STEP_LATE: DEFAULTS[RadarCode.DEAL_STEP_LATE]}, asked()) == COUNTED
