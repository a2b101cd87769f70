"""Comments: written by whoever works with the client, changed and taken back by their author. The history keeps all."""

from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.base import LONG
from app.models.clients import ClientComment
from app.permissions import DELETE, Viewer
from app.services.timeline.hosts import Host, host_links
from app.services.timeline.pins import forget_pin
from app.texts import _


def add_comment(session: Session, host: Host, text: str) -> ClientComment:
    """Add a comment to a client, a deal or a machine. Raises RuleError for an empty or too long one."""
    comment = ClientComment(text=_tidy(text), **host_links(host))
    session.add(comment)
    session.flush()
    return comment


def edit_comment(session: Session, comment: ClientComment, text: str, viewer: Viewer) -> None:
    """Change a comment of one's own. Raises RuleError for another's, and as `add_comment` does."""
    check_own(comment, viewer)
    comment.text = _tidy(text)
    session.flush()


def delete_comment(session: Session, comment: ClientComment, viewer: Viewer) -> None:
    """Take a comment away with its pin. Raises RuleError without the right."""
    if not may_delete(comment.created_by_id, viewer):
        raise RuleError(_("Only its author may delete a comment."))
    forget_pin(session, comment)
    session.delete(comment)
    session.flush()


def check_own(comment: ClientComment, viewer: Viewer) -> None:
    """Raises RuleError for another person's comment."""
    if not may_edit(comment.created_by_id, viewer):
        raise RuleError(_("Only its author may change a comment."))


def may_edit(author_id: int | None, viewer: Viewer) -> bool:
    """Words are changed by their author alone."""
    return author_id is not None and author_id == viewer.user_id


def may_delete(author_id: int | None, viewer: Viewer) -> bool:
    """The author deletes, and whoever may delete clients."""
    return may_edit(author_id, viewer) or viewer.may(DELETE, "Clients")


def _tidy(text: str) -> str:
    tidy = text.strip()
    if not tidy:
        raise RuleError(_("Write the comment first."))
    if len(tidy) > LONG:
        raise RuleError(_("The comment is longer than %(most)s characters.", most=LONG))
    return tidy
