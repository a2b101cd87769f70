"""Duplicates in what is kept: the pairs, the merge with its preview, and the way back."""

from app.views.duplicates.view import DuplicateView

__all__ = ["DuplicateView"]
