"""The panel asks for what names the person past the row rule: it must be seen by the rule in any case."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.models.claims import Claim
from app.models.handover import Handover
from app.models.interactions import Interaction
from app.models.service import Visit
from app.permissions import Role, Scope, Viewer
from app.reports import panel
from app.services.visibility import ROW_RULES
from tests.factories import (
    NOON,
    make_claim,
    make_client,
    make_employee,
    make_handover,
    make_interaction,
    make_payment,
    make_user,
    make_visit,
)

OWN = {"events": Interaction, "visits": Visit, "claims": Claim, "handovers": Handover}
EARLIER = NOON - timedelta(days=2)


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
