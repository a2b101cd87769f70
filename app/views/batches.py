"""Acts on many records that can be taken back: what an act did, what would stay as it is, and the way back."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy import select

from app.clock import utc_now
from app.database import db
from app.errors import RuleError
from app.models.batches import Batch, BatchKind
from app.permissions import Role
from app.services.batches import (
    AT_ONCE,
    Counts,
    Stay,
    check_undo,
    outcome_of,
    preview_undo,
    stays_of,
    undo_batch,
)
from app.services.batches.values import models_by_table
from app.services.jobs import start_job
from app.texts import _
from app.views import formats
from app.views.crud.columns import column_of
from app.views.crud.query import whole
from app.views.current import viewer
from app.views.sections import HOME
from app.views.tables import record_url, record_words, table_words

SHOWN_BATCHES = 50
SHOWN_STAYS = 100
PREVIEWED = 500
"""The newest records of a batch that are looked at before the person decides."""


class BatchView(BaseView):
    """The batches of a person; the administrator sees everybody's."""

    route_base = "/batches"
    class_permission_name = "Jobs"
    method_permission_name = {"list": "read", "show": "read", "undo": "read"}
    """The area's own right opens the door; whose the batch is, is asked in each method."""

    @expose("/")
    @has_access
    def list(self) -> Any:
        """The latest batches."""
        question = select(Batch).order_by(Batch.id.desc()).limit(SHOWN_BATCHES)
        if not _sees_everybodys():
            question = question.where(Batch.owner_id == viewer().user_id)
        batches = [(batch, formats.cell(batch.kind)) for batch in db.session.scalars(question)]
        return render_template(
            "batches/list.html",
            title=_("What can be taken back"),
            page_section=str(HOME),
            batches=batches,
            formats=formats,
        )

    @expose("/<pk>")
    @has_access
    def show(self, pk: str) -> Any:
        """What a batch did, and what would stay or has stayed when it is taken back."""
        batch = find_batch(pk)
        counts = outcome_of(db.session(), batch)
        is_undone = batch.undone_at is not None
        question = stays_of(db.session(), batch, SHOWN_STAYS) if is_undone else _preview(batch)
        return render_template(
            "batches/show.html",
            title=batch.title,
            page_section=str(HOME),
            batch=batch,
            kind=formats.cell(batch.kind),
            facts=tuple(_facts(counts, is_undone=is_undone)),
            stays=tuple(_stay(stay) for stay in question[:SHOWN_STAYS]),
            more=max(0, (counts.stayed if is_undone else len(question)) - SHOWN_STAYS),
            is_looked_at_whole=counts.total <= PREVIEWED,
            previewed=formats.number(PREVIEWED),
            refusal=_refusal(batch),
            is_import=batch.kind is BatchKind.IMPORT,
            formats=formats,
        )

    @expose("/<pk>/undo", methods=["POST"])
    @has_access
    def undo(self, pk: str) -> Any:
        """Take the batch back: at once, or by a job when it is large."""
        batch = find_batch(pk)
        session, url = db.session(), url_for("BatchView.show", pk=batch.id)
        try:
            check_undo(session, batch, utc_now())
            total = outcome_of(session, batch).total
            if total > AT_ONCE:
                title = _("Taking back: %(title)s", title=batch.title)
                job = start_job(session, "undo", {"batch": batch.id, "url": url}, title, total=total)
                url = url_for("JobView.show", pk=job.id)
            else:
                counts = undo_batch(session, batch, utc_now())
                flash(_("Brought back: %(undone)s. Stayed: %(stayed)s.", undone=counts.undone, stayed=counts.stayed))
            session.commit()
        except RuleError as refusal:
            session.rollback()
            flash(str(refusal), "danger")
        return redirect(url)


def _sees_everybodys() -> bool:
    return Role.ADMIN in viewer().roles


def find_batch(pk: str) -> Batch:
    """The batch of an address when it is the person's own, or the person is an administrator; 404 otherwise."""
    batch = db.session.get(Batch, whole(pk))
    if batch is None or not (batch.owner_id == viewer().user_id or _sees_everybodys()):
        abort(404)
    return batch


def _refusal(batch: Batch) -> str:
    try:
        check_undo(db.session(), batch, utc_now())
    except RuleError as refusal:
        return str(refusal)
    return ""


def _preview(batch: Batch) -> Any:
    return preview_undo(db.session(), batch, PREVIEWED)


def _facts(counts: Counts, *, is_undone: bool) -> Any:
    yield _("Records created"), formats.number(counts.created)
    yield _("Records changed"), formats.number(counts.changed)
    if counts.deleted:
        yield _("Records deleted"), formats.number(counts.deleted)
    if is_undone:
        yield _("As before"), formats.number(counts.undone)
        yield _("Stayed as they are"), formats.number(counts.stayed)


def _stay(stay: Stay) -> dict[str, str]:
    model = models_by_table().get(stay.table)
    record = db.session.get(model, stay.key) if model is not None else None
    return {
        "name": record_words(stay.table, stay.key, record),
        "url": record_url(record) if record is not None else "",
        "reason": stay_words(stay),
    }


def stay_words(stay: Stay) -> str:
    """Why a record stays, in words."""
    code, _colon, names = stay.reason.partition(":")
    parts = names.split(",")
    if code == "changed":
        model = models_by_table()[stay.table]
        fields = ", ".join(str(column_of(model, name).label) for name in parts if hasattr(model, name))
        return _("changed since: %(fields)s", fields=fields)
    if code == "referred":
        return _("other records refer to it: %(tables)s", tables=", ".join(map(table_words, parts)))
    words = {
        "gone": _("the record is gone"),
        "again": _("there is another record with its number"),
        "needed": _("others have taken its former values"),
    }
    return words.get(code, names)
