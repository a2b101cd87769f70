"""Keeping views of lists: saving, renaming, sharing, pinning, and remembering how a list was left."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.saved_views import LONGEST_NAME, SavedView, SavedViewPin
from app.texts import _

MOST_VIEWS = 100
"""Views of one person over one screen: more is a mistake of a program."""

NARROWEST, WIDEST = 48, 1000
"""Pixels of a column."""
WIDTHS = "widths"
"""Where the row of how a list was left keeps the widths of columns, beside the arguments of the address."""

Arguments = dict[str, Any]


@dataclass(frozen=True, slots=True)
class NewView:
    """What is to be kept: the screen, the name, and the arguments of its address, already checked."""

    screen: str
    name: str
    arguments: Arguments
    is_shared: bool = False


def save_view(session: Session, owner_id: int, wanted: NewView) -> SavedView:
    """Keep a new view of one's own; raise RuleError for a name that cannot be or is taken."""
    kept = select(func.count()).where(SavedView.owner_id == owner_id, SavedView.screen == wanted.screen)
    if (session.scalar(kept) or 0) >= MOST_VIEWS:
        raise RuleError(_("There are too many views of this list already. Delete some of them."))
    view = SavedView(screen=wanted.screen, owner_id=owner_id, arguments=wanted.arguments, is_shared=wanted.is_shared)
    view.name = _free_name(session, view, wanted.name)
    session.add(view)
    session.flush()
    return view


def rename_view(session: Session, view: SavedView, name: str, *, is_shared: bool) -> None:
    """Give another name, and offer to everybody or to oneself only; a view no longer offered loses others' pins."""
    view.name = _free_name(session, view, name)
    if view.is_shared and not is_shared:
        others = delete(SavedViewPin).where(SavedViewPin.view_id == view.id, SavedViewPin.user_id != view.owner_id)
        session.execute(others)
    view.is_shared = is_shared
    session.flush()


def _free_name(session: Session, view: SavedView, typed: str) -> str:
    name = " ".join(typed.split())
    if not name:
        raise RuleError(_("Give the view a name."))
    if len(name) > LONGEST_NAME:
        raise RuleError(_("The name is too long: at most %(most)s characters.", most=LONGEST_NAME))
    same = select(SavedView.id).where(
        SavedView.owner_id == view.owner_id, SavedView.screen == view.screen, SavedView.name == name
    )
    if session.scalars(same).first() not in (None, view.id):
        raise RuleError(_("You have a view with this name already."))
    return name


def pin_view(session: Session, user_id: int, view_id: int) -> None:
    """Show the view in the person's panel of sections; once, however often it is asked."""
    if session.scalars(_pins(user_id, view_id)).first() is None:
        session.add(SavedViewPin(user_id=user_id, view_id=view_id))
        session.flush()


def unpin_view(session: Session, user_id: int, view_id: int) -> None:
    """Take the view out of the person's panel."""
    for pin in session.scalars(_pins(user_id, view_id)):
        session.delete(pin)
    session.flush()


def _pins(user_id: int, view_id: int) -> Any:
    return select(SavedViewPin).where(SavedViewPin.user_id == user_id, SavedViewPin.view_id == view_id)


def delete_view(session: Session, view: SavedView) -> None:
    """Delete the view with everybody's pins of it."""
    session.execute(delete(SavedViewPin).where(SavedViewPin.view_id == view.id))
    session.delete(view)
    session.flush()


def remember_last(session: Session, user_id: int, screen: str, arguments: Arguments) -> None:
    """Remember how the person left the list; no arguments at all: forget it. Widths of columns stay as they are."""
    kept = _last(session, user_id, screen)
    widths = kept.arguments.get(WIDTHS, {}) if kept is not None else {}
    _keep_last(session, user_id, screen, kept, arguments | ({WIDTHS: widths} if widths else {}))


def keep_width(session: Session, user_id: int, screen: str, column: str, width: int) -> None:
    """Keep how wide the person wants a column of the list, in pixels; 0: as wide as it comes. No column: all usual."""
    kept = _last(session, user_id, screen)
    arguments = dict(kept.arguments) if kept is not None else {}
    former = arguments.pop(WIDTHS, {})
    widths = {name: pixels for name, pixels in former.items() if column and name != column}
    if column and width:
        widths[column] = min(max(width, NARROWEST), WIDEST)
    _keep_last(session, user_id, screen, kept, arguments | ({WIDTHS: widths} if widths else {}))


def _last(session: Session, user_id: int, screen: str) -> SavedView | None:
    question = select(SavedView).where(
        SavedView.owner_id == user_id, SavedView.screen == screen, SavedView.is_last.is_(True)
    )
    return session.scalars(question).first()


def _keep_last(session: Session, user_id: int, screen: str, kept: SavedView | None, arguments: Arguments) -> None:
    if kept is not None and not arguments:
        session.delete(kept)
    elif kept is not None:
        kept.arguments = arguments
    elif arguments:
        session.add(SavedView(screen=screen, owner_id=user_id, name="", arguments=arguments, is_last=True))
    session.flush()
