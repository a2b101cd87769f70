"""Screens of deals."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy import select

from app.database import db
from app.models.deals import Deal, DealStage, DealStageChange, StageOutcome
from app.permissions import Viewer
from app.services.deal_plan import follow_next_step, forget_plan
from app.services.deals import check_deal, is_step_overdue, note_stage
from app.texts import _, lazy
from app.views import formats
from app.views.clients import client_from_address, me
from app.views.crud import CrudView, Group, Preset
from app.views.crud.columns import Column
from app.views.current import today, viewer
from app.views.debts import overdue_words
from app.views.pages import Cell, Command
from app.views.sections import CRM


def _open(_person: Viewer, _day: Any) -> Any:
    return Deal.stage.has(DealStage.outcome == StageOutcome.OPEN)


class DealView(CrudView):
    """Deals; a next step that should have been made shows red."""

    model = Deal
    area = "Deals"
    route_base = "/deals"
    section = CRM
    title = lazy("Deals")
    title_one = lazy("Deal")
    add_label = lazy("New deal")
    list_names = ("title", "client", "stage", "amount", "next_step", "next_step_on", "responsible")
    list_reads = ("stage", "next_step_on")
    sorts = ("title", "amount", "next_step_on")
    sort = "-id"
    filters = ("stage", "client", "responsible", "amount", "next_step_on", "expected_on")
    presets = (
        Preset("mine", lazy("Mine"), lambda person, _day: Deal.responsible_id == (person.employee_id or 0)),
        Preset("open", lazy("In work"), _open),
        Preset(
            "overdue",
            lazy("Overdue steps"),
            lambda person, day: _open(person, day) & (Deal.next_step_on < day),
        ),
    )
    search_through = ("client",)
    search_hint = lazy("Title, client")
    copy_leaves = ("stage", "loss_reason")
    totals = ("amount",)
    groups = (
        Group(lazy("Deal"), ("title", "client", "contact", "stage", "amount", "responsible")),
        Group(lazy("Next"), ("next_step", "next_step_on", "expected_on")),
        Group(lazy("End"), ("loss_reason", "comment")),
    )

    @expose("/show/<pk>")
    @has_access
    def show(self, pk: str) -> Any:
        """The card of a deal is its workspace."""
        return redirect(self.record_url(self.get_record(pk)))

    def record_url(self, record: Any) -> str:
        """The workspace of the deal."""
        return url_for("DealCardView.deal", pk=record.id)

    def list_commands(self) -> Sequence[Command]:
        """The same records as a board."""
        return [Command(_("Funnel"), url_for("DealBoardView.board"), icon="kanban")]

    def defaults(self, record: Any) -> None:
        """A deal at the first stage, mine."""
        record.client = client_from_address()
        record.responsible = me(viewer())
        record.stage = db.session.scalars(select(DealStage).order_by(DealStage.position)).first()

    def before_save(self, record: Any, *, is_new: bool) -> None:
        """Close or reopen by the stage; remember the stages."""
        check_deal(record, today=today())
        note_stage(db.session(), record)
        follow_next_step(db.session(), record)

    def before_delete(self, record: Any) -> None:
        """The history of stages goes with the deal."""
        for change in db.session.scalars(select(DealStageChange).where(DealStageChange.deal_id == record.id)):
            db.session.delete(change)
        forget_plan(db.session(), record)

    def row_tone(self, record: Any) -> str:
        """Red for a step that is overdue."""
        return "danger" if is_step_overdue(record, today()) else ""

    def chips(self, record: Any) -> Any:
        """The stage, and an overdue step."""
        yield Cell(str(record.stage), "chip", tone=record.stage.outcome.tone)
        if is_step_overdue(record, today()):
            yield Cell(overdue_words((today() - record.next_step_on).days), "chip", tone="danger")

    def cell(self, record: Any, column: Column) -> Cell:
        """Words beside an overdue date; the stage as a chip."""
        if column.name == "next_step_on" and is_step_overdue(record, today()):
            words = overdue_words((today() - record.next_step_on).days)
            return Cell(words, "chip", tone="danger", hint=formats.day(record.next_step_on))
        if column.name == "stage":
            return Cell(str(record.stage), "chip", tone=record.stage.outcome.tone)
        return super().cell(record, column)
