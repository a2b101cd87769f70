"""How many rows a list has and their totals: as far as a page waits for them, or all of it when a script asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func

from app.database import db
from app.texts import _, ngettext
from app.views import formats
from app.views.crud.counting import AT_ONCE, AT_ONCE_BY_INDEX, COUNT_CAP, FOUND_AT_ONCE, counting, counting_along
from app.views.crud.many import note_many, were_many
from app.views.pages import Cell, ListPage

if TYPE_CHECKING:
    from app.views.crud.lists import ListBuilder


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted, up to one more than `most`, and the sums over it by column."""

    count: int
    sums: Mapping[str, Decimal | None]
    most: int
    is_whole: bool
    """Everything was asked for: totals are those of all rows, however many."""
    is_many: bool
    """There are so many rows that a page of them is soon found among those of everybody, asked one by one."""

    def on(self, page: ListPage, builder: "ListBuilder") -> ListPage:
        """The page, which has the way to its count and totals, with these themselves if they are known."""
        words = count_text(self.count, self.most)
        if self.count > self.most and not self.is_whole:
            return replace(page, count_text=words)
        count = self.count if self.count <= self.most else 0
        return replace(page, count_text=words, count=count, totals=_totals(self.sums, builder), figures_url="")


def figures_of(builder: "ListBuilder", *, whole: bool) -> Figures:
    """Ask for count and totals in one question; more than a page waits for only if the `whole` is wanted.

    Nothing is asked while it is known that there are too many to be counted.
    """
    few = at_once(builder)
    if not whole and builder.shows_all_of_tab and were_many(builder.of_tab()):
        return Figures(few + 1, {}, few, is_whole=False, is_many=True)
    return counted(builder, whole=whole)


def counted(builder: "ListBuilder", *, whole: bool) -> Figures:
    """The same, asked in any case."""
    names = tuple(column.name for column in builder.columns if column.name in builder.screen.totals)
    few = at_once(builder)
    most = COUNT_CAP if whole else FOUND_AT_ONCE if builder.arguments.q else few
    asked = builder.answer_to((names, whole), lambda: _question(builder, names, most, whole=whole))
    ((count, *sums),) = asked.values()
    if builder.shows_all_of_tab:
        note_many(builder.of_tab(), are_many=count > few)
    return Figures(count, dict(zip(names, sums, strict=True)), most, whole, is_many=count > few)


def without_count(page: ListPage, shown: int, *, is_all: bool) -> ListPage:
    """What `shown` rows say of the count by themselves, where to ask for it takes as long as to find them."""
    if is_all:
        return replace(page, count_text=count_text(shown), count=shown, figures_url="")
    return replace(page, count_text=count_text(shown + 1, shown))


def count_text(count: int, most: int = COUNT_CAP) -> str:
    """«214 records», or «more than 10,000 records»: counting stops at `most`."""
    if count > most:
        return _("more than %(number)s records", number=formats.number(most))
    return ngettext("%(shown)s record", "%(shown)s records", count, shown=formats.number(count))


def at_once(builder: "ListBuilder") -> int:
    """How many rows a page waits for on the database in use."""
    few = AT_ONCE[db.session.get_bind().dialect.name]
    return min(few, AT_ONCE_BY_INDEX) if builder.screen.has_indexed_ways else few


def _question(builder: "ListBuilder", names: Sequence[str], most: int, *, whole: bool) -> Select[Any]:
    statement, model = builder.statement(), builder.model
    if names and whole:
        figures = [func.count(), *(func.sum(getattr(model, name)) for name in names)]
        return statement.with_only_columns(*figures).order_by(None)
    if ways := builder.ways():
        return counting_along(ways, statement, model, most, names)
    return counting(statement, model, most, names)


def _totals(sums: Mapping[str, Decimal | None], builder: "ListBuilder") -> tuple[Cell, ...]:
    if not sums:
        return ()
    return tuple(
        formats.cell(sums[column.name], column.kind) if column.name in sums else Cell("") for column in builder.columns
    )
