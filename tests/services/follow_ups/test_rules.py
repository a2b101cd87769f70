import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.deals import DealStage
from app.models.follow_ups import FollowUpEvent, FollowUpFor, FollowUpOutcome, FollowUpRule
from app.models.interactions import InteractionKind
from app.services.follow_ups import add_default_rules, check_rule, fill_topic
from tests.factories import make_employee, make_follow_up_rule


def test_what_does_not_belong_to_the_event_is_cleared(session: Session) -> None:
    stage = DealStage(name="Этап", position=1)
    rule = FollowUpRule(
        event=FollowUpEvent.QUOTE,
        days=1,
        interaction_kind=InteractionKind.CALL,
        outcome=FollowUpOutcome.REACHED,
        stage=stage,
        assignee=FollowUpFor.CLIENT,
        employee=make_employee(session),
    )

    check_rule(rule)

    assert (rule.interaction_kind, rule.outcome, rule.stage, rule.employee) == (None, FollowUpOutcome.ANY, None, None)


def test_outcome_belongs_to_calls() -> None:
    rule = FollowUpRule(
        event=FollowUpEvent.INTERACTION,
        days=0,
        interaction_kind=InteractionKind.CALL,
        outcome=FollowUpOutcome.REACHED,
        assignee=FollowUpFor.EVENT,
    )
    check_rule(rule)
    assert rule.outcome is FollowUpOutcome.REACHED


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"days": -1}, "365"),
        ({"days": 366}, "365"),
        ({"days": None}, "365"),
        ({"event": FollowUpEvent.DEAL_STAGE}, "stage"),
        ({"assignee": FollowUpFor.NAMED}, "employee"),
    ],
)
def test_a_rule_says_what_its_event_needs(changes: dict[str, object], words: str) -> None:
    usual = {"event": FollowUpEvent.CLAIM, "days": 1, "assignee": FollowUpFor.EVENT}
    with pytest.raises(RuleError, match=words):
        check_rule(FollowUpRule(**usual | changes))


def test_a_stage_rule_keeps_its_stage_and_a_named_one_its_employee(session: Session) -> None:
    stage, employee = DealStage(name="Этап", position=1), make_employee(session)
    rule = FollowUpRule(
        event=FollowUpEvent.DEAL_STAGE, days=1, stage=stage, assignee=FollowUpFor.NAMED, employee=employee
    )
    check_rule(rule)
    assert (rule.stage, rule.employee) == (stage, employee)


def test_topic_takes_words_of_the_event_in_both_languages() -> None:
    words = {"topic": "Цена", "number": "7"}
    assert fill_topic("КП № {number}: {тема} {клиент}", words) == "КП № 7: Цена {клиент}"
    assert len(fill_topic("{topic}", {"topic": "я" * 300})) == 200


def test_default_rules_are_given_once(session: Session) -> None:
    count = add_default_rules(session)
    assert count == 5
    assert add_default_rules(session) == 0
    for rule in session.scalars(select(FollowUpRule)):
        check_rule(rule)
        session.delete(rule)
    session.flush()
    assert add_default_rules(session) == 0


def test_a_rule_is_called_by_its_name(session: Session) -> None:
    assert str(make_follow_up_rule(session, name="После КП")) == "После КП"
