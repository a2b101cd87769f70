"""Rules for deals: stages with their history, closing, the next step."""

from datetime import date
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.deals import Deal, DealStage, DealStageChange, StageOutcome
from app.services.deal_stages import check_move, check_requirements
from app.texts import _


def check_deal(deal: Deal, *, today: date) -> None:
    """Set or clear the closing date by the stage's outcome.

    Raises RuleError when a lost deal has no reason, or the contact is another client's.
    """
    if deal.contact is not None and deal.contact.client is not deal.client:
        raise RuleError(_("This contact works for another client."))
    if deal.stage.outcome is StageOutcome.LOST and deal.loss_reason is None:
        raise RuleError(_("Say why the deal was lost."))
    if deal.stage.outcome is StageOutcome.OPEN:
        deal.closed_on = None
        deal.loss_reason = None
    else:
        deal.closed_on = deal.closed_on or today


def note_stage(session: Session, deal: Deal) -> None:
    """Add a row of history when the stage was changed, or set for the first time. Call before the flush.

    Raises RuleError for a move that is not allowed, or while something is missing that the stage asks for.
    """
    history: Any = inspect(deal).attrs.stage.history
    before: DealStage | None = history.deleted[0] if history.deleted else None
    with session.no_autoflush:  # a flush would forget where the deal came from
        check_requirements(session, deal)
        if before is not None and history.added:
            check_move(session, before, history.added[0])
    if not history.added:
        return
    viewer = session.info.get("viewer")
    session.flush()
    session.add(
        DealStageChange(
            deal_id=deal.id,
            from_id=before.id if before is not None else None,
            to_id=history.added[0].id,
            by_user_id=viewer.user_id if viewer is not None else None,
        )
    )


def move_deal(session: Session, deal: Deal, stage: DealStage, *, today: date) -> None:
    """Move a deal to another stage and note who did it and when. Raises RuleError as `check_deal` does."""
    deal.stage = stage
    check_deal(deal, today=today)
    note_stage(session, deal)


def move_step(deal: Deal, day: date) -> None:
    """Put the next step of a deal in work off, or forward, to another day. Raises RuleError when it has none."""
    if deal.stage.outcome is not StageOutcome.OPEN or deal.next_step_on is None:
        raise RuleError(_("The deal «%(title)s» has no next step to move.", title=deal.title))
    deal.next_step_on = day


def is_step_overdue(deal: Deal, today: date) -> bool:
    """Tell whether the next step of a deal in work should have been made by now."""
    if deal.stage.outcome is not StageOutcome.OPEN or deal.next_step_on is None:
        return False
    return deal.next_step_on < today
