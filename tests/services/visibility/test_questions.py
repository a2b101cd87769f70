"""Foreign rows stay out of sight whichever way a session asks."""

from decimal import Decimal

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, aliased, joinedload

from app.database import ALL_ROWS
from app.models import agreements, clients, deals, ledger, money, service, staff
from app.permissions import Scope, Viewer
from app.services.visibility import ROW_RULES
from tests import factories as make
from tests.services.visibility.rows import CLIENT_TABLES, COMPANY_ONLY, by_name, viewer_of


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
    rule = ROW_RULES[model](viewer_of(None, Scope.ALL))
    assert rule is None if model is not clients.Client else str(rule) == "client.merged_into_id IS NULL"


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
