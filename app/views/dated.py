"""What the screens of documents with a day to be kept share: once it has passed, list and card show red."""

from datetime import date
from typing import Any, ClassVar

from app.views import formats
from app.views.crud.columns import Column
from app.views.current import today
from app.views.debts import overdue_words
from app.views.pages import Cell


def late_cell(due: date) -> Cell:
    """A day that has passed: «Просрочено на 12 дней»."""
    words = overdue_words((today() - due).days)
    return Cell(words, "chip", tone="danger", hint=formats.day(due))


class Dated:
    """Mixed into a generated screen, before CrudView."""

    due_name: ClassVar[str]
    """The column with the day."""

    def is_late(self, record: Any) -> bool:
        """Tell whether the day has passed with nothing done."""
        raise NotImplementedError

    def row_tone(self, record: Any) -> str:
        """Red once the day has passed."""
        return "danger" if self.is_late(record) else ""

    def chips(self, record: Any) -> Any:
        """The status, and how late it is."""
        yield formats.cell(record.status)
        if self.is_late(record):
            yield late_cell(getattr(record, self.due_name))

    def cell(self, record: Any, column: Column) -> Cell:
        """A day that has passed says so."""
        if column.name == self.due_name and self.is_late(record):
            return late_cell(getattr(record, self.due_name))
        shown: Cell = super().cell(record, column)  # type: ignore[misc]
        return shown
