"""Keeping views of lists. Every address answers with the list again; what is kept is checked against the screen."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access

from app.database import db
from app.errors import RuleError
from app.models.saved_views import SavedView
from app.permissions import READ, WRITE
from app.services.saved_views import (
    NewView,
    delete_view,
    keep_width,
    pin_view,
    remember_last,
    rename_view,
    save_view,
    unpin_view,
)
from app.texts import _
from app.views.crud.query import whole
from app.views.crud.state import State, address, read_query, state_of, view_named
from app.views.crud.switches import SHARING, may_change, offered_columns
from app.views.crud.view import CrudView
from app.views.current import viewer

_lists: dict[str, CrudView] = {}


def register_list(screen: CrudView) -> None:
    """Offer saved views over a screen."""
    _lists[screen.endpoint] = screen


def may_read_list(name: str) -> bool:
    """Tell whether there is a list of this name that the person may read."""
    screen = _lists.get(name)
    return screen is not None and screen.may(READ)


class SavedViewsView(BaseView):
    """Save, rename, share, pin and delete views; remember how a list was left."""

    route_base = "/views"
    class_permission_name = SHARING
    method_permission_name = dict.fromkeys(
        ("save", "change", "update", "pin", "unpin", "delete", "remember", "width"), "read"
    )

    @expose("/save", methods=["POST"])
    @has_access
    def save(self) -> Any:
        """Keep what the list shows under a name."""
        screen = _screen(request.form.get("screen", ""))
        state = _checked(screen, request.form.get("state", ""))
        wanted = NewView(screen.endpoint, request.form.get("name", ""), dict(state), _is_shared())
        try:
            view = save_view(db.session(), viewer().user_id, wanted)
            if request.form.get("is_pinned"):
                pin_view(db.session(), viewer().user_id, view.id)
            db.session.commit()
        except RuleError as refusal:
            db.session.rollback()
            flash(str(refusal), "danger")
            return redirect(address(_list(screen), state))
        flash(_("The view is saved."), "success")
        return redirect(address(_list(screen), {"view": str(view.id)}))

    @expose("/change/<pk>", methods=["POST"])
    @has_access
    def change(self, pk: str) -> Any:
        """Rename, offer to everybody or take back."""
        view = _own_view(pk)
        shared = _is_shared() if viewer().may(WRITE, SHARING) else view.is_shared
        try:
            rename_view(db.session(), view, request.form.get("name", ""), is_shared=shared)
            db.session.commit()
        except RuleError as refusal:
            db.session.rollback()
            flash(str(refusal), "danger")
        return _back(view)

    @expose("/update/<pk>", methods=["POST"])
    @has_access
    def update(self, pk: str) -> Any:
        """Let the view hold what the list shows now."""
        view = _own_view(pk)
        view.arguments = dict(_checked(_screen(view.screen), request.form.get("state", "")))
        db.session.commit()
        flash(_("The view is saved."), "success")
        return _back(view)

    @expose("/pin/<pk>", methods=["POST"])
    @has_access
    def pin(self, pk: str) -> Any:
        """Show the view in one's own panel."""
        view = _readable(pk)
        pin_view(db.session(), viewer().user_id, view.id)
        db.session.commit()
        return _back(view)

    @expose("/unpin/<pk>", methods=["POST"])
    @has_access
    def unpin(self, pk: str) -> Any:
        """Take the view out of one's own panel."""
        view = _readable(pk)
        unpin_view(db.session(), viewer().user_id, view.id)
        db.session.commit()
        return _back(view)

    @expose("/delete/<pk>", methods=["POST"])
    @has_access
    def delete(self, pk: str) -> Any:
        """Delete the view; the records that it showed stay."""
        view = _own_view(pk)
        screen = _screen(view.screen)
        delete_view(db.session(), view)
        db.session.commit()
        flash(_("Deleted."), "success")
        return redirect(address(_list(screen), {"tab": screen.default_tab}))

    @expose("/remember", methods=["POST"])
    @has_access
    def remember(self) -> Any:
        """Remember how the person left a list; the words of a quick search are not kept."""
        screen = _screen(request.form.get("screen", ""))
        query = request.form.get("state", "")
        kept = {name: value for name, value in _checked(screen, query).items() if name != "q"}
        key = read_query(query).get("view", "")
        if view_named(key, screen.endpoint):
            kept["view"] = key
        if kept == {"tab": screen.default_tab}:
            kept = {}
        remember_last(db.session(), viewer().user_id, screen.endpoint, dict(kept))
        db.session.commit()
        return "", 204

    @expose("/width", methods=["POST"])
    @has_access
    def width(self) -> Any:
        """Keep how wide the person wants a column (0: as wide as it comes); without a column all become usual."""
        screen = _screen(request.form.get("screen", ""))
        column = request.form.get("column", "")
        if column and column not in {offered.name for offered in offered_columns(screen, viewer())}:
            abort(400)
        keep_width(db.session(), viewer().user_id, screen.endpoint, column, whole(request.form.get("width", "")))
        db.session.commit()
        return "", 204


def _screen(name: str) -> CrudView:
    """The screen of a name, when the person may read it."""
    screen = _lists.get(name) or abort(404)
    if not screen.may(READ):
        abort(403)
    return screen


def _checked(screen: CrudView, query: str) -> State:
    """The state of a query string; 400 when the screen does not offer it to the person."""
    state = state_of(read_query(query))
    if not screen.offers(state):
        abort(400)
    return state


def _is_shared() -> bool:
    wanted = bool(request.form.get("is_shared"))
    if wanted and not viewer().may(WRITE, SHARING):
        abort(403)
    return wanted


def _readable(pk: str) -> SavedView:
    """A view that the person is offered; 404 for any other."""
    view = db.session.get(SavedView, whole(pk))
    if view is None or view.is_last or not (view.is_shared or view.owner_id == viewer().user_id):
        abort(404)
    _screen(view.screen)
    return view


def _own_view(pk: str) -> SavedView:
    view = _readable(pk)
    if not may_change(view.owner_id, viewer()):
        abort(403)
    return view


def _list(screen: CrudView) -> str:
    return url_for(f"{screen.endpoint}.list")


def _back(view: SavedView) -> Any:
    return redirect(address(url_for(f"{view.screen}.list"), {"view": str(view.id)}))
