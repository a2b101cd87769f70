"""Rules for visits and requests that are edited as cards."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.service import VisitStatus
from app.services.service.cards import check_request_card, check_visit_card
from tests.factories import NOON, TODAY, make_client, make_contact, make_equipment, make_request, make_visit


def test_a_visit_with_its_own_clients_records_is_accepted(session: Session):
    client = make_client(session)
    check_visit_card(
        make_visit(session, client=client, equipment=make_equipment(session, client=client), work_kind=None)
    )


def test_equipment_of_another_client_is_refused(session: Session):
    with pytest.raises(RuleError):
        check_visit_card(make_visit(session, equipment=make_equipment(session)))


def test_a_visit_does_not_end_before_it_begins(session: Session):
    visit = make_visit(session)
    visit.ends_at = NOON - timedelta(hours=1)
    with pytest.raises(RuleError):
        check_visit_card(visit)


def test_a_finished_visit_says_what_was_done(session: Session):
    visit = make_visit(session, status=VisitStatus.DONE)
    with pytest.raises(RuleError):
        check_visit_card(visit)

    visit.work_done = "Заменили фильтр"
    check_visit_card(visit)


def test_a_request_with_its_own_clients_contact_is_accepted(session: Session):
    client = make_client(session)
    check_request_card(make_request(session, client=client, contact=make_contact(session, client=client)))


def test_a_contact_of_another_client_is_refused(session: Session):
    with pytest.raises(RuleError):
        check_request_card(make_request(session, contact=make_contact(session)))


def test_a_wish_before_the_registration_is_refused(session: Session):
    with pytest.raises(RuleError):
        check_request_card(make_request(session, desired_on=TODAY - timedelta(days=1)))
