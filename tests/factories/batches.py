"""Batches that can be taken back."""

from typing import Any

from sqlalchemy.orm import Session

from app.models.batches import Batch, BatchKind


def make_batch(session: Session, **changes: Any) -> Batch:
    """A batch that has done nothing yet."""
    batch = Batch(**({"kind": BatchKind.IMPORT, "title": "Загрузка клиентов"} | changes))
    session.add(batch)
    session.flush()
    return batch
