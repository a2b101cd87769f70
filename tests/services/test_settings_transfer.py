"""What is set up in one installation is taken to another, and a second time changes nothing."""

import json
from datetime import date
from typing import Any

import pytest
from flask_appbuilder.security.sqla.models import Role
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.access import Setting
from app.models.claims import ClaimReason
from app.models.deals import DealStage, StageOutcome
from app.models.follow_ups import FollowUpEvent, FollowUpFor, FollowUpRule
from app.models.interactions import InteractionKind
from app.models.staff import CalendarDay
from app.services.access.rights import VERSION_SETTING
from app.services.security_setup import init_security
from app.services.settings_transfer import export_settings, import_settings
from tests.factories import make_employee


@pytest.fixture
def filled(session: Session) -> dict[str, Any]:
    """An installation that somebody has set up, and its export as it comes out of a file."""
    init_security(session)
    session.add_all(
        [
            Setting(name="lists.page", value="50"),
            DealStage(name="Переговоры", position=3, probability=60, outcome=StageOutcome.OPEN),
            CalendarDay(day=date(2026, 12, 31), is_working=False, comment="Сокращённый"),
            ClaimReason(name="Брак"),
        ]
    )
    session.flush()
    exported: dict[str, Any] = json.loads(json.dumps(export_settings(session)))
    return exported


def test_an_export_holds_settings_roles_and_reference_tables(filled: dict[str, Any]) -> None:
    assert filled["settings"] == {"lists.page": "50"}
    assert ["can_read", "Clients"] in filled["roles"]["Sales"]
    stage = {"name": "Переговоры", "position": 3, "probability": 60, "outcome": "open"}
    assert filled["tables"]["deal_stage"] == [stage]
    assert filled["tables"]["calendar_day"][0]["day"] == "2026-12-31"


def test_the_mark_of_changed_rights_stays_at_home(session: Session, filled: dict[str, Any]) -> None:
    assert session.scalars(select(Setting).filter_by(name=VERSION_SETTING)).first() is not None
    assert VERSION_SETTING not in filled["settings"]


def test_importing_into_the_same_installation_changes_nothing(session: Session, filled: dict[str, Any]) -> None:
    done = import_settings(session, filled)
    assert (done.added, done.changed, done.unknown_rights) == (0, 0, [])
    assert export_settings(session) == export_settings(session)


def test_what_was_lost_comes_back_and_what_was_changed_is_put_right(session: Session, filled: dict[str, Any]) -> None:
    session.delete(session.scalars(select(ClaimReason)).one())
    session.scalars(select(DealStage)).one().probability = 5
    session.scalars(select(Role).filter_by(name="Sales")).unique().one().permissions = []
    session.delete(session.scalars(select(Role).filter_by(name="Engineer")).unique().one())
    session.flush()
    done = import_settings(session, filled)
    assert (done.added, done.changed) == (2, 2)
    assert json.loads(json.dumps(export_settings(session))) == filled


def test_what_the_file_does_not_name_stays(session: Session, filled: dict[str, Any]) -> None:
    session.add(ClaimReason(name="Доставка"))
    session.flush()
    del filled["tables"]["unit"]
    del filled["tables"]["deal_stage"][0]["position"]
    import_settings(session, filled)
    assert {reason.name for reason in session.scalars(select(ClaimReason))} == {"Брак", "Доставка"}
    assert session.scalars(select(DealStage)).one().position == 3


def test_a_right_that_is_not_known_here_is_named_and_left_out(session: Session, filled: dict[str, Any]) -> None:
    filled["roles"]["Sales"].append(["can_fly", "Clients"])
    for _time in range(2):
        done = import_settings(session, filled)
        assert (done.changed, done.unknown_rights) == (0, ["Sales: can_fly Clients"])


@pytest.mark.parametrize(
    "data",
    [
        [],
        {},
        {"format": 1},
        {"format": 1, "settings": [], "roles": {}, "tables": {}},
        {"format": 1, "settings": {}, "roles": {"Sales": [["can_read"]]}, "tables": {}},
        {"format": 1, "settings": {}, "roles": {}, "tables": {"calendar_day": [{"day": "завтра"}]}},
        {"format": 1, "settings": {}, "roles": {}, "tables": {"deal_stage": [{"name": "x", "outcome": "never"}]}},
        {"format": 1, "settings": {}, "roles": {}, "tables": {"unit": [{"full_name": "x"}]}},
        {"format": 2, "settings": {}, "roles": {}, "tables": {}},
    ],
)
def test_something_else_is_refused(session: Session, data: Any) -> None:
    with pytest.raises(RuleError):
        import_settings(session, data)


def test_a_letter_with_a_placeholder_that_is_not_known_is_refused(session: Session, filled: dict[str, Any]) -> None:
    row = {"name": "Письмо", "fits": "any", "subject": "Тема", "body": "Здравствуйте, {отчество}!"}
    filled["tables"]["letter_template"] = [row]
    with pytest.raises(RuleError, match="отчество"):
        import_settings(session, filled)


def rule_for(session: Session, **values: Any) -> FollowUpRule:
    stage = session.scalars(select(DealStage)).one()
    common = {"name": "После переговоров", "event": FollowUpEvent.DEAL_STAGE, "stage": stage, "days": 2}
    rule = FollowUpRule(topic="Узнать решение", **common | values)
    session.add(rule)
    session.flush()
    return rule


def test_rules_of_the_next_step_go_along(session: Session, filled: dict[str, Any]) -> None:
    rule = rule_for(session)
    exported = json.loads(json.dumps(export_settings(session)))
    assert import_settings(session, exported).changed == 0

    rule.days, rule.stage = 5, None
    rule.event, rule.interaction_kind = FollowUpEvent.INTERACTION, InteractionKind.CALL
    assert import_settings(session, exported).changed == 1
    assert export_settings(session) == exported

    session.delete(rule)
    session.flush()
    assert import_settings(session, exported).added == 1
    assert session.scalars(select(FollowUpRule)).one().stage is not None


def test_the_named_employee_of_a_rule_stays_at_home(session: Session, filled: dict[str, Any]) -> None:
    rule = rule_for(session, assignee=FollowUpFor.NAMED, employee=make_employee(session))
    exported = json.loads(json.dumps(export_settings(session)))
    assert "employee" not in str(exported["follow_up_rules"])
    import_settings(session, exported)
    assert (rule.assignee, rule.employee is None) == (FollowUpFor.NAMED, False)

    session.delete(rule)
    session.flush()
    import_settings(session, exported)
    assert session.scalars(select(FollowUpRule)).one().assignee is FollowUpFor.EVENT


def test_a_rule_that_makes_no_sense_is_refused(session: Session, filled: dict[str, Any]) -> None:
    rule_for(session)
    exported = json.loads(json.dumps(export_settings(session)))
    exported["follow_up_rules"][0]["stage"] = "Нет такого"
    with pytest.raises(RuleError, match="stage"):
        import_settings(session, exported)
