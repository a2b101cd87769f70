"""Hands clients over with their open work: all of it in the caller's one transaction, or nothing.

What is done under a batch can be taken back as a whole; the hand-over itself stays in the journal then, no longer
in force. Nobody is told of every single record: the two managers get one notification each.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.batches import BatchKind
from app.models.clients import Client
from app.models.handover import HandedClient, HandedWork, Handover, WorkKind
from app.models.notices import NoticeKind
from app.models.service import Visit
from app.models.staff import Employee
from app.services.batches import recording, start_batch
from app.services.clients import note_responsibility
from app.services.handover.work import SOURCES, Kinds, open_work
from app.services.notices import Told, tell
from app.services.notices.telling import SILENT
from app.services.numbering import take_number
from app.services.service.booking import check_free
from app.services.service.hours import Span
from app.services.service.requests import first_organisation
from app.texts import _

MOST_CLIENTS = 300
"""Clients of one hand-over: all of it is one transaction."""
LONGEST_REASON = 200
_NAMED = 3
"""Clients that a refusal or a notification names."""
_COUNTED_ON = {WorkKind.QUOTE: "sent_on", WorkKind.CONTRACT: "signed_on"}
"""The day on which a record was counted as its manager's activity."""


@dataclass(frozen=True, slots=True)
class HandoverPlan:
    """What is to be handed over: `kinds` names for each client the kinds of open work that go along."""

    from_id: int
    to_id: int
    day: date
    reason: str
    client_ids: Sequence[int]
    kinds: Mapping[int, frozenset[WorkKind]] = field(default_factory=dict)


def check_sides(session: Session, plan: HandoverPlan, *, today: date) -> tuple[Employee, Employee]:
    """The two managers. Raises RuleError for the same one, one who has left, a day to come, or without a reason."""
    giver, taker = session.get(Employee, plan.from_id), session.get(Employee, plan.to_id)
    if giver is None or taker is None:
        raise RuleError(_("Choose who hands over and who takes over."))
    if giver is taker:
        raise RuleError(_("Choose another manager: these clients are theirs already."))
    if taker.dismissed_on is not None and taker.dismissed_on <= today:
        raise RuleError(_("%(who)s does not work here any more.", who=str(taker)))
    if plan.day > today:
        raise RuleError(_("The date of the hand-over must not be in the future."))
    if not plan.reason.strip() or len(plan.reason.strip()) > LONGEST_REASON:
        raise RuleError(_("Say in up to %(most)s characters why the clients are handed over.", most=LONGEST_REASON))
    return giver, taker


def hand_over(session: Session, plan: HandoverPlan, *, today: date, zone: ZoneInfo) -> Handover:
    """Make the new manager responsible for the clients, and give them the open work that was chosen.

    Raises RuleError as `check_sides` does, and for clients that are not the former manager's any more.
    """
    giver, taker = check_sides(session, plan, today=today)
    clients = _locked(session, plan, giver)
    handover = _written(session, plan, clients)
    batch = start_batch(session, BatchKind.HANDOVER, _title(handover, giver, taker))
    handover.batch = batch
    work = open_work(session, [client.id for client in clients], giver.id, lock=True)
    with _silently(session), recording(session, batch):
        handover.in_force = True
        session.flush()
        for client in clients:
            client.responsible = taker
            note_responsibility(session, client, f"{handover.number}: {handover.reason}")
        moved = {key: _move(session, _chosen(kinds, plan, key), taker, zone) for key, kinds in work.items()}
    for line in handover.clients:
        _note(session, line, moved[line.client_id], work[line.client_id])
    session.flush()
    _tell(session, handover, today)
    return handover


def _locked(session: Session, plan: HandoverPlan, giver: Employee) -> Sequence[Client]:
    keys = sorted(set(plan.client_ids))
    if not keys:
        raise RuleError(_("Choose the clients to hand over."))
    if len(keys) > MOST_CLIENTS:
        raise RuleError(_("At most %(most)s clients at once: narrow the choice.", most=MOST_CLIENTS))
    statement = select(Client).where(Client.id.in_(keys)).order_by(Client.id).with_for_update()
    clients = session.scalars(statement.execution_options(populate_existing=True)).all()
    others = [client for client in clients if client.responsible_id != giver.id]
    if others or len(clients) < len(keys):
        names = _names(others) or _("some are not there any more")
        raise RuleError(
            _("Not all of these clients are %(who)s's any more: %(names)s. Choose anew.", who=str(giver), names=names)
        )
    return clients


def _written(session: Session, plan: HandoverPlan, clients: Sequence[Client]) -> Handover:
    """The hand-over as it stays in the journal, not yet in force: so it is when its batch is taken back."""
    handover = Handover(
        number=take_number(session, "handover", first_organisation(session), plan.day),
        day=plan.day,
        from_id=plan.from_id,
        to_id=plan.to_id,
        reason=plan.reason.strip(),
        client_count=len(clients),
        clients=[HandedClient(client_id=client.id, client_name=client.name) for client in clients],
    )
    session.add(handover)
    session.flush()
    return handover


def _title(handover: Handover, giver: Employee, taker: Employee) -> str:
    return _("Hand-over %(number)s: %(giver)s → %(taker)s", number=handover.number, giver=str(giver), taker=str(taker))


@contextmanager
def _silently(session: Session) -> Iterator[None]:
    """Let nobody be told of the records one by one."""
    before = session.info.get(SILENT, False)
    session.info[SILENT] = True
    try:
        yield
    finally:
        session.info[SILENT] = before


def _chosen(work: Kinds, plan: HandoverPlan, client_id: int) -> Kinds:
    """The open work of a client that is to go along."""
    chosen = plan.kinds.get(client_id, frozenset())
    return {kind: records for kind, records in work.items() if kind in chosen}


def _move(session: Session, work: Kinds, taker: Employee, zone: ZoneInfo) -> Kinds:
    """Give the work to the new manager; gives what went."""
    return {
        kind: [record for record in records if _can_go(session, record, taker, zone)] for kind, records in work.items()
    }


def _can_go(session: Session, record: Any, taker: Employee, zone: ZoneInfo) -> bool:
    """Give a record to the new manager; a visit stays where it is when the new manager is busy at that time."""
    if isinstance(record, Visit):
        try:
            check_free(session, taker, Span(record.starts_at, record.ends_at), zone)
        except RuleError:
            return False
        record.employee = taker
        session.flush()  # the next visit must find this one
    else:
        record.responsible = taker
    return True


def _note(session: Session, line: HandedClient, moved: Kinds, work: Kinds) -> None:
    """Keep in the journal what went along and how much stayed; that it is taken back later changes nothing there."""
    left = {kind: len(records) - len(moved.get(kind, ())) for kind, records in work.items()}
    line.moved = {kind.value: len(records) for kind, records in moved.items() if records}
    line.stayed = {kind.value: count for kind, count in left.items() if count}
    session.add_all(_handed(line.handover, kind, record) for kind, records in moved.items() for record in records)


def _handed(handover: Handover, kind: WorkKind, record: Any) -> HandedWork:
    counted_on = getattr(record, _COUNTED_ON[kind]) if kind in _COUNTED_ON else None
    table = SOURCES[kind].model.__tablename__
    return HandedWork(handover=handover, kind=kind, record_table=table, record_id=record.id, counted_on=counted_on)


def _tell(session: Session, handover: Handover, today: date) -> None:
    viewer = session.info.get("viewer")
    me = viewer.user_id if viewer is not None else None
    told = {
        "what": f"{handover.number}, {handover.reason}",
        "client": _names(handover.clients),
        "on": handover.day.isoformat(),
    }
    sides = (
        (NoticeKind.HANDOVER, handover.to_employee.user_id),
        (NoticeKind.HANDOVER_AWAY, handover.from_employee.user_id),
    )
    tell(
        session,
        [
            Told(user_id, kind, Handover.__tablename__, handover.id, today, told)
            for kind, user_id in sides
            if user_id is not None and user_id != me
        ],
    )


def _names(records: Sequence[Any]) -> str:
    """«Ромашка, Василёк, Лютик…»."""
    names = ", ".join(str(record) for record in records[:_NAMED])
    return f"{names}…" if len(records) > _NAMED else names
