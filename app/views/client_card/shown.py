"""What the templates of a client's card are given: plain, ready to be shown."""

from dataclasses import dataclass, field

from app.views.feed.shown import FeedBody
from app.views.pages import CardGroup, CardTable, Cell, Command, Option, Tab


@dataclass(frozen=True, slots=True)
class Line:
    """A labelled value of the summary beside the tabs."""

    label: str
    cell: Cell
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """A phone, an e-mail or a site: what a person reads, and where it leads."""

    text: str
    url: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class PersonItem:
    """A contact. `personal` holds the birth date and the portrait once they were opened, and the opening logged."""

    name: str
    url: str
    position: str
    chips: tuple[Cell, ...]
    reach: tuple[Reach, ...]
    comment: str = ""
    open_url: str = ""
    """Where to ask for the restricted fields; empty without the right, or when there are none."""
    personal: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class PhotoItem:
    """A photograph with its date and author, and the visit during which it was taken."""

    name: str
    url: str
    thumbnail_url: str
    caption: str
    note: str
    visit_url: str = ""


@dataclass(frozen=True, slots=True)
class MachineItem:
    """Equipment with its latest photographs."""

    title: str
    url: str
    chips: tuple[Cell, ...]
    facts: tuple[Line, ...]
    photos: tuple[PhotoItem, ...]
    more: str = ""
    tone: str = ""
    request_url: str = ""
    upload_url: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A file shown in place, in the browser's own viewer."""

    name: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CardBody:
    """What a tab shows; each tab fills its own part."""

    groups: tuple[CardGroup, ...] = ()
    tables: tuple[CardTable, ...] = ()
    feed: FeedBody | None = None
    people: tuple[PersonItem, ...] = ()
    machines: tuple[MachineItem, ...] = ()
    document: Document | None = None
    commands: tuple[Command, ...] = ()
    upload_kinds: tuple[Option, ...] = ()
    empty_text: str = ""


@dataclass(frozen=True, slots=True)
class ClientPage:
    """The card of a client with one tab open."""

    id: int
    title: str
    section: str
    list_title: str
    list_url: str
    tab: str
    tabs: tuple[Tab, ...]
    body: CardBody
    chips: tuple[Cell, ...] = ()
    commands: tuple[Command, ...] = ()
    inn: str = ""
    responsible: str = ""
    reach: tuple[Reach, ...] = ()
    summary: tuple[Line, ...] = field(default=())
    debt_lines: tuple[Line, ...] = ()
