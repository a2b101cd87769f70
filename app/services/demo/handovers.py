"""Hand-overs of the demo company: one that was received, and one that waits too long for its signature."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from app.models.batches import BatchChange
from app.models.clients import Client, ResponsibilityChange
from app.models.handover import Handover, WorkKind
from app.models.staff import Employee
from app.permissions import Role, Scope, Viewer
from app.services.batches.values import plain
from app.services.demo.world import World
from app.services.handover import HandoverPlan, hand_over

CLIENTS = 3
"""Clients of each hand-over."""
_ALL = frozenset(WorkKind)


def make_handovers(world: World, by_login: Mapping[str, Employee]) -> None:
    """The head of sales gives clients of two colleagues to Boris and Anna; Boris has signed."""
    head = by_login["saleshead"]
    world.session.info["viewer"] = Viewer(
        int(head.user_id or 0), head.id, Scope.ALL, roles=frozenset({Role.SALES_HEAD})
    )
    first, second = _givers(world, [by_login["anna"].id, by_login["boris"].id])
    received = _hand_over(world, first, by_login["boris"], "Переход в отдел закупок", 30)
    received.received_at = world.moment(world.ago(29), 10, 20)
    received.received_by_id = by_login["boris"].user_id
    _hand_over(world, second, by_login["anna"], "Увольнение менеджера", 5)
    del world.session.info["viewer"]
    world.session.flush()


def _givers(world: World, except_for: list[int]) -> tuple[int, int]:
    """The two managers with the most clients, besides those who take over."""
    counted = (
        select(Client.responsible_id)
        .where(Client.responsible_id.not_in(except_for))
        .group_by(Client.responsible_id)
        .order_by(func.count().desc(), Client.responsible_id)
        .limit(2)
    )
    first, second = world.session.scalars(counted)
    return first, second


def _hand_over(world: World, giver_id: int, taker: Employee, reason: str, days: int) -> Handover:
    """Hand some clients over, so many days ago."""
    keys = world.session.scalars(
        select(Client.id).where(Client.responsible_id == giver_id).order_by(Client.id).limit(CLIENTS)
    ).all()
    plan = HandoverPlan(giver_id, taker.id, world.ago(days), reason, keys, dict.fromkeys(keys, _ALL))
    made = hand_over(world.session, plan, today=world.today, zone=world.order.zone)
    _date_back(world, made, world.moment(world.ago(days), 16, 30))
    return made


def _date_back(world: World, made: Handover, at: datetime) -> None:
    """Let it have been done then; what can be taken back must say the same."""
    made.created_at = at
    table = ResponsibilityChange.__tablename__
    noted = select(BatchChange).where(BatchChange.batch_id == made.batch_id, BatchChange.table_name == table)
    for change in world.session.scalars(noted):
        world.session.get_one(ResponsibilityChange, change.record_id).at = at
        change.after = change.after | {"at": plain(at)}
    world.session.flush()
