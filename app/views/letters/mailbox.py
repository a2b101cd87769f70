"""/mailbox/: letters that came and found no client by themselves are sorted by hand, or set aside."""

from dataclasses import dataclass
from typing import Any

from flask import abort, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access
from wtforms.validators import Optional

from app.database import db
from app.errors import RuleError
from app.models.clients import Client, Contact
from app.models.deals import Deal
from app.models.letters import IncomingMail, IncomingState
from app.permissions import WRITE
from app.reports.letters import incoming_page, last_fetched
from app.services.files import attachments_of
from app.services.letters import Place, assign_letter, set_aside
from app.services.reach import owners_of_email
from app.texts import _, lazy
from app.views import formats
from app.views.attachments import file_tiles
from app.views.crud.fields import RelationField, Required
from app.views.crud.forms import RecordForm, set_lookups
from app.views.crud.query import whole
from app.views.current import today, viewer, zone
from app.views.files import whole_key
from app.views.letters.shown import LetterItem
from app.views.pages import Cell, Command, Option, Tab
from app.views.sections import CRM

SHOWN = 50


class PlaceForm(RecordForm):
    """Whose letter it is."""

    client = RelationField(lazy("Client"), [Required()], target=Client)
    contact = RelationField(
        lazy("Contact"), [Optional()], target=Contact, description=lazy("the address is added to the contact")
    )
    deal = RelationField(lazy("Deal"), [Optional()], target=Deal)


@dataclass(frozen=True, slots=True)
class IncomingLine:
    """A letter in the list."""

    url: str
    who: str
    subject: str
    excerpt: str
    when: str
    chip: Cell


class MailboxView(BaseView):
    """Letters that came, for those who sort them."""

    route_base = "/mailbox"
    class_permission_name = "Mailbox"
    method_permission_name = {"index": "read", "letter": "read", "assign": "write", "aside": "write"}

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Show the letters to be sorted, those set aside, or all (`?tab=`)."""
        tab = request.args.get("tab", "unsorted")
        states = {"unsorted": IncomingState.UNSORTED, "set_aside": IncomingState.SET_ASIDE, "all": None}
        if tab not in states:
            abort(404)
        typed = request.args.get("before", "")
        before = whole(typed) if typed.isascii() and typed.isdigit() else None
        found = incoming_page(db.session(), states[tab], before=before, limit=SHOWN + 1)
        more = url_for("MailboxView.index", tab=tab, before=found[SHOWN - 1].id) if len(found) > SHOWN else ""
        fetched = last_fetched(db.session())
        return render_template(
            "letters/mailbox.html",
            lines=tuple(map(_line, found[:SHOWN])),
            tabs=_tabs(tab),
            more=more,
            has_mailbox=bool(current_app.config["KONTORA"].imap_url),
            fetched=formats.moment(fetched.fetched_at) if fetched and fetched.fetched_at else "",
            trouble=fetched.error if fetched else "",
            page_section=str(CRM),
        )

    @expose("/<pk>")
    @has_access
    def letter(self, pk: str) -> Any:
        """Show one letter, with the form that sorts it; a sorted one opens its conversation."""
        mail = _mail(pk)
        if mail.interaction_id is not None:
            return redirect(url_for("LetterView.show", pk=mail.interaction_id))
        return _page(mail, PlaceForm(formdata=None))

    @expose("/<pk>/assign", methods=["POST"])
    @has_access
    def assign(self, pk: str) -> Any:
        """Write the letter down at the chosen client."""
        mail, form = _mail(pk), PlaceForm()
        if not form.validate():
            return _page(mail, form, status=422)
        client: Any = form.client.data
        place = Place(client, form.contact.data, form.deal.data)
        try:
            made = assign_letter(db.session(), mail, place, zone=zone(), today=today())
            key = made.id
            db.session.commit()
        except RuleError as refusal:
            db.session.rollback()
            return _page(_mail(pk), form, refused=str(refusal), status=422)
        flash(_("The letter is with its client."), "success")
        return redirect(url_for("LetterView.show", pk=key))

    @expose("/<pk>/aside", methods=["POST"])
    @has_access
    def aside(self, pk: str) -> Any:
        """Set the letter aside, or put it back."""
        mail = _mail(pk)
        try:
            set_aside(db.session(), mail)
            db.session.commit()
        except RuleError as refusal:
            db.session.rollback()
            flash(str(refusal), "danger")
        return redirect(url_for("MailboxView.index"))


def _mail(pk: str) -> IncomingMail:
    return db.session.get(IncomingMail, whole_key(pk)) or abort(404)


def _line(mail: IncomingMail) -> IncomingLine:
    return IncomingLine(
        url=url_for("MailboxView.letter", pk=mail.id),
        who=mail.sender_name or mail.sender or _("Without a sender"),
        subject=mail.subject or _("Without a subject"),
        excerpt=" ".join(mail.text[:200].split()),
        when=formats.moment(mail.written_at),
        chip=formats.cell(mail.state),
    )


def _tabs(active: str) -> tuple[Tab, ...]:
    words = (("unsorted", _("To be sorted")), ("set_aside", _("Set aside")), ("all", _("All")))
    return tuple(Tab(name, label, url_for("MailboxView.index", tab=name), name == active) for name, label in words)


def _page(mail: IncomingMail, form: PlaceForm, *, refused: str = "", status: int = 200) -> Any:
    set_lookups(form)
    person = viewer()
    owners = owners_of_email(db.session(), mail.sender) if mail.sender else []
    page = render_template(
        "letters/sort.html",
        item=_item(mail),
        mail=mail,
        form=form,
        refused=refused,
        may_sort=person.may(WRITE, "Mailbox") and person.may(WRITE, "Interactions"),
        is_aside=mail.state is IncomingState.SET_ASIDE,
        owners=tuple(Option(str(each.client.id), str(each.client)) for each in owners),
        new_client=_new_client(mail) if person.may(WRITE, "Clients") else None,
        page_section=str(CRM),
    )
    return make_response(page, status)


def _new_client(mail: IncomingMail) -> Command:
    url = url_for("QuickClientView.form", contact=mail.sender_name, contact_email=mail.sender)
    return Command(_("Register a new client"), url, icon="building", name="register")


def _item(mail: IncomingMail) -> LetterItem:
    return LetterItem(
        who=f"{mail.sender_name} <{mail.sender}>" if mail.sender_name else mail.sender,
        to=", ".join(mail.recipients),
        when=formats.moment(mail.written_at),
        subject=mail.subject,
        text=mail.text,
        is_ours=False,
        chip=formats.cell(mail.kind),
        error="",
        warning=mail.warning,
        url="",
        files=file_tiles(attachments_of(db.session(), mail), can_write=False),
        commands=(),
    )
