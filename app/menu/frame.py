"""The frame of a page: the sections panel, favourites, «+ Create» and the bell, as the signed-in person sees them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from flask import g, request, url_for

from app.clock import start_of
from app.database import db
from app.menu.sections import CREATE, LATE, NOTICES, QUICK, QUICK_LAST, SECTIONS, WAITS, Item
from app.permissions import Right, Viewer
from app.reports.panel import MOST, UNREAD, Waiting, waiting
from app.reports.saved_views import KeptView
from app.views import formats
from app.views.crud.state import pinned_views
from app.views.current import today, viewer, zone
from app.views.kept_parts import where
from app.views.notices import Bell, bell
from app.views.personal import page_address
from app.views.saved_views import may_read_list

OPEN_SECTIONS = "kontora_sections"
"""The cookie with the sections that the person has left open, joined by dots: the panel is made as it was left."""
_NAMES = frozenset(section.name for section in SECTIONS)


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """An item or section as the frame shows it. Known by itself, so that it is quickly found again (`kept_parts`)."""

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


def navigation() -> tuple[Shown, ...]:
    """The sections that the signed-in person may open, with what waits for them in each."""
    counts = tuple(sorted((name, count) for name, count in _waiting().counts.items() if count))
    opened = frozenset(request.cookies.get(OPEN_SECTIONS, "").split(".")) & _NAMES
    return _sections(viewer_rights(), counts, opened, *_place())


@lru_cache(maxsize=1024)
def _sections(
    rights: frozenset[Right], counts: tuple[tuple[str, int], ...], opened: frozenset[str], *place: str
) -> tuple[Shown, ...]:
    """Every page shows them, and most pages the same ones: they are kept by all that they follow from."""
    shown = []
    for section in SECTIONS:
        items = tuple(_shown(item, dict(counts), *place) for item in section.items if _is_granted(item, rights))
        if items:
            active = any(item.is_active for item in items)
            is_open = active or section.name in opened
            about = (section.name, str(section.label), items[0].url, section.icon, active)
            is_late = any(item.is_late for item in items)
            shown.append(Shown(*about, badge=_mark(items), is_late=is_late, is_open=is_open, items=items))
    return tuple(shown)


def _place() -> tuple[str, str, str]:
    """Language, where the site stands, and the screen that is asked for."""
    return *where(), (request.endpoint or "").partition(".")[0]


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


def create_commands() -> tuple[Shown, ...]:
    """What «+ Create» offers to the signed-in person."""
    return _lines(CREATE, viewer_rights(), *_place())


def quick_links() -> tuple[tuple[Shown, ...], tuple[Shown, ...]]:
    """What a telephone's bar offers before and after its «+»."""
    rights, place = viewer_rights(), _place()
    return _lines(QUICK, rights, *place), _lines(QUICK_LAST, rights, *place)


@lru_cache(maxsize=1024)
def _lines(items: tuple[Item, ...], rights: frozenset[Right], *place: str) -> tuple[Shown, ...]:
    return tuple(_shown(item, {}, *place) for item in items if _is_granted(item, rights))


def viewer_rights() -> frozenset[Right]:
    """The rights of the signed-in person; a stranger has none."""
    person: Viewer | None = db.session.info.get("viewer")
    return person.rights if person is not None else frozenset()


def _is_granted(item: Item, rights: frozenset[Right]) -> bool:
    return (item.right, item.area) in rights


def _may(item: Item) -> bool:
    return _is_granted(item, viewer_rights())


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


def _shown(item: Item, counts: Mapping[str, int], _language: str, root: str, screen: str) -> Shown:
    active = screen in {item.endpoint.partition(".")[0], *item.also.split()}
    badge = formats.badge(counts.get(item.waits, 0), MOST)
    words = f"{WAITS[item.waits]}: {badge}" if badge else ""
    is_late = bool(badge) and item.waits in LATE
    about = (item.endpoint, str(item.label), _address(item.endpoint, root), item.icon, active)
    return Shown(*about, badge=badge, badge_words=words, is_late=is_late)


def _mark(items: Iterable[Shown]) -> str:
    """Tell on a closed section that something waits in it: the words of its lines."""
    return ", ".join(item.badge_words for item in items if item.badge)


@cache
def _address(endpoint: str, _script_root: str) -> str:
    """Where an item leads. Every page shows them all, so each is worked out once for each place the site stands at."""
    return url_for(endpoint)
