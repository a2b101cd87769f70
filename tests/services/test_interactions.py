"""Rules for interactions."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.interactions import InteractionKind, InteractionState
from app.services.interactions import (
    check_interaction,
    finish_interaction,
    is_overdue,
    move_interaction,
    put_off_interaction,
)
from tests.factories import NOON, make_client, make_contact, make_deal, make_equipment, make_interaction


def test_a_call_with_the_number_used_is_accepted(session: Session):
    check_interaction(make_interaction(session, contact_details="+7 900 000-00-00", ends_at=NOON))


def test_own_contact_and_deal_are_accepted(session: Session):
    client = make_client(session)
    contact, deal = make_contact(session, client=client), make_deal(session, client=client)
    check_interaction(make_interaction(session, client=client, contact=contact, deal=deal))


@pytest.mark.parametrize(
    "change",
    [
        lambda session: {},
        lambda session: {"contact": make_contact(session)},
        lambda session: {"contact_details": "тел.", "deal": make_deal(session)},
        lambda session: {"contact_details": "тел.", "equipment": make_equipment(session)},
        lambda session: {"contact_details": "тел.", "kind": InteractionKind.MEETING},
        lambda session: {"contact_details": "тел.", "state": InteractionState.DONE},
    ],
    ids=["nobody", "foreign contact", "foreign deal", "foreign machine", "meeting nowhere", "done without result"],
)
def test_what_must_be_known_is_asked(session: Session, change):
    with pytest.raises(RuleError):
        check_interaction(make_interaction(session, **change(session)))


def test_an_interaction_does_not_end_before_it_begins(session: Session):
    interaction = make_interaction(session, contact_details="тел.")
    interaction.ends_at = NOON - timedelta(minutes=1)
    with pytest.raises(RuleError):
        check_interaction(interaction)


def test_a_planned_one_is_overdue_once_its_time_has_passed(session: Session):
    interaction = make_interaction(session)

    assert is_overdue(interaction, NOON + timedelta(seconds=1))
    assert not is_overdue(interaction, NOON)
    interaction.state = InteractionState.DONE
    assert not is_overdue(interaction, NOON + timedelta(days=1))


def test_finishing_sets_status_and_end(session: Session):
    interaction = make_interaction(session, contact_details="тел.", result="Договорились")

    finish_interaction(interaction, now=NOON + timedelta(hours=1))

    assert interaction.state is InteractionState.DONE
    assert interaction.ends_at == NOON + timedelta(hours=1)


def test_finishing_ahead_of_time_keeps_the_beginning(session: Session):
    interaction = make_interaction(session, contact_details="тел.", result="Договорились")

    finish_interaction(interaction, now=NOON - timedelta(days=1))

    assert interaction.ends_at == NOON


def test_a_moved_meeting_lasts_as_long_as_before(session: Session):
    meeting = make_interaction(session, starts_at=NOON, ends_at=NOON + timedelta(hours=2))
    move_interaction(meeting, NOON + timedelta(days=3))
    assert meeting.ends_at == NOON + timedelta(days=3, hours=2)


def test_a_moved_call_without_an_end_gets_none(session: Session):
    call = make_interaction(session, starts_at=NOON)
    move_interaction(call, NOON + timedelta(hours=1))
    assert (call.starts_at, call.ends_at) == (NOON + timedelta(hours=1), None)


@pytest.mark.parametrize("state", [InteractionState.DONE, InteractionState.CANCELLED])
def test_what_is_over_is_not_moved(session: Session, state: InteractionState):
    over = make_interaction(session, state=state, starts_at=NOON)
    with pytest.raises(RuleError):
        move_interaction(over, NOON + timedelta(days=1))
    assert over.starts_at == NOON


def test_putting_off_keeps_the_time_by_the_clock_over_a_change_of_summer_time(session: Session):
    call = make_interaction(session, starts_at=datetime(2026, 3, 27, 9, 0, tzinfo=UTC))
    put_off_interaction(call, date(2026, 3, 30), zone=ZoneInfo("Europe/Berlin"))
    assert call.starts_at == datetime(2026, 3, 30, 8, 0, tzinfo=UTC)
