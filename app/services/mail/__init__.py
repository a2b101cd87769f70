"""The outbox: letters are queued in the transaction of an act and sent afterwards, again and again until they go."""

from app.services.mail.queueing import Letter, queue_letter
from app.services.mail.sending import claim_letter, forget_sent, note_failed, note_sent

__all__ = ["Letter", "claim_letter", "forget_sent", "note_failed", "note_sent", "queue_letter"]
