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
_TONE_ICONS = {
    "danger": "alert-triangle",
    "warn": "clock",
    "ok": "check",
    "info": "arrow-right",
    "plan": "flag",
    "neutral": "file-text",
}


def install(app: Flask) -> None:
    """Give templates `cell_html(cell)`, `chip_html(cell)` and `row_cells(row, heads)`, `css_string(text)`."""
    app.jinja_env.globals.update(cell_html=cell_html, chip_html=chip_html, row_cells=row_cells, css_string=css_string)


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


def row_cells(row: ListRow, heads: Sequence[ColumnHead] = ()) -> Markup:
    """The cells of a row; the first one names the record and leads to its card.

    Each has the word of its head for a telephone, unless the page's style sheet has the words.
    """
    first, *others = row.cells
    name = f'<a href="{escape(row.url)}">{escape(first.text or EMPTY)}</a>' if row.url else _value(first)
    words = [head.label for head in heads[1:]] or [""] * len(others)
    cells = [_cell(cell, word) for cell, word in zip(others, words, strict=False)]
    return Markup(f'<td class="k-name">{name}</td>' + "".join(cells))  # noqa: S704 (made of escaped parts)


def _cell(cell: Cell, word: str) -> str:
    css = f"k-{cell.kind}"
    if cell.kind in NUMERIC:
        css += " num"
    if not cell.text:
        css += " is-empty"
    title = f' title="{escape(cell.text)}"' if len(cell.text) > LONG_TEXT else ""
    label = f' data-label="{escape(word)}"' if word else ""
    return f'\n<td class="{css}"{label}{title}>{_value(cell)}</td>'


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
    drawing = icon(cell.icon or _TONE_ICONS.get(tone, "info"))
    hint = f' title="{escape(cell.hint)}"' if cell.hint else ""
    inside = f' class="chip chip-{tone}"{hint}>{drawing}{escape(cell.text)}'
    return f'<a href="{escape(cell.url)}"{inside}</a>' if cell.url else f"<span{inside}</span>"
