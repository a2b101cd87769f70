"""The timeline of a client, a deal or a machine: all that happened, newest first, a bounded page at a time."""

from app.reports.feed.kinds import AREAS, FeedKind, kinds_of, open_kinds
from app.reports.feed.reading import PAGE, Cursor, Feed, FeedEntry, FeedQuestion, has_entry, read_feed
from app.reports.feed.sources import FeedOf

__all__ = [
    "AREAS",
    "PAGE",
    "Cursor",
    "Feed",
    "FeedEntry",
    "FeedKind",
    "FeedOf",
    "FeedQuestion",
    "has_entry",
    "kinds_of",
    "open_kinds",
    "read_feed",
]
