"""What managers did (активность): done interactions, sent quotes, signed contracts and managers' visits, by day.

Each function makes the register say what the record says now and may be called after every change of it: a
done call counts once, on the day it took place; planned again or cancelled it counts no more; moved to
another day, employee, kind or client it moves in the register too. The caller has flushed or just changed
the record.
"""

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import day_of
from app.database import ALL_ROWS
from app.models.agreements import Contract, ContractStatus
from app.models.handover import HandedWork, Handover
from app.models.interactions import Interaction, InteractionState
from app.models.ledger import ActivityKind, DocumentKind
from app.models.sales import Quote
from app.models.service import Visit, VisitPurpose, VisitStatus
from app.services.ledger import ActivityEntry, Registrar, activity_reversals, write_activity

SIGNED = (ContractStatus.SIGNED, ContractStatus.ENDED, ContractStatus.TERMINATED)
"""Statuses of contracts that were signed once."""


def count_interaction(session: Session, interaction: Interaction, *, zone: ZoneInfo) -> None:
    """Count a call, meeting or letter that is done. `zone` is the company's: it decides the day."""
    _hold(session, interaction)
    counted = None
    if interaction.state is InteractionState.DONE:
        counted = ActivityEntry(
            day_of(interaction.starts_at, zone),
            interaction.responsible_id,
            ActivityKind(interaction.kind.value),
            interaction.client_id,
        )
    _bring_to(session, Registrar(DocumentKind.INTERACTION, interaction.id), counted)


def count_contract(session: Session, contract: Contract) -> None:
    """Count a contract that was signed, on its date; it stays counted when it ends."""
    _hold(session, contract)
    counted = None
    if contract.status in SIGNED:
        doer = _doer(session, contract, contract.signed_on)
        counted = ActivityEntry(contract.signed_on, doer, ActivityKind.CONTRACT, contract.client_id)
    _bring_to(session, Registrar(DocumentKind.CONTRACT, contract.id), counted)


def count_visit(session: Session, visit: Visit, *, zone: ZoneInfo) -> None:
    """Count a manager's visit that is done; engineers' visits are work, not sales activity."""
    _hold(session, visit)
    counted = None
    if visit.purpose is VisitPurpose.MANAGER and visit.status is VisitStatus.DONE:
        counted = ActivityEntry(day_of(visit.starts_at, zone), visit.employee_id, ActivityKind.VISIT, visit.client_id)
    _bring_to(session, Registrar(DocumentKind.VISIT, visit.id), counted)


def count_quote(session: Session, quote: Quote) -> None:
    """Count a quote on the day it was sent, once: a further edition of it is no further quote."""
    _hold(session, quote)
    counted = None
    if quote.sent_on is not None and quote.edition == 1:
        counted = ActivityEntry(quote.sent_on, quote.responsible_id, ActivityKind.QUOTE, quote.client_id)
    _bring_to(session, Registrar(DocumentKind.QUOTE, quote.id), counted)


def _doer(session: Session, contract: Contract, day: date) -> int:
    """Whose activity of that day it is: a contract handed over later leaves it with the manager of then."""
    given = (
        select(Handover.from_id)
        .join(HandedWork, HandedWork.handover_id == Handover.id)
        .where(
            HandedWork.record_table == Contract.__tablename__,
            HandedWork.record_id == contract.id,
            HandedWork.counted_on == day,
            Handover.in_force.is_(True),
        )
        .order_by(Handover.id)
        .limit(1)
    )
    # Who had it then is a fact, whether or not the person who saves it now may open that hand-over.
    first = session.scalar(given, execution_options=ALL_ROWS)
    return contract.responsible_id if first is None else first


def _hold(session: Session, record: Interaction | Contract | Visit | Quote) -> None:
    """Save and lock the record, so that two calls at once count it once."""
    session.flush()
    session.refresh(record, with_for_update={"key_share": True})


def _bring_to(session: Session, registrar: Registrar, counted: ActivityEntry | None) -> None:
    """Write what is missing between what the register says of a record and what it shall say."""
    reversals = activity_reversals(session, registrar)
    standing = [(row.day, row.employee_id, row.kind, row.client_id, -row.count) for row in reversals]
    wanted = [] if counted is None else [counted]
    if standing != [(row.day, row.employee_id, row.kind, row.client_id, row.count) for row in wanted]:
        write_activity(session, registrar, [*reversals, *wanted])
