"""The frame of a page: the sections panel, favourites, «+ Create» and the bell, as the signed-in person sees them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from flask import g, request, url_for

from app.clock import start_of
from app.database import db
from app.menu.sections import CREATE, LATE, NOTICES, SECTIONS, WAITS, Item
from app.reports.panel import MOST, UNREAD, Waiting, waiting
from app.reports.saved_views import KeptView
from app.views import formats
from app.views.crud.state import pinned_views
from app.views.current import today, viewer, zone
from app.views.notices import Bell, bell
from app.views.personal import page_address
from app.views.saved_views import may_read_list

OPEN_SECTIONS = "kontora_sections"
"""The cookie with the sections that the person has left open, joined by dots: the panel is made as it was left."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An item or section as the frame shows it."""

    name: str
    label: str
    url: str
    icon: str
    is_active: bool = False
    badge: str = ""
    badge_words: str = ""
    is_late: bool = False
    """What the number counts is overdue: it is red."""
    is_open: bool = False
    items: tuple["Shown", ...] = ()


def navigation() -> list[Shown]:
    """The sections that the signed-in person may open, with what waits for them in each."""
    counts = _waiting().counts
    opened = set(request.cookies.get(OPEN_SECTIONS, "").split("."))
    shown = []
    for section in SECTIONS:
        items = tuple(_shown(item, counts) for item in section.items if _may(item))
        if items:
            active = any(item.is_active for item in items)
            is_open = active or section.name in opened
            about = (section.name, str(section.label), items[0].url, section.icon, active)
            is_late = any(item.is_late for item in items)
            shown.append(Shown(*about, badge=_mark(items), is_late=is_late, is_open=is_open, items=items))
    return shown


def _pinned(view: KeptView) -> Shown:
    url = url_for(f"{view.screen}.list", view=view.id)
    is_active = request.endpoint == f"{view.screen}.list" and request.args.get("view") == str(view.id)
    return Shown(f"view-{view.id}", view.name, url, "", is_active)


def favourites() -> list[Shown]:
    """The views that the signed-in person has pinned, and their favourite pages."""
    here = page_address()
    views = [_pinned(view) for view in pinned_views() if may_read_list(view.screen)]
    pages = [Shown(url, label, url, "star", url == here) for url, label in _waiting().favourites]
    return views + pages


def create_commands() -> list[Shown]:
    """What «+ Create» offers to the signed-in person."""
    return [_shown(item) for item in CREATE if _may(item)]


def _may(item: Item) -> bool:
    person = db.session.info.get("viewer")
    return person is not None and person.may(item.right, item.area)


def notices() -> Bell | None:
    """The bell; nothing to who may read no notifications."""
    if not _may(NOTICES):
        return None
    return bell(formats.badge(_waiting().counts.get(UNREAD, 0), MOST))


def _waiting() -> Waiting:
    """Asked once in a request, with what the person may read."""
    if "waiting" not in g:
        person = viewer()
        lines = [item for section in SECTIONS for item in section.items if item.waits and _may(item)]
        wanted = [*(item.waits for item in lines), *([UNREAD] if _may(NOTICES) else [])]
        g.waiting = waiting(db.session(), person, start_of(today(), zone()), wanted)
    kept: Waiting = g.waiting
    return kept


def _shown(item: Item, counts: Mapping[str, int] = MappingProxyType({})) -> Shown:
    screen = (request.endpoint or "").partition(".")[0]
    active = screen in {item.endpoint.partition(".")[0], *item.also.split()}
    badge = formats.badge(counts.get(item.waits, 0), MOST)
    words = f"{WAITS[item.waits]}: {badge}" if badge else ""
    is_late = bool(badge) and item.waits in LATE
    about = (item.endpoint, str(item.label), _address(item.endpoint, request.script_root), item.icon, active)
    return Shown(*about, badge=badge, badge_words=words, is_late=is_late)


def _mark(items: Iterable[Shown]) -> str:
    """Tell on a closed section that something waits in it: the words of its lines."""
    return ", ".join(item.badge_words for item in items if item.badge)


@cache
def _address(endpoint: str, _script_root: str) -> str:
    """Where an item leads. Every page shows them all, so each is worked out once for each place the site stands at."""
    return url_for(endpoint)
