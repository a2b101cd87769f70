"""What a person sets over a list beside its filters: whose records, which columns, which saved view."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import abort, url_for

from app.models.staff import Employee
from app.permissions import WRITE, Role, Viewer
from app.reports.saved_views import KeptView
from app.texts import _
from app.views.crud.columns import Column, column_of
from app.views.crud.state import address, offered_views, words_of
from app.views.pages import ColumnChoice, Command, Tab, ViewChoice, ViewChoices

if TYPE_CHECKING:
    from app.views.crud.lists import ListBuilder
    from app.views.crud.view import CrudView

ME = "me"
"""Value of a filter by employee that stands for whoever asks."""
SHARING = "SavedViews"
"""Area of rights: whoever may write it offers views to everybody."""
_NEVER = frozenset({"long_text", "rows"})
_STAMPS = ("created_at", "changed_at")
_RESPONSIBLE = frozenset({"responsible", "employee"})
"""Columns that say who answers for a record."""


def is_person(column: Column) -> bool:
    """Tell whether a column names an employee."""
    return column.kind == "relation" and column.target is Employee


# --- Columns ------------------------------------------------------------------------------------------------------


def offered_columns(screen: "CrudView", viewer: Viewer) -> list[Column]:
    """Columns that the person may have: the list's own, then those of the card that fit into a cell.

    What needs a right of its own stands only where the screen itself lists it: opening such a field is logged.
    """
    own = [column_of(screen.model, name) for name in screen.list_names]
    more = [name for group in screen.groups for name in group.fields if name not in screen.list_names]
    stamps = [name for name in _STAMPS if hasattr(screen.model, name)]
    others = (column_of(screen.model, name) for name in dict.fromkeys([*more, *stamps]))
    fitting = [column for column in others if column.kind not in _NEVER and not column.right]
    return [column for column in own if column.may_read(viewer)] + fitting


def chosen_columns(screen: "CrudView", viewer: Viewer, chosen: str) -> list[Column]:
    """The columns asked for, in their order; the name stands first always. 400 for one that is not offered."""
    own = [
        column for column in (column_of(screen.model, name) for name in screen.list_names) if column.may_read(viewer)
    ]
    if not chosen:
        return own
    offered = {column.name: column for column in offered_columns(screen, viewer)}
    names = list(dict.fromkeys([own[0].name, *chosen.split(",")]))
    if set(names) - set(offered):
        abort(400)
    return [offered[name] for name in names]


def column_choices(builder: "ListBuilder") -> tuple[ColumnChoice, ...]:
    """All columns on offer, the shown ones first."""
    shown = [column.name for column in builder.columns]
    rest = [column for column in offered_columns(builder.screen, builder.viewer) if column.name not in shown]
    return tuple(
        ColumnChoice(column.name, str(column.label), column.name in shown) for column in builder.columns + rest
    )


def changeable_columns(screen: "CrudView", viewer: Viewer) -> list[Column]:
    """Columns that may be set for many records at once: who answers for them, and a status that the form offers."""
    names = dict.fromkeys(name for group in screen.form_groups or screen.groups for name in group.fields)
    columns = [column_of(screen.model, name) for name in names]
    kept = [
        column
        for column in columns
        if column.name in _RESPONSIBLE or (column.kind == "choice" and column.name in screen.status_columns)
    ]
    return [column for column in kept if column.may_write(viewer)]


# --- Mine ---------------------------------------------------------------------------------------------------------


def mine_switch(builder: "ListBuilder") -> Tab | None:
    """The switch over the first filter by an employee; a screen has it with the filter."""
    names = [name for name in builder.screen.filters if is_person(column_of(builder.model, name))]
    if not names or builder.viewer.employee_id is None:
        return None
    name = f"f_{names[0]}"
    is_on = builder.arguments.filters.get(name) == ME
    return Tab("mine", _("Only mine"), builder.url(**{name: "" if is_on else ME, "tab": builder.tab}), is_on)


# --- Saved views --------------------------------------------------------------------------------------------------


def view_choices(builder: "ListBuilder") -> ViewChoices:
    """The views over the list, and the commands of the one in force."""
    screen, view = builder.screen.endpoint, builder.asked.view
    current = _current(builder)
    changed = view is not None and current != _whole(builder, words_of(view.arguments))
    return ViewChoices(
        screen=screen,
        state=urlencode(current),
        choices=tuple(_choices(builder)),
        name=view.name if view is not None else "",
        is_changed=changed,
        is_shared=view is not None and view.is_shared,
        may_share=builder.viewer.may(WRITE, SHARING),
        save_url=url_for("SavedViewsView.save"),
        remember_url=url_for("SavedViewsView.remember"),
        **(_commands(view, builder.viewer, is_changed=changed) if view is not None else {}),
    )


def _current(builder: "ListBuilder") -> dict[str, str]:
    return _whole(builder, builder.asked.state)


def _whole(builder: "ListBuilder", state: dict[str, str]) -> dict[str, str]:
    """The state with its tab named, in one order, so that two of them can be compared."""
    return dict(sorted(({"tab": builder.screen.default_tab} | state).items()))


def _choices(builder: "ListBuilder") -> Iterator[ViewChoice]:
    base = url_for(f"{builder.screen.endpoint}.list")
    active = builder.asked.view.id if builder.asked.view is not None else None
    for view in offered_views(builder.screen.endpoint):
        if not view.is_last:
            owner = "" if view.owner_id == builder.viewer.user_id else view.owner
            yield ViewChoice(view.name, address(base, {"view": str(view.id)}), owner, view.id == active, view.is_pinned)


def _commands(view: KeptView, viewer: Viewer, *, is_changed: bool) -> dict[str, Any]:
    way = "unpin" if view.is_pinned else "pin"
    words = _("Take out of the panel") if view.is_pinned else _("Pin to the panel")
    found: dict[str, Any] = {
        "pin": Command(words, url_for(f"SavedViewsView.{way}", pk=view.id), icon="star", post=True, name=way)
    }
    if may_change(view.owner_id, viewer):
        question = _("Delete the view «%(name)s»? The records stay.", name=view.name)
        url = url_for("SavedViewsView.delete", pk=view.id)
        found["delete"] = Command(
            _("Delete the view"), url, icon="trash", post=True, danger=True, confirm=question, name="delete-view"
        )
        found["change_url"] = url_for("SavedViewsView.change", pk=view.id)
        found["update_url"] = url_for("SavedViewsView.update", pk=view.id) if is_changed else ""
    return found


def may_change(owner_id: int, viewer: Viewer) -> bool:
    """Tell whether the person may change a view that they are offered: its owner and the administrator may."""
    return owner_id == viewer.user_id or Role.ADMIN in viewer.roles
