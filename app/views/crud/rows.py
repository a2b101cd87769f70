"""The menu of a list's rows: one for the whole page, and what of it each row allows."""

from typing import TYPE_CHECKING, Any

from flask import url_for

from app.permissions import DELETE, WRITE
from app.texts import _
from app.views.pages import Command

if TYPE_CHECKING:
    from app.views.crud.view import CrudView

KEY, NAME = "_key_", "_name_"
"""What stands in the addresses and questions for the row's own key and name."""


def row_menu(screen: "CrudView") -> tuple[Command, ...]:
    """Everything that the person may do with some row of this screen."""
    commands = [Command(_("Open"), KEY, icon="eye", name="open")]
    if screen.may(WRITE):
        commands.append(Command(_("Edit"), _address(screen, "edit"), icon="edit", name="edit"))
    if screen.may(WRITE) and screen.can_add:
        copy = url_for(f"{screen.endpoint}.add", copy=KEY)
        commands.append(Command(_("Copy"), copy, icon="copy", name="copy"))
    commands += [
        Command(
            str(act.label),
            url_for(f"{screen.endpoint}.action", name=act.name, pk=KEY),
            icon=act.icon,
            post=True,
            danger=act.danger,
            confirm=str(act.confirm),
            name=act.name,
        )
        for act in screen.acts
        if screen.may(act.right)
    ]
    if screen.may(DELETE):
        question = _("Delete «%(record)s»? It cannot be brought back.", record=NAME)
        url = _address(screen, "delete")
        commands.append(
            Command(_("Delete"), url, icon="trash", post=True, danger=True, confirm=question, name="delete")
        )
    return tuple(commands)


def _address(screen: "CrudView", way: str) -> str:
    return url_for(f"{screen.endpoint}.{way}", pk=KEY)


def allowed(screen: "CrudView", record: Any, menu: tuple[Command, ...]) -> tuple[str, ...]:
    """Names of the menu's commands that this record's state allows."""
    is_editable = screen.is_editable(record)
    states = {act.name: act.when(record) for act in screen.acts} | {"edit": is_editable, "delete": is_editable}
    return tuple(command.name for command in menu if states.get(command.name, True))
