"""Screens of clients and contacts."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import abort, g, redirect, request, url_for
from werkzeug.exceptions import Gone

from app.database import db
from app.models.clients import (
    Client,
    ClientBankAccount,
    ClientStatus,
    ClientTurnover,
    Contact,
    ContactEmail,
    ContactPhone,
)
from app.models.staff import Employee
from app.permissions import READ, WRITE, Viewer
from app.reports.completeness import POOR
from app.reports.overdue import OverdueDebt, overdue_clients, overdue_debts
from app.services.audit import log_access
from app.services.clients import check_client, check_contact, forget_responsibility, note_responsibility
from app.services.duplicates import check_duplicates, note_saved_anyway
from app.services.duplicates.merging import successor
from app.services.names import format_phone, tel_url
from app.texts import _, lazy
from app.views import formats
from app.views.crud import CrudView, Group, Lines, Preset
from app.views.crud.cells import record_address
from app.views.crud.columns import Column
from app.views.crud.query import whole
from app.views.current import today, viewer
from app.views.debts import debt_cell
from app.views.pages import Cell, Command
from app.views.personal_data import contact_commands
from app.views.sections import CRM


def me(person: Viewer) -> Any:
    """The employee behind the signed-in person, or None."""
    return db.session.get(Employee, person.employee_id) if person.employee_id else None


def client_from_address() -> Client | None:
    """The client named in the address of a new record's form (`?client=5`), when the person may see it."""
    key = request.args.get("client", "")
    return db.session.get(Client, int(key)) if key.isascii() and key.isdigit() and len(key) < 19 else None


def lead_to_successor(table: str, key: int, address: Any) -> None:
    """Lead from a merged card to the one that stayed, where the person may see that; 410 with its key to a program."""
    model: Any = Client if table == "client" else Contact
    kept = successor(db.session(), table, key)
    if kept is None or db.session.get(model, kept) is None:
        return
    if request.path.startswith("/api/"):
        gone = Gone(_("The card was merged into no. %(number)s.", number=kept))
        gone.merged_into = kept  # type: ignore[attr-defined]
        raise gone
    abort(redirect(address(kept), 301))


def filled_cell(client: Client) -> Cell:
    """How well the card is filled; poor cards stand out."""
    percent = client.completeness or 0
    return Cell(formats.percent(Decimal(percent)), "number", tone="warn" if percent < POOR else "")


class ClientView(CrudView):
    """Clients; an overdue debt shows red in the list."""

    model = Client
    area = "Clients"
    route_base = "/clients"
    imported_as = "clients"
    section = CRM
    title = lazy("Clients")
    title_one = lazy("Client")
    add_label = lazy("New client")
    add_endpoint = "QuickClientView.form"
    list_names = ("name", "status", "inn", "town", "phone", "completeness", "responsible")
    list_reads = ()
    has_indexed_ways = True
    sorts = ("name", "status", "town", "inn", "completeness")
    sort = "name"
    filters = ("status", "kind", "segment", "responsible", "town", "region", "is_supplier", "completeness", "missing")
    presets = (
        Preset("mine", lazy("Mine"), lambda person, _day: Client.responsible_id == (person.employee_id or 0)),
        Preset("leads", lazy("Leads"), lambda _person, _day: Client.status == ClientStatus.LEAD),
        Preset("overdue", lazy("Overdue debt"), lambda _person, day: Client.id.in_(overdue_clients(day))),
    )
    search_hint = lazy("Name, INN, phone digits, e-mail, town")
    groups = (
        Group(
            lazy("Client"), ("name", "full_name", "kind", "status", "segment", "source", "is_supplier", "responsible")
        ),
        Group(lazy("Requisites"), ("inn", "kpp", "ogrn", "head_name", "head_position", "debt_threshold")),
        Group(lazy("How to reach"), ("phone", "email", "website", "legal_address", "actual_address")),
        Group(lazy("Place"), ("town", "region", "latitude", "longitude")),
        Group(lazy("Comment"), ("comment",)),
    )

    copy_leaves = ("inn", "kpp", "ogrn", "phone", "email", "turnovers", "bank_accounts")
    form_page = "clients/form.html"
    lines = (
        Lines("turnovers", ClientTurnover, ("year", "amount")),
        Lines("bank_accounts", ClientBankAccount, ("account", "bik", "bank_name")),
    )

    def get_record(self, pk: str) -> Any:
        """The client; a merged card's address leads to the card that stayed."""
        if pk.isascii() and pk.isdigit() and db.session.get(Client, whole(pk)) is None:
            lead_to_successor("client", whole(pk), lambda kept: url_for("ClientCardView.card", pk=kept))
        return super().get_record(pk)

    def record_url(self, record: Any) -> str:
        """The client's own card, with all that belongs to the client."""
        return record_address("ClientCardView.card", record.id)

    def bulk_commands(self) -> list[Command]:
        """Hand the chosen clients over to another manager."""
        if not viewer().may(WRITE, "Handovers"):
            return []
        url = url_for("HandoverWizardView.chosen")
        return [Command(_("Hand over to another manager"), url, icon="users", post=True, name="handover")]

    def defaults(self, record: Any) -> None:
        """A new client is mine."""
        record.responsible = me(viewer())

    def before_save(self, record: Any, *, is_new: bool) -> None:
        """Check the requisites and that the client is not there already; remember who was responsible."""
        check_client(record)
        reason = request.values.get("duplicate_reason", "")
        g.checked_duplicates = check_duplicates(db.session(), record, reason=reason)
        note_responsibility(db.session(), record)

    def after_save(self, record: Any, *, is_new: bool) -> None:
        """Keep the reason why this is another client than the one that is there."""
        note_saved_anyway(db.session(), record, g.checked_duplicates)

    def before_delete(self, record: Any) -> None:
        """The history of who was responsible goes with the client."""
        forget_responsibility(db.session(), record)

    def list_marks(self, keys: Sequence[int]) -> Mapping[int, OverdueDebt]:
        """The overdue debts of the page's clients."""
        return overdue_debts(db.session(), keys, today()) if viewer().may(READ, "Receivables") else {}

    def row_tone(self, record: Any) -> str:
        """Red for an overdue debt."""
        return "danger" if getattr(record, "list_mark", None) else ""

    def cell(self, record: Any, column: Column) -> Cell:
        """Add the debt's chip beside the status."""
        debt = getattr(record, "list_mark", None)
        if column.name == "status" and debt is not None:
            return debt_cell(debt)
        if column.name == "completeness" and record.completeness is not None:
            return filled_cell(record)
        if column.name == "phone" and record.phone:
            return Cell(format_phone(record.phone), url=tel_url(record.phone))
        return super().cell(record, column)


class ContactView(CrudView):
    """Contacts: people at clients. The portrait and the birth date stand behind their own right."""

    model = Contact
    area = "Contacts"
    route_base = "/contacts"
    imported_as = "contacts"
    section = CRM
    title = lazy("Contacts")
    title_one = lazy("Contact")
    add_label = lazy("New contact")
    list_names = ("family_name", "given_name", "patronymic", "position", "client", "phones", "emails")
    list_loads = ("phones", "emails")
    sorts = ("family_name", "position")
    sort = "family_name"
    filters = ("client", "role", "is_main", "is_active")
    search_through = ("client",)
    search_hint = lazy("Name, phone digits, e-mail, client")
    groups = (
        Group(lazy("Person"), ("client", "family_name", "given_name", "patronymic", "position", "role")),
        Group(lazy("State"), ("is_main", "is_active")),
        Group(lazy("About the person"), ("birth_date", "portrait", "comment")),
    )
    copy_leaves = ("phones", "emails", "is_main")
    lines = (
        Lines("phones", ContactPhone, ("number", "extension")),
        Lines("emails", ContactEmail, ("address",)),
    )

    def get_record(self, pk: str) -> Any:
        """The contact; a merged one's address leads to the one that stayed."""
        if pk.isascii() and pk.isdigit() and db.session.get(Contact, whole(pk)) is None:
            lead_to_successor("contact", whole(pk), lambda kept: url_for("ContactView.show", pk=kept))
        return super().get_record(pk)

    def defaults(self, record: Any) -> None:
        """A contact of the client named in the address."""
        record.client = client_from_address()

    def chips(self, record: Any) -> Any:
        """That the person's data are gone."""
        if record.erased_at is not None:
            yield Cell(_("Personal data erased"), "chip", tone="neutral", icon="eye-off")

    def card_commands(self, record: Any) -> list[Command]:
        """What the law asks for: the extract, consents, erasing."""
        return contact_commands(record)

    def is_editable(self, record: Any) -> bool:
        """Nothing is written over a person whose data were erased."""
        return record.erased_at is None

    def before_save(self, record: Any, *, is_new: bool) -> None:
        """Bring phones and e-mails into one shape."""
        check_contact(record)

    def note_opening(self, record: Any) -> None:
        """Log who opened the restricted fields (152-ФЗ)."""
        shown = [
            name
            for name in ("birth_date", "portrait")
            if getattr(record, name) and self.column(name).may_read(viewer())
        ]
        if shown:
            log_access(db.session(), record.id, shown)
            db.session.commit()

    def cell(self, record: Any, column: Column) -> Cell:
        """Phones formatted for reading; the age beside the birth date."""
        if column.name == "phones":
            numbers = [format_phone(phone.number, phone.extension or "") for phone in record.phones]
            return Cell(", ".join(numbers) or formats.EMPTY)
        if column.name == "birth_date" and record.birth_date:
            return Cell(_("%(day)s, aged %(age)s", day=formats.day(record.birth_date), age=_age(record.birth_date)))
        return super().cell(record, column)


def _age(born: date) -> int:
    now = today()
    return now.year - born.year - ((now.month, now.day) < (born.month, born.day))
