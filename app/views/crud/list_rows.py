"""The rows of a list as HTML. The same values give the same rows: one by one, and the page of them in one piece."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from app.views import formats
from app.views.cell_html import list_row
from app.views.crud.rows import allowed
from app.views.current import today
from app.views.kept_parts import kept_pieces, kept_rows, where
from app.views.pages import ListRow

if TYPE_CHECKING:
    from app.views.crud.lists import ListBuilder

Marks = Mapping[int, Hashable]
"""What `CrudView.list_marks` gives."""


def shown_rows(builder: "ListBuilder", found: Sequence[Any]) -> tuple[ListRow, ...]:
    """What was found, as rows; those that are not made into records yet stand in one piece."""
    rows = _Rows(builder)
    marks: Marks = builder.screen.list_marks([builder.key_of(each) for each in found]) if found else {}
    if builder.screen.list_reads is None:
        return tuple(rows.row(_marked(record, marks.get(record.id))) for record in found)
    if not builder.are_unread:
        return tuple(rows.kept(_marked(record, marks.get(record.id))) for record in found)
    return rows.piece(found, marks) if found else ()


def _marked(record: Any, mark: Hashable) -> Any:
    record.list_mark = mark
    return record


class _Rows:
    """Makes the rows of one page."""

    def __init__(self, builder: "ListBuilder") -> None:
        self.builder = builder
        self.screen = builder.screen
        person = (builder.viewer.employee_id, builder.viewer.rights)
        read = (builder.arguments.sort, *(column.name for column in builder.columns))
        # What the values of a row are, and all that its HTML follows from besides these.
        bulk = bool(builder.around.bulk)
        self.of_all = (self.screen.endpoint, *where(), today(), person, bulk, read, builder.read_row is tuple)

    def piece(self, found: Sequence[Any], marks: Marks) -> tuple[ListRow, ...]:
        """All rows as one: nothing is done for each of them while none has changed."""

        def made() -> Markup:
            return Markup("").join(self._unread(values, marks.get(values[0])) for values in found)

        key = (self.of_all, tuple(found), tuple(marks.items()))
        return (ListRow(0, "", (), html=kept_pieces().get(key, made)),)

    def _unread(self, values: Any, mark: Hashable) -> Markup:
        def made() -> Markup:
            return self._html(_marked(self.builder.record_of(values), mark))

        return kept_rows().get((self.of_all, values, mark), made)

    def kept(self, record: Any) -> ListRow:
        """The row of a light record."""
        html = kept_rows().get((self.of_all, *vars(record).values()), lambda: self._html(record))
        return ListRow(record.id, "", (), html=html)

    def _html(self, record: Any) -> Markup:
        bulk, has_menu = bool(self.builder.around.bulk), bool(self.builder.row_menu)
        return list_row(self.row(record), None, can_be_chosen=bulk, has_menu=has_menu)

    def row(self, record: Any) -> ListRow:
        """The row of a record."""
        url = self.screen.record_url(record)
        cells = [self.screen.cell(record, column) for column in self.builder.columns]
        cells[0] = replace(cells[0], url=url, text=cells[0].text if cells[0].text != formats.EMPTY else str(record))
        return ListRow(
            id=record.id,
            url=url,
            cells=tuple(cells),
            tone=self.screen.row_tone(record),
            can=allowed(self.screen, record, self.builder.row_menu),
        )
