"""Foreign rows stay out of sight whichever way a session asks."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, aliased, joinedload

from app.database import ALL_ROWS, BY_ROW, Way, row_limits
from app.models import agreements, clients, deals, ledger, money, service, staff
from app.permissions import Role, Scope, Viewer
from app.services.visibility import ROW_RULES
from tests import factories as make
from tests.services.visibility.rows import CLIENT_TABLES, COMPANY_ONLY, by_name, viewer_of


def wrong(tables: Iterable[Any], holds: Callable[[Any], bool]) -> list[str]:
    """The tables for which something does not hold. A world of rows costs too much to be made for each of them."""
    return [model.__name__ for model in tables if not holds(model)]


def test_own_rows_are_listed_and_foreign_ones_are_not(session: Session, world):
    def holds(model):
        return set(session.scalars(select(model.id).where(model.id.in_(world.ids[model])))) == {world.ids[model][0]}

    assert wrong(CLIENT_TABLES, holds) == []


def test_few_rows_are_the_same_rows(session: Session, world):
    def holds(model):
        asked = select(model.id).where(model.id.in_(world.ids[model]))
        return session.scalars(asked, execution_options=BY_ROW).all() == [world.ids[model][0]]

    assert wrong(CLIENT_TABLES, holds) == []


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("scope", [Scope.OWN_CLIENTS, Scope.OWN_VISITS], ids=str)
def test_whichever_way_the_rule_is_asked_the_rows_are_the_same(session: Session, world, way: Way, scope: Scope):
    del session.info["viewer"]

    def rows(model, way):
        return set(session.scalars(select(model.id).where(ROW_RULES[model](viewer_of(world.anna, scope), way))))

    assert wrong(ROW_RULES, lambda model: rows(model, way) == rows(model, Way.KEYS)) == []


def test_get_by_key_gives_own_rows_and_not_foreign_ones(session: Session, world):
    def holds(model):
        own, foreign = (session.get(model, key) for key in world.ids[model])
        return own is not None and foreign is None

    assert wrong(CLIENT_TABLES, holds) == []


def test_counts_and_sums_leave_foreign_rows_out(session: Session, world):
    def holds(model):
        keys = world.ids[model]
        asked = select(func.count(), func.sum(model.id)).select_from(model).where(model.id.in_(keys))
        return tuple(session.execute(asked).one()) == (1, keys[0])

    assert wrong(CLIENT_TABLES, holds) == []


def test_aliases_obey_the_rule(session: Session, world):
    def holds(model):
        other = aliased(model)
        return set(session.scalars(select(other.id).where(other.id.in_(world.ids[model])))) == {world.ids[model][0]}

    assert wrong(CLIENT_TABLES, holds) == []


def test_bulk_deletes_spare_foreign_rows(session: Session, world):
    def holds(model):
        foreign = world.ids[model][1]
        session.execute(delete(model).where(model.id == foreign))
        left = session.scalars(select(model.id).where(model.id == foreign), execution_options=ALL_ROWS)
        return left.all() == [foreign]

    assert wrong(CLIENT_TABLES, holds) == []


def test_rows_of_the_company_are_closed_to_a_limited_viewer(session: Session, world):
    def is_seen(model):
        return session.get(model, world.company[model]) is not None

    assert wrong(COMPANY_ONLY, lambda model: not is_seen(model)) == []

    session.info["viewer"] = viewer_of(None, Scope.ALL)
    assert wrong(COMPANY_ONLY, is_seen) == []


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


def test_a_login_without_an_employee_sees_nothing_of_clients(session: Session, world):
    session.info["viewer"] = viewer_of(None)

    def holds(model):
        keys = world.ids.get(model) or (world.company[model],)
        return session.scalars(select(model.id).where(model.id.in_(keys))).all() == []

    assert wrong(ROW_RULES, holds) == []


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


def test_a_kept_query_is_asked_with_the_values_of_whoever_asks(session: Session, world):
    """Compiled queries are shared by people whose rules differ in values alone; the values never are."""
    question = select(clients.Client.id).where(clients.Client.id.in_(world.ids[clients.Client]))
    own, foreign = world.ids[clients.Client]
    anna, boris = world.viewer, viewer_of(world.boris)

    for viewer, expected in ((anna, own), (boris, foreign), (anna, own)):
        session.info["viewer"] = viewer
        assert session.scalars(question).all() == [expected]

    assert row_limits(anna, Way.KEYS)._key == row_limits(boris, Way.KEYS)._key


def test_people_with_other_rules_never_share_a_compiled_query(session: Session, world):
    scopes = [(Scope.ALL,), (Scope.OWN_CLIENTS,), (Scope.OWN_CLIENTS, Role.ENGINEER), (Scope.OWN_VISITS,)]

    keys = {row_limits(viewer_of(world.anna, *scope), way)._key for scope in scopes for way in Way}

    assert len(keys) == 10  # whoever sees all has one rule, in whichever way it is asked
