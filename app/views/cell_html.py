"""Cells as HTML. Made in Python: a list shows hundreds of cells, and calling a macro costs more than its text."""

from collections.abc import Sequence

from flask import Flask
from markupsafe import Markup, escape

from app.views.assets import icon
from app.views.formats import EMPTY
from app.views.pages import Cell, ColumnHead, ListRow

NUMERIC = ("money", "quantity", "number")
LONG_TEXT = 38
"""Characters that fit in a column; a longer text is shown whole as a hint too."""


def install(app: Flask) -> None:
    """Give templates `cell_html`, `chip_html`, `row_cells`, `list_row` and `css_string`."""
    app.jinja_env.globals.update(
        cell_html=cell_html, chip_html=chip_html, row_cells=row_cells, list_row=list_row, css_string=css_string
    )


def cell_html(cell: Cell) -> Markup:
    """Any value; nothing is shown as a dash."""
    return Markup(_value(cell))  # noqa: S704 (made of escaped parts)


def chip_html(cell: Cell) -> Markup:
    """A status: icon, word and colour together."""
    return Markup(_chip(cell))  # noqa: S704 (made of escaped parts)


def css_string(words: str) -> Markup:
    """A text as a string of a style sheet, whatever signs it has."""
    signs = (sign if sign.isalnum() or sign in " .,:%()" else f"\\{ord(sign):x} " for sign in words)
    return Markup(f'"{"".join(signs)}"')  # noqa: S704 (letters, digits and escapes only)


def row_cells(row: ListRow, heads: Sequence[ColumnHead]) -> Markup:
    """The cells of a row, each with the word of its head for a telephone; the first names the record."""
    first, *others = row.cells
    cells = [_cell(cell, head.label) for cell, head in zip(others, heads[1:], strict=False)]
    return Markup(f'<td class="k-name">{_name(row, first)}</td>' + "".join(cells))  # noqa: S704 (made of escaped parts)


def list_row(row: ListRow, commands: Markup | None, *, can_be_chosen: bool, has_menu: bool) -> Markup:
    """A row of a list: a box to choose it by, its cells, a menu of its own (`commands`) or the way to the shared one.

    Boxes and menus take their names from the cell that names the record, and the words for a telephone stand in the
    page's style sheet: a page of fifty rows would say them a hundred times. `data-more` names what the shared menu
    offers here, where that is less than all of it.
    """
    if row.html:
        return row.html
    name, *others = row.cells
    tone = f' class="is-{row.tone}"' if row.tone else ""
    parts = [f'<tr data-key="{row.id}"{tone}>']
    if can_be_chosen:
        box = f'<input type="checkbox" form="bulk" name="rowid" value="{row.id}" aria-labelledby="r{row.id}">'
        parts.append(f'<td class="k-pick"><label>{box}</label></td>')
    parts.append(f'<td class="k-name" id="r{row.id}">{_name(row, name)}</td>')
    parts += map(_plain_cell, others)
    if commands is not None:
        parts.append(f'<td class="k-more">{commands}</td>')
    elif has_menu:
        more = f'data-more="{" ".join(row.can)}"' if row.can else "data-more"
        opener = f'<button class="btn" {more} aria-labelledby="of-row r{row.id}">⋯</button>'
        parts.append(f'<td class="k-more">{opener}</td>')
    parts.append("</tr>")
    return Markup("".join(parts))  # noqa: S704 (made of escaped parts)


def _name(row: ListRow, cell: Cell) -> str:
    """What names the record, and leads to its card."""
    return f'<a href="{escape(row.url)}">{escape(cell.text or EMPTY)}</a>' if row.url else _value(cell)


def _cell(cell: Cell, word: str) -> str:
    return f'\n<td class="{_css(cell)}" data-label="{escape(word)}"{_title(cell)}>{_value(cell)}</td>'


def _plain_cell(cell: Cell) -> str:
    """A cell of a list; a mere text needs no class."""
    css = _css(cell)
    css = "" if css == "k-text" else f' class="{css}"'
    return f"<td{css}{_title(cell)}>{_value(cell)}</td>"


def _css(cell: Cell) -> str:
    css = "num" if cell.kind in NUMERIC else f"k-{cell.kind}"
    return css if cell.text else f"{css} is-empty"


def _title(cell: Cell) -> str:
    """The whole of a text that may be cut."""
    return f' title="{escape(cell.text)}"' if len(cell.text) > LONG_TEXT else ""


def _value(cell: Cell) -> str:
    if not cell.text:
        return EMPTY
    if cell.kind == "chip":
        return _chip(cell)
    text = str(escape(cell.text))
    if cell.kind == "file":
        return f'<a href="{escape(cell.url)}">{icon("paperclip")} {text}</a>'
    drawing = f"{icon(cell.icon)} " if cell.icon else ""
    tone = f' class="tone-{cell.tone}"' if cell.tone else ""
    hint = f' title="{escape(cell.hint)}"' if cell.hint else ""
    if cell.url:
        return f'{drawing}<a href="{escape(cell.url)}"{tone}{hint}>{text}</a>'
    return f"{drawing}<span{tone}{hint}>{text}</span>" if tone or hint else drawing + text


def _chip(cell: Cell) -> str:
    tone = cell.tone or "neutral"
    css, drawing = ("", icon(cell.icon)) if cell.icon else (" sign", "")  # the drawing of its tone: a rule of signs.css
    hint = f' title="{escape(cell.hint)}"' if cell.hint else ""
    inside = f' class="chip chip-{tone}{css}"{hint}>{drawing}{escape(cell.text)}'
    return f'<a href="{escape(cell.url)}"{inside}</a>' if cell.url else f"<span{inside}</span>"
