from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.service import VisitStatus
from app.services.service.cards import check_request_card, check_visit_card
from tests.factories import NOON, make_contact, make_equipment, make_request, make_visit


def test_visit_with_its_clients_own_equipment_is_right(session: Session) -> None:
    machine = make_equipment(session)

    check_visit_card(make_visit(session, client=machine.client, equipment=machine))


def test_visit_refuses_a_contact_of_another_client(session: Session) -> None:
    with pytest.raises(RuleError, match="another client"):
        check_visit_card(make_visit(session, contact=make_contact(session)))


def test_visit_cannot_end_before_it_begins(session: Session) -> None:
    visit = make_visit(session)
    with session.no_autoflush:
        visit.ends_at = NOON - timedelta(hours=1)

        with pytest.raises(RuleError, match="ends before"):
            check_visit_card(visit)
        session.expire(visit)


def test_finished_visit_card_says_what_was_done(session: Session) -> None:
    with pytest.raises(RuleError, match="what was done"):
        check_visit_card(make_visit(session, status=VisitStatus.DONE))


def test_request_refuses_equipment_of_another_client(session: Session) -> None:
    with pytest.raises(RuleError, match="another client"):
        check_request_card(make_request(session, equipment=make_equipment(session)))


def test_request_cannot_be_wanted_before_it_was_registered(session: Session) -> None:
    with pytest.raises(RuleError, match="before the registration"):
        check_request_card(make_request(session, desired_on=date(2026, 11, 22)))


def test_request_may_be_wanted_on_the_day_of_registration(session: Session) -> None:
    check_request_card(make_request(session, desired_on=date(2026, 11, 23)))
