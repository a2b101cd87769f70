"""What a list's address says: the state of the list, the saved view it comes from, and the place within its pages.

State is search, tab, filters, order, size and columns. A view named alone (`?view=5`) brings its own state; beside
other arguments it only says where they come from, so that a filter can be taken away from a view.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import abort
from werkzeug.datastructures import MultiDict

from app.reports.saved_views import KeptView
from app.services.saved_views import WIDTHS
from app.views.waiting import what_waits

_STATE = frozenset({"q", "tab", "sort", "size", "columns"})
_LONGEST = 2000

State = dict[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What one request to a list asks for."""

    state: State
    view: KeptView | None = None
    after: str = ""
    before: str = ""


def state_of(args: "MultiDict[str, str]") -> State:
    """The arguments that are state; boxes of one name («columns») come together with commas."""
    found = {name: ",".join(args.getlist(name)) if name == "columns" else value for name, value in args.items()}
    return {name: value for name, value in found.items() if value and (name in _STATE or name.startswith("f_"))}


def asked_by(args: "MultiDict[str, str]", screen: str) -> Asked:
    """Read an address; 404 for a view that the person is not offered."""
    state, view = state_of(args), None
    if key := args.get("view"):
        view = view_named(key, screen) or abort(404)
        state = state or words_of(view.arguments)
    return Asked(state, view, args.get("after", ""), args.get("before", ""))


def words_of(arguments: Mapping[str, Any]) -> State:
    """Kept arguments as an address has them: texts only, whatever the database holds."""
    return {str(name): str(value) for name, value in arguments.items() if value and name not in {"view", WIDTHS}}


def view_named(key: str, screen: str) -> KeptView | None:
    """A view over the screen that the person is offered, by its key."""
    offered = {str(view.id): view for view in offered_views(screen) if not view.is_last}
    return offered.get(key)


def offered_views(screen: str) -> list[KeptView]:
    """The views over a screen, and how the person left it."""
    return [view for view in what_waits(screen).views if view.screen == screen]


def pinned_views() -> list[KeptView]:
    """The views in the person's panel, over any screen."""
    return [view for view in what_waits().views if view.is_pinned]


def widths_of(screen: str) -> dict[str, int]:
    """The widths of columns that the person has chosen over a screen, in pixels."""
    last = next((view for view in offered_views(screen) if view.is_last), None)
    return dict(last.arguments.get(WIDTHS, {})) if last is not None else {}


def last_of(screen: str) -> State:
    """How the person left the list; a view that is no longer offered is left out."""
    last = next((view for view in offered_views(screen) if view.is_last), None)
    if last is None:
        return {}
    key = str(last.arguments.get("view", ""))
    return words_of(last.arguments) | ({"view": key} if view_named(key, screen) else {})


def read_query(query: str) -> "MultiDict[str, str]":
    """A query string as the arguments of an address; 400 for one that is too long."""
    try:
        found = MultiDict(parse_qsl(query.lstrip("?"), max_num_fields=100))
    except ValueError:
        abort(400)
    if len(query) > _LONGEST or any("\0" in value for _name, value in found.items(multi=True)):
        abort(400)
    return found


def address(base: str, arguments: Mapping[str, str]) -> str:
    """An address with those arguments that say something."""
    said = {name: value for name, value in arguments.items() if value}
    return f"{base}?{urlencode(said)}" if said else base
