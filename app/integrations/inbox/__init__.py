"""Mailboxes: letters fetched over IMAP and read into plain values, whatever state they are in."""

from app.integrations.inbox.imap import Fetched, MailboxServer, Position
from app.integrations.inbox.letter import IncomingLetter, Nature, Returned
from app.integrations.inbox.reading import read_letter

__all__ = ["Fetched", "IncomingLetter", "MailboxServer", "Nature", "Position", "Returned", "read_letter"]
