"""The numbers of the sections panel."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.models.claims import Claim, ClaimStatus
from app.models.handover import Handover
from app.models.interactions import Interaction
from app.models.money import MoneyDirection
from app.models.service import Visit
from app.permissions import Role, Scope, Viewer
from app.reports import panel
from app.services.access import personal
from app.services.visibility import ROW_RULES
from tests.factories import (
    NOON,
    TODAY,
    make_claim,
    make_client,
    make_employee,
    make_handover,
    make_interaction,
    make_payment,
    make_user,
    make_visit,
)


def viewer(user_id: int, employee_id: int | None = None) -> Viewer:
    return Viewer(user_id, employee_id, Scope.ALL)


ALL = ("events", "visits", "claims", "payments", "handovers")
EARLIER = NOON - timedelta(days=2)
DAY_STARTS = NOON.replace(hour=0)


def test_only_what_waits_for_the_person_is_counted_in_one_question(session: Session, count_queries) -> None:
    me, other, client = make_employee(session), make_employee(session), make_client(session)
    user = make_user(session)
    for who, moment in ((me, EARLIER), (me, NOON), (other, EARLIER)):
        make_interaction(session, client=client, responsible=who, starts_at=moment)
        make_visit(session, client=client, employee=who, starts_at=moment)
    make_claim(session, client=client, responsible=me)
    make_claim(session, client=client, responsible=me, status=ClaimStatus.CLOSED, result="Заменили", closed_on=TODAY)
    make_payment(session, client=None, direction=MoneyDirection.IN)
    make_payment(session, client=client, direction=MoneyDirection.IN)
    mine = make_client(session, responsible=me)
    for changes in ({}, {"received_at": NOON}, {"in_force": False}):
        make_handover(session, client=mine, **changes)
    make_handover(session)
    personal.toggle_favourite(session, user.id, "/map/", "Карта")
    session.flush()

    with count_queries() as queries:
        found = panel.waiting(session, viewer(user.id, me.id), DAY_STARTS, ALL)

    assert found.counts == {"events": 1, "visits": 1, "claims": 1, "payments": 1, "handovers": 1}
    assert found.favourites == [("/map/", "Карта")]
    assert len(queries) == 1
    assert panel.waiting(session, viewer(user.id, me.id), DAY_STARTS, ["claims"]).counts == {"claims": 1}


def test_a_login_without_an_employee_has_nothing_of_its_own(session: Session) -> None:
    user = make_user(session)
    assert panel.waiting(session, viewer(user.id), DAY_STARTS, ALL) == panel.Waiting({"payments": 0}, [], ())


def test_a_number_stops(session: Session, monkeypatch) -> None:
    monkeypatch.setattr(panel, "MOST", 2)
    user = make_user(session)
    for _number in range(3):
        make_payment(session, client=None, direction=MoneyDirection.IN)
    session.flush()
    assert panel.waiting(session, viewer(user.id), DAY_STARTS, ALL).counts == {"payments": 2}


# --- What names the person is asked for past the row rule: it must be seen by the rule in any case ------------------

OWN = {"events": Interaction, "visits": Visit, "claims": Claim, "handovers": Handover}


@pytest.mark.parametrize(
    ("scope", "roles"),
    [(Scope.OWN_CLIENTS, ()), (Scope.OWN_VISITS, (Role.ENGINEER,)), (Scope.OWN_CLIENTS, (Role.ENGINEER,))],
)
def test_each_row_that_is_counted_is_seen(session: Session, scope: Scope, roles: tuple[Any, ...]) -> None:
    me, client = make_employee(session), make_client(session, responsible=make_employee(session))
    make_interaction(session, client=client, responsible=me, starts_at=EARLIER)
    make_visit(session, client=client, employee=me, starts_at=EARLIER)
    make_claim(session, client=client, responsible=me)
    make_handover(session, client=client, to_employee=me)
    user = make_user(session)
    session.flush()
    session.info["viewer"] = person = Viewer(user.id, me.id, scope, roles=frozenset(roles))

    found = panel.waiting(session, person, NOON.replace(hour=0), OWN)

    assert found.counts == dict.fromkeys(OWN, 1)
    for model in OWN.values():
        rule = ROW_RULES[model](person)
        assert session.query(model.id).filter(rule).count() == 1


def test_what_belongs_to_no_client_is_counted_for_who_sees_everything(session: Session) -> None:
    make_payment(session, client=None)
    user = make_user(session)
    session.flush()
    for scope, expected in ((Scope.ALL, {"payments": 1}), (Scope.OWN_CLIENTS, {})):
        session.info["viewer"] = person = Viewer(user.id, None, scope)
        assert panel.waiting(session, person, NOON, ["payments"]).counts == expected
