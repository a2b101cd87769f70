"""Which views of lists a person is offered: one's own, shared ones, pinned ones, and how a list was left."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, String, and_, bindparam, or_, select

from app.database import User
from app.models.saved_views import SavedView, SavedViewPin

SCREEN = "screen"
"""Name under which `offered` is given the screen."""


@dataclass(frozen=True, slots=True)
class KeptView:
    """A view as offered to one person; `owner` names its author."""

    id: int
    screen: str
    name: str
    arguments: dict[str, Any]
    owner_id: int
    owner: str
    is_shared: bool
    is_pinned: bool
    is_last: bool


def offered(user_id: int) -> Select[Any]:
    """What the person has pinned anywhere and everything offered over the SCREEN that is given, by name."""
    mine = SavedView.owner_id == user_id
    over_screen = and_(SavedView.screen == bindparam(SCREEN, type_=String()), or_(mine, SavedView.is_shared.is_(True)))
    own_pin = and_(SavedViewPin.view_id == SavedView.id, SavedViewPin.user_id == user_id)
    view = (SavedView.id, SavedView.screen, SavedView.name, SavedView.arguments, SavedView.owner_id)
    return (
        select(*view, SavedView.is_shared, SavedView.is_last, SavedViewPin.id, User.first_name, User.last_name)
        .join(User, User.id == SavedView.owner_id)
        .outerjoin(SavedViewPin, own_pin)
        .where(or_(and_(SavedViewPin.id.is_not(None), or_(mine, SavedView.is_shared.is_(True))), over_screen))
        .order_by(SavedView.name, SavedView.id)
    )


def views_of(rows: Iterable[Sequence[Any]]) -> tuple[KeptView, ...]:
    """The views that the rows of `offered` say."""
    return tuple(
        KeptView(
            id=key,
            screen=where,
            name=name,
            arguments=dict(arguments),
            owner_id=owner_id,
            owner=f"{last_name} {first_name}".strip(),
            is_shared=bool(is_shared),
            is_pinned=pin is not None,
            is_last=bool(is_last),
        )
        for key, where, name, arguments, owner_id, is_shared, is_last, pin, first_name, last_name in rows
    )
