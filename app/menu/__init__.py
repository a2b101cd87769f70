"""The menu: one table of its sections, the registration of every screen, and what the frame of a page shows of it."""

from app.menu.frame import Frame, frame_of_page, wanted_counts
from app.menu.screens import PAGES, TABLES, register
from app.menu.sections import CREATE, SECTIONS, Item, Section

__all__ = [
    "CREATE",
    "PAGES",
    "SECTIONS",
    "TABLES",
    "Frame",
    "Item",
    "Section",
    "frame_of_page",
    "register",
    "wanted_counts",
]
