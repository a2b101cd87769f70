"""Rules for claims."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.claims import ClaimEvent, ClaimOutcome, ClaimReason, ClaimStatus
from app.permissions import Scope, Viewer
from app.services.claims import check_claim, is_overdue, log_event, move_claim, number_claim
from tests.factories import TODAY, make_claim, make_contact, make_organisation, make_user


def test_an_answer_is_due_in_thirty_days_by_default(session: Session):
    claim = make_claim(session)

    check_claim(claim)

    assert claim.answer_due_on == TODAY + timedelta(days=30)


def test_an_answer_before_the_claim_is_refused(session: Session):
    with pytest.raises(RuleError):
        check_claim(make_claim(session, answer_due_on=TODAY - timedelta(days=1)))


def test_a_contact_of_another_client_is_refused(session: Session):
    with pytest.raises(RuleError):
        check_claim(make_claim(session, contact=make_contact(session)))


def test_a_claim_is_numbered_once(session: Session):
    make_organisation(session)
    claim = make_claim(session)

    number_claim(session, claim)
    first = claim.number
    number_claim(session, claim)

    assert first
    assert claim.number == first


def test_a_move_is_logged_with_both_statuses_and_author(session: Session):
    claim, user = make_claim(session), make_user(session)
    session.info["viewer"] = Viewer(user.id, None, Scope.ALL)

    move_claim(session, claim, ClaimStatus.INVESTIGATION, today=TODAY)

    session.flush()
    event = session.scalars(select(ClaimEvent)).one()
    assert (event.from_status, event.to_status) == (ClaimStatus.REGISTERED, ClaimStatus.INVESTIGATION)
    assert event.by_user_id == user.id


def test_a_registered_claim_cannot_be_closed_at_once(session: Session):
    with pytest.raises(RuleError):
        move_claim(session, make_claim(session), ClaimStatus.CLOSED, today=TODAY)


def test_closing_asks_for_reason_result_and_outcome(session: Session):
    claim = make_claim(session, status=ClaimStatus.SETTLEMENT, result="Заменили")
    with pytest.raises(RuleError) as refusal:
        move_claim(session, claim, ClaimStatus.CLOSED, today=TODAY)
    assert "reason" in str(refusal.value)
    assert "result" not in str(refusal.value)


def test_a_settled_claim_closes_and_can_be_opened_again(session: Session):
    claim = make_claim(
        session,
        status=ClaimStatus.SETTLEMENT,
        result="Заменили",
        reason=ClaimReason(name="Брак"),
        outcome=ClaimOutcome.SATISFIED,
    )

    move_claim(session, claim, ClaimStatus.CLOSED, today=TODAY)
    assert claim.closed_on == TODAY

    move_claim(session, claim, ClaimStatus.INVESTIGATION, today=TODAY)
    assert claim.closed_on is None


def test_an_action_is_logged_without_an_author_when_the_system_acts(session: Session):
    claim = make_claim(session)

    log_event(session, claim, "Отправлен ответ")

    session.flush()
    event = session.scalars(select(ClaimEvent)).one()
    assert (event.text, event.by_user_id) == ("Отправлен ответ", None)


def test_an_open_claim_is_overdue_after_its_term(session: Session):
    claim = make_claim(session, answer_due_on=TODAY)

    assert not is_overdue(claim, TODAY)
    assert is_overdue(claim, TODAY + timedelta(days=1))
    claim.status = ClaimStatus.CLOSED
    assert not is_overdue(claim, TODAY + timedelta(days=1))


def test_a_claim_without_a_term_is_not_overdue(session: Session):
    assert not is_overdue(make_claim(session), TODAY)
