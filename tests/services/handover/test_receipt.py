"""The new manager signs for the clients: once, and nobody else."""

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.errors import RuleError
from app.models.handover import HandoverState
from app.models.notices import Notice, NoticeKind
from app.permissions import READ, WRITE, Scope, Viewer
from app.services.handover import check_receipt, may_receive, receive
from tests import factories as make

ZONE = ZoneInfo("Europe/Moscow")


def viewer(user, *rights):
    return Viewer(user.id, None, Scope.ALL, rights=frozenset((right, "Handovers") for right in rights))


def handed(session, *, login=True, **changes):
    user = make.make_user(session)
    taker = make.make_employee(session, user=user if login else None)
    client = make.make_client(session, responsible=taker)
    return make.make_handover(session, client=client, **changes), user


def test_the_new_manager_signs_and_whoever_handed_over_is_told(session):
    maker = make.make_user(session)
    handover, anna = handed(session, created_by_id=maker.id)
    session.info["viewer"] = viewer(anna, READ)

    receive(session, handover, now=make.NOON, zone=ZONE)

    assert (handover.state, handover.received_at) == (HandoverState.RECEIVED, make.NOON)
    assert handover.received_by_id == anna.id
    told = session.scalars(select(Notice).where(Notice.kind == NoticeKind.HANDOVER_RECEIVED)).one()
    assert (told.user_id, told.record_id) == (maker.id, handover.id)


@pytest.mark.parametrize("is_own", [True, False])
def test_nobody_is_told_when_nobody_else_made_it(session, is_own):
    handover, anna = handed(session)
    handover.created_by_id = anna.id if is_own else None
    session.info["viewer"] = viewer(anna, READ)

    receive(session, handover, now=make.NOON, zone=ZONE)

    assert session.scalars(select(Notice).where(Notice.kind == NoticeKind.HANDOVER_RECEIVED)).all() == []


def test_nobody_else_signs_not_even_the_head(session):
    handover, anna = handed(session)
    head = viewer(make.make_user(session), READ, WRITE)
    assert may_receive(handover, viewer(anna, READ))
    assert not may_receive(handover, head)
    with pytest.raises(RuleError, match="Only the new manager"):
        check_receipt(handover, head)


def test_for_a_manager_without_a_login_the_head_signs(session):
    handover, _user = handed(session, login=False)
    assert may_receive(handover, viewer(make.make_user(session), READ, WRITE))
    with pytest.raises(RuleError, match="no login"):
        check_receipt(handover, viewer(make.make_user(session), READ))


def test_signing_twice_or_what_was_taken_back_is_refused(session):
    handover, anna = handed(session, received_at=make.NOON)
    with pytest.raises(RuleError, match="signed already"):
        check_receipt(handover, viewer(anna, READ))
    handover.in_force = False
    with pytest.raises(RuleError, match="taken back"):
        check_receipt(handover, viewer(anna, READ))
