"""Shows a form and saves it: nothing typed is lost, a stale save shows both values, only RuleError's text is shown."""

import secrets
from typing import TYPE_CHECKING, Any

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm.exc import StaleDataError

from app.database import db
from app.errors import RuleError
from app.services.exchange import find_answer, keep_answer, request_hash
from app.texts import _
from app.views import formats
from app.views.crud.cards import saved_by
from app.views.crud.columns import column_of
from app.views.crud.copying import Copied
from app.views.crud.declarations import Group, Lines
from app.views.crud.forms import (
    RecordForm,
    RowsField,
    drop_unwritable,
    form_class,
    line_class,
    permitted,
    set_lookups,
)
from app.views.current import viewer
from app.views.pages import ColumnHead, Conflict, FormGroup, FormPage, LinesEditor

if TYPE_CHECKING:
    from app.views.crud.view import CrudView


class Editing:
    """One request to a form: of a new record (`record` is None), perhaps a copy of `source`, or of a kept one."""

    def __init__(self, screen: "CrudView", record: Any, source: Any = None) -> None:
        self.screen = screen
        self.is_new = record is None
        self.in_dialog = self.is_new and request.args.get("dialog") == "1"
        self.groups = screen.form_groups or screen.groups
        self.in_place = not self.is_new and "fields" in request.args
        if self.in_place:
            self.groups = (self._asked_fields(),)
        self.record = record if record is not None else self._new_record()
        names = tuple(name for group in self.groups for name in group.fields)
        own = () if self.in_place else screen.lines
        self.lines = tuple(permitted(lines, viewer()) for lines in own)
        kind = form_class(screen.model, names, self.lines)
        shown = self.record
        if source is not None and request.method == "GET":
            shown = Copied(screen, source, self.record)
        self.form: RecordForm = kind(formdata=request.form if request.method == "POST" else None, obj=shown)
        drop_unwritable(self.form, screen.model, viewer())
        set_lookups(self.form)
        self._keep_theirs()
        self.errors: list[tuple[str, str]] = []
        self.conflicts: list[Conflict] = []

    def _asked_fields(self) -> Group:
        """The fields of `?fields=` that the whole form has too: those of one group of the card."""
        asked = request.args["fields"].split(",")
        names = tuple(name for group in self.groups for name in group.fields if name in asked)
        return Group("", names) if names else abort(404)

    def _keep_theirs(self) -> None:
        """Where the person chose the kept value over their own after a conflict, take it."""
        for field in self.form:
            if request.form.get(f"_keep_{field.name}") == "theirs":
                field.process(None, getattr(self.record, field.name))

    def _new_record(self) -> Any:
        with db.session.no_autoflush:
            record = self.screen.model()
            set_defaults(record)
            self.screen.defaults(record)
            self._take_typed(record)
            if record in db.session:
                db.session.expunge(record)
        return record

    def _take_typed(self, record: Any) -> None:
        """Put what was typed into a picker (`?typed=`) into the first empty text of the new record: its name."""
        typed = request.args.get("typed", "").strip()
        columns = (column_of(self.screen.model, name) for group in self.groups for name in group.fields)
        empty = (column for column in columns if column.kind == "text" and getattr(record, column.name) is None)
        first = next(empty, None)
        if typed and first is not None:
            setattr(record, first.name, typed[: first.length or None])

    def answer(self) -> Any:
        """The page, or the redirect after saving."""
        if request.method == "POST" and (self._was_sent() or (self._is_good() and self._save())):
            if self.in_dialog:
                return render_template("crud/made.html", record=self.record)
            flash(_("Saved."), "success")
            return redirect(self._next_url())
        status = 200 if request.method == "GET" else 409 if self.conflicts else 422
        return make_response(self._show(), status)

    def _was_sent(self) -> bool:
        """Tell whether this very form has made a record already: a doubled click must not make another."""
        mark = self._mark()
        kept = find_answer(db.session(), viewer().user_id, mark, mark) if mark else None
        if kept is not None:
            self.record = self.screen.get_record(str(kept.body["id"]))
        return kept is not None

    def _mark(self) -> str:
        """What the form and everything typed into it come to; empty for a kept record and for a form without a mark."""
        if not self.is_new or not request.form.get("_once"):
            return ""
        typed = sorted((name, values) for name, values in request.form.lists() if name != "csrf_token")
        return request_hash(request.path, typed)

    def _note_sent(self) -> None:
        if mark := self._mark():
            keep_answer(db.session(), viewer().user_id, mark, mark, (302, {"id": self.record.id}))

    def _is_good(self) -> bool:
        if not self.form.validate():
            self._collect_errors()
            return False
        if not self.is_new and self._sent_version() != self.record.version:
            self.conflicts = self._differences()
        return not self.conflicts

    def _sent_version(self) -> int:
        """The version that the person saw when the form was opened."""
        sent = request.form.get("version", "")
        if not sent.isascii() or not sent.isdigit() or len(sent) > 9:
            abort(400)
        return int(sent)

    def _shown_version(self) -> int | None:
        """Only a form that shows the differences may carry the newer version: any other would overwrite unseen."""
        if self.is_new:
            return None
        is_refused = request.method == "POST" and not self.conflicts
        return self._sent_version() if is_refused else int(self.record.version)

    def _differences(self) -> list[Conflict]:
        """Fields whose kept value differs from what was typed: somebody saved since the form was opened."""
        found = []
        for field in self.form:
            theirs = getattr(self.record, field.name)
            column = column_of(self.screen.model, field.name)
            if isinstance(field, RowsField):
                if field.typed() != field.kept(theirs):
                    words = field.words(field.typed()), field.words(field.kept(theirs))
                    found.append(Conflict(str(column.label), *words, field.name))
            elif field.data != theirs:
                mine, kept = formats.cell(field.data, column.kind), formats.cell(theirs, column.kind)
                found.append(Conflict(str(column.label), mine.text, kept.text, field.name))
        return found

    def _save(self) -> bool:
        try:
            with db.session.no_autoflush:
                self.form.populate_obj(self.record)
                if self.is_new:
                    db.session.add(self.record)
                self.screen.before_save(self.record, is_new=self.is_new)
            db.session.flush()
            self.screen.after_save(self.record, is_new=self.is_new)
            if request.form.get("_save") == "post" and self.screen.may_post():
                self.screen.post_record(self.record)
            self._note_sent()
            db.session.commit()
        except RuleError as refusal:
            self._refuse(str(refusal))
            return False
        except StaleDataError:
            self._refuse(_("Somebody else saved this record a moment ago. Open it again."))
            self.conflicts = self._differences()
            return False
        except IntegrityError as error:
            self._refuse(self.screen.refusal(error))
            return self._was_sent()  # PostgreSQL lets both begin: the later one finds the record of the other
        except StatementError as error:
            if isinstance(error, DBAPIError) and not isinstance(error, DataError):
                raise
            self._refuse(_("A value is too large or cannot be stored."))
            return False
        return True

    def _refuse(self, text: str) -> None:
        db.session.rollback()
        self.errors.append(("", text))
        if not self.is_new:
            self.record = self.screen.get_record(str(self.record.id))

    def _collect_errors(self) -> None:
        for field in self.form:
            if isinstance(field, RowsField):
                self.errors += [(field.id, f"{field.label.text}: {error}") for error in field.errors]
                for place, entry in enumerate(field.filled(), 1):
                    for inner in entry.form:
                        self.errors += [(inner.id, _line_error(place, inner, error)) for error in inner.errors]
            else:
                self.errors += [(field.id, f"{field.label.text}: {error}") for error in field.errors]

    def _next_url(self) -> str:
        if request.form.get("_save") == "stay" and not self.in_place:
            return url_for(f"{self.screen.endpoint}.edit", pk=self.record.id)
        return self.screen.record_url(self.record)

    def _show(self) -> str:
        screen = self.screen
        page = FormPage(
            title=str(screen.title_one) if self.is_new else screen.record_title(self.record),
            section=str(screen.section),
            list_title=str(screen.title),
            list_url=url_for(f"{screen.endpoint}.list"),
            cancel_url=url_for(f"{screen.endpoint}.list") if self.is_new else screen.record_url(self.record),
            form=self.form,
            groups=tuple(
                FormGroup(str(group.title), tuple(name for name in group.fields if name in self.form))
                for group in self.groups
            ),
            lines=self._lines(),
            version=self._shown_version(),
            once=(request.form.get("_once") or secrets.token_urlsafe(16)) if self.is_new else "",
            errors=tuple(self.errors),
            conflicts=tuple(self.conflicts),
            conflict_note=saved_by(self.record) if self.conflicts else "",
            in_dialog=self.in_dialog,
            in_place=self.in_place,
            save_label=_("Save and close"),
            post_label=self._post_label(),
            wide=tuple(field.name for field in self.form if _is_wide(screen.model, field)),
        )
        return render_template(screen.form_page, page=page, form=self.form, page_section=str(screen.section))

    def _post_label(self) -> str:
        return _("Post and close") if self.screen.may_post() and not self.in_place else ""

    def _lines(self) -> tuple[LinesEditor, ...]:
        return tuple(self._editor(lines) for lines in self.lines if lines.name in self.form)

    def _editor(self, lines: Lines) -> LinesEditor:
        empty = line_class(lines)(formdata=None, prefix=f"{lines.name}-__n__-")
        set_lookups(empty)
        columns = (column_of(lines.model, name) for name in (*lines.columns, *lines.computed))
        return LinesEditor(
            field=lines.name,
            title=str(column_of(self.screen.model, lines.name).label),
            columns=tuple(ColumnHead(column.name, str(column.label), column.kind) for column in columns),
            empty=empty,
            price_url=url_for(lines.price_endpoint) if lines.price_endpoint else "",
            totals_url=url_for(lines.totals_endpoint) if lines.totals_endpoint else "",
        )


def _line_error(place: int, field: Any, error: str) -> str:
    return _("Line %(place)s, %(field)s: %(error)s", place=place, field=field.label.text, error=error)


def _is_wide(model: type[Any], field: Any) -> bool:
    return not isinstance(field, RowsField) and column_of(model, field.name).kind == "long_text"


def set_defaults(record: Any) -> None:
    """Show the columns' own defaults in the empty form, so that what is seen is what will be saved."""
    for column in record.__table__.columns:
        default = column.default
        if default is not None and default.is_scalar:
            setattr(record, column.key, default.arg)
