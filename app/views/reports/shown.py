"""What a report is to the page and to the files made from it: columns, rows of plain values, totals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.reports.rendering.sheet import Cell, Column
from app.views.pages import Cell as ShownCell
from app.views.pages import Command, Option, Tab


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: the period, both days included, the manager, and what a report has besides."""

    first: date
    last: date
    manager_id: int | None = None
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Control:
    """A choice of a report's own: `?name=value`, one of the options; the first one is the usual one."""

    name: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A row of plain values. `urls` says by number of column where a value leads; `overdue` marks the row red."""

    cells: tuple[Cell, ...]
    urls: Mapping[int, str] = field(default_factory=dict)
    overdue: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """An answered report: the same for the page, XLSX, CSV and PDF. `notes` say what the figures mean."""

    columns: tuple[Column, ...]
    rows: tuple[ReportRow, ...]
    totals: tuple[Cell, ...] = ()
    notes: tuple[str, ...] = ()
    bars: int | None = None
    """Number of the column whose figures are drawn as bars beside the rows."""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row in words."""

    cells: tuple[ShownCell, ...]
    tone: str
    bar: int = 0
    """Length of the row's bar, from 0 to 100."""


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A report in words."""

    title: str
    section: str
    url: str
    columns: tuple[Column, ...]
    rows: tuple[ShownRow, ...]
    totals: tuple[ShownCell, ...]
    notes: tuple[str, ...]
    periods: tuple[Tab, ...]
    first: str
    last: str
    managers: tuple[Option, ...]
    controls: tuple[Control, ...]
    commands: tuple[Command, ...]
    has_bars: bool = False
