"""What the administrator has set up for stages of deals: fields that must be filled, moves that are allowed."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.deals import Deal, DealField, DealStage, StageMove, StageRequirement
from app.texts import _


def check_requirements(session: Session, deal: Deal) -> None:
    """Raises RuleError naming what must be filled in at the deal's stage."""
    wanted = select(StageRequirement.field).where(StageRequirement.stage_id == deal.stage.id)
    missing = [field for field in session.scalars(wanted.order_by(StageRequirement.id)) if not _is_filled(deal, field)]
    if missing:
        names = ", ".join(str(field.label) for field in missing)
        raise RuleError(_("At the stage «%(stage)s» fill in: %(names)s.", stage=deal.stage, names=names))


def check_move(session: Session, before: DealStage, after: DealStage) -> None:
    """Raises RuleError for a move that the administrator has not allowed."""
    allowed = allowed_from(session, before)
    if allowed is not None and after.id not in allowed:
        raise RuleError(_("A deal does not go from the stage «%(before)s» to «%(after)s».", before=before, after=after))


def allowed_from(session: Session, stage: DealStage) -> Collection[int] | None:
    """The stages to which deals may go from this one; None where every move is allowed."""
    moves = session.scalars(select(StageMove.to_stage_id).where(StageMove.from_stage_id == stage.id)).all()
    return frozenset(moves) or None


def _is_filled(deal: Deal, field: DealField) -> bool:
    """Zero roubles are no amount yet."""
    return bool(getattr(deal, field.value))
