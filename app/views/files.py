"""Files by the rights of their records: shown, added, deleted. What a person may not see answers 404."""

from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn, cast
from urllib.parse import quote

from flask import Response, abort, flash, redirect, request
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import dump_options_header
from werkzeug.wsgi import wrap_file

from app.database import db
from app.errors import RuleError
from app.models.agreements import Contract
from app.models.claims import Claim
from app.models.clients import Client
from app.models.deals import Deal
from app.models.files import Attachment, AttachmentKind
from app.models.interactions import Interaction
from app.models.letters import IncomingMail
from app.models.money import Payment
from app.models.personal_data import Consent, Erasure
from app.models.purchasing import PurchaseOrder
from app.models.sales import Invoice, Order, Quote
from app.models.service import Equipment, ServiceRequest, Visit
from app.permissions import READ, WRITE
from app.services.files import attach, detach, store_file
from app.texts import _, ngettext
from app.views.attachments import limits, store
from app.views.crud.cells import card_url
from app.views.crud.query import whole
from app.views.current import viewer

TABLES: dict[str, tuple[type[Any], str]] = {
    model.__tablename__: (model, area)
    for model, area in (
        (Client, "Clients"),
        (Contract, "Contracts"),
        (Deal, "Deals"),
        (Interaction, "Interactions"),
        (Quote, "Quotes"),
        (Order, "Orders"),
        (PurchaseOrder, "PurchaseOrders"),
        (Invoice, "Invoices"),
        (Payment, "Payments"),
        (Equipment, "Equipment"),
        (ServiceRequest, "Requests"),
        (Visit, "Visits"),
        (Claim, "Claims"),
        (Consent, "PersonalData"),
        (Erasure, "PersonalData"),
        (IncomingMail, "Mailbox"),
    )
}
"""Table -> its model and the area whose rights hold for its files."""

MOST_FILES = 20
"""Files of one upload."""
THUMBNAIL_AGE = 600
"""Seconds for which a browser shows a thumbnail without asking again."""
IMAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
"""A PDF cannot be sandboxed: Chromium then shows no viewer. It was checked to hold nothing active."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What is sent: content by its SHA-256, how it is named and how it is shown."""

    sha256: str
    media_type: str
    name: str
    policy: str
    age: int = 0
    """Seconds for which a browser need not ask again whether the rights still hold."""


class FileView(BaseView):
    """Shows, adds and deletes the files of records."""

    route_base = "/files"
    class_permission_name = "Files"
    method_permission_name = {"show": "read", "upload": "read", "delete": "read"}
    """The area's own right opens the door; what counts is the right on the record's area, asked in each method."""

    @expose("/<pk>/<name>")
    @has_access
    def show(self, pk: str, name: str) -> Any:
        """Send a file, or with `?thumbnail=1` its thumbnail; a part of it when the browser asks for one."""
        attachment, _record = _visible(pk, READ)
        file = attachment.file
        if "thumbnail" in request.args:
            if file.thumbnail_sha256 is None:
                abort(404)
            return _send(Sent(file.thumbnail_sha256, "image/jpeg", attachment.name, IMAGE_POLICY, THUMBNAIL_AGE))
        return _send(Sent(file.sha256, file.media_type, attachment.name, _policy(file.media_type)))

    @expose("/upload/<table>/<pk>", methods=["POST"])
    @has_access
    def upload(self, table: str, pk: str) -> Any:
        """Add files to a record. A refused one is named with the reason; the others are added."""
        record = _record_of(table, whole_key(pk), WRITE)
        kind = _kind(request.form.get("kind", AttachmentKind.OTHER.value))
        files = [file for file in request.files.getlist("file") if file.filename]
        if not files or len(files) > MOST_FILES:
            flash(_("Choose from 1 to %(most)s files.", most=MOST_FILES), "danger")
            return redirect(_back(record))
        added = 0
        for file in files:
            try:
                content = cast(BinaryIO, file.stream)
                stored = store_file(db.session(), content, str(file.filename), folder=store(), limits=limits())
            except RuleError as refusal:
                flash(_("%(name)s: %(reason)s", name=_short(str(file.filename)), reason=str(refusal)), "danger")
                continue
            attach(db.session(), record, stored, kind, request.form.get("caption"))
            added += 1
        db.session.commit()
        if added:
            flash(ngettext("%(num)s file added.", "%(num)s files added.", added), "success")
        return redirect(_back(record))

    @expose("/delete/<pk>", methods=["POST"])
    @has_access
    def delete(self, pk: str) -> Any:
        """Take a file off its record."""
        attachment, record = _visible(pk, WRITE)
        back = _back(record)
        detach(db.session(), attachment)
        db.session.commit()
        flash(_("Deleted."), "success")
        return redirect(back)


def whole_key(pk: str) -> int:
    """A key from an address; what is no key is not found."""
    return whole(pk) if pk.isascii() and pk.isdigit() else _not_found()


def _not_found() -> NoReturn:
    abort(404)


def _visible(pk: str, permission: str) -> tuple[Attachment, Any]:
    """The attachment and its record, if the person may do this with the record's files; 404 otherwise."""
    statement = select(Attachment).where(Attachment.id == whole_key(pk)).options(joinedload(Attachment.file))
    attachment = db.session.scalars(statement).first() or _not_found()
    return attachment, _record_of(attachment.record_table, attachment.record_id, permission)


def _record_of(table: str, key: int, permission: str) -> Any:
    """The record through the row rule. No reading right, no row: 404. Reading but no writing: 403."""
    model, area = TABLES.get(table) or _not_found()
    if not viewer().may(READ, area):
        abort(404)
    record = db.session.get(model, key) or _not_found()
    if not viewer().may(permission, area):
        abort(403)
    return record


def _kind(value: str) -> AttachmentKind:
    try:
        return AttachmentKind(value)
    except ValueError:
        abort(400)


def _back(record: Any) -> str:
    """The card of the record that the file belongs to."""
    return card_url(record) or "/"


def _short(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2][:80]


def _policy(media_type: str) -> str:
    return PDF_POLICY if media_type == "application/pdf" else IMAGE_POLICY


def _send(sent: Sent) -> Response:
    """Send content: its address and rights are the record's, its ETag is its hash, so a browser may keep it.

    Asked about each time all the same, since the rights may have gone. Only pictures and PDF are shown in place.
    """
    response = Response(direct_passthrough=True, mimetype=sent.media_type)
    headers = response.headers
    shown = sent.media_type == "application/pdf" or sent.media_type.startswith("image/")
    headers["Content-Disposition"] = disposition(sent.name, inline=shown)
    headers["Content-Security-Policy"] = sent.policy
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Cache-Control"] = f"private, max-age={sent.age}" if sent.age else "private, no-cache"
    response.set_etag(sent.sha256)
    try:
        content = store().open(sent.sha256)
    except FileNotFoundError:
        abort(404, _("The file is missing in the store. Tell the administrator."))
    size = content.seek(0, 2)
    content.seek(0)
    response.response = wrap_file(request.environ, content)
    response.content_length = size
    response.call_on_close(content.close)
    try:
        response.make_conditional(request, accept_ranges=True, complete_length=size)
    except RequestedRangeNotSatisfiable:
        content.close()
        raise
    if response.status_code == 304 or request.method == "HEAD":
        content.close()  # nothing of it is sent, so nobody would close it
    return response


def disposition(name: str, *, inline: bool) -> str:
    """Content-Disposition with the name twice: in ASCII for old programs, in UTF-8 by RFC 5987 for all others."""
    plain = name.encode("ascii", "replace").decode("ascii").replace("?", "_").replace('"', "_").replace("\\", "_")
    options = {"filename": plain}
    if plain != name:
        options["filename*"] = f"UTF-8''{quote(name, safe='')}"
    return dump_options_header("inline" if inline else "attachment", options)
