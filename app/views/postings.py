"""What the screens of all documents that are posted share: the acts of posting and of cancelling it."""

from typing import Any

from app.models.sales import DocumentStatus
from app.permissions import CANCEL, POST
from app.texts import lazy
from app.views.crud import Act


def is_posted(document: Any) -> bool:
    """Tell whether the document is posted: then it is changed only after its posting is cancelled."""
    return document.status is DocumentStatus.POSTED


def posting_acts(question: str) -> tuple[Act, Act]:
    """Acts for the screen's methods `post_record` and `cancel_record`; `question` is asked before cancelling."""
    return (
        Act(
            "post",
            lazy("Post"),
            "post_record",
            right=POST,
            icon="check",
            primary=True,
            bulk=True,
            when=lambda document: not is_posted(document),
        ),
        Act(
            "cancel",
            lazy("Cancel posting"),
            "cancel_record",
            right=CANCEL,
            icon="undo",
            confirm=question,
            when=is_posted,
        ),
    )
