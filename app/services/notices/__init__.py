"""Telling people: once, in their language, the way that each has chosen, and only of what they may see."""

from app.services.notices.choices import choices_of, language_of, set_choices
from app.services.notices.reading import mark_all_read, mark_read, sweep_notices
from app.services.notices.telling import Told, tell
from app.services.notices.words import details_of

__all__ = [
    "Told",
    "choices_of",
    "details_of",
    "language_of",
    "mark_all_read",
    "mark_read",
    "set_choices",
    "sweep_notices",
    "tell",
]
