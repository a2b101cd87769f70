"""Pairs of cards that look like one, as far as the viewer may see both cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, joinedload

from app.models.clients import Client, Contact
from app.models.duplicates import DuplicatePair, PairState, RecordMerge

ROWS = 50


@dataclass(frozen=True, slots=True)
class PairRow:
    """A pair with its two cards."""

    pair: DuplicatePair
    first: Any
    second: Any


def list_pairs(session: Session, table: str, state: PairState, page: int) -> tuple[list[PairRow], int]:
    """One page of pairs, the likeliest first, and how many there are; pairs of unseen or merged cards are left out."""
    model: Any = Client if table == "client" else Contact
    one, other = aliased(model), aliased(model)
    asked = (
        select(DuplicatePair, one, other)
        .join(one, one.id == DuplicatePair.first_id)
        .join(other, other.id == DuplicatePair.second_id)
        .where(DuplicatePair.table_name == table, DuplicatePair.state == state)
    )
    total = session.scalar(select(func.count()).select_from(asked.with_only_columns(DuplicatePair.id).subquery())) or 0
    whose = (one.responsible, other.responsible) if model is Client else (one.client, other.client)
    shown = asked.options(*map(joinedload, whose)).order_by(DuplicatePair.strength.desc(), DuplicatePair.id)
    rows = session.execute(shown.limit(ROWS).offset((page - 1) * ROWS))
    return [PairRow(*row) for row in rows], total


def list_merges(session: Session) -> Sequence[RecordMerge]:
    """The latest merges."""
    return session.scalars(select(RecordMerge).order_by(RecordMerge.id.desc()).limit(ROWS)).all()
