"""The routes of correspondence: a letter is written, its conversation is read, what did not arrive is sent again."""

import secrets
from collections.abc import Callable
from typing import Any, BinaryIO, cast

from flask import abort, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access

from app.clock import utc_now
from app.database import db
from app.errors import IntegrationError, RuleError
from app.models.interactions import Direction, Interaction, InteractionKind
from app.models.sales import Invoice, Quote
from app.permissions import WRITE
from app.reports.letters import known_addresses, thread_of
from app.services.exchange import find_answer, keep_answer, request_hash
from app.services.files import Stored, store_file
from app.services.letters import LetterDraft, propose_letter, retry_letter, send_letter, withdraw_letter
from app.texts import _
from app.views.attachments import limits, store
from app.views.clients import me
from app.views.current import today, viewer
from app.views.files import MOST_FILES, whole_key
from app.views.letters.form import LetterForm
from app.views.letters.shown import address_choices, thread_page
from app.views.letters.targets import (
    Enclosed,
    Target,
    back_url,
    check_may_send,
    check_unchanged,
    enclosed,
    form_url,
    target_record,
)
from app.views.letters.templates import OfferedText, offered_texts
from app.views.sections import CRM


class LetterView(BaseView):
    """Letters to clients and their answers."""

    route_base = "/letters"
    class_permission_name = "Interactions"
    method_permission_name = {"write": "write", "send": "write", "show": "read", "retry": "write", "withdraw": "write"}

    @expose("/write/<table>/<pk>")
    @has_access
    def write(self, table: str, pk: str) -> Any:
        """Show a letter to the client of the record, with what is usually said of it."""
        target, record = target_record(table, pk)
        try:
            check_may_send(record)
        except RuleError as refusal:
            flash(str(refusal), "warning")
            return redirect(back_url(record))
        picked = _picked(target, record, request.args.get("template", ""))
        begun = picked or propose_letter(_about(record), target.contact(record), me(viewer()))
        form = LetterForm(formdata=None, subject=begun.subject, text=begun.text)
        return _page(target, record, form)

    @expose("/write/<table>/<pk>", methods=["POST"])
    @has_access
    def send(self, table: str, pk: str) -> Any:
        """Write the letter into the outbox, with the printed form of the document."""
        target, record = target_record(table, pk)
        if request.form.get("fill"):
            return _filled(target, record, LetterForm())
        form, mark = LetterForm(), _mark()
        if mark and (kept := find_answer(db.session(), viewer().user_id, mark, mark)):
            return redirect(url_for("LetterView.show", pk=int(kept.body["id"])))
        if not form.validate():
            return _page(target, record, form, status=422)
        try:
            check_may_send(record)
            printed = enclosed(table, pk)
            made = _write(target, target_record(table, pk)[1], form, printed)
            if mark:
                keep_answer(db.session(), viewer().user_id, mark, mark, (302, {"id": made.id}))
            key = made.id
            db.session.commit()
        except (RuleError, IntegrationError) as refusal:
            db.session.rollback()
            words = str(refusal) if isinstance(refusal, RuleError) else _("The document could not be printed.")
            return _page(target, target_record(table, pk)[1], form, refused=words, status=422)
        flash(_queued_words(), "success")
        return redirect(url_for("LetterView.show", pk=key))

    @expose("/<pk>")
    @has_access
    def show(self, pk: str) -> Any:
        """Show the conversation of an interaction's letter."""
        interaction = _letter(pk)
        letters = thread_of(db.session(), interaction)
        return render_template("letters/thread.html", page=thread_page(interaction, letters), page_section=str(CRM))

    @expose("/<pk>/retry", methods=["POST"])
    @has_access
    def retry(self, pk: str) -> Any:
        """Send an undelivered letter once more."""
        return _act(pk, lambda letter: retry_letter(db.session(), letter, now=utc_now()))

    @expose("/<pk>/withdraw", methods=["POST"])
    @has_access
    def withdraw(self, pk: str) -> Any:
        """Take a letter back before it leaves."""
        return _act(pk, lambda letter: withdraw_letter(db.session(), letter, now=utc_now()))


def _letter(pk: str) -> Interaction:
    found = db.session.get(Interaction, whole_key(pk))
    return found if found is not None and found.kind is InteractionKind.LETTER else abort(404)


def _act(pk: str, act: Callable[[Interaction], None]) -> Any:
    letter = _letter(pk)
    try:
        act(letter)
        db.session.commit()
    except RuleError as refusal:
        db.session.rollback()
        flash(str(refusal), "danger")
    return redirect(url_for("LetterView.show", pk=pk))


def _picked(target: Target, record: Any, key: str) -> OfferedText | None:
    """The template named in the address, filled; 404 for one that does not fit this letter."""
    if not key:
        return None
    offered = offered_texts(target, record, me(viewer()))
    return next((each for each in offered if str(each.id) == key), None) or abort(404)


def _filled(target: Target, record: Any, form: LetterForm) -> Any:
    """The letter with a template put into it where there are no scripts: what was typed stays, below the template."""
    picked = _picked(target, record, request.form.get("template", ""))
    if picked is None:
        return _page(target, record, form, refused=_("Choose a template of a letter."), status=422)
    by = me(viewer())
    usual = propose_letter(_about(record), target.contact(record), by)
    known = [(usual.subject, usual.text), *((each.subject, each.text) for each in offered_texts(target, record, by))]
    subject, text = form.subject.data or "", (form.text.data or "").replace("\r\n", "\n")
    if subject in {"", *(words for words, _text in known)}:
        form.subject.data = picked.subject
    is_untouched = text.strip() in {"", *(words.strip() for _subject, words in known)}
    form.text.data = picked.text if is_untouched else f"{picked.text}\n\n{text}"
    return _page(target, record, form)


def _about(record: Any) -> Quote | Invoice | Interaction | None:
    return record if isinstance(record, Quote | Invoice | Interaction) else None


def _mark() -> str:
    """What the form and everything typed into it come to: a doubled click must not send two letters."""
    if not request.form.get("_once"):
        return ""
    typed = sorted((name, values) for name, values in request.form.lists() if name != "csrf_token")
    return request_hash(request.path, typed)


def _queued_words() -> str:
    if current_app.config["KONTORA"].smtp_url:
        return _("The letter waits to be sent; it leaves within a minute.")
    return _("The letter waits: no mail server is set. Tell the administrator.")


def _write(target: Target, record: Any, form: LetterForm, printed: Enclosed | None) -> Interaction:
    check_unchanged(record, printed)
    client, to = target.client(record), form.to()
    draft = LetterDraft(
        client=client,
        to=to,
        copies=form.copied(),
        subject=form.subject.data or "",
        text=(form.text.data or "").replace("\r\n", "\n"),
        contact=_contact(client, to),
        deal=target.deal(record),
        document=record if isinstance(record, Quote | Invoice) else None,
        answers=record if isinstance(record, Interaction) else None,
        files=_files(printed),
    )
    by = me(viewer()) or client.responsible
    return send_letter(db.session(), draft, by, now=utc_now(), today=today())


def _contact(client: Any, to: tuple[str, ...]) -> Any:
    """The contact whose address comes first."""
    keys = [address.lower() for address in to]
    found = {known.address: known.contact for known in known_addresses(db.session(), client)}
    return next((found[key] for key in keys if found.get(key) is not None), None)


def _files(printed: Enclosed | None) -> tuple[Stored, ...]:
    sent = [file for file in request.files.getlist("file") if file.filename]
    if len(sent) > MOST_FILES:
        raise RuleError(_("Choose from 1 to %(most)s files.", most=MOST_FILES))
    kept = [store_file(db.session(), printed.content, printed.name, folder=store(), limits=limits())] if printed else []
    for file in sent:
        name = str(file.filename)
        try:
            kept.append(store_file(db.session(), cast(BinaryIO, file.stream), name, folder=store(), limits=limits()))
        except RuleError as refusal:
            raise RuleError(_("%(name)s: %(reason)s", name=name[:80], reason=str(refusal))) from None
    return tuple(kept)


def _page(target: Target, record: Any, form: LetterForm, *, refused: str = "", status: int = 200) -> Any:
    client = target.client(record)
    offered = offered_texts(target, record, me(viewer()))
    chosen = request.form.getlist("to") if request.method == "POST" else None
    page = render_template(
        "letters/write.html",
        form=form,
        refused=refused,
        templates=offered,
        missing=next((each.missing for each in offered if str(each.id) == request.values.get("template")), ""),
        client=client,
        record=record,
        choices=address_choices(client, target.contact(record), chosen, _answered(record)),
        form_url=form_url(target, record),
        form_name=str(record),
        back=back_url(record),
        once=request.form.get("_once") or secrets.token_urlsafe(16),
        may_write=viewer().may(WRITE, "Interactions"),
        page_section=str(CRM),
    )
    return make_response(page, status)


def _answered(record: Any) -> str:
    """The address that an answer goes to."""
    if isinstance(record, Interaction) and record.direction is Direction.IN:
        return record.contact_details or ""
    return ""
