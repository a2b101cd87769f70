"""Calls are told of while they ring and written down when they are over, in whatever order their reports come."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.integrations.telephony import CallEvent, Phase, Way
from app.models.calls import CallState, PhoneCall
from app.models.clients import ContactPhone
from app.models.interactions import Direction, Interaction, InteractionKind, InteractionState
from app.models.ledger import ActivityMovement
from app.models.notices import Notice, NoticeKind
from app.services.calls import CallDesk, assign_call, note_event
from tests.factories import NOON, make_client, make_contact, make_employee, make_phone_call, make_user

DESK = CallDesk(ZoneInfo("Europe/Moscow"), NOON)
RINGING = CallEvent("1", Phase.RINGING, Way.IN, "74951234567", "74957654321", "101", NOON, NOON)
ANSWERED = CallEvent("1", Phase.ANSWERED, extension="102", at=NOON)
END = NOON + timedelta(minutes=4)
TALKED = CallEvent("1", Phase.ENDED, Way.IN, "74951234567", at=END, started_at=NOON, ended_at=END, talk_seconds=200)
MISSED = replace(TALKED, talk_seconds=0)
RECORDED = CallEvent("1", Phase.RECORDED, at=END, recording="https://pbx.example.ru/1.mp3")


@pytest.fixture
def contact(session: Session):
    manager = make_employee(session, user=make_user(session))
    client = make_client(session, responsible=manager)
    return make_contact(session, client=client, phones=[ContactPhone(number="+74951234567")])


def note(session: Session, *events: CallEvent) -> PhoneCall:
    call = None
    for event in events:
        call = note_event(session, "generic", event, DESK)
    assert call is not None
    return call


def told(session: Session, kind: NoticeKind) -> list[Notice]:
    return list(session.scalars(select(Notice).where(Notice.kind == kind)))


def interactions(session: Session) -> list[Interaction]:
    return list(session.scalars(select(Interaction).order_by(Interaction.id)))


def test_a_talk_is_written_down_with_its_client_and_counts(session: Session, contact) -> None:
    answerer = make_employee(session, extension="102")
    call = note(session, RINGING, ANSWERED, TALKED, RECORDED)
    [talk] = interactions(session)
    assert (call.interaction, call.state, call.number) == (talk, CallState.DONE, "+74951234567")
    assert (talk.kind, talk.state, talk.direction) == (InteractionKind.CALL, InteractionState.DONE, Direction.IN)
    assert (talk.client, talk.contact, talk.responsible) == (contact.client, contact, answerer)
    assert (talk.starts_at, talk.ends_at, talk.is_reached) == (NOON, END, True)
    assert talk.contact_details == "+7 495 123-45-67"
    assert "3" in (talk.result or "")
    assert "20" in (talk.result or "")
    assert "https://pbx.example.ru/1.mp3" in (talk.comment or "")
    assert sum(session.scalars(select(ActivityMovement.count))) == 1


def test_reports_in_any_order_and_repeated_come_to_the_same(session: Session, contact) -> None:
    events = (RINGING, ANSWERED, TALKED, RECORDED)
    for number, order in enumerate(permutations(events)):
        named = [replace(event, external_id=str(number)) for event in order]
        call = note(session, *named, *named)
        assert (call.state, call.talk_seconds, bool(call.recording)) == (CallState.DONE, 200, True)
        assert call.interaction is not None
        assert (call.interaction.comment or "").count("https://") == 1
    assert len(interactions(session)) == 24


def test_whoever_is_called_is_told_and_else_the_manager(session: Session, contact) -> None:
    note(session, replace(RINGING, extension=""))
    [first] = told(session, NoticeKind.CALL)
    assert first.user_id == contact.client.responsible.user_id
    assert first.arguments == {"what": "+7 495 123-45-67", "client": contact.client.name}

    called = make_employee(session, user=make_user(session), extension="101")
    note(session, replace(RINGING, external_id="2"))
    assert {each.user_id for each in told(session, NoticeKind.CALL)} == {first.user_id, called.user_id}

    note(session, replace(RINGING, external_id="3", way=Way.OUT))
    assert len(told(session, NoticeKind.CALL)) == 2


def test_an_unknown_number_waits_and_a_missed_one_is_told_of(session: Session) -> None:
    called = make_employee(session, user=make_user(session), extension="101")
    call = note(session, RINGING, MISSED)
    assert (call.client, call.interaction, call.state) == (None, None, CallState.MISSED)
    [missed] = told(session, NoticeKind.CALL_MISSED)
    assert (missed.user_id, missed.record_table, missed.record_id) == (called.user_id, "phone_call", call.id)
    note(
        session, replace(RINGING, external_id="2", number="", extension=""), replace(MISSED, external_id="2", number="")
    )
    note(session, replace(TALKED, external_id="3"))
    assert len(told(session, NoticeKind.CALL_MISSED)) == 1
    assert interactions(session) == []


def test_a_call_among_us_is_nobody_s(session: Session) -> None:
    assert note_event(session, "generic", replace(RINGING, way=Way.INTERNAL), DESK) is None
    assert session.scalar(select(func.count()).select_from(PhoneCall)) == 0


def test_a_missed_call_is_called_back_and_the_next_talk_closes_it(session: Session, contact) -> None:
    make_employee(session, extension="101", dismissed_on=NOON.date())
    call = note(session, RINGING, MISSED)
    again = note(session, replace(RINGING, external_id="2"), replace(MISSED, external_id="2"))
    missed, planned, second = interactions(session)
    assert (missed.is_reached, missed.state) == (False, InteractionState.DONE)
    assert (call.callback, again.callback, second.state) == (planned, None, InteractionState.DONE)
    assert (planned.state, planned.responsible) == (InteractionState.PLANNED, contact.client.responsible)
    assert planned.starts_at > END

    not_reached = CallEvent("3", Phase.ENDED, Way.OUT, "84951234567", ended_at=END, talk_seconds=0)
    back = replace(not_reached, external_id="4", talk_seconds=60)
    note(session, not_reached)
    note(session, back)
    assert (planned.state, planned.starts_at, planned.is_reached) == (
        InteractionState.DONE,
        END.replace(minute=0),
        True,
    )
    assert planned.direction is Direction.OUT
    assert len(interactions(session)) == 4


def test_a_call_that_ends_without_saying_how_long_was_a_talk_if_it_was_answered(session: Session, contact) -> None:
    bare = CallEvent("1", Phase.ENDED)
    assert note(session, replace(RINGING, number="74951234567"), ANSWERED, bare).state is CallState.DONE
    assert note(session, replace(RINGING, external_id="2"), replace(bare, external_id="2")).state is CallState.MISSED
    results = [each.result or "" for each in interactions(session)]
    assert "0" in results[0]


def test_a_hidden_number_and_one_that_cannot_be_read_are_kept_as_they_are(session: Session) -> None:
    assert note(session, replace(RINGING, number="")).number == ""
    assert note(session, replace(RINGING, external_id="2", number="102")).number == "102"


def test_a_call_goes_to_the_client_who_has_the_number_by_now(session: Session) -> None:
    ended = {"state": CallState.DONE, "ended_at": END, "talk_seconds": 60}
    call = make_phone_call(session, number="+74951234567", **ended)
    zone = DESK.zone
    with pytest.raises(RuleError):
        assign_call(session, call, zone=zone)
    client = make_client(session, phone="8 495 123-45-67")
    made = assign_call(session, call, zone=zone)
    assert (made.client, made.contact, call.client) == (client, None, client)
    assert assign_call(session, call, zone=zone) is made
    with pytest.raises(RuleError):
        assign_call(session, make_phone_call(session, number="+74951234567"), zone=zone)


def test_a_hidden_number_of_a_known_client_is_named_so(session: Session) -> None:
    call = make_phone_call(session, number="", client=make_client(session), state=CallState.DONE, ended_at=END)
    assert assign_call(session, call, zone=DESK.zone).contact_details
