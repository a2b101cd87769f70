"""What notifications lead to, and who may see it: a notification tells of nothing that its reader may not open."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import Session

from app.database import ALL_ROWS, RowRule, User
from app.models.calls import PhoneCall
from app.models.claims import Claim
from app.models.clients import Client
from app.models.deals import Deal
from app.models.handover import Handover
from app.models.interactions import Interaction
from app.models.notices import Notice, NoticeKind
from app.models.service import Equipment, ServiceRequest, Visit
from app.permissions import READ, Viewer
from app.services.access.viewers import viewer_of
from app.services.visibility import ROW_RULES


@dataclass(frozen=True)
class Target:
    """A table that notifications lead to: its model, the area whose right opens it, and the rule of its rows."""

    model: type[Any]
    area: str
    rule: RowRule


TARGETS: dict[str, Target] = {
    model.__tablename__: Target(model, area, ROW_RULES[model])
    for model, area in (
        (Visit, "Visits"),
        (ServiceRequest, "Requests"),
        (Deal, "Deals"),
        (Claim, "Claims"),
        (Interaction, "Interactions"),
        (Client, "Clients"),
        (Equipment, "Equipment"),
        (PhoneCall, "Interactions"),
        (Handover, "Handovers"),
    )
}
"""Name of the table -> what it is."""

_ALSO: Mapping[NoticeKind, str] = {NoticeKind.DEBT_OVERDUE: "Receivables", NoticeKind.DEBT_LONG: "Receivables"}
"""Kinds that tell more than their record shows: the area whose right they ask besides."""


def add_target(table: str, target: Target) -> None:
    """Let notifications lead to one more table."""
    TARGETS[table] = target


def visible_to(
    viewer: Viewer, *, by_session: bool = False, tables: Collection[str] | None = None
) -> ColumnElement[bool]:
    """The condition of notifications whose record the person may open now; of those about `tables` only, if given.

    `by_session`: it is the person's own session that asks, whose row rule need not be said once more.
    """
    hidden = [kind for kind, area in _ALSO.items() if not viewer.may(READ, area)]
    wanted = [target for name, target in TARGETS.items() if tables is None or name in tables]
    shown = [_of(target, viewer, by_session=by_session) for target in wanted if viewer.may(READ, target.area)]
    return and_(Notice.kind.not_in(hidden) if hidden else true(), or_(false(), *shown))


def may_open(session: Session, user: User, record: Any) -> bool:
    """Tell whether a person may open a record that notifications lead to."""
    target, person = TARGETS[record.__tablename__], viewer_of(session, user)
    if not person.may(READ, target.area):
        return False
    model: Any = target.model
    rule = target.rule(person)
    there = select(model.id).where(model.id == record.id, true() if rule is None else rule)
    # By their rows and not by those of whoever asks.
    return session.scalar(there.execution_options(**ALL_ROWS)) is not None


def _of(target: Target, viewer: Viewer, *, by_session: bool) -> ColumnElement[bool]:
    model: Any = target.model
    is_limited = by_session and ROW_RULES.get(model) is target.rule
    rule = None if is_limited else target.rule(viewer)
    there = select(model.id).where(model.id == Notice.record_id, true() if rule is None else rule)
    return and_(Notice.record_table == model.__tablename__, there.correlate(Notice).exists())
