"""Views of lists, as people keep them."""

from typing import Any

from sqlalchemy.orm import Session

from app.models.saved_views import SavedView
from tests import factories as make


def make_saved_view(session: Session, **changes: Any) -> SavedView:
    """A view over clients with one filter."""
    values: dict[str, Any] = {
        "screen": "ClientView",
        "name": "Тверь",
        "arguments": {"f_town": "Тверь", "sort": "-name"},
    }
    if "owner_id" not in changes and "owner" not in changes:
        values["owner_id"] = make.make_user(session).id
    view = SavedView(**(values | changes))
    session.add(view)
    session.flush()
    return view
