"""Views of lists that people keep: a name for search, filters, order and columns of one screen."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import User
from app.models.base import Row, named
from app.texts import lazy

LONGEST_NAME = 80


class SavedView(Row):
    """One person's view of one screen; a shared one is offered to everybody who may read the screen.

    The row with `is_last` has no name: it is how the person left the list, and what they find when they come back.
    """

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("owner_id", "screen", "name"), Index(None, "screen"))

    screen: Mapped[str] = mapped_column(String(64))
    owner_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), default="", info=named(lazy("Name of the view")))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    is_shared: Mapped[bool] = mapped_column(default=False, info=named(lazy("Offer to everybody")))
    is_last: Mapped[bool] = mapped_column(default=False)
    owner: Mapped[User] = relationship(User)


class SavedViewPin(Row):
    """A view that a person has pinned to the panel of sections: one's own or a shared one."""

    __tablename__ = "saved_view_pin"
    __table_args__ = (UniqueConstraint("user_id", "view_id"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    view_id: Mapped[int] = mapped_column(ForeignKey("saved_view.id", ondelete="CASCADE"), index=True)
