"""/clients/quick/: a client and a contact in one save, in under half a minute and without a mouse."""

import secrets
from datetime import timedelta
from typing import Any

from flask import abort, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access

from app.database import db
from app.errors import IntegrationError, RuleError
from app.integrations.companies import DaData
from app.models.clients import Client
from app.permissions import WRITE, FieldRight
from app.services import companies
from app.services.companies import Found, find_company
from app.services.duplicates import DuplicateError, card_of, find_duplicates
from app.services.exchange import find_answer, keep_answer, request_hash
from app.services.registration import Person, add_person, register_client
from app.services.requisites import clean_digits, is_valid_inn
from app.texts import _
from app.views.clients import me
from app.views.crud.forms import set_lookups
from app.views.crud.query import whole
from app.views.current import today, viewer
from app.views.quick_client.form import PERSON, REQUISITES, QuickForm, typed_facts
from app.views.quick_client.shown import shown_matches, shown_offers
from app.views.sections import CRM

FROM_ADDRESS = ("phone", "contact", "contact_phone", "contact_email")
"""Fields that an address may fill in: who has just called or written."""
LONGEST_PAUSE = timedelta(milliseconds=350)
"""How long typing must pause before duplicates are looked for."""


class QuickClientView(BaseView):
    """Quick registration."""

    route_base = "/clients/quick"
    class_permission_name = "Clients"
    method_permission_name = {"form": "write", "save": "write", "check": "write", "fill": "write", "ask": "write"}

    @expose("/")
    @has_access
    def form(self) -> Any:
        """Show the empty form."""
        return _page(_form())

    @expose("/", methods=["POST"])
    @has_access
    def save(self) -> Any:
        """Register, use a card that is there, or fill in by the INN (for a browser without scripts)."""
        form = _form()
        if request.form.get("act") == "fill":
            return _page(form, found=_fill_empty(form))
        if key := request.form.get("use"):
            return _use(form, key)
        return _register(form)

    @expose("/check")
    @has_access
    def check(self) -> Any:
        """Give the cards that may be the same client, as a piece of the page."""
        matches = find_duplicates(db.session(), card_of(typed_facts(request.args)))
        return render_template("quick_client/_matches.html", matches=shown_matches(matches))

    @expose("/fill")
    @has_access
    def fill(self) -> Any:
        """Give what is known here of an INN; where DaData is to be asked, the script asks by POST."""
        inn = _inn(request.args.get("inn", ""))
        must_ask = _provider() is not None and companies.needs_asking(db.session(), inn, today())
        return _offer(find_company(db.session(), inn, request.args.get("kpp", "")), must_ask=must_ask)

    @expose("/fill", methods=["POST"])
    @has_access
    def ask(self) -> Any:
        """Ask the outside register, keep its answer, and give what is known then."""
        inn = _inn(request.form.get("inn", ""))
        trouble = _ask_outside(inn)
        return _offer(find_company(db.session(), inn, request.form.get("kpp", "")), trouble=trouble)


def _inn(text: str) -> str:
    inn = clean_digits(text[:20])
    if not is_valid_inn(inn):
        abort(400)
    return inn


def _provider() -> companies.Provider | None:
    settings = current_app.config["KONTORA"]
    return DaData(settings.dadata_token) if settings.company_lookup == "dadata" else None


def _ask_outside(inn: str) -> str:
    """Ask DaData if it is set; gives the words for why there was no answer.

    The transaction ends before: nobody's save may wait for somebody else's server.
    """
    provider = _provider()
    if provider is None or not companies.needs_asking(db.session(), inn, today()):
        return ""
    db.session.rollback()
    try:
        found = provider.find(inn, today())
    except IntegrationError as error:
        return str(error)
    if found is not None:
        companies.keep_answer(db.session(), found)
        db.session.commit()
    return ""


def _form() -> QuickForm:
    form = QuickForm(formdata=request.form if request.method == "POST" else None)
    if request.method != "POST":
        form.responsible.data = me(viewer())
        for name in FROM_ADDRESS:
            form[name].data = request.args.get(name, "")[:100] or None
    if not viewer().may(WRITE, FieldRight.SAVE_DUPLICATE):
        del form.reason
    if not viewer().may(WRITE, "Contacts"):
        for name in PERSON:
            del form[name]
    set_lookups(form)
    return form


def _fill_empty(form: QuickForm) -> Found | None:
    """Fill the empty fields by the INN, where there are no scripts to choose with."""
    inn = clean_digits(form.inn.data or "")
    if not is_valid_inn(inn):
        form.inn.errors = [_("The check digit of the INN does not match; check for a misprint.")]
        return None
    trouble = _ask_outside(inn)
    found = find_company(db.session(), inn, form.kpp.data or "")
    for value in found.values:
        if not form[value.field].data:
            form[value.field].data = value.text
            form[value.field].raw_data = [value.text]
    return Found(found.inn, found.kind, found.values, found.state, trouble)


def _use(form: QuickForm, key: str) -> Any:
    """Take the card that is there: add the typed contact to it and open it."""
    client = db.session.get(Client, whole(key)) or abort(404)
    person = form.person() if "contact" in form else None
    try:
        added = add_person(db.session(), client, person) if person else None
        db.session.commit()
    except RuleError as refusal:
        db.session.rollback()
        return _page(form, refused=str(refusal), status=422)
    flash(_("The contact was added to the client.") if added else _("This client is registered already."), "success")
    return redirect(url_for("ClientCardView.card", pk=client.id))


def _register(form: QuickForm) -> Any:
    mark = _mark()
    if mark and (kept := find_answer(db.session(), viewer().user_id, mark, mark)):
        return redirect(_next(int(kept.body["id"])))
    if not form.validate():
        return _page(form, status=422)
    try:
        person = form.person() if "contact" in form else None
        reason = form.reason.data or "" if "reason" in form else ""
        client = _saved(form, person, reason)
        if mark:
            keep_answer(db.session(), viewer().user_id, mark, mark, (302, {"id": client.id}))
        key = client.id
        db.session.commit()
    except DuplicateError as found:
        db.session.rollback()
        return _page(form, refused=str(found), matches=shown_matches(found.matches[:5]), status=422)
    except RuleError as refusal:
        db.session.rollback()
        return _page(form, refused=str(refusal), status=422)
    flash(_("The client is registered."), "success")
    return redirect(_next(key))


def _saved(form: QuickForm, person: Any, reason: str) -> Client:
    with db.session.no_autoflush:
        client = form.client()
        if client in db.session:  # a relation to a kept employee takes it in: it must wait for the check
            db.session.expunge(client)
    return register_client(db.session(), client, person or Person(), reason=reason)


def _mark() -> str:
    """What the form and everything typed into it come to: a doubled click must not make two clients."""
    if not request.form.get("_once"):
        return ""
    typed = sorted((name, values) for name, values in request.form.lists() if name != "csrf_token")
    return request_hash(request.path, typed)


def _next(key: int) -> str:
    if request.form.get("_save") == "deal" and viewer().may(WRITE, "Deals"):
        return url_for("DealView.add", client=key)
    return url_for("ClientCardView.card", pk=key)


def _offer(found: Found, *, must_ask: bool = False, trouble: str = "") -> str:
    return render_template(
        "quick_client/_offer.html",
        offers=shown_offers(found),
        state=found.state if found.is_closed else None,
        must_ask=must_ask,
        trouble=trouble,
    )


def _page(
    form: QuickForm, *, refused: str = "", matches: Any = None, found: Found | None = None, status: int = 200
) -> Any:
    if matches is None:
        typed = {field.name: field.data for field in form if isinstance(field.data, str)}
        matches = shown_matches(find_duplicates(db.session(), card_of(typed_facts(typed)))) if typed.get("name") else ()
    page = render_template(
        "quick_client/index.html",
        form=form,
        requisites=[form[name] for name in REQUISITES],
        refused=refused,
        matches=matches,
        offers=shown_offers(found) if found else (),
        state=found.state if found and found.is_closed else None,
        trouble=found.trouble if found else "",
        once=request.form.get("_once") or secrets.token_urlsafe(16),
        pause=int(LONGEST_PAUSE / timedelta(milliseconds=1)),
        page={"title": _("New client"), "list_url": url_for("ClientView.list"), "list_title": _("Clients")},
        may_deal=viewer().may(WRITE, "Deals"),
        page_section=str(CRM),
    )
    return make_response(page, status)
