"""What may be done from a list: with one row, by the menu that all rows share, and with the chosen ones."""

from typing import TYPE_CHECKING, Any

from flask import url_for

from app.permissions import DELETE, READ, WRITE, Viewer
from app.texts import _
from app.views.crud.switches import changeable_columns, is_person
from app.views.current import viewer
from app.views.pages import Command, FilterControl, Option

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
    """Names of the menu's commands that this record's state allows; nothing is said where it allows them all."""
    is_editable = screen.is_editable(record)
    states = {act.name: act.when(record) for act in screen.acts} | {"edit": is_editable, "delete": is_editable}
    names = tuple(command.name for command in menu if states.get(command.name, True))
    return names if len(names) < len(menu) else ()


def may_print(screen: "CrudView") -> bool:
    """Tell whether the records have a printed form that the person may see."""
    return screen.printed is not None and screen.may(READ) and viewer().may(READ, "Print")


def bulk_commands(screen: "CrudView") -> tuple[Command, ...]:
    """Acts on the chosen rows; `_n_` in a question stands for their number."""
    url = url_for(f"{screen.endpoint}.action_post")
    acts = [
        Command(str(act.label), url, icon=act.icon, post=True, confirm=str(act.confirm), name=act.name)
        for act in screen.acts
        if act.bulk and screen.may(act.right)
    ]
    acts += screen.bulk_commands()
    if may_print(screen):
        acts.append(Command(_("Print"), url, icon="printer", post=True, name="print", new_tab=True))
    acts.append(Command(_("Export"), url, icon="download", post=True, name="export", new_tab=True))
    if screen.may(DELETE):
        question = _("Delete the chosen records (%(number)s)? They cannot be brought back.", number="_n_")
        acts.append(Command(_("Delete"), url, icon="trash", post=True, confirm=question, danger=True, name="delete"))
    return tuple(acts)


def bulk_fields(screen: "CrudView", viewer: Viewer) -> tuple[FilterControl, ...]:
    """Fields that may be set for all chosen rows; none without the right to change."""
    columns = changeable_columns(screen, viewer) if screen.may(WRITE) else []
    return tuple(
        FilterControl(
            f"set_{column.name}",
            str(column.label),
            "relation",
            lookup_url=url_for("LookupView.find", table=column.target.__tablename__),
        )
        if is_person(column)
        else FilterControl(
            f"set_{column.name}",
            str(column.label),
            "choice",
            options=tuple(Option(member.value, str(member.label)) for member in column.choices),
        )
        for column in columns
    )
