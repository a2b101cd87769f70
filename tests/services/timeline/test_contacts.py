from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.clients import Client
from app.models.follow_ups import FollowUp
from app.models.interactions import Direction, Interaction, InteractionKind, InteractionState
from app.models.ledger import ActivityMovement
from app.models.notices import Notice, NoticeKind
from app.permissions import Role
from app.services.follow_ups import Office, office
from app.services.interactions import check_interaction
from app.services.timeline import NextStep, Talk, Written, log_talk, plan_step
from tests.factories import (
    make_client,
    make_contact,
    make_deal,
    make_employee,
    make_equipment,
    make_follow_up_rule,
    make_interaction,
    make_product,
    make_user,
)
from tests.factories.access import make_role

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def at(session: Session) -> Office:
    return office(session, NOW, MOSCOW)


@pytest.fixture
def client(session: Session) -> Client:
    return make_client(session, phone="+74951234567", actual_address="Тверь, Примерная, 1")


def talk(session: Session, **changes: Any) -> Talk:
    usual: dict[str, Any] = {
        "kind": InteractionKind.CALL,
        "topic": "Цена",
        "result": "Думают",
        "starts_at": NOW,
        "responsible": changes.pop("responsible", None) or make_employee(session),
    }
    if not {"contact", "contact_details"} & changes.keys():
        usual["contact_details"] = "+79000000000"
    return Talk(**usual | changes)


def step(session: Session, **changes: Any) -> NextStep:
    usual: dict[str, Any] = {"kind": InteractionKind.LETTER, "starts_at": TOMORROW, "topic": "Выслать КП"}
    return NextStep(**usual | {"responsible": make_employee(session)} | changes)


def written(session: Session, host: Any, said: Talk, following: NextStep | None, at: Office) -> Written:
    return log_talk(session, host, said, following, at)


def test_talk_and_next_step_are_written_in_one_go_and_linked(session: Session, client: Client, at: Office) -> None:
    contact, product = make_contact(session, client=client), make_product(session)
    said = talk(session, contact=contact, comment="Ждут скидку", products=[product, product], is_reached=True)

    made = written(session, client, said, step(session), at)

    assert made.talk is not None
    assert made.step is not None
    assert (made.talk.state, made.talk.result, made.talk.comment) == (InteractionState.DONE, "Думают", "Ждут скидку")
    assert [subject.product for subject in made.talk.subjects] == [product]
    assert (made.step.state, made.step.previous, made.step.contact) == (InteractionState.PLANNED, made.talk, contact)
    assert made.talk.next_contact_on == TOMORROW.date()
    assert session.scalar(select(func.count(ActivityMovement.id))) == 1


@pytest.mark.parametrize(("days", "ends"), [(0, NOW), (3, NOW - timedelta(days=3))])
def test_a_talk_of_another_day_does_not_last_until_now(
    session: Session, client: Client, at: Office, days: int, ends: datetime
) -> None:
    made = written(session, client, talk(session, starts_at=NOW - timedelta(days=days)), None, at)
    assert made.talk is not None
    assert made.talk.ends_at == ends
    assert made.step is None


def test_what_was_planned_is_written_up_and_keeps_its_links(session: Session, client: Client, at: Office) -> None:
    deal = make_deal(session, client=client)
    known, new = make_product(session), make_product(session)
    planned = make_interaction(session, client=client, deal=deal, topic="Созвон")
    first = written(session, client, talk(session, planned=planned, products=[known]), None, at).talk
    assert first is planned
    planned.state = InteractionState.PLANNED

    said = talk(session, planned=planned, products=[known, new], kind=InteractionKind.MEETING, place="Цех")
    made = written(session, client, said, step(session), at)

    assert made.talk is planned
    assert (planned.deal, planned.place, len(planned.subjects)) == (deal, "Цех", 2)
    assert made.step is not None
    assert made.step.deal_id == deal.id


def test_the_rule_plans_when_it_is_asked_to(session: Session, client: Client, at: Office) -> None:
    rule = make_follow_up_rule(session)
    made = written(session, client, talk(session), NextStep(by_rule=True), at)

    assert made.step is not None
    assert made.step.topic == "Перезвонить: Цена"
    logged = session.scalars(select(FollowUp)).one()
    assert (logged.rule, logged.interaction) == (rule, made.step)
    assert session.scalar(select(func.count(Interaction.id))) == 2


def test_a_step_of_ones_own_takes_the_place_of_the_rules(session: Session, client: Client, at: Office) -> None:
    make_follow_up_rule(session)
    own = written(session, client, talk(session), step(session, topic="Своё"), at)
    none = written(session, client, talk(session), None, at)

    assert own.step is not None
    assert none.step is None
    assert [each.interaction for each in session.scalars(select(FollowUp).order_by(FollowUp.id))] == [own.step, None]
    assert session.scalar(select(func.count(Interaction.id))) == 3


def test_without_a_rule_by_rule_plans_nothing(session: Session, client: Client, at: Office) -> None:
    assert written(session, client, talk(session), NextStep(by_rule=True), at).step is None


def test_a_talk_that_was_followed_before_is_not_logged_again(session: Session, client: Client, at: Office) -> None:
    rule = make_follow_up_rule(session)
    planned = make_interaction(session, client=client)
    session.add(FollowUp(rule=rule, record_table="interaction", record_id=planned.id))
    session.flush()
    written(session, client, talk(session, planned=planned), step(session), at)
    assert len(session.scalars(select(FollowUp)).all()) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"topic": "  "},
        {"result": ""},
        {"contact_details": " "},
        {"kind": InteractionKind.MEETING},
    ],
)
def test_a_talk_without_what_it_needs_is_refused(
    session: Session, client: Client, at: Office, changes: dict[str, Any]
) -> None:
    with pytest.raises(RuleError):
        written(session, client, talk(session, **changes), None, at)


@pytest.mark.parametrize("changes", [{"kind": None}, {"starts_at": None}, {"topic": " "}, {"responsible": None}])
def test_a_step_without_what_it_needs_is_refused(session: Session, client: Client, changes: dict[str, Any]) -> None:
    with pytest.raises(RuleError):
        plan_step(session, client, step(session, **changes))


def test_a_step_stands_where_it_was_written(session: Session, client: Client) -> None:
    machine = make_equipment(session, client=client)
    meeting = plan_step(session, machine, step(session, kind=InteractionKind.MEETING))
    named = plan_step(session, client, step(session, kind=InteractionKind.MEETING, place="Склад"))

    assert (meeting.equipment_id, meeting.place) == (machine.id, "Тверь, Примерная, 1")
    assert (named.place, named.contact_details) == ("Склад", "+74951234567")


def test_a_deal_without_a_next_step_takes_the_planned_one(session: Session, client: Client) -> None:
    deal = make_deal(session, client=client, next_step_on=None, next_step=None, amount=Decimal(1))
    plan_step(session, deal, step(session, topic="Первое"))
    plan_step(session, deal, step(session, topic="Второе"))
    assert (deal.next_step, deal.next_step_on) == ("Первое", TOMORROW.date())


def test_a_letter_to_us_keeps_its_direction_and_details_pass_on(session: Session, client: Client, at: Office) -> None:
    said = talk(session, kind=InteractionKind.LETTER, direction=Direction.IN, contact_details="a@example.test")
    made = written(session, client, said, step(session), at)
    assert made.talk is not None
    assert made.step is not None
    assert (made.talk.direction, made.step.contact_details) == (Direction.IN, "a@example.test")


def test_a_mention_in_a_talk_tells_of_the_talk(session: Session, client: Client, at: Office) -> None:
    user = make_user(session, username="director", roles=[make_role(session, Role.DIRECTOR)])
    made = written(session, client, talk(session, comment="@director, взгляните"), None, at)

    notice = session.scalars(select(Notice).where(Notice.kind == NoticeKind.MENTION)).one()
    assert made.talk is not None
    assert (notice.user_id, notice.record_table, notice.record_id) == (user.id, "interaction", made.talk.id)
    assert made.mentions.told


def test_equipment_of_another_client_is_refused(session: Session, client: Client) -> None:

    made = make_interaction(session, client=client)
    made.equipment = make_equipment(session)
    with pytest.raises(RuleError):
        check_interaction(made)
