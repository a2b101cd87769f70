"""What a small company may lack by chance, and a large one has."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.calls import PhoneCall
from app.models.radar import RadarSnooze
from app.models.sales import QuoteStatus
from app.services.demo import control, correspondence
from app.services.demo.world import World
from app.services.files import open_store
from tests import factories as make
from tests.services.demo.orders import SMALL, TODAY


@pytest.fixture
def world(session: Session, tmp_path: Path) -> World:
    return World(session, SMALL, open_store(str(tmp_path)), Random(1))


def test_a_quote_is_about_to_expire_and_a_late_deal_is_put_off(world: World, session: Session) -> None:
    manager = make.make_employee(session, user=make.make_user(session))
    client = make.make_client(session, responsible=manager)
    quote = make.make_quote(session, client=client, responsible=manager, status=QuoteStatus.SENT)
    late = {"next_step": "Позвонить", "next_step_on": TODAY - timedelta(days=3)}
    deals = [make.make_deal(session, client=client, responsible=manager, **late) for _each in range(3)]

    control._forget(world, manager)
    session.flush()
    control._put_one_off(world, manager)

    assert quote.valid_to == TODAY + timedelta(days=2)
    assert session.scalars(select(RadarSnooze.record_id)).all() == [deals[1].id]


def test_who_has_no_clients_writes_to_nobody_and_is_called_by_strangers_alone(world: World, session: Session) -> None:
    nobody, now = make.make_employee(session), world.moment(TODAY, 9)

    correspondence._conversation(world, nobody, now)
    correspondence._undelivered(world, nobody, now)
    correspondence._calls(world, nobody, now)

    assert [call.client_id for call in session.scalars(select(PhoneCall))] == [None]
