"""The board of deals and the board of claims."""

from collections.abc import Sequence
from typing import Any

from flask import abort, render_template, request
from sqlalchemy import ColumnElement, select

from app.database import db
from app.models.claims import ClaimStatus
from app.models.deals import DealStage, LossReason, StageOutcome
from app.reports.boards import Column, claim_board, deal_board
from app.services.claims import MOVES, move_claim
from app.services.deals import move_deal
from app.texts import _, lazy
from app.views.boards.base import Asked, BoardView
from app.views.claims import ClaimView
from app.views.crud.query import whole
from app.views.current import today
from app.views.deals import DealView
from app.views.pages import Option
from app.views.sections import CRM


class DealBoardView(BoardView):
    """Deals by stage of the funnel."""

    route_base = "/deals/board"
    class_permission_name = "Deals"
    screen = DealView
    column_filter = "stage_id"
    period_filter = "expected_on"
    total_label = lazy("In work")
    board_label = lazy("Funnel")

    def columns(self, conditions: Sequence[ColumnElement[bool]], asked: Asked) -> tuple[Column, ...]:
        """The stages in their order."""
        return deal_board(db.session(), conditions, today(), with_ended=asked.with_ended)

    def nothing_due(self) -> str:
        """A deal in work must have a next step."""
        return _("No next step")

    def reasons(self) -> Sequence[Option]:
        """Why deals are lost."""
        found = db.session.scalars(select(LossReason).order_by(LossReason.name))
        return [Option(str(reason.id), reason.name) for reason in found]

    def ask(self, record: Any, to: str) -> Any:
        """Ask why the deal was lost, when it goes there without a reason."""
        stage = self._stage(to)
        if stage.outcome is not StageOutcome.LOST or request.form.get("loss_reason"):
            return None
        kept = {name: value for name, value in request.form.items() if name.startswith("kept-")}
        return render_template(
            "boards/lost.html",
            page_section=str(CRM),
            deal=record,
            stage=stage,
            reasons=self.reasons(),
            kept=kept,
            back=self._back(),
        )

    def go(self, record: Any, to: str) -> str:
        """Move a deal to a stage; a lost one takes the reason with it."""
        stage = self._stage(to)
        if reason := request.form.get("loss_reason"):
            record.loss_reason = db.session.get(LossReason, whole(reason)) or abort(400)
        move_deal(db.session(), record, stage, today=today())
        return _("%(title)s: stage «%(stage)s»", title=record.title, stage=stage.name)

    def _stage(self, key: str) -> DealStage:
        return db.session.get(DealStage, whole(key)) or abort(400)


class ClaimBoardView(BoardView):
    """Claims by status; moves go only where a claim may go."""

    route_base = "/claims/board"
    class_permission_name = "Claims"
    screen = ClaimView
    column_filter = "status"
    period_filter = "registered_on"
    total_label = lazy("In work")

    def columns(self, conditions: Sequence[ColumnElement[bool]], asked: Asked) -> tuple[Column, ...]:
        """The statuses in their order."""
        return claim_board(db.session(), conditions, today(), with_ended=asked.with_ended)

    def may_go(self, column: Column, to: Column) -> bool:
        """As the rule of claims says."""
        return ClaimStatus(to.key) in MOVES[ClaimStatus(column.key)]

    def may_return(self, record: Any, before: str) -> bool:
        """Some moves of claims have no way back."""
        return ClaimStatus(before) in MOVES[record.status]

    def go(self, record: Any, to: str) -> str:
        """Move a claim to a status, and log it."""
        if to not in set(ClaimStatus):
            abort(400)
        status = ClaimStatus(to)
        move_claim(db.session(), record, status, today=today())
        return _("%(title)s: status «%(status)s»", title=f"{_('Claim')} {record}", status=str(status.label))
