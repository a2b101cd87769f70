from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.claims import ClaimStatus
from app.models.deals import DealStage, DealStageChange
from app.models.follow_ups import FollowUp, FollowUpDays, FollowUpEvent, FollowUpFor, FollowUpOutcome
from app.models.interactions import Interaction, InteractionKind, InteractionState
from app.models.sales import QuoteStatus
from app.models.service import VisitStatus
from app.permissions import Scope, Viewer
from app.services.follow_ups import deciding, follow_up, office, propose, what_happened
from app.services.notices.telling import SILENT
from tests.factories import (
    make_claim,
    make_client,
    make_contact,
    make_deal,
    make_employee,
    make_engineer,
    make_follow_up_rule,
    make_interaction,
    make_quote,
    make_visit,
)

MOSCOW = ZoneInfo("Europe/Moscow")
THURSDAY = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
DONE: dict[str, Any] = {"state": InteractionState.DONE, "result": "Да"}


def finish(session: Session, talk: Interaction) -> None:
    talk.state, talk.result = InteractionState.DONE, "Договорились"
    session.flush()


def test_a_done_call_is_followed_once_whatever_is_saved_after_it(session: Session, planned: Any) -> None:
    rule = make_follow_up_rule(session, comment="Не забыть")
    contact = make_contact(session)
    talk = make_interaction(session, client=contact.client, contact=contact, topic="Цена")
    assert planned(talk) is None

    finish(session, talk)
    step = planned(talk)
    assert step is not None
    assert (step.kind, step.state) == (InteractionKind.CALL, InteractionState.PLANNED)
    assert (step.topic, step.comment, step.contact, step.previous) == ("Перезвонить: Цена", "Не забыть", contact, talk)
    assert step.responsible_id == talk.responsible_id

    talk.comment = "Поправил"
    session.flush()
    talk.state = InteractionState.PLANNED
    session.flush()
    finish(session, talk)
    assert planned(talk) is step
    assert session.scalar(select(func.count(Interaction.id))) == 2
    assert session.scalars(select(FollowUp)).one().rule is rule


def test_what_is_made_done_at_once_is_followed_too(session: Session, planned: Any) -> None:
    make_follow_up_rule(session)
    assert planned(make_interaction(session, **DONE)) is not None


def test_a_quote_that_was_sent_is_followed(session: Session, planned: Any) -> None:
    make_follow_up_rule(session, event=FollowUpEvent.QUOTE, topic="КП № {номер} для {client}")
    client = make_client(session, name="ООО «Ромашка»", phone="+74951234567")
    quote = make_quote(session, client=client, number="17")
    quote.status = QuoteStatus.SENT
    step = planned(quote)

    assert step is not None
    assert step.topic == "КП № 17 для ООО «Ромашка»"
    assert (step.contact_id, step.contact_details, step.previous_id) == (None, "+74951234567", None)


def test_a_closed_claim_and_a_done_visit_go_to_the_manager_of_the_client(session: Session, planned: Any) -> None:
    for event in (FollowUpEvent.CLAIM, FollowUpEvent.VISIT):
        make_follow_up_rule(session, event=event, assignee=FollowUpFor.CLIENT)
    manager = make_employee(session)
    client = make_client(session, responsible=manager, actual_address="Тверь, Примерная, 1")
    main = make_contact(session, client=client, is_main=True)
    claim = make_claim(session, client=client, result="Заменили")
    claim.status = ClaimStatus.CLOSED
    visit = make_visit(session, client=client, employee=make_engineer(session), status=VisitStatus.DONE)

    for record in (claim, visit):
        step = planned(record)
        assert step is not None
        assert (step.responsible_id, step.contact_id) == (manager.id, main.id)


def test_a_stage_is_followed_at_every_coming_by_its_own_rule(session: Session, planned: Any) -> None:
    stage, other = DealStage(name="Договор", position=50), DealStage(name="Иной", position=51)
    session.add_all([stage, other])
    make_follow_up_rule(
        session, event=FollowUpEvent.DEAL_STAGE, stage=stage, makes=InteractionKind.MEETING, topic="{topic}"
    )
    client = make_client(session, actual_address="Тверь, Примерная, 1")
    deal = make_deal(session, client=client, title="Поставка")
    changes = [DealStageChange(deal_id=deal.id, to_id=each.id) for each in (stage, other, stage)]
    session.add_all(changes)

    steps = [planned(change) for change in changes]

    assert [step is not None for step in steps] == [True, False, True]
    assert steps[0] is not None
    assert (steps[0].topic, steps[0].place, steps[0].deal_id) == ("Поставка", "Тверь, Примерная, 1", deal.id)
    assert steps[0].ends_at == steps[0].starts_at + timedelta(hours=1)


def test_a_stage_of_a_deal_that_is_not_seen_is_no_event(session: Session) -> None:
    deal = make_deal(session)
    change = DealStageChange(deal_id=deal.id, to_id=deal.stage_id)
    session.add(change)
    session.flush()
    session.info["viewer"] = Viewer(1, 0, Scope.OWN_CLIENTS)
    session.expunge_all()
    assert what_happened(session, change) is None


@pytest.mark.parametrize(
    ("kind", "is_reached", "name"),
    [
        (InteractionKind.CALL, False, "Не дозвонились"),
        (InteractionKind.CALL, True, "Любой звонок"),
        (InteractionKind.LETTER, True, "Всё"),
    ],
)
def test_the_most_particular_rule_wins(session: Session, kind: Any, is_reached: bool, name: str) -> None:
    make_follow_up_rule(session, name="Всё")
    make_follow_up_rule(session, name="Любой звонок", interaction_kind=InteractionKind.CALL)
    make_follow_up_rule(
        session,
        name="Не дозвонились",
        interaction_kind=InteractionKind.CALL,
        outcome=FollowUpOutcome.NOT_REACHED,
    )
    make_follow_up_rule(session, name="Выключено", interaction_kind=kind, is_active=False)

    make_interaction(session, kind=kind, is_reached=is_reached, **DONE)
    session.flush()

    assert session.scalars(select(FollowUp)).one().rule.name == name


def test_without_a_rule_nothing_is_planned(session: Session, planned: Any) -> None:
    make_follow_up_rule(session, interaction_kind=InteractionKind.MEETING)
    assert planned(make_interaction(session, **DONE)) is None


def test_what_is_brought_in_at_once_or_decided_by_hand_is_left_alone(session: Session, planned: Any) -> None:
    make_follow_up_rule(session)
    session.info[SILENT] = True
    loaded = make_interaction(session, **DONE)
    del session.info[SILENT]
    with deciding(session):
        decided = make_interaction(session, **DONE)

    assert (planned(loaded), planned(decided)) == (None, None)
    assert planned(make_interaction(session, **DONE)) is not None


@pytest.mark.parametrize(
    ("days", "kind", "day"),
    [
        (0, FollowUpDays.WORKING, date(2026, 11, 26)),
        (1, FollowUpDays.WORKING, date(2026, 11, 27)),
        (2, FollowUpDays.WORKING, date(2026, 11, 30)),
        (2, FollowUpDays.CALENDAR, date(2026, 11, 30)),
        (5, FollowUpDays.CALENDAR, date(2026, 12, 1)),
    ],
)
def test_the_day_of_the_step_is_a_working_one(session: Session, days: int, kind: Any, day: date) -> None:
    rule = make_follow_up_rule(session, days=days, day_kind=kind)
    with deciding(session):
        talk = make_interaction(session, **DONE)
    happened = what_happened(session, talk)
    assert happened is not None

    found = propose(rule, happened, talk.client, office(session, THURSDAY, MOSCOW))

    assert found.starts_at.astimezone(MOSCOW).date() == day
    assert found.starts_at >= THURSDAY + timedelta(hours=1), "one for the same day is not over at once"


def test_a_named_employee_gets_the_step(session: Session, planned: Any) -> None:
    employee = make_employee(session)
    make_follow_up_rule(session, assignee=FollowUpFor.NAMED, employee=employee)
    step = planned(make_interaction(session, **DONE))
    assert step is not None
    assert step.responsible_id == employee.id


def test_who_sees_little_does_not_follow_up_twice(session: Session, planned: Any) -> None:
    engineer = make_engineer(session)
    make_follow_up_rule(session, event=FollowUpEvent.VISIT, assignee=FollowUpFor.CLIENT)
    visit = make_visit(session, employee=engineer, status=VisitStatus.DONE)
    assert planned(visit) is not None
    session.info["viewer"] = Viewer(1, engineer.id, Scope.OWN_VISITS)

    happened = what_happened(session, visit)
    assert happened is not None
    assert follow_up(session, happened, now=THURSDAY, zone=MOSCOW) is None


def test_a_planned_talk_is_no_event(session: Session) -> None:
    assert what_happened(session, make_interaction(session)) is None
