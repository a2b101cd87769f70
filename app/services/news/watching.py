"""Notices at every flush what was given to whom, and tells them: whichever form, board, program or import gave it.

Nobody is told of what they do themselves. A transaction that is undone has told nobody.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, event, inspect, select
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.models.claims import Claim, ClaimStatus, ClaimStep
from app.models.clients import Client
from app.models.deals import Deal, StageOutcome
from app.models.interactions import Interaction, InteractionState
from app.models.notices import NoticeKind
from app.models.service import ServiceRequest, Visit, VisitStatus
from app.models.staff import Employee
from app.services.notices import Told, tell
from app.services.notices.telling import SILENT
from app.services.service.requests import is_waiting

LONGEST = 120
"""Letters of a text that a notification quotes."""


@dataclass(frozen=True)
class Given:
    """How a table gives work: the column that names who has it, until when it counts, what is told."""

    kind: NoticeKind
    column: str
    counts: Callable[[Any], bool]
    arguments: Callable[[Any], dict[str, Any]]


@dataclass(frozen=True)
class _Draft:
    kind: NoticeKind
    employee_id: int
    client_id: int | None
    table: str
    record_id: int
    arguments: dict[str, Any]


def _at(moment: Any) -> str:
    return str(moment.isoformat())


def _visit(visit: Visit) -> dict[str, Any]:
    what = visit.task or (visit.work_kind.name if visit.work_kind is not None else "")
    return {"what": what[:LONGEST], "at": _at(visit.starts_at)}


def _deal_is_open(deal: Deal) -> bool:
    return deal.stage is None or deal.stage.outcome is StageOutcome.OPEN


GIVEN: dict[type[Any], Given] = {
    Visit: Given(NoticeKind.VISIT, "employee_id", lambda visit: visit.status is VisitStatus.PLANNED, _visit),
    ServiceRequest: Given(
        NoticeKind.REQUEST, "responsible_id", is_waiting, lambda request: {"what": request.description[:LONGEST]}
    ),
    Deal: Given(NoticeKind.DEAL, "responsible_id", _deal_is_open, lambda deal: {"what": deal.title}),
    Claim: Given(
        NoticeKind.CLAIM,
        "responsible_id",
        lambda claim: claim.status is not ClaimStatus.CLOSED,
        lambda claim: {"what": claim.text[:LONGEST]},
    ),
    ClaimStep: Given(
        NoticeKind.CLAIM_STEP,
        "responsible_id",
        lambda step: step.done_on is None,
        lambda step: {"what": step.task[:LONGEST], "on": step.due_on.isoformat()},
    ),
    Interaction: Given(
        NoticeKind.INTERACTION,
        "responsible_id",
        lambda interaction: interaction.state is InteractionState.PLANNED,
        lambda interaction: {"what": interaction.topic, "at": _at(interaction.starts_at)},
    ),
    Client: Given(NoticeKind.CLIENT, "responsible_id", lambda _client: True, lambda _client: {}),
}


@event.listens_for(Session, "after_flush")
def _tell(session: Session, _context: Any) -> None:
    if session.info.get(SILENT):
        return
    viewer = session.info.get("viewer")
    me = viewer.employee_id if viewer is not None else None
    drafts = [draft for draft in _drafts(session) if draft.employee_id != me]
    if drafts:
        tell(session, _addressed(session.connection(), drafts))


def _drafts(session: Session) -> Iterator[_Draft]:
    for record in session.new:
        if (given := GIVEN.get(type(record))) is not None and given.counts(record):
            yield _draft(record, given.kind, given)
    for record in session.dirty:
        if (given := GIVEN.get(type(record))) is not None:
            yield from _changes(record, given)


def _changes(record: Any, given: Given) -> Iterator[_Draft]:
    """What a change of a record tells its holder: it is theirs now, it was moved, it was called off."""
    if not given.counts(record):
        if isinstance(record, Visit) and record.status is VisitStatus.CANCELLED and _is_changed(record, "status"):
            yield _draft(record, NoticeKind.VISIT_CANCELLED, given)
        return
    if _is_changed(record, given.column):
        yield _draft(record, given.kind, given)
    elif isinstance(record, Visit) and _is_changed(record, "starts_at"):
        yield _draft(record, NoticeKind.VISIT_CHANGED, given)


def _is_changed(record: Any, name: str) -> bool:
    history = getattr(inspect(record).attrs, name).history
    return bool(history.added) and history.added != history.deleted


def _draft(record: Any, kind: NoticeKind, given: Given) -> _Draft:
    """A step of a claim is told of as part of its claim; a client is its own client."""
    target = record.claim if isinstance(record, ClaimStep) else record
    return _Draft(
        kind=kind,
        employee_id=getattr(record, given.column),
        client_id=target.id if isinstance(target, Client) else target.client_id,
        table=target.__tablename__,
        record_id=target.id,
        arguments=given.arguments(record),
    )


def _addressed(connection: Connection, drafts: Iterable[_Draft]) -> list[Told]:
    """The drafts whose holders have a login, each with the name of its client."""
    drafts = list(drafts)
    employee, client = Employee.__table__, Client.__table__
    holders = {draft.employee_id for draft in drafts}
    people: Any = select(employee.c.id, employee.c.user_id).where(employee.c.id.in_(holders))
    users = {row.id: row.user_id for row in connection.execute(people) if row.user_id is not None}
    if not users:
        return []
    named = select(client.c.id, client.c.name).where(client.c.id.in_({draft.client_id for draft in drafts}))
    names = {row.id: row.name for row in connection.execute(named)}
    today = utc_now().date()
    return [
        Told(
            users[draft.employee_id],
            draft.kind,
            draft.table,
            draft.record_id,
            today,
            draft.arguments | {"client": names.get(draft.client_id, "")},
            again=True,
        )
        for draft in drafts
        if draft.employee_id in users
    ]
