"""Calls: the webhooks of telephone exchanges, the card by number, and the calls that nobody is known for."""

from app.views.calls.view import CallView, ringing_url

__all__ = ["CallView", "ringing_url"]
