"""Screens of claims."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from sqlalchemy import select

from app.database import db
from app.models.claims import Claim, ClaimEvent, ClaimStatus, ClaimStep
from app.permissions import WRITE
from app.services.claims import MOVES, check_claim, is_overdue, log_event, move_claim, number_claim
from app.texts import _, lazy
from app.views import formats
from app.views.attachments import card_files
from app.views.clients import client_from_address, me
from app.views.crud import Act, CardColumns, CrudView, Group, Lines, Preset
from app.views.crud.columns import Column
from app.views.current import today, viewer
from app.views.debts import overdue_words
from app.views.pages import Cell, Command
from app.views.sections import CRM


def _events(claim: Claim) -> list[ClaimEvent]:
    statement = select(ClaimEvent).where(ClaimEvent.claim_id == claim.id).order_by(ClaimEvent.id.desc())
    return list(db.session.scalars(statement))


def _may_move(to: ClaimStatus) -> Any:
    return lambda claim: to in MOVES[claim.status]


class ClaimView(CrudView):
    """Claims; an answer that is overdue shows red. Who is at fault is seen only by those with the right."""

    model = Claim
    area = "Claims"
    route_base = "/claims"
    section = CRM
    title = lazy("Claims")
    title_one = lazy("Claim")
    add_label = lazy("New claim")
    list_names = ("number", "registered_on", "client", "status", "demand", "amount", "answer_due_on", "responsible")
    list_reads = ("status", "answer_due_on")
    sorts = ("number", "registered_on", "answer_due_on", "amount")
    sort = "-registered_on"
    filters = ("status", "client", "reason", "demand", "responsible", "registered_on", "answer_due_on")
    presets = (
        Preset("open", lazy("Open"), lambda _person, _day: Claim.status != ClaimStatus.CLOSED),
        Preset("mine", lazy("Mine"), lambda person, _day: Claim.responsible_id == (person.employee_id or 0)),
        Preset(
            "overdue",
            lazy("Overdue"),
            lambda _person, day: (Claim.status != ClaimStatus.CLOSED) & (Claim.answer_due_on < day),
        ),
    )
    search_through = ("client",)
    search_hint = lazy("Number, text, client")
    totals = ("amount",)
    groups = (
        Group(lazy("Claim"), ("registered_on", "channel", "client", "contact", "responsible", "answer_due_on")),
        Group(lazy("What happened"), ("text", "demand", "amount", "invoice", "product", "equipment")),
        Group(lazy("Analysis"), ("reason", "interaction", "analysis", "department_at_fault", "employee_at_fault")),
        Group(lazy("Result"), ("result", "outcome", "settlement_cost", "closed_on")),
    )
    form_groups = (
        *groups[:3],
        Group(lazy("Result"), ("result", "outcome", "settlement_cost")),
    )
    lines = (Lines("steps", ClaimStep, ("task", "responsible", "due_on", "done_on")),)
    tables = (
        CardColumns(
            lazy("Investigation plan"),
            ("task", "responsible", "due_on", "done_on"),
            lambda claim: claim.steps,
            ClaimStep,
        ),
        CardColumns(lazy("Log"), ("at", "from_status", "to_status", "text"), _events, ClaimEvent),
    )
    acts = tuple(
        Act(f"to_{status.value}", label, f"to_{status.value}", icon=icon, primary=primary, when=_may_move(status))
        for status, label, icon, primary in (
            (ClaimStatus.INVESTIGATION, lazy("Investigate"), "search", False),
            (ClaimStatus.SETTLEMENT, lazy("Settle"), "handshake", False),
            (ClaimStatus.CLOSED, lazy("Close the claim"), "check-circle", True),
        )
    )
    copy_leaves = ("steps", "interaction", "analysis", "result", "outcome", "settlement_cost", "answer_due_on")
    has_files = True

    def list_commands(self) -> Sequence[Command]:
        """The same records as a board."""
        return [Command(_("Board"), url_for("ClaimBoardView.board"), icon="kanban")]

    def defaults(self, record: Any) -> None:
        """A claim of today, mine, from the client named in the address."""
        record.registered_on = today()
        record.client = client_from_address()
        record.responsible = me(viewer())

    def before_save(self, record: Any, *, is_new: bool) -> None:
        """Check the links and the term of the answer."""
        check_claim(record)

    def after_save(self, record: Any, *, is_new: bool) -> None:
        """Number and log a new claim."""
        if is_new:
            number_claim(db.session(), record)
            log_event(db.session(), record, "", after=record.status)

    def to_investigation(self, record: Any) -> None:
        """Begin, or begin again, the investigation."""
        move_claim(db.session(), record, ClaimStatus.INVESTIGATION, today=today())

    def to_settlement(self, record: Any) -> None:
        """Go over to settling with the client."""
        move_claim(db.session(), record, ClaimStatus.SETTLEMENT, today=today())

    def to_closed(self, record: Any) -> None:
        """Close; the service asks for reason, result and outcome."""
        move_claim(db.session(), record, ClaimStatus.CLOSED, today=today())

    def is_editable(self, record: Any) -> bool:
        """A closed claim is opened for investigation again before it changes."""
        return record.status is not ClaimStatus.CLOSED

    def row_tone(self, record: Any) -> str:
        """Red when the answer is overdue."""
        return "danger" if is_overdue(record, today()) else ""

    def cell(self, record: Any, column: Column) -> Cell:
        """Words beside an overdue term."""
        if column.name == "answer_due_on" and is_overdue(record, today()):
            words = overdue_words((today() - record.answer_due_on).days)
            return Cell(words, "chip", tone="danger", hint=formats.day(record.answer_due_on))
        return super().cell(record, column)

    def card_files(self, record: Any) -> Any:
        """Photographs and letters of the claim."""
        return card_files(record, self.area, can_write=self.may(WRITE))
