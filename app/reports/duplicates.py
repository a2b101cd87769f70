"""Pairs of cards that look like one, as far as the viewer may see both cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

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
    # Not joined to two aliases: the row rule follows a plain subquery, not the alias of an explicit join.
    seen = select(model.id)
    asked = select(DuplicatePair).where(
        DuplicatePair.table_name == table,
        DuplicatePair.state == state,
        DuplicatePair.first_id.in_(seen),
        DuplicatePair.second_id.in_(seen),
    )
    total = session.scalar(asked.with_only_columns(func.count(DuplicatePair.id))) or 0
    shown = asked.order_by(DuplicatePair.strength.desc(), DuplicatePair.id).limit(ROWS).offset((page - 1) * ROWS)
    pairs = session.scalars(shown).all()
    whose = model.responsible if table == "client" else model.client
    keys = {key for pair in pairs for key in (pair.first_id, pair.second_id)}
    cards = {
        card.id: card for card in session.scalars(select(model).where(model.id.in_(keys)).options(joinedload(whose)))
    }
    return [PairRow(pair, cards[pair.first_id], cards[pair.second_id]) for pair in pairs], total


def list_merges(session: Session) -> Sequence[RecordMerge]:
    """The latest merges."""
    return session.scalars(select(RecordMerge).order_by(RecordMerge.id.desc()).limit(ROWS)).all()
