"""Every key of the screens, once: the scripts act by this table and the sheet of keys is printed from it."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.texts import lazy


@dataclass(frozen=True, slots=True)
class Key:
    """A key. `press` is what the scripts compare: modifiers in the order Control, Alt, Shift, and `event.code`."""

    act: str
    label: str
    press: tuple[str, ...]
    shown: str = ""
    """What is printed on the keys, where `press` does not say it well."""


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """The keys that work in one place."""

    name: str
    title: str
    keys: tuple[Key, ...]


GROUPS = (
    KeyGroup(
        "everywhere",
        lazy("Everywhere"),
        (
            Key("palette", lazy("Go, create, find: one line for everything"), ("Control+KeyK",)),
            Key("search", lazy("Quick search in the list"), ("Slash",), "/"),
            Key("section", lazy("Section"), tuple(f"Alt+Digit{number}" for number in range(1, 9)), "Alt+1…8"),
            Key(
                "close",
                lazy("A step back: close, leave editing, clear the search, drop a filter, from the card to its list"),
                ("Escape",),
                "Esc",
            ),
            Key("sheet", lazy("This sheet"), ("Shift+Slash",), "Shift+?"),
            Key("help", lazy("Help on this page"), ("F1",)),
        ),
    ),
    KeyGroup(
        "list",
        lazy("List"),
        (
            Key("walk", lazy("Previous, next row"), ("ArrowUp", "ArrowDown"), "↑+↓"),
            Key("ends", lazy("First, last row"), ("Home", "End")),
            Key("page", lazy("Previous, next page"), ("PageUp", "PageDown"), "PgUp+PgDn"),
            Key("open", lazy("Open"), ("Enter",)),
            Key("create", lazy("Create"), ("Insert",), "Ins"),
            Key("copy", lazy("Copy"), ("F9",)),
            Key("edit", lazy("Edit"), ("F2",)),
            Key("choose", lazy("Choose the row"), ("Space",), lazy("Space")),
            Key("choose_all", lazy("Choose all rows of the page"), ("Control+KeyA",)),
            Key("delete", lazy("Delete (asks first)"), ("Delete",), "Del"),
            Key("menu", lazy("Menu of the row"), ("Shift+F10",)),
            Key(
                "width",
                lazy("Narrower, wider column: on its heading"),
                ("Shift+ArrowLeft", "Shift+ArrowRight"),
                "Shift+←+→",
            ),
        ),
    ),
    KeyGroup(
        "card",
        lazy("Card and form"),
        (
            Key("edit", lazy("Edit"), ("F2",)),
            Key("save", lazy("Save"), ("Control+KeyS",)),
            Key("close", lazy("Save or post, and close"), ("Control+Enter", "Control+NumpadEnter"), "Ctrl+Enter"),
            Key("previous", lazy("Previous record of the list"), ("Control+Alt+ArrowLeft",)),
            Key("next", lazy("Next record of the list"), ("Control+Alt+ArrowRight",)),
            Key("print", lazy("Print the form of the document"), ("Control+KeyP",)),
            Key("tab", lazy("Next tab"), ("Alt+KeyT",)),
        ),
    ),
    KeyGroup(
        "lines",
        lazy("Lines of a document"),
        (
            Key("add", lazy("Add a line"), ("Insert",), "Ins"),
            Key("copy", lazy("Copy the line"), ("F9",)),
            Key("remove", lazy("Remove the line: in an empty cell or with Ctrl"), ("Delete", "Control+Delete"), "Del"),
            Key("cell", lazy("Next cell, after the last one a new line"), ("Enter", "NumpadEnter"), "Enter"),
            Key("back", lazy("Cell before"), ("Shift+Enter",)),
            Key("pick", lazy("Choose from the catalogue"), ("F4",)),
            Key("up", lazy("Move the line up"), ("Control+Shift+ArrowUp",)),
            Key("down", lazy("Move the line down"), ("Control+Shift+ArrowDown",)),
            Key("paste", lazy("Paste lines from a spreadsheet"), ("Control+KeyV",)),
        ),
    ),
    KeyGroup(
        "board",
        lazy("Board"),
        (
            Key("back", lazy("Move the card to the column before"), ("Alt+ArrowLeft",)),
            Key("on", lazy("Move the card to the next column"), ("Alt+ArrowRight",)),
            Key("open", lazy("Open"), ("Enter",)),
        ),
    ),
    KeyGroup(
        "calendar",
        lazy("Calendar"),
        (
            Key("back", lazy("Period before"), ("ArrowLeft",)),
            Key("on", lazy("Next period"), ("ArrowRight",)),
            Key("today", lazy("Today"), ("KeyT",)),
            Key(
                "view",
                lazy("View of the calendar"),
                tuple(f"{place}{number}" for number in range(1, 6) for place in ("Digit", "Numpad")),
                "1…5",
            ),
            Key("create", lazy("Create"), ("Insert",), "Ins"),
        ),
    ),
)

_PRINTED = {"Control": "Ctrl", "ArrowLeft": "←", "ArrowRight": "→", "ArrowUp": "↑", "ArrowDown": "↓"}


def caps(key: Key) -> list[str]:
    """What is printed on the keys that are to be pressed together."""
    if key.shown:
        return str(key.shown).split("+")
    return [_PRINTED.get(part, part.removeprefix("Key")) for press in key.press for part in press.split("+")]


def key_table() -> Mapping[str, Mapping[str, str]]:
    """For the scripts: place -> what is pressed -> the act."""
    return {group.name: {press: key.act for key in group.keys for press in key.press} for group in GROUPS}
