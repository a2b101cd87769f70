"""Correspondence with clients: letters that leave as interactions, what becomes of them, and those that come."""

from app.services.letters.outcomes import note_left, note_refused, retry_letter, withdraw_letter
from app.services.letters.receiving import MailDesk, receive_letter, receive_unreadable
from app.services.letters.sorting import Place, assign_letter, set_aside
from app.services.letters.templates import Proposal, propose_letter
from app.services.letters.threads import latest_letters, untagged
from app.services.letters.writing import LetterDraft, check_sendable, send_letter

__all__ = [
    "LetterDraft",
    "MailDesk",
    "Place",
    "Proposal",
    "assign_letter",
    "check_sendable",
    "latest_letters",
    "note_left",
    "note_refused",
    "propose_letter",
    "receive_letter",
    "receive_unreadable",
    "retry_letter",
    "send_letter",
    "set_aside",
    "untagged",
    "withdraw_letter",
]
