"""The funnel report: /reports/funnel/."""

from decimal import Decimal

from flask import url_for

from app.database import db
from app.models.deals import StageOutcome
from app.reports import funnel as question
from app.reports.rendering.sheet import Column, Kind
from app.texts import _, lazy
from app.views.current import zone
from app.views.reports.base import ReportView
from app.views.reports.shown import Asked, Report, ReportRow


class FunnelView(ReportView):
    """Conversion between the stages of deals, and the time in each of them."""

    route_base = "/reports/funnel"
    class_permission_name = "Funnel"
    title = lazy("Funnel of sales")

    def ask(self, asked: Asked) -> Report:
        """A row per stage; its figures lead to the deals that stand there now."""
        found = question.funnel(
            db.session(), question.FunnelQuestion(asked.first, asked.last, zone(), asked.manager_id)
        )
        return Report(
            columns=(
                Column(_("Stage")),
                Column(_("Deals that came"), Kind.INTEGER),
                Column(_("Amount"), Kind.MONEY),
                Column(_("Went on"), Kind.INTEGER),
                Column(_("Conversion, %"), Kind.PERCENT),
                Column(_("Lost here"), Kind.INTEGER),
                Column(_("Are there now"), Kind.INTEGER),
                Column(_("Days at the stage, median"), Kind.QUANTITY),
            ),
            rows=tuple(self._stage(stage, asked) for stage in found.stages),
            notes=(
                _(
                    "Deals that came to a stage within the period; what became of them is told as of today. "
                    "Of %(begun)s deals that moved, %(won)s are won: %(conversion)s %%.",
                    begun=found.begun,
                    won=found.won,
                    conversion=f"{found.conversion or 0}".replace(".", ","),
                ),
            ),
            bars=1,
        )

    def _stage(self, stage: question.FunnelStage, asked: Asked) -> ReportRow:
        is_open = stage.outcome is StageOutcome.OPEN
        filters = {"f_stage": str(stage.stage_id)}
        if asked.manager_id is not None:
            filters["f_responsible"] = str(asked.manager_id)
        deals = url_for("DealView.list", tab="all", **filters)  # type: ignore[arg-type]
        return ReportRow(
            cells=(
                stage.name,
                stage.came,
                stage.amount,
                stage.went_on if is_open else None,
                stage.conversion,
                stage.lost if is_open else None,
                stage.there,
                Decimal(str(round(stage.days, 1))) if stage.days is not None else None,
            ),
            urls={0: deals, 6: deals},
        )
