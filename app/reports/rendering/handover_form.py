"""The pack that goes along with a client to the new manager: two pages at most, so lists end with «и ещё N»."""

from dataclasses import dataclass, replace

ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class PackColumn:
    """A column of a part: its heading, its share of the width in per cent, whether figures stand in it."""

    title: str
    width: int
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class PackRow:
    """A line of a part; `red` names the cells that are overdue, in words as well. `note` stands below the line."""

    cells: tuple[str, ...]
    red: frozenset[int] = frozenset()
    note: str = ""


@dataclass(frozen=True, slots=True)
class PackSection:
    """A part of the pack: how many lines there are besides is said under it."""

    title: str
    columns: tuple[PackColumn, ...]
    rows: tuple[PackRow, ...]
    total: int
    summary: str = ""
    is_red: bool = False

    @property
    def more(self) -> int:
        """Lines that are not printed."""
        return self.total - len(self.rows)


@dataclass(frozen=True, slots=True)
class Caps:
    """How much of each part is printed: lines, letters of a cell, letters of a note."""

    lines: int
    text: int
    note: int


@dataclass(frozen=True, slots=True)
class HandoverForm:
    """The pack of one client. Without a hand-over `number` is empty and nobody signs."""

    client: str
    about: tuple[str, ...]
    number: str
    day: str
    giver: str
    taker: str
    reason: str
    made_on: str
    sections: tuple[PackSection, ...]


def trimmed(form: HandoverForm, caps: Caps) -> HandoverForm:
    """The same pack with less in it."""
    return replace(
        form,
        client=clip(form.client, 2 * caps.text),
        about=tuple(clip(line, 2 * caps.text) for line in form.about),
        reason=clip(form.reason, 2 * caps.text),
        sections=tuple(_section(section, caps) for section in form.sections),
    )


def _section(section: PackSection, caps: Caps) -> PackSection:
    rows = tuple(
        PackRow(tuple(clip(cell, caps.text) for cell in row.cells), row.red, clip(row.note, caps.note))
        for row in section.rows[: caps.lines]
    )
    return replace(section, rows=rows)


def clip(text: str, most: int) -> str:
    """The text in one line, cut to so many letters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + ELLIPSIS
