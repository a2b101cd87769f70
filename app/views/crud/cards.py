"""Builds the card of one record from its screen's declaration."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask import url_for
from sqlalchemy import select

from app.database import User, db
from app.permissions import DELETE, WRITE, Viewer
from app.texts import _
from app.views import formats
from app.views.crud.cells import card_url, record_cell
from app.views.crud.columns import RIGHT_ALIGNED, Column, column_of
from app.views.crud.declarations import CardColumns
from app.views.pages import CardField, CardGroup, CardPage, CardTable, Cell, ColumnHead, Command, ListRow, Tab

if TYPE_CHECKING:
    from app.views.crud.view import CrudView


class CardBuilder:
    """One card request."""

    def __init__(self, screen: "CrudView", record: Any, viewer: Viewer) -> None:
        self.screen = screen
        self.record = record
        self.viewer = viewer

    def page(self) -> CardPage:
        """The whole card."""
        screen, record = self.screen, self.record
        return CardPage(
            title=screen.record_title(record),
            section=str(screen.section),
            list_title=str(screen.title),
            list_url=url_for(f"{screen.endpoint}.list"),
            chips=tuple(screen.chips(record)),
            commands=tuple(self._commands()),
            groups=tuple(group for group in map(self._group, screen.groups) if _says_something(group)),
            tabs=card_tabs(record, screen.record_url(record)),
            tables=tuple(card_table(table, record, self.viewer) for table in screen.tables),
            note=self._note(),
            **screen.card_files(record),
        )

    def _group(self, group: Any) -> CardGroup:
        columns = (column_of(self.screen.model, name) for name in group.fields)
        fields = tuple(
            CardField(str(column.label), self.screen.cell(self.record, column), column.kind == "long_text")
            for column in columns
            if column.may_read(self.viewer)
        )
        return CardGroup(str(group.title), fields, self._edit_url(group.fields))

    def _edit_url(self, names: Sequence[str]) -> str:
        """The address of the form of a group's fields; '' where none of them may be changed."""
        screen = self.screen
        if not screen.may(WRITE) or not screen.is_editable(self.record):
            return ""
        in_form = {name for group in screen.form_groups or screen.groups for name in group.fields}
        own = [name for name in names if name in in_form and column_of(screen.model, name).may_write(self.viewer)]
        return url_for(f"{screen.endpoint}.edit", pk=self.record.id, fields=",".join(own)) if own else ""

    def _commands(self) -> Iterable[Command]:
        endpoint, pk = self.screen.endpoint, self.record.id
        for act in self.screen.acts:
            if self.screen.may(act.right) and act.when(self.record):
                yield Command(
                    str(act.label),
                    url_for(f"{endpoint}.action", name=act.name, pk=pk),
                    icon=act.icon,
                    post=True,
                    primary=act.primary,
                    danger=act.danger,
                    confirm=str(act.confirm),
                    name=act.name,
                )
        if self.screen.may(WRITE) and self.screen.is_editable(self.record):
            yield Command(_("Edit"), url_for(f"{endpoint}.edit", pk=pk), icon="edit", name="edit")
        yield from self.screen.card_commands(self.record)
        if self.screen.may(DELETE) and self.screen.is_editable(self.record):
            question = _("Delete «%(record)s»? It cannot be brought back.", record=str(self.record))
            url = url_for(f"{endpoint}.delete", pk=pk)
            yield Command(_("Delete"), url, icon="trash", post=True, danger=True, confirm=question, name="delete")

    def _note(self) -> str:
        record = self.record
        people = _names({record.created_by_id, record.changed_by_id})
        who = people.get(record.created_by_id, _("the system"))
        made = _("Made by %(who)s, %(when)s.", who=who, when=formats.moment(record.created_at))
        return made if record.version == 1 else f"{made} {saved_by(record, people)}"


def saved_by(record: Any, people: Mapping[int, str] | None = None) -> str:
    """Who saved the record last, and when."""
    who = (_names({record.changed_by_id}) if people is None else people).get(record.changed_by_id, _("the system"))
    return _("Changed by %(who)s, %(when)s.", who=who, when=formats.moment(record.changed_at))


def _names(keys: set[int | None]) -> dict[int, str]:
    found = select(User).where(User.id.in_(keys - {None}))
    return {user.id: user.get_full_name() for user in db.session.scalars(found)}


TIMELINES = frozenset({"deal", "equipment"})
"""Tables whose records have a timeline on a page of its own."""


def card_tabs(record: Any, url: str, *, active: str = "card") -> tuple[Tab, ...]:
    """The card, the timeline, and what happened to the record: whoever reads the one may read the others."""
    table = record.__tablename__
    tabs = [Tab("card", _("Card"), url, active == "card")]
    if table in TIMELINES:
        address = url_for("FeedView.page", table=table, pk=record.id)
        tabs.append(Tab("timeline", _("Timeline"), address, active == "timeline"))
    return (*tabs, history_tab(record, is_active=active == "history"))


def history_tab(record: Any, *, is_active: bool = False) -> Tab:
    """The tab of a record's history."""
    url = url_for("HistoryView.history", table=record.__tablename__, pk=record.id)
    return Tab("history", _("History"), url, is_active)


def _says_something(group: CardGroup) -> bool:
    """Tell whether anything in the group is filled in: an empty comment needs no panel."""
    return any(field.cell.text != formats.EMPTY for field in group.fields)


def card_table(table: CardColumns, record: Any, viewer: Viewer) -> CardTable:
    """A table of rows that belong to the record; a row that has a card of its own leads there."""
    columns = [column for column in (column_of(table.model, name) for name in table.columns) if column.may_read(viewer)]
    rows = table.rows(record)
    return CardTable(
        title=str(table.title),
        heads=tuple(_head(column) for column in columns),
        rows=tuple(
            ListRow(row.id, card_url(row), tuple(record_cell(row, column) for column in columns)) for row in rows
        ),
        totals=tuple(
            formats.cell(sum(getattr(row, column.name) for row in rows), column.kind)
            if column.name in table.totals and rows
            else Cell("")
            for column in columns
        )
        if table.totals
        else (),
        empty_text=_("Nothing here yet."),
    )


def _head(column: Column) -> ColumnHead:
    return ColumnHead(column.name, str(column.label), column.kind if column.kind in RIGHT_ALIGNED else "text")
