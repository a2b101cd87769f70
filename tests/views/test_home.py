"""The start page by role."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.models.staff import Employee
from app.permissions import Role
from tests.factories import TODAY, make_claim, make_client, make_equipment, make_interaction, make_request, make_visit
from tests.reports.test_overdue import owe


@pytest.mark.parametrize("role", list(Role))
def test_the_page_opens_for_every_role_within_its_budget(client_as, session: Session, count_queries, role):
    person = client_as(role)
    me = session.get(Employee, person.employee_id)
    client = make_client(session, name="ООО «Должник»", responsible=me)
    owe(session, client, "834000.00", 12 + (TODAY - utc_now().date()).days)
    make_interaction(session, client=client, responsible=me, starts_at=utc_now() - timedelta(days=3))
    make_interaction(session, client=client, responsible=me, starts_at=utc_now())
    make_visit(session, client=client, employee=me, starts_at=utc_now() - timedelta(days=5))
    make_visit(session, client=client, employee=me, starts_at=utc_now())
    make_claim(session, client=client, responsible=me, answer_due_on=utc_now().date() - timedelta(days=2))
    make_claim(session, client=client, responsible=me)
    make_request(session, client=client, responsible=me)
    make_equipment(session, client=client, next_maintenance_on=utc_now().date() - timedelta(days=9))
    session.commit()

    with count_queries() as queries:
        answer = person.get("/")

    assert answer.status_code == 200
    assert len(queries) <= 40


def test_a_manager_sees_own_debts_red_with_words(client_as, session: Session):
    person = client_as(Role.SALES)
    me = session.get(Employee, person.employee_id)
    owe(session, make_client(session, name="ООО «Мой»", responsible=me), "834000.00", 12)
    owe(session, make_client(session, name="ООО «Чужой»"), "5.00", 12)
    session.commit()

    page = person.get("/").text

    assert "«Мой»" in page
    assert "chip-danger" in page
    assert "834\N{NO-BREAK SPACE}000,00" in page or "834,000.00" in page
    assert "«Чужой»" not in page


def test_strangers_sign_in_first(client):
    answer = client.get("/")
    assert answer.status_code == 302
    assert "/login/" in answer.headers["Location"]
