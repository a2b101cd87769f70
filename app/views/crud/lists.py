"""Builds a list page from a screen's declaration and the arguments of its address."""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from flask import abort, request, url_for
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload, selectinload

from app.database import BY_ROW, Answer, Read, answer, db
from app.models.base import Searchable
from app.permissions import Viewer
from app.services.trigrams import OF_FEW
from app.services.visibility import ways_to
from app.texts import _
from app.views.crud.around import commands_of, tabs_of
from app.views.crud.columns import RIGHT_ALIGNED, Column, column_of
from app.views.crud.controls import chips_of, controls_of
from app.views.crud.figures import counted, figures_of, without_count
from app.views.crud.list_rows import shown_rows
from app.views.crud.listed import Reading, reading_of
from app.views.crud.query import (
    PAGE_SIZES,
    Part,
    filter_conditions,
    page_of,
    read_arguments,
)
from app.views.crud.rows import bulk_commands, bulk_fields, row_menu
from app.views.crud.searching import FOUND, condition_of, look_up, read_back
from app.views.crud.state import Asked, address, asked_by, widths_of
from app.views.crud.switches import ME, chosen_columns, column_choices, mine_switch, view_choices
from app.views.current import today
from app.views.kept_parts import kept_of_list, where
from app.views.pages import ColumnHead, Command, ListPage, Tab

if TYPE_CHECKING:
    from app.views.crud.view import CrudView

DRAWERS = ("filters", "columns", "views")
"""What is beside the search of a list and opens: `?drawer=` names the one that is wanted."""
_SOON_IN_ORDER = 300
"""So few rows are soon put in order, whatever comes with them."""
_SORTABLE = frozenset({"text", "money", "quantity", "date", "moment", "number", "choice"})


class ListBuilder:
    """One list request: reads the arguments, asks the database, words the answer."""

    def __init__(self, screen: "CrudView", viewer: Viewer, asked: Asked | None = None) -> None:
        self.screen = screen
        self.viewer = viewer
        self.model = screen.model
        self.asked = asked or asked_by(request.args, screen.endpoint)
        self.columns = chosen_columns(screen, viewer, self.asked.state.get("columns", ""))
        place = {"after": self.asked.after, "before": self.asked.before}
        sorts = [*self._sortable(), "id"]
        self.arguments = read_arguments(self.asked.state | place, sorts=sorts, default_sort=screen.sort)
        self.keys: Sequence[int] | None = None
        """Only these records, when some were chosen."""
        self.searched: Mapping[str, Any] = {}
        """What is searched for, as values of questions that are kept: keys that were found, or the words."""
        self.rare: Collection[str] | None = None
        """The words of a search that are worth looking up, where that is known."""
        self.is_read_through = False
        """None of them is: the rows are read and compared."""
        self.finds_more = False
        """Than are counted before the page is shown."""
        self.has_many = False
        """See `Figures.is_many`."""
        self.are_related_at_once = False  # see `reading_of`
        self.reading: Reading | None = None
        """What is read of the records, where these are light ones."""
        self.read_row: Read = tuple
        """How a row that was found becomes the values of a record."""
        self.around: ListPage
        """What is kept of the page, once there is one."""
        self.tab = self.arguments.tab or screen.default_tab
        if self.tab not in {"all", *(preset.name for preset in screen.presets)}:
            abort(400)

    def without_words(self) -> "ListBuilder":
        """The same list with nothing searched for."""
        return ListBuilder(self.screen, self.viewer, Asked({**self.asked.state, "q": ""}, self.asked.view))

    @property
    def _finds_too_many(self) -> bool:
        """More than can be counted before the page is shown."""
        if self.is_read_through or not self.arguments.q:
            return self.is_read_through and self.has_many
        return self.finds_more or (self._is_newest_first and not self.screen.totals)

    @property
    def _finds_a_page(self) -> bool:
        """No more than the first page shows, which is their count."""
        keys, asked = self.searched.get(FOUND), self.arguments
        is_first = not asked.after and not asked.before
        return keys is not None and len(keys) <= asked.size and is_first and not self.screen.totals

    @cached_property
    def row_menu(self) -> tuple[Command, ...]:
        """What the menu of the rows offers."""
        return row_menu(self.screen)

    def _sortable(self) -> list[str]:
        offered = (column_of(self.model, name) for name in self.screen.sorts)
        return [column.name for column in offered if column.kind in _SORTABLE and column.may_read(self.viewer)]

    def statement(self, *, whole: bool = True, newest: int = 0) -> Select[Any]:
        """The selection that the address asks for, without order and page; `whole` when all of it will be read.

        `newest`: of what a search finds only so many of the newest (see `newest_holding`).
        """
        statement = select(self.model)
        found = condition_of(self, whole=whole, newest=newest)
        conditions = filter_conditions(self.model, self.filter_names(), self._filters())
        for preset in self.screen.presets:
            if preset.name == self.tab:
                conditions.append(preset.condition(self.viewer, today()))
        if found is not None:
            conditions.append(found)
        if self.keys is not None:
            conditions.append(self.model.id.in_(self.keys))
        return statement.where(*conditions)

    def _filters(self) -> dict[str, str]:
        """The filters with «me» made the key of whoever asks: a shared view of mine is everybody's own."""
        me = str(self.viewer.employee_id or 0)
        return {name: me if value == ME else value for name, value in self.arguments.filters.items()}

    def filter_names(self) -> list[str]:
        """The filters that the person may use."""
        return [name for name in self.screen.filters if column_of(self.model, name).may_read(self.viewer)]

    def loading(self, statement: Select[Any]) -> Select[Any]:
        """Load the relations that the columns show: a small table's with the rows, a large one's in one question."""
        relations = {column.name for column in self.columns if column.kind == "relation"} | set(self.screen.list_loads)
        columns = [column_of(self.model, name) for name in sorted(relations)]
        return statement.options(
            *(joinedload(each.attribute) if each.is_small else selectinload(each.attribute) for each in columns)
        )

    def page(self, drawer: str = "", *, with_figures: bool = False) -> ListPage:
        """The whole page; of its drawers (DRAWERS) only the named one is filled.

        More than AT_ONCE rows are counted and added up only `with_figures`: a script asks for them (`figures`).
        """
        look_up(self)
        is_counted = with_figures or not (self._finds_too_many or self._finds_a_page)
        figures = figures_of(self, whole=with_figures) if is_counted else None
        if figures is not None:
            self.has_many = figures.is_many
        self.are_related_at_once = self._finds_a_page or (figures is not None and figures.count <= _SOON_IN_ORDER)
        self.are_related_at_once |= self._is_in_index_order and self.has_many
        around = self.around = self._around()
        self.reading = reading_of(self.screen, self.columns, self.arguments.sort, at_once=self.are_related_at_once)
        found, after, before = page_of(self._read, self.model, self.arguments, self.record_of)
        if figures is not None and figures.is_many and not after and not before:
            figures = counted(self, whole=with_figures)  # they were many, and fill one page now
        page = replace(
            figures.on(around, self)
            if figures is not None
            else without_count(around, len(found), is_all=not after and not before),
            rows=shown_rows(self, found),
            rows_shown=len(found),
            next_url=self._page_url(after=after) if after else "",
            previous_url=self._page_url(before=before) if before else "",
            chips=chips_of(self),
        )
        return self._with_drawer(page, drawer)

    def figures(self) -> ListPage:
        """How many rows there are and their totals, without the rows."""
        return figures_of(self, whole=True).on(self._around(), self)

    def _read(self, part: Part) -> Iterable[Any]:
        """The records of a page: light ones where the screen says what it reads."""
        reads_back = self._finds_too_many and not (self.is_read_through or self.finds_more) and part.order.descending
        found = read_back(self, part) if reads_back and self.is_sqlite else None
        return self.asked_for(part) if found is None else found

    def asked_for(self, part: Part, *, newest: int = 0) -> Iterable[Any]:
        """The same, of a search among so many `newest` hits (see `newest_holding`)."""

        def narrowed() -> Select[Any]:
            return self._part(part, self.statement(whole=False, newest=newest))

        reading = self.reading
        if reading is None:
            whole = self.loading(narrowed())
            return db.session.scalars(whole, self.searched, execution_options=BY_ROW if self.has_many else {})
        order = (self.arguments.sort, part.order.descending, part.has_value, part.limit, *part.given)
        found = self.answer_to(
            (*(column.name for column in self.columns), order, self.has_many, newest, self.are_related_at_once),
            lambda: reading.narrowed(narrowed()),
            part.given,
            by_row=self.has_many,
        )
        self.read_row = found.read
        return found.rows if self.are_unread else reading.records(db.session(), found.values())

    @property
    def are_unread(self) -> bool:
        """What is found are rows as the driver gave them: while they stay the same, no records are made of them."""
        return self.reading is not None and not self.reading.asked

    def record_of(self, found: Any) -> Any:
        """The record that was found."""
        return self.reading.record(self.read_row(found)) if self.reading and self.are_unread else found

    def key_of(self, found: Any) -> int:
        """Its key."""
        key: int = found[0] if self.are_unread else found.id
        return key

    def _part(self, part: Part, statement: Select[Any]) -> Select[Any]:
        if self.is_read_through and OF_FEW in self.searched:  # what tells the rows apart is in the index
            return part.keys_first(statement, self.model)
        if self.has_many and not self.screen.has_indexed_ways:
            return part.of(statement)
        ways = self.ways()
        if ways and self.screen.has_indexed_ways and part.has_value and self._is_in_own_order:
            return part.of_each(ways, statement, self.model)
        if self.is_sqlite:
            return part.of(statement)
        if self.has_many:  # to find words in them the rows are read in any case
            return part.of(statement) if self.is_read_through else part.keys_first(statement, self.model)
        return part.of_all(ways, statement, self.model) if ways else part.of(statement)

    @property
    def _is_in_index_order(self) -> bool:
        """The rows of many are read in the order of an index: nothing narrows them but the row rule."""
        return self.tab == "all" and not self.is_narrowed and (not self.arguments.q or self.is_read_through)

    @property
    def _is_in_own_order(self) -> bool:
        return self.arguments.sort == self.screen.sort.removeprefix("-")

    @property
    def is_sqlite(self) -> bool:
        """SQLite goes along several indexes for one condition by itself, and reads no search back from the newest."""
        return db.session.get_bind().dialect.name == "sqlite"

    def ways(self) -> list[ColumnElement[bool]]:
        """The ways that lead to the person's rows where there are several; a search goes a way of its own."""
        is_looked_up = bool(self.arguments.q) and not self.is_read_through
        ways = ways_to(self.model, self.viewer) if not is_looked_up and self.keys is None else []
        return ways if len(ways) > 1 else []

    def answer_to(
        self,
        what: Hashable,
        make: Callable[[], Select[Any]],
        given: Mapping[str, Any] = MappingProxyType({}),
        *,
        by_row: bool = False,
    ) -> Answer:
        """What a question of columns gives; it is kept where the list shows all of a tab, as most requests do."""
        session, values = db.session(), {**given, **self.searched}
        if self.is_narrowed or (self.arguments.q and not self.searched):
            return Answer(session.execute(make(), values, execution_options=BY_ROW if by_row else {}).all(), tuple)
        return answer(session, kept_of_list((*self.of_tab(), *values, what), make), values, by_row=by_row)

    @property
    def shows_all_of_tab(self) -> bool:
        """Nothing narrows the tab but the row rule."""
        return not self.arguments.q and not self.is_narrowed

    @property
    def is_narrowed(self) -> bool:
        """Narrowed by what is different for each request."""
        return bool(self.arguments.filters) or self.keys is not None

    def of_tab(self) -> tuple[Hashable, ...]:
        """What the rows of a whole tab follow from."""
        return self.screen.endpoint, self.tab, self.viewer, today()

    def _around(self) -> ListPage:
        """All that stands around the rows, as it follows from the address, the rights and the widths of columns."""
        view = self.asked.view.id if self.asked.view else 0
        state, widths = sorted(self.asked.state.items()), widths_of(self.screen.endpoint)
        key = (self.screen.endpoint, *where(), self.viewer, view, self.arguments.sort, *state, *widths.items())
        return kept_of_list(key, self._made_around)

    def _made_around(self) -> ListPage:
        bulk = bulk_commands(self.screen)
        searched = issubclass(self.model, Searchable) or bool(self.screen.search_through)
        return ListPage(
            title=str(self.screen.title),
            section=str(self.screen.section),
            base_url=self._base_url(),
            heads=tuple(self._head(column) for column in self.columns),
            rows=(),
            count_text="",
            figures_url=self.url(figures="1"),
            page_sizes=tuple(
                Tab(str(size), str(size), self.url(size=str(size)), size == self.arguments.size) for size in PAGE_SIZES
            ),
            commands=commands_of(self),
            bulk=bulk,
            bulk_fields=bulk_fields(self.screen, self.viewer),
            row_menu=self.row_menu,
            tabs=tabs_of(self),
            q=self.arguments.q,
            q_hint=str(self.screen.search_hint or _("Search in this list")) if searched else "",
            hidden=self._hidden(),
            mine=mine_switch(self),
            reset_url=self._reset_url(),
            drawer_urls=self._drawer_urls(),
            order_text=_("The newest first") if self._is_newest_first else "",
        )

    def drawer(self, name: str) -> ListPage:
        """What a drawer shows, without the list. A script asks for it when the drawer is opened."""
        return self._with_drawer(ListPage(str(self.screen.title), "", self._base_url(), (), (), ""), name)

    def _with_drawer(self, page: ListPage, name: str) -> ListPage:
        """With what one drawer shows: most people open none, and all of them together are a third of a page."""
        if not name:
            return replace(page, views=view_choices(self))
        return replace(
            page,
            drawer=name,
            drawer_urls=self._drawer_urls(name),
            filters=controls_of(self) if name == "filters" else (),
            reset_url=page.reset_url or self._reset_url(),
            columns=column_choices(self) if name == "columns" else (),
            columns_url=self.url(columns="") if self.asked.state.get("columns") else "",
            views=view_choices(self),
        )

    def _drawer_urls(self, opened: str = "") -> tuple[tuple[str, str], ...]:
        """Where the content of each drawer that is not open is to be had."""
        offered = (each for each in DRAWERS if each != "filters" or self.screen.filters)
        return tuple((each, self.url(drawer=each)) for each in offered if each != opened)

    def _hidden(self) -> tuple[tuple[str, str], ...]:
        """What the person has set over the list besides the search: a search keeps it."""
        given = self.asked.state
        kept = {name: given.get(name, "") for name in ("sort", "size", "columns")} | {"tab": self.tab}
        kept["view"] = str(self.asked.view.id) if self.asked.view else ""
        return tuple((name, value) for name, value in {**kept, **self.arguments.filters}.items() if value)

    def _reset_url(self) -> str:
        """The list as its screen declares it, with the columns and the size that the person chose."""
        given = self.asked.state
        is_plain = not {name for name in given if name not in {"tab", "size", "columns"}} and not self.asked.view
        if is_plain and self.tab == self.screen.default_tab:
            return ""
        kept = {name: given.get(name, "") for name in ("size", "columns")}
        return address(self._base_url(), kept | {"tab": self.screen.default_tab})

    def _base_url(self) -> str:
        return url_for(f"{self.screen.endpoint}.list")

    def url(self, **changes: str) -> str:
        """This list's address with some arguments changed; it starts at the first page."""
        kept = dict(self.asked.state)
        if self.asked.view is not None:  # a view named alone would bring back what was taken away
            kept |= {"view": str(self.asked.view.id), "tab": self.tab}
        return address(self._base_url(), kept | changes)

    def _page_url(self, **place: str) -> str:
        """Another page in the same order, also where a search has chosen it."""
        return self.url(**place, **({"sort": "-id"} if self._is_newest_first else {}))

    @property
    def _is_newest_first(self) -> bool:
        """In an order that no column shows."""
        return self.arguments.sort == "id" != self.screen.sort.removeprefix("-")

    def _head(self, column: Column) -> ColumnHead:
        direction = ""
        if column.name == self.arguments.sort:
            direction = "desc" if self.arguments.is_descending else "asc"
        sort_url = ""
        if column.name in self._sortable():
            sort_url = self.url(sort=f"-{column.name}" if direction == "asc" else column.name)
        kind = column.kind if column.kind in RIGHT_ALIGNED else "text"
        width = widths_of(self.screen.endpoint).get(column.name, 0)
        return ColumnHead(column.name, str(column.label), kind, sort_url, direction, width)
