"""What stands around the rows of a list and follows from its screen and the rights alone: presets and commands."""

from typing import TYPE_CHECKING

from flask import url_for

from app.permissions import IMPORT, WRITE
from app.texts import _
from app.views.pages import Command, Tab

if TYPE_CHECKING:
    from app.views.crud.lists import ListBuilder


def tabs_of(builder: "ListBuilder") -> tuple[Tab, ...]:
    """The presets of the list, and all of it."""
    if not builder.screen.presets:
        return ()
    every = Tab("all", _("All"), builder.url(tab="all"), builder.tab == "all")
    return (
        every,
        *(
            Tab(preset.name, str(preset.label), builder.url(tab=preset.name), preset.name == builder.tab)
            for preset in builder.screen.presets
        ),
    )


def commands_of(builder: "ListBuilder") -> tuple[Command, ...]:
    """What the person may do with the list: begin a record, load and export."""
    screen = builder.screen
    commands = []
    if screen.may(WRITE) and screen.can_add:
        commands.append(Command(str(screen.add_label), url_for(screen.begins_at()), icon="plus", primary=True))
    commands += screen.list_commands()
    if screen.imported_as and screen.may(IMPORT):
        url = url_for("ImportView.start", table=screen.imported_as)
        commands.append(Command(_("Load from Excel"), url, icon="upload"))
    commands.append(Command(_("Export to Excel"), builder.url(format="xlsx"), icon="download"))
    commands.append(Command(_("Export to CSV"), builder.url(format="csv"), icon="download"))
    return tuple(commands)
