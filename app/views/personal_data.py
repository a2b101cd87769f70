"""Screens of personal data (152-ФЗ): consents, requests to erase, the extract for a person, the desk."""

import json
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access

from app.clock import utc_now
from app.database import db
from app.errors import RuleError
from app.models.clients import Contact
from app.models.files import AttachmentKind
from app.models.personal_data import Consent, Erasure, ErasureStatus
from app.permissions import DELETE, READ, WRITE
from app.reports.erasure_print import erasure_pdf, extract_pdf
from app.reports.personal_data import (
    KEPT_FIELDS,
    RETENTION_YEARS,
    Extract,
    KeptField,
    desk_figures,
    expired_contacts,
    mentions,
    subject_extract,
)
from app.services.audit import log_access
from app.services.files import attach, safe_name, store_file
from app.services.personal_data import (
    CATEGORIES,
    check_consent,
    erase_contact,
    is_overdue,
    pending_work,
    prepare_erasure,
    refuse_erasure,
    withdraw_consent,
)
from app.services.service import working_time
from app.texts import _, lazy
from app.views import formats
from app.views.attachments import card_files, limits, store
from app.views.crud import Act, CrudView, Group, Preset
from app.views.crud.columns import Column
from app.views.crud.query import whole
from app.views.current import today, viewer, zone
from app.views.debts import overdue_words
from app.views.files import disposition
from app.views.pages import Cell, Command
from app.views.sections import SETTINGS
from app.views.tables import record_url, table_words

ERASE_ROUTE = "PersonalDataView.erase"
AREA = "PersonalData"


def contact_from_address() -> Contact | None:
    """The contact named in the address of a new record's form (`?contact=5`), when the person may see it."""
    key = request.args.get("contact", "")
    return db.session.get(Contact, int(key)) if key.isascii() and key.isdigit() and len(key) < 19 else None


def contact_commands(contact: Contact) -> list[Command]:
    """What the card of a contact offers to whoever looks after personal data."""
    if not viewer().may(READ, AREA) or contact.erased_at is not None:
        return []
    offered = [
        Command(_("Extract of personal data, PDF"), _extract_url(contact, "pdf"), icon="id-card", post=True),
        Command(_("Extract of personal data, JSON"), _extract_url(contact, "json"), icon="download", post=True),
    ]
    if viewer().may(WRITE, AREA):
        offered += [
            Command(_("Note a consent"), url_for("ConsentView.add", contact=contact.id), icon="file-check"),
            Command(_("Request to erase"), url_for("ErasureView.add", contact=contact.id), icon="eye-off"),
        ]
    return offered


def _extract_url(contact: Contact, ending: str) -> str:
    return url_for("PersonalDataView.extract", contact=contact.id, ending=ending)


class ConsentView(CrudView):
    """Consents of contacts to what is done with their data, each to one purpose."""

    model = Consent
    area = AREA
    route_base = "/consents"
    section = SETTINGS
    title = lazy("Consents to data processing")
    title_one = lazy("Consent")
    add_label = lazy("New consent")
    list_names = ("purpose", "contact", "form", "text_version", "given_on", "valid_until", "withdrawn_on")
    sorts = ("given_on", "valid_until", "withdrawn_on")
    sort = "-given_on"
    filters = ("purpose", "contact", "form", "given_on", "valid_until")
    presets = (
        Preset("live", lazy("In force"), lambda _person, _day: Consent.withdrawn_on.is_(None)),
        Preset("ended", lazy("Term is over"), lambda _person, day: Consent.valid_until < day),
        Preset("withdrawn", lazy("Withdrawn"), lambda _person, _day: Consent.withdrawn_on.is_not(None)),
    )
    search_through = ("contact",)
    search_hint = lazy("Family name, phone digits, e-mail")
    groups = (
        Group(lazy("Consent"), ("contact", "purpose", "form", "text_version", "channel")),
        Group(lazy("Term"), ("given_on", "valid_until", "withdrawn_on")),
        Group(lazy("Comment"), ("comment",)),
    )
    form_groups = (
        groups[0],
        Group(lazy("Term"), ("given_on", "valid_until")),
        groups[2],
    )
    acts = (
        Act(
            "withdraw",
            lazy("Withdraw"),
            "withdraw",
            icon="x",
            confirm=lazy("Note that the consent is withdrawn? A request to erase is opened, to be done in 30 days."),
            when=lambda consent: consent.withdrawn_on is None,
        ),
    )
    copy_leaves = ("withdrawn_on",)
    has_files = True

    def defaults(self, record: Any) -> None:
        """A consent of today, of the contact named in the address."""
        record.given_on = today()
        record.contact = contact_from_address()

    def before_save(self, record: Any, *, is_new: bool) -> None:
        """Check the term."""
        check_consent(record)

    def is_editable(self, record: Any) -> bool:
        """A withdrawn consent is history."""
        return record.withdrawn_on is None

    def withdraw(self, record: Any) -> None:
        """Note the withdrawal and open the request to erase."""
        calendar = working_time(db.session(), zone()).calendar
        erasure = withdraw_consent(db.session(), record, today=today(), calendar=calendar)
        flash(_("The request to erase %(number)s is open.", number=erasure.number), "warning")

    def card_files(self, record: Any) -> Any:
        """The signed consent."""
        return card_files(record, self.area, can_write=self.may(WRITE))


class ErasureView(CrudView):
    """Requests to erase personal data; one that is overdue shows red."""

    model = Erasure
    area = AREA
    route_base = "/erasures"
    section = SETTINGS
    title = lazy("Requests to erase")
    title_one = lazy("Request to erase")
    add_label = lazy("New request")
    list_names = ("number", "contact", "basis", "requested_on", "due_on", "status", "done_at")
    sorts = ("number", "requested_on", "due_on")
    sort = "-requested_on"
    filters = ("status", "basis", "contact", "due_on")
    presets = (
        Preset("open", lazy("Open"), lambda _person, _day: Erasure.status == ErasureStatus.REQUESTED),
        Preset(
            "overdue",
            lazy("Overdue"),
            lambda _person, day: (Erasure.status == ErasureStatus.REQUESTED) & (Erasure.due_on < day),
        ),
    )
    search_through = ("contact",)
    search_hint = lazy("Family name, phone digits, e-mail")
    groups = (
        Group(lazy("Request"), ("contact", "basis", "requested_on", "due_on")),
        Group(lazy("Result"), ("done_at", "comment")),
    )
    form_groups = (Group(lazy("Request"), ("contact", "basis", "requested_on", "comment")),)
    acts = (Act("refuse", lazy("Refuse"), "refuse", when=lambda erasure: erasure.status is ErasureStatus.REQUESTED),)
    has_files = True

    def defaults(self, record: Any) -> None:
        """A request of today, of the contact named in the address."""
        record.requested_on = today()
        record.contact = contact_from_address()

    def before_save(self, record: Any, *, is_new: bool) -> None:
        """Set the term and the number."""
        calendar = working_time(db.session(), zone()).calendar
        prepare_erasure(db.session(), record, calendar=calendar)

    def is_editable(self, record: Any) -> bool:
        """A closed request stays as it is."""
        return record.status is ErasureStatus.REQUESTED

    def refuse(self, record: Any) -> None:
        """Close a request that has no ground."""
        refuse_erasure(record)

    def row_tone(self, record: Any) -> str:
        """Red when the term is over."""
        return "danger" if is_overdue(record, today()) else ""

    def cell(self, record: Any, column: Column) -> Cell:
        """Words beside an overdue term."""
        if column.name == "due_on" and is_overdue(record, today()):
            words = overdue_words((today() - record.due_on).days)
            return Cell(words, "chip", tone="danger", hint=formats.day(record.due_on))
        return super().cell(record, column)

    def card_commands(self, record: Any) -> list[Command]:
        """Go on to the erasing itself."""
        if record.status is not ErasureStatus.REQUESTED or not self.may(DELETE):
            return []
        return [Command(_("Erase the data"), url_for(ERASE_ROUTE, pk=record.id), icon="eye-off", danger=True)]

    def card_files(self, record: Any) -> Any:
        """The act of destruction and the person's letter."""
        return card_files(record, self.area, can_write=self.may(WRITE))


class PersonalDataView(BaseView):
    """The desk of personal data, the extract for a person, and the erasing itself."""

    route_base = "/personal-data"
    class_permission_name = AREA
    method_permission_name = {"desk": "read", "extract": "read", "erase": "delete"}

    @expose("/")
    @has_access
    def desk(self) -> Any:
        """Show what is due, who is kept too long, and the register of what is kept."""
        return render_template(
            "personal_data/desk.html",
            page_section=str(SETTINGS),
            figures=desk_figures(db.session(), today(), zone()),
            expired=[(str(each), str(each.client), record_url(each)) for each in self._expired()],
            years=RETENTION_YEARS,
            fields=[_kept_field(kept) for kept in KEPT_FIELDS],
        )

    @expose("/extract/<contact>.<ending>", methods=["POST"])
    @has_access
    def extract(self, contact: str, ending: str) -> Any:
        """Give the extract as a file and log that it was made."""
        person = db.session.get(Contact, whole(contact)) or abort(404)
        if ending not in {"pdf", "json"}:
            abort(404)
        log_access(db.session(), person.id, ["birth_date", "portrait", "extract"])
        extract = subject_extract(db.session(), person, now=utc_now(), zone=zone())
        response = _extract_file(extract, ending)
        db.session.commit()
        return response

    @expose("/erase/<pk>", methods=["GET", "POST"])
    @has_access
    def erase(self, pk: str) -> Any:
        """Show what will be destroyed and what stays; on POST with the name typed destroy it and keep the act."""
        erasure = db.session.get(Erasure, whole(pk)) or abort(404)
        if erasure.status is not ErasureStatus.REQUESTED:
            return redirect(record_url(erasure))
        error = ""
        if request.method == "POST":
            error = self._erase(erasure)
            if not error:
                flash(_("The personal data are erased. The act is kept with the request."), "success")
                return redirect(record_url(erasure))
        return self._erase_page(erasure, error), 422 if error else 200

    def _erase(self, erasure: Erasure) -> str:
        """Destroy and keep the act in one transaction; '' or why not."""
        subject = erasure.contact.full_name
        if request.form.get("name", "").strip().casefold() != erasure.contact.family_name.strip().casefold():
            return _("Type the family name to confirm.")
        try:
            erase_contact(db.session(), erasure, now=utc_now())
            act = erasure_pdf(db.session(), erasure, subject, zone())
            name = safe_name(f"Акт об уничтожении {erasure.number}.pdf")
            stored = store_file(db.session(), act, name, folder=store(), limits=limits())
            attach(db.session(), erasure, stored, AttachmentKind.OTHER)
            db.session.commit()
        except RuleError as refusal:
            db.session.rollback()
            return str(refusal)
        return ""

    def _erase_page(self, erasure: Erasure, error: str) -> str:
        contact = erasure.contact
        found = mentions(db.session(), contact)
        return render_template(
            "personal_data/erase.html",
            page_section=str(SETTINGS),
            erasure=erasure,
            contact=contact,
            back=record_url(erasure),
            error=error,
            pending=pending_work(db.session(), contact),
            categories=[str(words) for words in CATEGORIES.values()],
            mentions=[
                (table_words(each.record.__tablename__), record_url(each.record), str(each.record), each.excerpt)
                for each in found
            ],
        )

    def _expired(self) -> list[Contact]:
        return expired_contacts(db.session(), today(), zone())


_WORDS = {
    "outgoing_mail": lazy("Outgoing letter"),
    "incoming_mail": lazy("Incoming letter"),
    "phone_call": lazy("Call"),
}
"""Tables without a generated screen and without a history of changes."""


def _kept_field(kept: KeptField) -> tuple[str, str, str]:
    table = kept.model.__table__
    protection = _("a right of its own, each opening is logged") if kept.right else _("the right on contacts")
    return str(_WORDS.get(table.name) or table_words(table.name)), str(table.c[kept.column].info["label"]), protection


def _extract_file(extract: Extract, ending: str) -> Response:
    name = safe_name(f"{_('Personal data')} {extract.subject}.{ending}")
    if ending == "pdf":
        response = Response(extract_pdf(extract), mimetype="application/pdf")
    else:
        text = json.dumps(extract.as_json(), ensure_ascii=False, indent=2)
        response = Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = disposition(name, inline=False)
    return response
