"""Screens of terms of sale and contracts."""

from typing import Any

from flask import url_for
from sqlalchemy import or_

from app.database import db
from app.models.agreements import Agreement, AgreementStage, Contract, ContractStatus
from app.permissions import WRITE
from app.services.activity import SIGNED, count_contract
from app.services.agreements import check_agreement, check_contract
from app.texts import _, lazy
from app.views.attachments import card_files
from app.views.clients import client_from_address, me
from app.views.crud import CardColumns, CrudView, Group, Lines, Preset
from app.views.current import today, viewer
from app.views.letters.beside import letter_command
from app.views.pages import Command
from app.views.printing import FORMS
from app.views.sections import SALES


class AgreementView(CrudView):
    """Terms of sale with payment schedules."""

    model = Agreement
    area = "Agreements"
    route_base = "/agreements"
    section = SALES
    title = lazy("Terms of sale")
    title_one = lazy("Agreement")
    add_label = lazy("New terms")
    list_names = ("name", "kind", "client", "price_type", "discount_percent", "valid_from", "valid_to", "is_active")
    sorts = ("name", "valid_from")
    sort = "name"
    filters = ("kind", "client", "price_type", "is_active")
    search_through = ("client",)
    search_hint = lazy("Name, client")
    groups = (
        Group(lazy("Agreement"), ("name", "kind", "client", "organisation", "valid_from", "valid_to", "is_active")),
        Group(lazy("Prices"), ("price_type", "discount_percent", "delivery_days")),
    )
    lines = (Lines("stages", AgreementStage, ("percent", "event", "shift_days", "day_kind")),)
    tables = (
        CardColumns(
            lazy("Payment schedule"),
            ("percent", "event", "shift_days", "day_kind"),
            lambda agreement: agreement.stages,
            AgreementStage,
        ),
    )

    def defaults(self, record: Any) -> None:
        """Terms in force from today."""
        record.valid_from = today()
        record.client = client_from_address()

    def before_save(self, record: Any, *, is_new: bool) -> None:
        """Check the schedule."""
        check_agreement(record)


class ContractView(CrudView):
    """Contracts with their signed PDF files."""

    model = Contract
    area = "Contracts"
    route_base = "/contracts"
    printed = FORMS["contract"]
    section = SALES
    title = lazy("Contracts")
    title_one = lazy("Contract")
    add_label = lazy("New contract")
    list_names = ("number", "signed_on", "client", "status", "subject", "amount", "valid_to", "responsible")
    list_reads = ("status", "valid_to", "is_prolonged")
    sorts = ("number", "signed_on", "amount", "valid_to")
    sort = "-signed_on"
    filters = ("status", "kind", "client", "responsible", "signed_on", "valid_to")
    presets = (
        Preset("mine", lazy("Mine"), lambda person, _day: Contract.responsible_id == (person.employee_id or 0)),
        Preset("signed", lazy("Signed"), lambda _person, _day: Contract.status.in_(SIGNED)),
        Preset("force", lazy("In force"), lambda _person, _day: Contract.status == ContractStatus.SIGNED),
        Preset(
            "ended",
            lazy("Term is over"),
            lambda _person, day: or_(Contract.valid_to < day) & (Contract.status == ContractStatus.SIGNED),
        ),
    )
    search_through = ("client",)
    search_hint = lazy("Number, subject, client")
    totals = ("amount",)
    groups = (
        Group(lazy("Contract"), ("number", "signed_on", "client", "organisation", "kind", "status")),
        Group(lazy("Terms"), ("subject", "amount", "agreement", "valid_to", "is_prolonged", "responsible")),
        Group(lazy("Comment"), ("comment",)),
    )
    has_files = True

    def defaults(self, record: Any) -> None:
        """A contract of today, mine."""
        record.signed_on = today()
        record.client = client_from_address()
        record.responsible = me(viewer())

    def before_save(self, record: Any, *, is_new: bool) -> None:
        """Check the dates and the terms of sale."""
        check_contract(record)

    def after_save(self, record: Any, *, is_new: bool) -> None:
        """A signed contract counts as the manager's activity."""
        count_contract(db.session(), record)

    def row_tone(self, record: Any) -> str:
        """Red when a contract in force has outlived its term."""
        if record.status is not ContractStatus.SIGNED or record.valid_to is None or record.is_prolonged:
            return ""
        return "danger" if record.valid_to < today() else ""

    def card_commands(self, record: Any) -> list[Command]:
        """Print the contract's text."""
        url = url_for("PrintView.document", kind="contract", pk=record.id)
        return [Command(_("Print"), url, icon="printer", new_tab=True), *letter_command(record)]

    def card_files(self, record: Any) -> Any:
        """The signed PDF and other files."""
        return card_files(record, self.area, can_write=self.may(WRITE))
