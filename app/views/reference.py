"""Flask-Admin over the reference tables only: short lists that the office keeps for itself.

Its pages stand in our frame, with our forms, CSRF token and content security policy; its rights are one area.
"""

import logging
from typing import Any

from flask import Flask, abort, flash, g, redirect, render_template, request, url_for
from flask_admin import Admin, AdminIndexView, expose
from flask_admin.contrib.sqla import ModelView
from flask_admin.theme import Theme
from flask_login import current_user
from jinja2 import pass_context
from sqlalchemy.exc import IntegrityError

from app.database import db
from app.errors import RuleError
from app.models.catalogue import PriceType, ProductGroup, Unit
from app.models.claims import ClaimReason
from app.models.clients import Segment
from app.models.deals import DealStage, LossReason, StageMove, StageRequirement
from app.models.money import CashArticle
from app.models.service import WorkKind
from app.models.staff import Absence, CalendarDay
from app.permissions import DELETE, READ, WRITE
from app.texts import _, lazy
from app.views import formats
from app.views.crud.columns import column_of
from app.views.crud.creating import register_form
from app.views.crud.forms import form_class, set_lookups
from app.views.sections import SETTINGS

AREA = "Reference"
_WRITING = frozenset({"create_view", "edit_view"})
_DELETING = frozenset({"delete_view"})
_log = logging.getLogger(__name__)

TABLES: tuple[tuple[type[Any], str, str, tuple[str, ...]], ...] = (
    (Unit, "units", lazy("Units of measure"), ("name", "full_name", "okei_code")),
    (ProductGroup, "product-groups", lazy("Product groups"), ("name",)),
    (PriceType, "price-types", lazy("Price types"), ("name", "includes_vat", "is_default")),
    (Segment, "segments", lazy("Client segments"), ("name",)),
    (DealStage, "deal-stages", lazy("Deal stages"), ("name", "position", "probability", "outcome")),
    (StageRequirement, "stage-requirements", lazy("Fields required at deal stages"), ("stage", "field")),
    (StageMove, "stage-moves", lazy("Allowed moves between deal stages"), ("from_stage", "to_stage")),
    (LossReason, "loss-reasons", lazy("Reasons for losing deals"), ("name",)),
    (ClaimReason, "claim-reasons", lazy("Reasons for claims"), ("name",)),
    (WorkKind, "work-kinds", lazy("Kinds of work"), ("name", "usual_minutes", "is_maintenance")),
    (CashArticle, "cash-articles", lazy("Cash flow articles"), ("name", "kind")),
    (CalendarDay, "calendar-days", lazy("Days of the working calendar"), ("day", "is_working", "comment")),
    (Absence, "absences", lazy("Absences"), ("employee", "kind", "starts_at", "ends_at", "comment")),
)
"""Table, address, words, columns."""


class Guarded:
    """Lets in by the rights of one area: reading, writing and deleting apart."""

    def is_accessible(self) -> bool:
        """Tell whether the person may open this page, or do what they posted to it."""
        viewer = db.session.info.get("viewer")
        if viewer is None:
            return False
        act = (request.endpoint or "").rpartition(".")[2]
        needed = DELETE if act in _DELETING else WRITE if act in _WRITING else READ
        return bool(viewer.may(needed, AREA))

    def inaccessible_callback(self, name: str, **_values: Any) -> Any:
        """Send strangers to sign in; refuse others."""
        if not current_user.is_authenticated:
            return redirect(url_for("SignInPage.login", next=request.url))
        return abort(403)


class ReferenceIndex(Guarded, AdminIndexView):
    """The list of reference tables."""

    section = SETTINGS


class ReferenceView(Guarded, ModelView):
    """One reference table: list, form, delete."""

    list_template = "reference/list.html"
    create_template = "reference/form.html"
    edit_template = "reference/form.html"
    can_export = False
    can_set_page_size = False
    page_size = 50
    action_disallowed_list = ("delete",)
    section = SETTINGS

    def __init__(self, model: type[Any], address: str, label: str, names: tuple[str, ...]) -> None:
        self.names = names
        self.column_list = names
        self.column_labels = {name: column_of(model, name).label for name in names}
        endpoint = f"reference_{model.__tablename__}"
        super().__init__(model, db, name=label, endpoint=endpoint, url=f"/reference/{address}")

    def scaffold_form(self) -> Any:
        """Our own form: the model says labels, hints and limits, as on every other screen."""
        return form_class(self.model, self.names, ())

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """The form of a new record; in a dialog of another page it gives the record back to that page."""
        answer = super().create_view()
        made = g.pop("made_in_dialog", None)
        return render_template("crud/made.html", record=made) if made is not None else answer

    def after_model_change(self, form: Any, model: Any, is_created: bool) -> None:
        """Remember what a dialog has made."""
        if is_created and request.args.get("dialog") == "1":
            g.made_in_dialog = model

    def create_form(self, obj: Any = None) -> Any:
        """The form of a new record."""
        form = super().create_form(obj)
        set_lookups(form)
        return form

    def edit_form(self, obj: Any = None) -> Any:
        """The form of a kept record."""
        form = super().edit_form(obj)
        set_lookups(form)
        return form

    @pass_context
    def get_list_value(self, context: Any, model: Any, name: str) -> Any:
        """A value as shown everywhere else."""
        column = column_of(self.model, name)
        value = getattr(model, name)
        return formats.cell(str(value) if column.kind == "relation" and value is not None else value, column.kind)

    def get_one(self, id: str) -> Any:
        """The record, or nothing for a key that cannot be one."""
        if not id.isascii() or not id.isdigit() or len(id) > 18:
            abort(404)
        return super().get_one(id) or abort(404)

    def handle_view_exception(self, exc: Exception) -> bool:
        """Say in words what a person can do; the rest goes to the log and shows neutral words."""
        if isinstance(exc, IntegrityError):
            flash(_("There is already such a record, or others refer to it."), "danger")
        elif isinstance(exc, RuleError):
            flash(str(exc), "danger")
        else:
            _log.error("reference table %s", self.endpoint, exc_info=exc)
            flash(_("Something went wrong on our side"), "danger")
        return True


def install(app: Flask) -> None:
    """Register the reference tables under /reference/."""
    index = ReferenceIndex(
        name=lazy("Reference tables"), template="reference/index.html", endpoint="reference", url="/reference"
    )
    theme = Theme(folder="bootstrap4", base_template="frame/base.html")
    admin = Admin(app, name="Kontora", index_view=index, theme=theme)
    for model, address, label, names in TABLES:
        admin.add_view(ReferenceView(model, address, label, names))
        register_form(model, f"reference_{model.__tablename__}.create_view", AREA)
