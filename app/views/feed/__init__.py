"""Timelines: the feed with its filter, what is written into it, comments and pins."""

from app.views.feed.view import FeedView

__all__ = ["FeedView"]
