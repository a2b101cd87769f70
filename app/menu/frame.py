"""The frame of a page: the sections panel, favourites, «+ Create» and the bell, as the signed-in person sees them.

All of it is gathered in one value (`Frame`) that stands for everything a page has around its content: what follows
from an equal frame may be kept.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from flask import request, url_for
from flask_login import current_user

from app.database import db
from app.menu.sections import CREATE, LATE, NOTICES, QUICK, QUICK_LAST, SECTIONS, WAITS, Item
from app.permissions import Right, Viewer
from app.reports.panel import MOST, UNREAD
from app.views import formats
from app.views.calls import ringing_url
from app.views.crud.state import pinned_views
from app.views.kept_parts import where
from app.views.notices import Bell, bell
from app.views.personal import Opened, opened_lately, page_address, person_values, record_shown
from app.views.saved_views import may_read_list
from app.views.waiting import what_waits

OPEN_SECTIONS = "kontora_sections"
"""The cookie with the sections that the person has left open, joined by dots: the panel is made as it was left."""
FAVOURITES, RECENT = "favourites", "recent"
"""The sections of the panel that are the person's own."""
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


@dataclass(frozen=True, slots=True)
class Favourite:
    """A page or a view that the person has marked; `name` is the address of the page."""

    name: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything that the frame of a page follows from, besides the language and where the site stands."""

    login: str
    theme: str
    density: str
    is_folded: bool
    """The panel of sections shows its drawings alone."""
    opened: frozenset[str]
    """Sections that the person has left open, favourites and recent records among them."""
    sections: tuple[Shown, ...]
    favourites: tuple[Favourite, ...]
    recent: tuple[Opened, ...]
    """The records opened last, where their section is open: else they come when it is opened."""
    creating: tuple[Shown, ...]
    quick: tuple[tuple[Shown, ...], tuple[Shown, ...]]
    """What the bar of a telephone offers before and after its «+»."""
    person: tuple[tuple[str, Hashable], ...]
    """Values of the person's menu by name."""
    bell: Bell | None
    here: str
    """The address of the page."""
    record: str
    """See `record_shown`."""
    ringing_url: str
    help_url: str


def frame_of_page() -> Frame:
    """The frame of the page that is asked for, as the signed-in person has it."""
    cookies = request.cookies
    opened = frozenset(cookies.get(OPEN_SECTIONS, "").split(".")) & (_NAMES | {FAVOURITES, RECENT})
    theme, density = cookies.get("kontora_theme"), cookies.get("kontora_density")
    rights, place = viewer_rights(), _place()
    return Frame(
        login=current_user.username if current_user and not current_user.is_anonymous else "",
        theme=theme if theme in {"light", "dark"} else "auto",
        density="dense" if density == "dense" else "normal",
        is_folded=cookies.get("kontora_panel") == "folded",
        opened=opened,
        sections=_sections(rights, _counts(), opened & _NAMES, *place),
        favourites=favourites(),
        recent=tuple(opened_lately()) if RECENT in opened else (),
        creating=_lines(CREATE, rights, *place),
        quick=(_lines(QUICK, rights, *place), _lines(QUICK_LAST, rights, *place)),
        person=person_values(),
        bell=notices(),
        here=page_address(),
        record=record_shown(),
        ringing_url=ringing_url(),
        help_url=f"/help/?for={request.endpoint or ''}",
    )


def _counts() -> tuple[tuple[str, int], ...]:
    """What waits for the person, of each kind of which anything does."""
    return tuple(sorted((name, count) for name, count in what_waits().counts.items() if count))


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


def favourites() -> tuple[Favourite, ...]:
    """The views that the signed-in person has pinned, and their favourite pages."""
    views = (view for view in pinned_views() if may_read_list(view.screen))
    pinned = (Favourite("", view.name, url_for(f"{view.screen}.list", view=view.id)) for view in views)
    return (*pinned, *(Favourite(url, label, url) for url, label in what_waits().favourites))


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
    return bell(formats.badge(what_waits().counts.get(UNREAD, 0), MOST))


def wanted_counts() -> list[str]:
    """The numbers that the panel and the bell show to the person, as kinds of `app.reports.panel`."""
    lines = [item for section in SECTIONS for item in section.items if item.waits and _may(item)]
    return [*(item.waits for item in lines), *([UNREAD] if _may(NOTICES) else [])]


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
