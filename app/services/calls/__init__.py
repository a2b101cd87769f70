"""Calls that the telephone exchange reports: told of while they ring, written down when they are over."""

from app.services.calls.receiving import CallDesk, note_event
from app.services.calls.writing import assign_call, record_call

__all__ = ["CallDesk", "assign_call", "note_event", "record_call"]
