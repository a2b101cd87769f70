"""The history of changes in words: acts, fields by their labels, values as cards show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.models.clients import Contact
from app.reports.history import Entry, Opening
from app.reports.history_values import Change, Mark
from app.texts import _, lazy
from app.views import formats
from app.views.crud.columns import Column, column_of
from app.views.current import viewer
from app.views.pages import Cell
from app.views.tables import record_url

_ACTS: tuple[tuple[str, str, str, str], ...] = (
    ("create", lazy("Record created"), "ok", "plus"),
    ("change", lazy("Record changed"), "info", "edit"),
    ("delete", lazy("Record deleted"), "danger", "trash"),
    ("erase", lazy("Personal data erased"), "plan", "eye-off"),
    ("login", lazy("Signed in"), "neutral", "check"),
    ("login_failed", lazy("Sign-in refused"), "danger", "lock"),
    ("logout", lazy("Signed out"), "neutral", "arrow-right"),
    ("calendar_link_made", lazy("Calendar link made"), "info", "calendar"),
    ("calendar_link_ended", lazy("Calendar link revoked"), "warn", "calendar"),
    ("demo", lazy("Demo company built"), "plan", "flag"),
)
SIGN_INS = ("login", "login_failed", "logout")
_FIELDS = {
    "username": lazy("Login"),
    "first_name": lazy("First name"),
    "last_name": lazy("Last name"),
    "email": lazy("E-mail"),
    "active": lazy("May sign in"),
    "password": lazy("Password"),
    "roles": lazy("Roles"),
    "permissions": lazy("Rights"),
    "name": lazy("Name"),
    "address": lazy("Network address"),
    "erased": lazy("Values erased by law"),
    "seed": lazy("Seed of the demo company"),
}
"""Labels of what carries none of its own: logins and roles, and facts of acts that change no record."""


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A field as a person reads it: its label, the value before and after."""

    label: str
    before: Cell
    after: Cell


def act_cell(act: str) -> Cell:
    """An act as a chip; an act that nobody translated is shown by its code."""
    for code, label, tone, icon in _ACTS:
        if code == act:
            return Cell(str(label), "chip", tone=tone, icon=icon)
    return Cell(act, "chip", tone="neutral")


def act_names() -> list[tuple[str, str]]:
    """Codes and words of all acts."""
    return [(code, str(label)) for code, label, _tone, _icon in _ACTS]


def who_words(entry: Entry | Opening) -> str:
    """Who did it. Nobody is known behind a refused sign-in with an unknown login."""
    if entry.who:
        return entry.who
    return _("nobody known") if getattr(entry, "act", "") == "login_failed" else _("the system")


def shown_changes(changes: Iterable[Change]) -> list[ShownChange]:
    """The fields of an entry that have words for a person; the rest is computed from them.

    What the person holds no right to is hidden at both ends: that it was empty says something too.
    """
    return [_shown(change) for change in changes if _has_words(change)]


def in_one_line(change: ShownChange, act: str) -> str:
    """«Status: New → Active»; of what was made or deleted only the one value that there was."""
    if act == "change":
        return f"{change.label}: {change.before.text} → {change.after.text}"
    return f"{change.label}: {(change.before if act == 'delete' else change.after).text}"


def field_words(name: str) -> str:
    """What a restricted field of a contact is called."""
    return str(column_of(Contact, name).label) if hasattr(Contact, name) else name


def _has_words(change: Change) -> bool:
    column = _column(change)
    is_named = change.model is None if column is None else column.label != change.name
    return is_named or change.name in _FIELDS


def _shown(change: Change) -> ShownChange:
    column = _column(change)
    is_unnamed = column is None or column.label == change.name
    label = _FIELDS.get(change.name, change.name) if column is None or is_unnamed else column.label
    if column is not None and not column.may_read(viewer()):
        return ShownChange(str(label), _hidden(), _hidden())
    kind = column.kind if column is not None else ""
    return ShownChange(str(label), _cell(change.before, kind), _cell(change.after, kind))


def _column(change: Change) -> Column | None:
    """The column of a change; None for a field that is gone, and for one that no screen could show."""
    try:
        return column_of(change.model, change.name) if change.model is not None else None
    except StopIteration:
        return None


def _hidden() -> Cell:
    return Cell(_("hidden"), tone="neutral", icon="lock")


def _cell(value: Any, kind: str) -> Cell:
    if value is Mark.HIDDEN:
        return _hidden()
    if value is Mark.GONE:
        return Cell(_("a record that is gone or not open to you"))
    if kind == "relation" and value is not None:
        return Cell(str(value), url=record_url(value))
    return formats.cell(value, kind)
