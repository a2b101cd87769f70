"""Acts on many records that can be taken back: what they did is kept beside, record by record.

    batch = start_batch(session, BatchKind.BULK_EDIT, title)
    with recording(session, batch):
        …whatever is flushed here is noted, commits or not…

Statements in bulk and Core statements pass by; whoever uses them calls `note_change` for each record. Registers must
not be written inside: a document is cancelled, not taken back.
"""

from app.services.batches.recording import note_change, recording, start_batch
from app.services.batches.undoing import (
    AT_ONCE,
    UNDO_FOR,
    Counts,
    Stay,
    check_undo,
    forget_old_batches,
    outcome_of,
    preview_undo,
    stays_of,
    undo_batch,
)

__all__ = [
    "AT_ONCE",
    "UNDO_FOR",
    "Counts",
    "Stay",
    "check_undo",
    "forget_old_batches",
    "note_change",
    "outcome_of",
    "preview_undo",
    "recording",
    "start_batch",
    "stays_of",
    "undo_batch",
]
