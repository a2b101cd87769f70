"""CrudView: the base of every generated screen.

A screen declares its model, area of rights, columns, filters, groups and acts; list, card, form, acts and export
follow. Rules are asked through `before_save` and the acts' methods, each of which calls one service. What a person
may see is decided by the row rule on the session, so that a foreign record is «not found» on every way.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from flask import abort, flash, redirect, render_template, request, url_for
from flask_appbuilder import ModelView, expose
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_appbuilder.security.decorators import has_access
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException

from app.database import db
from app.errors import RuleError
from app.texts import _, lazy
from app.views import formats
from app.views.crud.bulk import act_on_chosen
from app.views.crud.cards import CardBuilder
from app.views.crud.cells import record_address, record_cell
from app.views.crud.columns import Column, column_of
from app.views.crud.declarations import Act, CardColumns, Group, Lines, Preset
from app.views.crud.editing import Editing
from app.views.crud.list_page import list_html
from app.views.crud.lists import DRAWERS, ListBuilder
from app.views.crud.query import whole
from app.views.crud.sheets import sheet_response
from app.views.crud.state import Asked, address, last_of, state_of
from app.views.current import viewer
from app.views.pages import Cell, Command

if TYPE_CHECKING:
    from app.views.printing import Form

READ_WRITE: dict[str, str] = {
    "list": "read",
    "show": "read",
    "add": "write",
    "edit": "write",
    "delete": "delete",
    "action": "read",
    "action_post": "read",
}
"""Which permission each route asks for; an act asks for its own right besides."""


class CrudView(ModelView):
    """A generated screen over one table."""

    model: ClassVar[type[Any]]
    area: ClassVar[str]
    title: ClassVar[str]
    title_one: ClassVar[str]
    section: ClassVar[str] = ""
    add_label: ClassVar[str] = lazy("Create")
    add_endpoint: ClassVar[str] = ""
    """The page that a new record is begun on, where it is not the form of this screen."""
    list_names: ClassVar[tuple[str, ...]]
    list_loads: ClassVar[tuple[str, ...]] = ()
    list_reads: ClassVar[tuple[str, ...] | None] = None
    """What the rows follow from besides their columns, the day, and who asks: None has whole records read."""
    has_indexed_ways: ClassVar[bool] = False
    """Each ground of the row rule has an index in the order of `sort`: pages are read along them."""
    sorts: ClassVar[tuple[str, ...]] = ()
    sort: ClassVar[str] = "id"
    filters: ClassVar[tuple[str, ...]] = ()
    presets: ClassVar[tuple[Preset, ...]] = ()
    default_tab: ClassVar[str] = "all"
    search_through: ClassVar[tuple[str, ...]] = ()
    search_hint: ClassVar[str] = ""
    totals: ClassVar[tuple[str, ...]] = ()
    groups: ClassVar[tuple[Group, ...]]
    form_groups: ClassVar[tuple[Group, ...]] = ()
    """Groups of the form, where they differ from the card's."""
    lines: ClassVar[tuple[Lines, ...]] = ()
    tables: ClassVar[tuple[CardColumns, ...]] = ()
    acts: ClassVar[tuple[Act, ...]] = ()
    status_columns: ClassVar[tuple[str, ...]] = ("status", "state")
    can_add: ClassVar[bool] = True
    copy_leaves: ClassVar[tuple[str, ...]] = ()
    """Fields that a copy does not take over: what is this one record's alone (its INN, its serial number)."""
    has_files: ClassVar[bool] = False
    printed: ClassVar["Form | None"] = None
    """The printed form of its records, where they have one."""
    imported_as: ClassVar[str] = ""
    """Name of the table in services/imports/tables.py, where its records come from files too."""
    form_page: ClassVar[str] = "crud/form.html"
    """Template of the form: a screen may add to it."""

    method_permission_name = READ_WRITE
    exclude_route_methods: ClassVar[set[str]] = {"download"}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Complete the declaration for the framework: its data model and the names of its permissions."""
        super().__init_subclass__(**kwargs)
        if "model" in cls.__dict__:
            cls.datamodel = SQLAInterface(cls.model, db.session)
            cls.class_permission_name = cls.area

    def _init_properties(self) -> None:
        """Our lists and forms come from the declaration; the framework's defaults would load whole tables."""
        self._base_filters = self.datamodel.get_filters()
        self._filters = self.datamodel.get_filters([])
        self.related_views: Any = []
        self._related_views: Any = []

    def _init_forms(self) -> None:
        """Forms are made by crud/forms.py."""

    def _init_titles(self) -> None:
        """Titles stand in the declaration."""

    # --- Routes -------------------------------------------------------------------------------------------------

    @expose("/list/")
    @has_access
    def list(self) -> Any:
        """Show the list, or give it as a sheet (`?format=xlsx` or `csv`)."""
        if left := self._left_list():
            return redirect(left)
        builder = ListBuilder(self, viewer())
        if wanted := request.args.get("format"):
            return sheet_response(builder, wanted)
        drawer = request.args.get("drawer", "")
        if drawer not in ("", *DRAWERS):
            abort(400)
        if drawer and request.headers.get("X-Part") == "drawer":
            return render_template("crud/drawer.html", page=builder.drawer(drawer))
        with_figures = bool(request.args.get("figures"))
        if with_figures and request.headers.get("X-Part") == "figures":
            return render_template("crud/figures.html", page=builder.figures())
        page = builder.page(drawer, with_figures=with_figures)
        return list_html(page, builder.around)

    @expose("/show/<pk>")
    @has_access
    def show(self, pk: str) -> Any:
        """Show the card."""
        record = self.get_record(pk)
        self.note_opening(record)
        page = CardBuilder(self, record, viewer()).page()
        return render_template("crud/card.html", page=page, record=record, page_section=str(self.section))

    @expose("/add", methods=["GET", "POST"])
    @has_access
    def add(self) -> Any:
        """Show the empty form, or make the record."""
        if not self.can_add:
            abort(404)
        source = self.get_record(request.args["copy"]) if request.args.get("copy") else None
        return Editing(self, None, source).answer()

    @expose("/edit/<pk>", methods=["GET", "POST"])
    @has_access
    def edit(self, pk: str) -> Any:
        """Show the filled form, or change the record."""
        record = self.get_record(pk)
        if not self.is_editable(record):
            flash(_("This record can no longer be changed."), "warning")
            return redirect(self.record_url(record))
        if request.method == "GET":
            self.note_opening(record)
        return Editing(self, record).answer()

    @expose("/delete/<pk>", methods=["POST"])
    @has_access
    def delete(self, pk: str) -> Any:
        """Delete the record, unless others refer to it."""
        record = self.get_record(pk)
        if self.attempt(lambda: self.delete_record(record)):
            flash(_("Deleted."), "success")
            return redirect(self.list_url())
        return redirect(self.list_url() if self._came_from_list() else self.record_url(self.get_record(pk)))

    @expose("/action/<string:name>/<pk>", methods=["POST"])
    @has_access
    def action(self, name: str, pk: str) -> Any:
        """Do one act with one record that the person may see."""
        act = self._act(name)
        record = self.get_record(pk)
        answer: Any = []
        if self.attempt(lambda: answer.append(getattr(self, act.method)(record))):
            return answer[0] or redirect(self.list_url() if self._came_from_list() else self.record_url(record))
        return redirect(self.list_url() if self._came_from_list() else url_for(f"{self.endpoint}.show", pk=pk))

    @expose("/action_post", methods=["POST"])
    @has_access
    def action_post(self) -> Any:
        """Do one act with the chosen records; those that the person may not see are not found."""
        return act_on_chosen(self)

    # --- What a screen may say otherwise -------------------------------------------------------------------------

    def before_save(self, record: Any, *, is_new: bool) -> None:
        """Ask the area's rules before a record is written; raise RuleError. May call one service."""

    def after_save(self, record: Any, *, is_new: bool) -> None:
        """Act in the same transaction, once the record has its key."""

    def before_delete(self, record: Any) -> None:
        """Ask the area's rules before a record is deleted; raise RuleError."""

    def defaults(self, record: Any) -> None:
        """Fill a new record: from the address (`?client=5`) and from the person."""

    def refusal(self, error: IntegrityError) -> str:
        """The words for what the database refused to save."""
        return _("There is already such a record, or it refers to one that is gone.")

    def may_post(self) -> bool:
        """Tell whether the form offers «Post and close»: it is a document's, and the person may post it."""
        return False

    def post_record(self, record: Any) -> None:
        """Post a document that was just saved; raise RuleError. Only called where `may_post` says yes."""
        raise NotImplementedError

    def list_marks(self, keys: Sequence[int]) -> Mapping[int, Hashable]:
        """What marks some of a page's records, by their keys and in one question; they have it as `list_mark`."""
        return {}

    def note_opening(self, record: Any) -> None:
        """Log that the card was opened, where that is the law."""

    def is_editable(self, record: Any) -> bool:
        """Tell whether the record's state allows changing it."""
        return True

    def row_tone(self, record: Any) -> str:
        """'danger' for what is overdue; '' otherwise."""
        return ""

    def chips(self, record: Any) -> Any:
        """The chips beside the title: the status, and what must not be missed."""
        for name in self.status_columns:
            if hasattr(self.model, name):
                yield formats.cell(getattr(record, name))

    def record_url(self, record: Any) -> str:
        """The address of the record's card."""
        return record_address(f"{self.endpoint}.show", record.id)

    def record_title(self, record: Any) -> str:
        """The heading of the record's card: «Invoice № 5», «Product: Bearing»."""
        name = str(record)
        return f"{self.title_one} {name}" if name.startswith("№") else f"{self.title_one}: {name}"

    def cell(self, record: Any, column: Column) -> Cell:
        """A value of a record, as shown; a screen adds chips and links here."""
        return record_cell(record, column)

    def list_commands(self) -> Sequence[Command]:
        """Commands of the list beside create and export."""
        return []

    def bulk_commands(self) -> Sequence[Command]:
        """Commands that take the chosen rows to a page of its own, beside the acts that are done at once."""
        return []

    def card_commands(self, record: Any) -> Sequence[Command]:
        """Links of the card's command bar: print, make a document from this one."""
        return []

    def card_files(self, record: Any) -> Any:
        """The files part of the card (see CardPage); none unless the screen keeps files."""
        return {}

    # --- Shared by the routes -----------------------------------------------------------------------------------

    def may(self, permission: str) -> bool:
        """Tell whether the person holds a permission on this screen's area."""
        return viewer().may(permission, self.area)

    def begins_at(self) -> str:
        """The route on which a new record is begun."""
        return self.add_endpoint or f"{self.endpoint}.add"

    def _left_list(self) -> str:
        """Where a bare address leads: to the list as the person left it, while the screen still offers that."""
        if state_of(request.args) or set(request.args) & {"view", "format", "after", "before", "drawer", "figures"}:
            return ""
        left = last_of(self.endpoint)
        return address(url_for(f"{self.endpoint}.list"), left) if left and self.offers(left) else ""

    def offers(self, state: dict[str, str]) -> bool:
        """Tell whether the list takes these arguments from this person."""
        try:
            ListBuilder(
                self, viewer(), Asked({name: value for name, value in state.items() if name != "view"})
            ).statement()
        except HTTPException:
            return False
        return True

    def list_url(self) -> str:
        """The list, as the person left it when an act was begun there."""
        plain = url_for(f"{self.endpoint}.list")
        query = urlsplit(request.referrer).query if self._came_from_list() else ""
        return f"{plain}?{query}" if query else plain

    def _came_from_list(self) -> bool:
        return urlsplit(request.referrer or "").path == url_for(f"{self.endpoint}.list")

    def get_record(self, pk: str) -> Any:
        """The record through the row rule; 404 for what is not there or not to be seen."""
        key = whole(pk) if pk.isascii() and pk.isdigit() else abort(404)
        return db.session.get(self.model, key) or abort(404)

    def column(self, name: str) -> Column:
        """A column of this screen's model."""
        return column_of(self.model, name)

    def _act(self, name: str) -> Act:
        act = next((act for act in self.acts if act.name == name), None) or abort(404)
        if not self.may(act.right):
            abort(403)
        return act

    def delete_record(self, record: Any) -> None:
        """Delete a record unless its state or a rule forbids; raise RuleError."""
        if not self.is_editable(record):
            raise RuleError(_("This record can no longer be changed."))
        self.before_delete(record)
        db.session.delete(record)
        db.session.flush()

    def attempt(self, act: Any) -> bool:
        """Do an act and commit once; a rule's refusal is shown and undoes everything."""
        try:
            act()
            db.session.commit()
        except RuleError as refusal:
            db.session.rollback()
            flash(str(refusal), "danger")
            return False
        except IntegrityError:
            db.session.rollback()
            flash(_("Other records refer to this one, so it stays."), "danger")
            return False
        return True
