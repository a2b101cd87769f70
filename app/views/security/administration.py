"""The base of the administrator's screens: list, card, form and deletion of a table of the framework."""

from collections.abc import Iterable
from typing import Any, ClassVar

from flask import abort, flash, redirect, render_template, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access
from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError

from app.database import db
from app.errors import RuleError
from app.texts import _, ngettext
from app.views.pages import (
    CardField,
    CardGroup,
    CardPage,
    Cell,
    ColumnHead,
    Command,
    FormGroup,
    FormPage,
    ListPage,
    ListRow,
)
from app.views.sections import HOME, SETTINGS
from app.views.security.screens import form_errors
from app.views.security.visitors import viewer


class AdminView(BaseView):
    """List, card, form and deletion of a table of the framework, on the pages that all screens use."""

    method_permission_name: ClassVar[dict[str, str]] = {
        "list": "read",
        "show": "read",
        "add": "write",
        "edit": "write",
        "delete": "delete",
    }
    default_view = "list"
    model: ClassVar[type[Any]]
    form: ClassVar[type[FlaskForm]]
    title: ClassVar[str]
    add_title: ClassVar[str]
    heads: ClassVar[dict[str, str]]
    fields: ClassVar[tuple[str, ...]]
    card_page: ClassVar[str] = "crud/card.html"
    form_page: ClassVar[str] = "crud/form.html"

    @expose("/list/")
    @has_access
    def list(self) -> Any:
        """All records: there are few, and no argument of the address changes what is shown."""
        rows = tuple(ListRow(record.id, self._url("show", record), self.cells(record)) for record in self.records())
        page = ListPage(
            title=str(self.title),
            section=str(SETTINGS),
            base_url=self._url("list"),
            heads=tuple(ColumnHead(name, str(label), "text") for name, label in self.heads.items()),
            rows=rows,
            count_text=ngettext("%(num)s record", "%(num)s records", len(rows)),
            commands=(Command(str(self.add_title), self._url("add"), "plus", primary=True),)
            if self._may("can_write")
            else (),
        )
        return render_template("crud/list.html", page=page, page_section=str(SETTINGS))

    @expose("/show/<pk>")
    @has_access
    def show(self, pk: str) -> Any:
        """One record."""
        return self.card(self.get(pk), self._commands(pk))

    @expose("/add", methods=["GET", "POST"])
    @has_access
    def add(self) -> Any:
        """Show the empty form, or make the record."""
        return self._edit(self.model())

    @expose("/edit/<pk>", methods=["GET", "POST"])
    @has_access
    def edit(self, pk: str) -> Any:
        """Show the form, or save."""
        return self._edit(self.get(pk))

    @expose("/delete/<pk>", methods=["POST"])
    @has_access
    def delete(self, pk: str) -> Any:
        """Delete the record; one that the history refers to stays."""
        record = self.get(pk)
        try:
            self.check_delete(record)
            db.session.delete(record)
            db.session.commit()
        except (RuleError, IntegrityError) as error:
            db.session.rollback()
            flash(str(error) if isinstance(error, RuleError) else _("The record is in use and stays."), "danger")
        return redirect(self._url("list"))

    def get(self, pk: str) -> Any:
        """The record, 404 when there is none."""
        return (db.session.get(self.model, int(pk)) if pk.isdecimal() else None) or abort(404)

    def card(self, record: Any, commands: tuple[Command, ...]) -> Any:
        """The card of a record."""
        group = CardGroup("", tuple(CardField(label, cell) for label, cell in self.facts(record)))
        section = str(SETTINGS) if self._may("can_read") else str(HOME)
        page = CardPage(
            title=self.name_of(record),
            section=section,
            list_title=str(self.title),
            list_url=self._url("list") if self._may("can_read") else "",
            commands=commands,
            groups=(group,),
        )
        return render_template(self.card_page, page=page, record=record, page_section=section, **self.more(record))

    def records(self) -> Any:
        """All records in the order of the list."""
        raise NotImplementedError

    def cells(self, record: Any) -> tuple[Cell, ...]:
        """A row of the list."""
        raise NotImplementedError

    def facts(self, record: Any) -> Iterable[tuple[str, Cell]]:
        """Labels and values of the card."""
        return [(str(label), cell) for label, cell in zip(self.heads.values(), self.cells(record), strict=True)]

    def more(self, record: Any, form: Any = None) -> dict[str, Any]:
        """What the pages of this screen show besides; `form` where it is being changed."""
        return {}

    def name_of(self, record: Any) -> str:
        """What the record is called."""
        raise NotImplementedError

    def make_form(self, record: Any) -> FlaskForm:
        """The form with its choices."""
        raise NotImplementedError

    def save(self, record: Any, form: Any) -> None:
        """Take the form's values over. Raises RuleError."""
        raise NotImplementedError

    def check_delete(self, record: Any) -> None:
        """Raise RuleError when the record must stay."""

    def _edit(self, record: Any) -> Any:
        form = self.make_form(record)
        errors: tuple[tuple[str, str], ...] = ()
        if form.validate_on_submit():
            try:
                self.save(record, form)
                db.session.add(record)
                db.session.commit()
                return redirect(self._url("list"))
            except (RuleError, IntegrityError) as error:
                db.session.rollback()
                errors = (("", str(error) if isinstance(error, RuleError) else _("The name is taken.")),)
        page = FormPage(
            title=self.name_of(record) if record.id else str(self.add_title),
            section=str(SETTINGS),
            list_title=str(self.title),
            list_url=self._url("list"),
            cancel_url=self._url("list"),
            form=form,
            groups=(FormGroup("", self.fields),),
            errors=errors or form_errors(form),
            save_label=_("Save and close"),
        )
        more = self.more(record, form)
        return render_template(self.form_page, page=page, form=form, page_section=str(SETTINGS), **more)

    def _commands(self, pk: str) -> tuple[Command, ...]:
        edit = Command(_("Edit"), url_for(f"{self.endpoint}.edit", pk=pk), "edit", primary=True)
        delete = Command(
            _("Delete"),
            url_for(f"{self.endpoint}.delete", pk=pk),
            "trash",
            post=True,
            danger=True,
            confirm=_("Delete for good?"),
        )
        wanted = (("can_write", edit), ("can_delete", delete))
        return tuple(command for permission, command in wanted if self._may(permission))

    def _may(self, permission: str) -> bool:
        person = viewer()
        return person is not None and person.may(permission, self.class_permission_name)

    def _url(self, route: str, record: Any = None) -> str:
        return url_for(f"{self.endpoint}.{route}", **({"pk": record.id} if record is not None else {}))
