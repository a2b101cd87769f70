"""Which views of lists a person is offered: one's own, shared ones, pinned ones, and how a list was left."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from app.database import User, answers
from app.models.saved_views import SavedView, SavedViewPin


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


def kept_views(session: Session, user_id: int, screen: str = "") -> tuple[KeptView, ...]:
    """What the person has pinned anywhere and, with a screen, everything offered over it, by name. One query."""
    return tuple(
        KeptView(
            id=key,
            screen=where,
            name=name,
            arguments=dict(arguments),
            owner_id=owner_id,
            owner=f"{last_name} {first_name}".strip(),
            is_shared=is_shared,
            is_pinned=pin is not None,
            is_last=is_last,
        )
        for key, where, name, arguments, owner_id, is_shared, is_last, pin, first_name, last_name in answers(
            session, _offered(user_id, screen)
        )
    )


@lru_cache(maxsize=1024)
def _offered(user_id: int, screen: str) -> Select[Any]:
    mine = SavedView.owner_id == user_id
    offered = and_(SavedView.screen == screen, or_(mine, SavedView.is_shared.is_(True)))
    own_pin = and_(SavedViewPin.view_id == SavedView.id, SavedViewPin.user_id == user_id)
    view = (SavedView.id, SavedView.screen, SavedView.name, SavedView.arguments, SavedView.owner_id)
    return (
        select(*view, SavedView.is_shared, SavedView.is_last, SavedViewPin.id, User.first_name, User.last_name)
        .join(User, User.id == SavedView.owner_id)
        .outerjoin(SavedViewPin, own_pin)
        .where(or_(and_(SavedViewPin.id.is_not(None), or_(mine, SavedView.is_shared.is_(True))), offered))
        .order_by(SavedView.name, SavedView.id)
    )
