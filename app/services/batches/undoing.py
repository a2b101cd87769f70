"""Takes a batch back: record by record, newest first; what was changed since stays as it is, with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.batches import Batch, BatchAct, BatchChange, BatchOutcome
from app.models.jobs import Job
from app.permissions import Role
from app.services.batches.references import referred_to, referring_rows
from app.services.batches.values import columns_of, models_by_table, plain_record, typed
from app.services.jobs import Progress, job_kind
from app.texts import _

UNDO_FOR = timedelta(days=30)
AT_ONCE = 200
"""Records that are taken back within a page; more are a job."""
_PIECE = 100
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Stay:
    """A record that cannot be brought back, and why, as a code that screens put into words.

    changed:<columns> since · referred:<tables> · gone · again (there is one with its number) · needed (by others) ·
    refused:<text of the rule>
    """

    table: str
    key: int
    reason: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many records a batch created, changed and deleted; how many are as before again, and how many stayed."""

    created: int = 0
    changed: int = 0
    deleted: int = 0
    undone: int = 0
    stayed: int = 0

    @property
    def total(self) -> int:
        """All records."""
        return self.created + self.changed + self.deleted


def check_undo(session: Session, batch: Batch, now: datetime) -> None:
    """Raise RuleError when the session's viewer must not take the batch back, or not any more."""
    viewer = session.info.get("viewer")
    if viewer is not None and viewer.user_id != batch.owner_id and Role.ADMIN not in viewer.roles:
        raise RuleError(_("Only the person who did this, or the administrator, may take it back."))
    if batch.undone_at is not None:
        raise RuleError(_("This was taken back already."))
    if batch.created_at <= now - UNDO_FOR:
        raise RuleError(_("It can be taken back within %(days)s days only.", days=UNDO_FOR.days))


def outcome_of(session: Session, batch: Batch) -> Counts:
    """Counts of what the batch did, and of what was taken back."""
    grouped = (
        select(BatchChange.act, BatchChange.outcome, func.count())
        .where(BatchChange.batch_id == batch.id)
        .group_by(BatchChange.act, BatchChange.outcome)
    )
    acts = dict.fromkeys(BatchAct, 0)
    outcomes = dict.fromkeys(BatchOutcome, 0)
    for act, outcome, count in session.execute(grouped):
        acts[act] += count
        if outcome is not None:
            outcomes[outcome] += count
    undone, stayed = outcomes[BatchOutcome.UNDONE], outcomes[BatchOutcome.STAYS]
    return Counts(acts[BatchAct.CREATE], acts[BatchAct.CHANGE], acts[BatchAct.DELETE], undone, stayed)


def stays_of(session: Session, batch: Batch, most: int) -> list[Stay]:
    """The records that stayed when the batch was taken back, at most so many."""
    stayed = (
        select(BatchChange)
        .where(BatchChange.batch_id == batch.id, BatchChange.outcome == BatchOutcome.STAYS)
        .order_by(BatchChange.id)
        .limit(most)
    )
    return [Stay(change.table_name, change.record_id, change.reason or "") for change in session.scalars(stayed)]


def preview_undo(session: Session, batch: Batch, most: int) -> list[Stay]:
    """What would stay, among the newest `most` records; changes nothing."""
    found = []
    gone: set[tuple[str, int]] = set()
    for change in session.scalars(_newest_first(batch).limit(most)):
        reason = _obstacle(session, change, gone)
        if reason:
            found.append(Stay(change.table_name, change.record_id, reason))
        elif change.act is BatchAct.CREATE:
            gone.add((change.table_name, change.record_id))
    return found


def undo_batch(session: Session, batch: Batch, now: datetime) -> Counts:
    """Take the whole batch back in the caller's transaction. Raises RuleError, see `check_undo`."""
    check_undo(session, batch, now)
    keys = session.scalars(_newest_first(batch).with_only_columns(BatchChange.id)).all()
    for start in range(0, len(keys), _PIECE):
        _undo_piece(session, keys[start : start + _PIECE])
    return _finish(session, batch, now)


@job_kind("undo")
def undo_job(session: Session, job: Job, progress: Progress) -> None:
    """Take a large batch back, piece by piece."""
    batch = session.get_one(Batch, job.arguments["batch"])
    url = job.arguments["url"]
    now = job.created_at
    check_undo(session, batch, now)
    keys = session.scalars(_newest_first(batch).with_only_columns(BatchChange.id)).all()
    progress.expect(len(keys))
    for start in range(progress.done, len(keys), _PIECE):
        piece = keys[start : start + _PIECE]
        _undo_piece(session, piece)
        progress.count(len(piece))
    counts = _finish(session, session.get_one(Batch, job.arguments["batch"]), now)
    progress.finish_with(
        _("Brought back: %(undone)s. Stayed: %(stayed)s.", undone=counts.undone, stayed=counts.stayed), url
    )


def forget_old_batches(session: Session, now: datetime) -> int:
    """Forget what batches did that can no longer be taken back: it holds people's data. Gives how many."""
    result: Any = session.execute(delete(Batch).where(Batch.created_at <= now - UNDO_FOR))
    return int(result.rowcount)


def _newest_first(batch: Batch) -> Any:
    return select(BatchChange).where(BatchChange.batch_id == batch.id).order_by(BatchChange.id.desc())


def _finish(session: Session, batch: Batch, now: datetime) -> Counts:
    viewer = session.info.get("viewer")
    batch.undone_at = now
    batch.undone_by_id = viewer.user_id if viewer is not None else None
    session.flush()
    return outcome_of(session, batch)


def _undo_piece(session: Session, keys: Sequence[int]) -> None:
    changes = {change.id: change for change in session.scalars(select(BatchChange).where(BatchChange.id.in_(keys)))}
    made: dict[str, list[int]] = {}
    for change in changes.values():
        if change.act is BatchAct.CREATE:
            made.setdefault(change.table_name, []).append(change.record_id)
    # Asked once for the piece: most records have nobody who refers to them, and need no question of their own.
    referred = {(table, key) for table, ids in made.items() for key in referred_to(session, table, ids)}
    for key in keys:
        change = changes[key]
        if change.outcome is None:
            is_free = (change.table_name, change.record_id) not in referred
            change.reason = _undo(session, change, is_free=is_free)
            change.outcome = BatchOutcome.STAYS if change.reason else BatchOutcome.UNDONE
    session.flush()


def _undo(session: Session, change: BatchChange, *, is_free: bool) -> str | None:
    """Bring one record back; gives the reason when it stays."""
    reason = _obstacle(session, change, is_free=is_free)
    if reason:
        return reason
    try:
        with session.begin_nested():
            _restore(session, change)
    except IntegrityError:
        return "needed"
    except RuleError as refusal:
        return f"refused:{refusal}"[:_LONGEST]
    return None


def _restore(session: Session, change: BatchChange) -> None:
    model = models_by_table()[change.table_name]
    record = session.get(model, change.record_id)
    if change.act is BatchAct.CREATE:
        if record is not None:
            session.delete(record)
        return
    if record is None:
        record = model(id=change.record_id)
        session.add(record)
    columns = columns_of(model)
    for name, value in change.before.items():
        setattr(record, name, typed(columns[name], value))


def _obstacle(
    session: Session, change: BatchChange, gone: set[tuple[str, int]] | None = None, *, is_free: bool = False
) -> str | None:
    """Why a record cannot be brought back; None when it can. `gone`: records that would be gone by then."""
    model = models_by_table().get(change.table_name)
    record = session.get(model, change.record_id) if model is not None else None
    if change.act is BatchAct.DELETE:
        return "again" if record is not None else None
    if record is None:
        return None if change.act is BatchAct.CREATE else "gone"
    if changed := _changed_since(record, change.after):
        return f"changed:{','.join(changed)}"[:_LONGEST]
    if change.act is BatchAct.CREATE and not is_free:
        left = referring_rows(session, change.table_name, change.record_id) - (gone or set())
        return f"referred:{','.join(sorted({table for table, _key in left}))}"[:_LONGEST] if left else None
    return None


def _changed_since(record: Any, after: dict[str, Any]) -> list[str]:
    """The columns that are no longer what the batch left."""
    now = plain_record(record)
    return [name for name, value in after.items() if name in now and now[name] != value]
