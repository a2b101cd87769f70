"""Screens of interactions: calls, meetings, letters. The list opens on the person's own events."""

from datetime import datetime, time
from typing import Any

from flask import request, url_for
from sqlalchemy import select

from app.clock import day_of, start_of, utc_now
from app.database import db
from app.models.clients import Contact
from app.models.deals import Deal
from app.models.follow_ups import FollowUp, FollowUpRule
from app.models.interactions import Interaction, InteractionKind, InteractionState, InteractionSubject
from app.permissions import WRITE
from app.services.activity import count_interaction
from app.services.interactions import check_interaction, finish_interaction, is_overdue
from app.texts import _, lazy
from app.views import formats
from app.views.attachments import card_files
from app.views.clients import client_from_address, me
from app.views.crud import Act, CardColumns, CrudView, Group, Lines, Preset
from app.views.crud.columns import Column
from app.views.current import day_from, today, viewer, zone
from app.views.debts import overdue_words
from app.views.pages import Cell, Command
from app.views.sections import CRM

BEGINNING = time(10)
"""When an event begins that is planned by pointing at a day."""


def _planned_before(day: Any) -> Any:
    return (Interaction.state == InteractionState.PLANNED) & (Interaction.starts_at < start_of(day, zone()))


def _says_nothing() -> Any:
    return (Interaction.state == InteractionState.DONE) & ((Interaction.result.is_(None)) | (Interaction.result == ""))


class InteractionView(CrudView):
    """Interactions; what is planned and past its day shows red."""

    model = Interaction
    area = "Interactions"
    route_base = "/interactions"
    section = CRM
    title = lazy("Interactions")
    title_one = lazy("Interaction")
    add_label = lazy("New interaction")
    list_names = ("topic", "kind", "starts_at", "client", "contact", "subjects", "state", "responsible")
    list_loads = ("subjects",)
    sorts = ("topic", "starts_at")
    sort = "-starts_at"
    filters = ("kind", "state", "direction", "client", "responsible", "starts_at", "subjects")
    presets = (
        Preset("mine", lazy("Mine"), lambda person, _day: Interaction.responsible_id == (person.employee_id or 0)),
        Preset("planned", lazy("Planned"), lambda _person, _day: Interaction.state == InteractionState.PLANNED),
        Preset("overdue", lazy("Overdue"), lambda _person, day: _planned_before(day)),
        Preset("unsaid", lazy("Without a result"), lambda _person, _day: _says_nothing()),
    )
    default_tab = "mine"
    search_through = ("client",)
    search_hint = lazy("Topic, client")
    groups = (
        Group(lazy("With whom"), ("client", "contact", "contact_details", "deal", "equipment")),
        Group(lazy("About what"), ("kind", "direction", "topic", "comment")),
        Group(lazy("When"), ("starts_at", "ends_at", "place", "participants", "responsible", "state")),
        Group(lazy("What came of it"), ("is_reached", "result", "next_contact_on")),
        Group(lazy("Where it comes from"), ("previous",)),
    )
    form_groups = groups[:-1]
    lines = (Lines("subjects", InteractionSubject, ("product",)),)
    tables = (CardColumns(lazy("Subject"), ("product",), lambda interaction: interaction.subjects, InteractionSubject),)
    acts = (
        Act(
            "done",
            lazy("Done"),
            "finish",
            icon="check",
            primary=True,
            bulk=True,
            when=lambda record: record.state is InteractionState.PLANNED,
        ),
    )
    form_page = "interactions/form.html"
    copy_leaves = ("ends_at", "is_reached", "result", "next_contact_on", "previous")
    has_files = True

    def defaults(self, record: Any) -> None:
        """Mine, with the client, deal, contact, topic and on the day that the address names; now when it names no day.

        A deal and a contact bring their client with them.
        """
        record.deal, record.contact = _named(Deal, "deal"), _named(Contact, "contact")
        named = record.deal or record.contact
        record.client = client_from_address() or (named.client if named is not None else None)
        if record.contact is None and record.deal is not None:
            record.contact = record.deal.contact
        record.responsible = me(viewer())
        record.topic = request.args.get("topic", "").strip()[:200] or None
        day = day_from(request.args.get("day", ""))
        record.starts_at = datetime.combine(day, BEGINNING, zone()) if day else utc_now()

    def before_save(self, record: Any, *, is_new: bool) -> None:
        """Check what must be filled in."""
        check_interaction(record)

    def after_save(self, record: Any, *, is_new: bool) -> None:
        """Count a done interaction as the employee's activity."""
        count_interaction(db.session(), record, zone=zone())

    def finish(self, record: Any) -> None:
        """Mark as done."""
        finish_interaction(record, now=utc_now())
        db.session.flush()
        count_interaction(db.session(), record, zone=zone())

    def row_tone(self, record: Any) -> str:
        """Red for what should have happened before today."""
        return "danger" if _is_late(record) else ""

    def chips(self, record: Any) -> Any:
        """Kind, status, how late it is, and the rule that planned it."""
        yield formats.cell(record.kind)
        yield _state_cell(record)
        rule = db.session.scalar(
            select(FollowUpRule.name)
            .join(FollowUp, FollowUp.rule_id == FollowUpRule.id)
            .where(FollowUp.interaction_id == record.id)
        )
        if rule:
            yield Cell(_("By the rule «%(rule)s»", rule=rule), "chip", tone="plan", icon="list")

    def cell(self, record: Any, column: Column) -> Cell:
        """The status of an overdue interaction says so; phone or e-mail of the contact when none was written."""
        if column.name == "state":
            return _state_cell(record)
        return super().cell(record, column)

    def card_commands(self, record: Any) -> list[Command]:
        """The way to the whole letter and its answers."""
        if record.kind is not InteractionKind.LETTER:
            return []
        return [Command(_("Whole letter"), url_for("LetterView.show", pk=record.id), icon="mail", name="letter")]

    def card_files(self, record: Any) -> Any:
        """The letter's enclosures."""
        return card_files(record, self.area, can_write=self.may(WRITE))


def _named(model: type[Any], name: str) -> Any:
    """The record that the address of a new record's form names, when the person may see it."""
    key = request.args.get(name, "")
    return db.session.get(model, int(key)) if key.isascii() and key.isdigit() and len(key) < 19 else None


def _is_late(record: Interaction) -> bool:
    return is_overdue(record, start_of(today(), zone()))


def _state_cell(record: Interaction) -> Cell:
    if not _is_late(record):
        return formats.cell(record.state)
    days = (today() - day_of(record.starts_at, zone())).days
    return Cell(overdue_words(days), "chip", tone="danger")
