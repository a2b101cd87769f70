"""Correspondence with clients: letters that leave as interactions, and what becomes of them on the way."""

from app.services.letters.outcomes import note_left, note_refused, retry_letter, withdraw_letter
from app.services.letters.templates import Proposal, propose_letter
from app.services.letters.threads import latest_letters
from app.services.letters.writing import LetterDraft, check_sendable, send_letter

__all__ = [
    "LetterDraft",
    "Proposal",
    "check_sendable",
    "latest_letters",
    "note_left",
    "note_refused",
    "propose_letter",
    "retry_letter",
    "send_letter",
    "withdraw_letter",
]
