"""The base of every generated screen: list, card, form, acts and export from one declaration."""

from app.views.crud.declarations import Act, CardColumns, Group, Lines, Preset
from app.views.crud.view import CrudView

__all__ = ["Act", "CardColumns", "CrudView", "Group", "Lines", "Preset"]
