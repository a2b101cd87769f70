"""The history of one record: /history/<table>/<id>, for whoever may read the record."""

from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access

from app.database import db
from app.permissions import READ
from app.reports.history import Entry, Page, Place, record_history
from app.texts import _
from app.views import formats
from app.views.changes import ShownChange, act_cell, shown_changes, who_words
from app.views.crud.cards import card_tabs
from app.views.crud.query import whole
from app.views.current import viewer
from app.views.pages import Cell, Tab
from app.views.tables import record_url, record_words, screen_of


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One act as a person reads it; `part` names the phone, line or stage that changed, '' for the record itself."""

    at: str
    who: str
    act: Cell
    part: str
    changes: list[ShownChange]


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """What templates/history/record.html shows."""

    title: str
    section: str
    record_title: str
    record_url: str
    tabs: tuple[Tab, ...]
    entries: list[ShownEntry]
    older_url: str
    newer_url: str


class HistoryView(BaseView):
    """Who changed what of a record, newest first."""

    route_base = "/history"
    class_permission_name = "History"
    method_permission_name = {"history": "read"}

    @expose("/<table>/<pk>")
    @has_access
    def history(self, table: str, pk: str) -> Any:
        """Show the history, by the right to read the record's area and by the row rule; else nothing is found."""
        screen = screen_of(table)
        if screen is None or not viewer().may(READ, screen.area):
            abort(404)
        record = screen.get_record(pk)
        found = record_history(db.session(), record, asked_place())
        page = HistoryPage(
            title=_("History of changes"),
            section=str(screen.section),
            record_title=screen.record_title(record),
            record_url=record_url(record),
            tabs=card_tabs(record, record_url(record), active="history"),
            entries=[shown_entry(entry, table) for entry in found.rows],
            **neighbours(found, "HistoryView.history", table=table, pk=pk),
        )
        return render_template("history/record.html", page=page)


def asked_place() -> Place:
    """Which page the address asks for: `?older=` or `?newer=` than an entry; what is no number answers 400."""
    older, newer = (whole(request.args.get(name) or "0") for name in ("older", "newer"))
    return Place(older, 0 if older else newer)


def neighbours(found: Page, endpoint: str, **values: Any) -> dict[str, str]:
    """Addresses of the neighbouring pages, '' where there is none."""
    return {
        "older_url": url_for(endpoint, **values, older=found.older) if found.older else "",
        "newer_url": url_for(endpoint, **values, newer=found.newer) if found.newer else "",
    }


def shown_entry(entry: Entry, table: str) -> ShownEntry:
    """An act with a record of the table, as a person reads it."""
    part = "" if entry.table == table else record_words(entry.table, entry.record_id, entry.subject)
    return ShownEntry(
        formats.moment(entry.at), who_words(entry), act_cell(entry.act), part, shown_changes(entry.changes)
    )
