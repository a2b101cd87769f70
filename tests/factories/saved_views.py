"""Views of lists, as people keep them."""

from typing import Any

from sqlalchemy.orm import Session

from app.models.saved_views import SavedView


def make_saved_view(session: Session, **changes: Any) -> SavedView:
    """A view over clients with one filter; `owner_id` is the person's who keeps it."""
    values = {"screen": "ClientView", "name": "Тверь", "arguments": {"f_town": "Тверь", "sort": "-name"}}
    view = SavedView(**(values | changes))
    session.add(view)
    session.flush()
    return view
