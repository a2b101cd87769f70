"""What stands in the extract of a person's data that is handed to the person (152-ФЗ, ст. 14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Table(Protocol):
    """A titled table of texts."""

    @property
    def title(self) -> str:
        """The heading."""

    @property
    def columns(self) -> Sequence[str]:
        """The heads of the columns."""

    @property
    def rows(self) -> Sequence[Sequence[str]]:
        """The rows, as long as `columns`."""


@dataclass(frozen=True)
class ExtractForm:
    """A printed extract; `made_at` in the company's time zone, the tables already in the reader's words."""

    subject: str
    made_at: datetime
    sections: Sequence[Table]

    @property
    def moment(self) -> str:
        """When it was made, as it is read on paper."""
        return f"{self.made_at:%d.%m.%Y %H:%M}"
