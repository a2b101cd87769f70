"""What opens a row to whom, in words too; all that belongs to a client has a rule."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from app.database import Model
from app.models import access, claims, clients, deals, ledger, service, staff
from app.permissions import Role, Scope, Viewer
from app.services.visibility import ROW_RULES, WITHOUT_RULE, explain
from tests import factories as make
from tests.services.visibility.rows import company_rows, viewer_of


class TestEngineer:
    """Scope of own visits."""

    @pytest.fixture
    def engineer(self, session: Session) -> staff.Employee:
        return make.make_engineer(session)

    def see(self, session: Session, engineer: staff.Employee, *roles: str, scope: Scope = Scope.OWN_VISITS) -> None:
        session.expunge_all()
        session.info["viewer"] = viewer_of(engineer, scope, *roles)

    def test_sees_client_contact_and_equipment_of_own_visit(self, session: Session, engineer):
        equipment = make.make_equipment(session)
        contact = make.make_contact(session, client=equipment.client)
        other = make.make_equipment(session, client=equipment.client)
        make.make_visit(session, client=equipment.client, equipment=equipment, employee=engineer)
        self.see(session, engineer)

        assert session.get(clients.Client, equipment.client_id) is not None
        assert session.get(clients.Contact, contact.id) is not None
        assert session.get(service.Equipment, equipment.id) is not None
        assert session.get(service.Equipment, other.id) is None

    def test_sees_client_of_own_request(self, session: Session, engineer):
        request = make.make_request(session, responsible=engineer)
        self.see(session, engineer)

        assert session.get(service.ServiceRequest, request.id) is not None
        assert session.get(clients.Client, request.client_id) is not None

    def test_sees_the_request_that_own_visit_serves(self, session: Session, engineer):
        request = make.make_request(session)
        make.make_visit(session, client=request.client, request=request, employee=engineer)
        self.see(session, engineer)

        assert session.get(service.ServiceRequest, request.id) is not None

    def test_does_not_see_deals_debts_and_others_visits_of_the_client(self, session: Session, engineer):
        visit = make.make_visit(session, employee=engineer)
        other = make.make_visit(session, client=visit.client, starts_at=make.NOON + timedelta(days=1))
        deal = make.make_deal(session, client=visit.client)
        self.see(session, engineer)

        assert session.get(service.Visit, other.id) is None
        assert session.get(deals.Deal, deal.id) is None
        assert session.scalar(select(func.count(ledger.DueItem.id))) == 0

    def test_does_not_see_a_client_never_visited(self, session: Session, engineer):
        client = make.make_client(session)
        self.see(session, engineer)

        assert session.get(clients.Client, client.id) is None

    def test_sees_equipment_registered_on_site(self, session: Session, engineer):
        user = make.make_user(session)
        equipment = make.make_equipment(session, created_by_id=user.id)
        session.expunge_all()
        session.info["viewer"] = Viewer(user.id, engineer.id, Scope.OWN_VISITS)

        assert session.get(service.Equipment, equipment.id) is not None

    def test_keeps_visited_clients_when_a_sales_role_is_added(self, session: Session, engineer):
        visit = make.make_visit(session, employee=engineer)
        self.see(session, engineer, Role.ENGINEER, scope=Scope.OWN_CLIENTS)

        assert session.get(clients.Client, visit.client_id) is not None

    def test_a_step_of_the_investigation_opens_its_claim(self, session: Session, engineer):
        claim = make.make_claim(session)
        session.add(claims.ClaimStep(claim=claim, task="Осмотр", responsible=engineer, due_on=date(2026, 12, 1)))
        session.flush()
        self.see(session, engineer)

        assert session.get(claims.Claim, claim.id) is not None


# --- Completeness ---

POINTERS = {"client_id", "contact_id", "record_id", "document_id"}


def _leads_to_client(table: Any, seen: frozenset[str] = frozenset()) -> bool:
    if table.name == "client" or POINTERS & set(table.c.keys()):
        return True
    targets = [key.column.table for column in table.c for key in column.foreign_keys]
    return any(_leads_to_client(to, seen | {table.name}) for to in targets if to.name not in seen)


def test_every_table_that_leads_to_a_client_has_a_rule_or_a_reason():
    mapped = [mapper.class_ for mapper in Model.registry.mappers]
    leading = {model for model in mapped if _leads_to_client(inspect(model).local_table)}

    assert {model.__name__ for model in leading - set(ROW_RULES) - set(WITHOUT_RULE)} == set()
    assert {model.__name__ for model in set(WITHOUT_RULE) - leading} == set()
    assert not set(ROW_RULES) & set(WITHOUT_RULE)
    assert all(WITHOUT_RULE.values())


def test_a_table_without_a_way_to_a_client_is_not_asked_for():
    assert not _leads_to_client(access.Setting.__table__)


# --- Why do I (not) see this ---


def test_explains_that_the_role_sees_all(session: Session):
    client = make.make_client(session)

    assert explain(session, client, viewer_of(None, Scope.ALL)) == "Visible: your role sees all records."


def test_explains_that_the_kind_is_open(session: Session):
    assert "belong to no client" in explain(session, make.make_product(session), viewer_of(None))


def test_explains_which_ground_holds(session: Session):
    anna = make.make_employee(session)
    deal = make.make_deal(session, client=make.make_client(session, responsible=anna))

    assert explain(session, deal, viewer_of(anna)) == "Visible: you are responsible for the client."


def test_explains_which_grounds_are_missing_and_does_not_name_the_record(session: Session):
    deal = make.make_deal(session, title="Тайная сделка")

    answer = explain(session, deal, viewer_of(make.make_employee(session)))

    assert answer == ("Not visible: none of this holds: you are responsible for the client; the record is yours.")


def test_explains_that_the_kind_is_closed(session: Session):
    balance = company_rows(session)[ledger.CashBalance]

    assert "only to roles that see all" in explain(session, balance, viewer_of(make.make_employee(session)))


def test_explains_that_a_card_was_merged_into_another(session: Session):
    kept = make.make_client(session)
    gone = make.make_client(session, merged_into_id=kept.id)

    assert "merged into another" in explain(session, gone, viewer_of(None, Scope.ALL))
