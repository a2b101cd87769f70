"""Foreign rows stay out of sight whichever way a session asks; all that belongs to a client has a rule."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import delete, func, inspect, select, update
from sqlalchemy.orm import Session, aliased, joinedload

from app import database
from app.database import ALL_ROWS, Model, install_row_rules
from app.models import (
    access,
    agreements,
    claims,
    clients,
    deals,
    interactions,
    ledger,
    money,
    sales,
    service,
    staff,
)
from app.permissions import Role, Scope, Viewer
from app.services.visibility import ROW_RULES, WITHOUT_RULE, explain
from tests import factories as make


@pytest.fixture(autouse=True)
def _rules() -> Iterator[None]:
    before = dict(database._row_rules)
    install_row_rules(ROW_RULES)
    yield
    install_row_rules(before)


def viewer_of(employee: staff.Employee | None, scope: Scope = Scope.OWN_CLIENTS, *roles: str) -> Viewer:
    return Viewer(900, employee.id if employee else None, scope, roles=frozenset(roles))


def everything_of(session: Session, employee: staff.Employee) -> dict[type[Any], Any]:
    """One row of each ruled table that belongs to a client of the employee, who is responsible for it."""
    client = make.make_client(session, responsible=employee)
    contact = make.make_contact(session, client=client)
    made = {
        clients.Client: client,
        clients.Contact: contact,
        clients.ContactPhone: clients.ContactPhone(contact=contact, number="+74950000000"),
        clients.ContactEmail: clients.ContactEmail(contact=contact, address="a@example.test"),
        clients.ClientBankAccount: clients.ClientBankAccount(client=client, account="4" * 20, bik="0"),
        clients.ClientTurnover: clients.ClientTurnover(client=client, year=2025, amount=Decimal(5)),
        clients.ClientComment: clients.ClientComment(client=client, text="Звонить утром"),
        clients.ResponsibilityChange: clients.ResponsibilityChange(client_id=client.id, to_id=employee.id),
    }
    session.add_all(made.values())
    made |= _commerce_of(session, employee, client) | _service_of(session, employee, client)
    session.flush()
    return made


def _commerce_of(session: Session, employee: staff.Employee, client: clients.Client) -> dict[type[Any], Any]:
    agreement = make.make_agreement(session, client=client, kind=agreements.AgreementKind.INDIVIDUAL)
    deal = make.make_deal(session, client=client)
    talk = make.make_interaction(session, client=client)
    invoice = make.make_invoice(session, client=client)
    payment = make.make_payment(session, client=client)
    due = ledger.DueItem(
        client=client,
        organisation=invoice.organisation,
        document_kind=ledger.DocumentKind.INVOICE,
        document_id=invoice.id,
        stage=1,
        document_day=make.TODAY,
        balance=Decimal(100),
    )
    statement = money.Statement(file_name="a.txt", file_sha256="0" * 64, encoding="utf-8")
    session.add_all([due, statement])
    session.flush()
    of_invoice = {"document_kind": ledger.DocumentKind.INVOICE, "document_id": invoice.id}
    stage = session.scalars(select(deals.DealStage).limit(1)).one()
    made: dict[type[Any], Any] = {
        agreements.Agreement: agreement,
        agreements.AgreementStage: agreement.stages[0],
        agreements.Contract: make.make_contract(session, client=client),
        deals.Deal: deal,
        deals.DealStageChange: deals.DealStageChange(deal_id=deal.id, to_id=stage.id),
        interactions.Interaction: talk,
        interactions.InteractionSubject: interactions.InteractionSubject(
            interaction=talk, product=make.make_product(session)
        ),
        ledger.DueItem: due,
        ledger.SettlementMovement: ledger.SettlementMovement(
            day=make.TODAY, client_id=client.id, due_item=due, amount=Decimal(100), **of_invoice
        ),
        ledger.ActivityMovement: ledger.ActivityMovement(
            day=make.TODAY,
            employee_id=employee.id,
            kind=ledger.ActivityKind.CALL,
            client_id=client.id,
            count=1,
            **of_invoice,
        ),
        ledger.ActivityBalance: ledger.ActivityBalance(
            day=make.TODAY, employee=employee, kind=ledger.ActivityKind.CALL, count=1
        ),
        sales.Invoice: invoice,
        sales.InvoiceLine: invoice.lines[0],
        money.Payment: payment,
        money.Allocation: money.Allocation(payment=payment, due_item=due, amount=Decimal(10)),
        money.StatementLine: money.StatementLine(
            statement=statement,
            direction=money.MoneyDirection.IN,
            number="1",
            document_day=make.TODAY,
            posting_day=make.TODAY,
            amount=Decimal(10),
            state=money.MatchState.MATCHED,
            client=client,
        ),
        money.PayerAlias: money.PayerAlias(payer="7702070139", client_id=client.id),
    }
    session.add_all(made.values())
    return made


def _service_of(session: Session, employee: staff.Employee, client: clients.Client) -> dict[type[Any], Any]:
    claim = make.make_claim(session, client=client)
    made: dict[type[Any], Any] = {
        service.Equipment: make.make_equipment(session, client=client),
        service.ServiceRequest: make.make_request(session, client=client),
        service.Visit: make.make_visit(session, client=client, employee=employee),
        claims.Claim: claim,
        claims.ClaimStep: claims.ClaimStep(claim=claim, task="Смотр", responsible=employee, due_on=make.TODAY),
        claims.ClaimEvent: claims.ClaimEvent(claim_id=claim.id, text="Принята"),
    }
    session.add_all(made.values())
    return made


def company_rows(session: Session) -> dict[type[Any], Any]:
    account = make.make_bank_account(session)
    made: dict[type[Any], Any] = {
        ledger.CashBalance: ledger.CashBalance(account=account, balance=Decimal(1)),
        ledger.CashMovement: ledger.CashMovement(
            day=make.TODAY,
            account_id=account.id,
            document_kind=ledger.DocumentKind.PAYMENT,
            document_id=1,
            amount=Decimal(1),
        ),
        money.Statement: money.Statement(file_name="b.txt", file_sha256="1" * 64, encoding="utf-8"),
    }
    session.add_all(made.values())
    session.flush()
    return made


COMPANY_ONLY = {ledger.CashBalance, ledger.CashMovement, money.Statement}
CLIENT_TABLES = [model for model in ROW_RULES if model not in COMPANY_ONLY]


@pytest.fixture
def world(session: Session) -> SimpleNamespace:
    """Anna and Boris with a row of everything each; the session asks on Anna's behalf."""
    anna, boris = make.make_employee(session), make.make_employee(session)
    own, foreign = everything_of(session, anna), everything_of(session, boris)
    ids = {model: (own[model].id, foreign[model].id) for model in own}
    company = {model: row.id for model, row in company_rows(session).items()}
    session.expunge_all()
    viewer = viewer_of(anna)
    session.info["viewer"] = viewer
    return SimpleNamespace(viewer=viewer, anna=anna, boris=boris, ids=ids, company=company)


def by_name(model: type[Any]) -> str:
    return model.__name__


@pytest.mark.parametrize("model", CLIENT_TABLES, ids=by_name)
def test_own_row_is_listed_and_foreign_one_is_not(model, session: Session, world):
    own, foreign = world.ids[model]

    found = set(session.scalars(select(model.id)))

    assert own in found
    assert foreign not in found


@pytest.mark.parametrize("model", CLIENT_TABLES, ids=by_name)
def test_get_by_key_gives_own_row_and_not_the_foreign_one(model, session: Session, world):
    own, foreign = world.ids[model]

    assert session.get(model, own) is not None
    assert session.get(model, foreign) is None


@pytest.mark.parametrize("model", CLIENT_TABLES, ids=by_name)
def test_counts_leave_foreign_rows_out(model, session: Session, world):
    keys = world.ids[model]

    assert session.scalar(select(func.count()).select_from(model).where(model.id.in_(keys))) == 1
    assert session.scalar(select(func.sum(model.id)).where(model.id.in_(keys))) == keys[0]


@pytest.mark.parametrize("model", CLIENT_TABLES, ids=by_name)
def test_an_alias_obeys_the_rule(model, session: Session, world):
    other = aliased(model)

    found = set(session.scalars(select(other.id).where(other.id.in_(world.ids[model]))))

    assert found == {world.ids[model][0]}


@pytest.mark.parametrize("model", CLIENT_TABLES, ids=by_name)
def test_bulk_delete_spares_foreign_rows(model, session: Session, world):
    foreign = world.ids[model][1]
    session.execute(delete(model).where(model.id == foreign))

    del session.info["viewer"]
    assert session.get(model, foreign) is not None


@pytest.mark.parametrize("model", sorted(COMPANY_ONLY, key=by_name), ids=by_name)
def test_rows_of_the_company_are_closed_to_a_limited_viewer(model, session: Session, world):
    assert session.get(model, world.company[model]) is None

    session.info["viewer"] = viewer_of(None, Scope.ALL)
    assert session.get(model, world.company[model]) is not None


def test_bulk_update_changes_own_rows_only(session: Session, world):
    session.execute(update(clients.Client).values(comment="изменено"))

    del session.info["viewer"]
    own, foreign = world.ids[clients.Client]
    assert session.get(clients.Client, own).comment == "изменено"
    assert session.get(clients.Client, foreign).comment is None


def test_lazy_load_of_a_collection_leaves_foreign_rows_out(session: Session, world):
    payment = session.get(money.Payment, world.ids[money.Payment][0])
    del session.info["viewer"]
    due = session.get(ledger.DueItem, world.ids[ledger.DueItem][1])
    foreign = session.get(money.Payment, world.ids[money.Payment][1])
    session.add(money.Allocation(payment=payment, due_item=due, amount=Decimal(1)))
    session.flush()
    session.expunge_all()
    session.info["viewer"] = viewer_of(world.boris)

    assert session.get(money.Payment, payment.id) is None
    assert len(session.get(money.Payment, foreign.id).allocations) == 1


def test_lazy_load_of_a_parent_gives_nothing_for_a_foreign_one(session: Session, world):
    del session.info["viewer"]
    theirs = session.get(clients.Client, world.ids[clients.Client][1])
    deal_id = make.make_deal(session, client=theirs, responsible=session.get(staff.Employee, world.anna.id)).id
    session.expunge_all()
    session.info["viewer"] = world.viewer

    assert session.get(deals.Deal, deal_id).client is None


def test_join_leaves_foreign_rows_out(session: Session, world):
    joined = select(clients.Contact.id).join(clients.Contact.client).where(clients.Client.name.is_not(None))

    assert set(session.scalars(joined)) == {world.ids[clients.Contact][0]}


def test_sum_over_a_join_leaves_foreign_amounts_out(session: Session, world):
    total = session.scalar(select(func.sum(ledger.DueItem.balance)).join(ledger.DueItem.client))

    assert total == Decimal(100)


@pytest.mark.parametrize("model", ROW_RULES, ids=by_name)
def test_a_viewer_with_the_widest_scope_is_not_limited(model):
    assert ROW_RULES[model](viewer_of(None, Scope.ALL)) is None


def test_a_session_without_a_viewer_is_not_limited(session: Session, world):
    del session.info["viewer"]

    assert {*session.scalars(select(clients.Client.id))} >= set(world.ids[clients.Client])


def test_a_question_may_ask_beyond_the_viewers_rows(session: Session, world):
    found = session.scalars(select(clients.Client.id), execution_options=ALL_ROWS)

    assert set(found) >= set(world.ids[clients.Client])


@pytest.mark.parametrize("model", ROW_RULES, ids=by_name)
def test_a_login_without_an_employee_sees_nothing_of_clients(model, session: Session, world):
    session.info["viewer"] = viewer_of(None)
    keys = world.ids.get(model) or (world.company[model],)

    assert session.scalars(select(model.id).where(model.id.in_(keys))).all() == []


def test_terms_for_any_client_are_open_to_all(session: Session, world):
    del session.info["viewer"]
    standard = make.make_agreement(session)
    session.info["viewer"] = viewer_of(None, Scope.OWN_VISITS)

    assert session.scalars(select(agreements.Agreement.id)).all() == [standard.id]
    assert session.scalars(select(agreements.AgreementStage.agreement_id)).all() == [standard.id]


def test_own_record_at_a_foreign_client_is_seen_but_not_the_client(session: Session):
    anna, client = make.make_employee(session), make.make_client(session)
    visit = make.make_visit(session, client=client, employee=anna)
    session.expunge_all()
    session.info["viewer"] = viewer_of(anna)

    assert session.get(service.Visit, visit.id) is not None
    assert session.get(clients.Client, client.id) is None


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


def test_the_rule_follows_into_joined_loads_and_aliases(session: Session):
    client, foreign = make.make_client(session), make.make_client(session)
    equipment = make.make_equipment(session, client=foreign)
    mine = make.make_visit(session, client=client, equipment=equipment)
    session.info["viewer"] = Viewer(1, client.responsible_id, Scope.OWN_CLIENTS)
    key = mine.id
    session.expunge_all()

    visits = session.scalars(select(service.Visit).options(joinedload(service.Visit.equipment))).unique().all()

    assert [visit.id for visit in visits] == [key]
    assert visits[0].equipment is None
    assert session.scalars(select(aliased(service.Equipment))).all() == []
