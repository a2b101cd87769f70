"""Global search: /search/?q=, grouped by what was found."""

from dataclasses import asdict, dataclass
from typing import Any

from flask import jsonify, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access

from app.database import db
from app.models.base import Searchable
from app.permissions import READ, WRITE
from app.reports.search import find_everywhere
from app.views.crud.cells import card_url
from app.views.crud.view import CrudView
from app.views.current import viewer
from app.views.sections import HOME
from app.views.tables import screens

_screens: dict[type[Any], CrudView] = {}


def register_searched(screen: CrudView) -> None:
    """Let global search look through a screen's table, for people who may read its area."""
    if issubclass(screen.model, Searchable):
        _screens[screen.model] = screen


@dataclass(frozen=True, slots=True)
class Found:
    """A record that was found: what it is called, whose it is, where it opens."""

    text: str
    about: str
    url: str


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """The records of one table, and the list that holds the rest."""

    title: str
    records: tuple[Found, ...]
    more_url: str


class SearchView(BaseView):
    """Looks for a record in every table that the person may read."""

    route_base = "/search"
    class_permission_name = "Search"
    method_permission_name = {"search": "read"}

    @expose("/")
    @has_access
    def search(self) -> Any:
        """Show what was found, grouped; as JSON for who asks for that."""
        asked = request.args.get("q", "").strip()[:100]
        models = [model for model, screen in _screens.items() if viewer().may(READ, screen.area)]
        groups = [_group(found, asked) for found in find_everywhere(db.session(), models, asked)]
        if request.accept_mimetypes.best == "application/json":
            return jsonify(create=_creatable(), found=[asdict(group) for group in groups])
        return render_template("search/index.html", asked=asked, groups=groups, page_section=str(HOME))


def _creatable() -> list[dict[str, str]]:
    """Everything that the person may make: what it is called, and the address of its form."""
    may = (screen for screen in screens() if screen.can_add and viewer().may(WRITE, screen.area))
    return [
        {"text": str(screen.title_one), "about": str(screen.add_label), "url": url_for(screen.begins_at())}
        for screen in may
    ]


def _group(found: Any, asked: str) -> FoundGroup:
    screen = _screens[found.model]
    records = tuple(Found(f"{screen.title_one} {record}", _about(record), card_url(record)) for record in found.records)
    more = url_for(f"{screen.endpoint}.list", q=asked, tab="all") if found.has_more else ""
    return FoundGroup(str(screen.title), records, more)


def _about(record: Any) -> str:
    client = getattr(record, "client", None)
    parts = [str(client) if client is not None else "", getattr(record, "inn", None), getattr(record, "town", None)]
    return " · ".join(part for part in parts if part)
