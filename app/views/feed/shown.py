"""What the templates of a timeline are given: plain, ready to be shown."""

from dataclasses import dataclass, field

from app.views.pages import Cell, Command, Option, Tab


@dataclass(frozen=True, slots=True)
class FeedItem:
    """An entry of the timeline."""

    icon: str
    tone: str
    kind: str
    when: str
    title: str
    url: str = ""
    body: str = ""
    outcome: str = ""
    note: str = ""
    amount: str = ""
    chip: Cell | None = None
    people: str = ""
    files: str = ""
    is_pinned: bool = False
    id: int = 0
    edited: str = ""
    edited_url: str = ""
    commands: tuple[Command, ...] = ()
    """What may be done with the entry: held, changed, deleted."""


@dataclass(frozen=True, slots=True)
class ComposerForm:
    """The form over a timeline. `values` are what stands in its fields: what was typed, or what is proposed."""

    url: str
    proposals_url: str
    """Where the script asks what the office's rules propose."""
    draft: str
    values: dict[str, str]
    kinds: tuple[Option, ...]
    contacts: tuple[Option, ...]
    next_kinds: tuple[Option, ...]
    responsible: tuple[Option, ...]
    products: tuple[Option, ...] = ()
    directions: tuple[Option, ...] = ()
    error: str = ""
    client_id: int = 0
    held: str = ""
    """The planned interaction that is written up; empty for a new one."""
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class FeedBody:
    """A timeline ready to be shown."""

    items: tuple[FeedItem, ...]
    planned: tuple[FeedItem, ...] = ()
    pinned: tuple[FeedItem, ...] = ()
    filters: tuple[Tab, ...] = ()
    next_url: str = ""
    pin_url: str = ""
    """Where an entry is pinned; empty for who may not."""
    composer: ComposerForm | None = None
    whole_url: str = ""
    """The whole timeline, where only its beginning is shown."""


@dataclass(frozen=True, slots=True)
class FeedPage:
    """The timeline on a page of its own."""

    title: str
    section: str
    list_title: str
    list_url: str
    tabs: tuple[Tab, ...]
    feed: FeedBody
    chips: tuple[Cell, ...] = field(default=())
