"""Clients that were entered twice: found while typing, before saving and in what is kept; merged, and parted again."""

from app.services.duplicates.cards import Card, Typed, card_of
from app.services.duplicates.checking import (
    Checked,
    DuplicateError,
    check_duplicates,
    may_save_duplicate,
    note_saved_anyway,
    words_of,
)
from app.services.duplicates.finding import Match, find_duplicates
from app.services.duplicates.keys import refresh_keys
from app.services.duplicates.likeness import Likeness, Reason, compare

__all__ = [
    "Card",
    "Checked",
    "DuplicateError",
    "Likeness",
    "Match",
    "Reason",
    "Typed",
    "card_of",
    "check_duplicates",
    "compare",
    "find_duplicates",
    "may_save_duplicate",
    "note_saved_anyway",
    "refresh_keys",
    "words_of",
]
