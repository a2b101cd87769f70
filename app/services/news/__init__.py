"""Who is told of what: work given to people, what of theirs is overdue, and the letters about it."""

from app.services.news.letters import LetterOffice, write_letters
from app.services.news.overdue import tell_overdue
from app.services.news.seeing import TARGETS, Target, add_target, may_open, visible_to

__all__ = ["TARGETS", "LetterOffice", "Target", "add_target", "may_open", "tell_overdue", "visible_to", "write_letters"]
