"""Rules for terms of sale and contracts."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.agreements import AgreementStage, DayKind, PaymentEvent
from app.services.agreements import check_agreement, check_contract, schedule_of
from tests.factories import TODAY, make_agreement, make_client, make_contract


def stage(percent: str) -> AgreementStage:
    return AgreementStage(
        position=1, percent=Decimal(percent), event=PaymentEvent.INVOICE, shift_days=3, day_kind=DayKind.BANKING
    )


def test_shares_that_make_the_whole_are_accepted(session: Session):
    agreement = make_agreement(session)

    check_agreement(agreement)

    assert [part.percent for part in schedule_of(agreement)] == [Decimal(100)]


def test_shares_must_add_up(session: Session):
    agreement = make_agreement(session, stages=[stage("30"), stage("60")][:1])
    with pytest.raises(RuleError):
        check_agreement(agreement)


def test_a_schedule_needs_a_stage(session: Session):
    with pytest.raises(RuleError):
        check_agreement(make_agreement(session, stages=[]))


def test_terms_do_not_end_before_they_begin(session: Session):
    agreement = make_agreement(session, valid_to=date(2023, 12, 31))
    with pytest.raises(RuleError):
        check_agreement(agreement)


def test_a_contract_may_run_without_an_end_and_without_terms(session: Session):
    check_contract(make_contract(session))


def test_a_contract_with_terms_for_any_client_is_accepted(session: Session):
    check_contract(make_contract(session, agreement=make_agreement(session), valid_to=TODAY))


def test_a_contract_does_not_end_before_it_is_signed(session: Session):
    with pytest.raises(RuleError):
        check_contract(make_contract(session, valid_to=date(2026, 1, 1)))


def test_terms_of_another_client_are_refused(session: Session):
    terms = make_agreement(session, client=make_client(session))
    with pytest.raises(RuleError):
        check_contract(make_contract(session, agreement=terms))
