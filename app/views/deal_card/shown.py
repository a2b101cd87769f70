"""What the template of a deal's workspace is given: plain, ready to be shown."""

from dataclasses import dataclass

from app.views.client_card.shown import Line
from app.views.feed.shown import FeedBody
from app.views.pages import CardTable, Cell, Command, FileTile, Option, Tab


@dataclass(frozen=True, slots=True)
class StageStep:
    """A stage of the stepper. `days` the deal has stood there in all; `can_go` shows it as a button."""

    id: int
    name: str
    days: str
    is_now: bool
    is_passed: bool
    can_go: bool
    tone: str
    asks_reason: bool = False


@dataclass(frozen=True, slots=True)
class PlanItem:
    """A step of the plan."""

    task: str
    who: str
    due: Cell
    is_done: bool
    is_late: bool
    done_url: str = ""
    drop_url: str = ""


@dataclass(frozen=True, slots=True)
class PlanOffers:
    """Templates that the plan can be taken from; `suggested` names those for the deal's stage."""

    options: tuple[Option, ...] = ()
    suggested: str = ""


@dataclass(frozen=True, slots=True)
class PersonItem:
    """A person who takes part."""

    name: str
    position: str
    role: Cell
    url: str = ""
    drop_url: str = ""
    share: str = ""


@dataclass(frozen=True, slots=True)
class DealPage:
    """The workspace of a deal."""

    title: str
    section: str
    list_title: str
    list_url: str
    chips: tuple[Cell, ...]
    commands: tuple[Command, ...]
    tabs: tuple[Tab, ...]
    stages: tuple[StageStep, ...]
    next_step: Cell
    next_on: Cell
    facts: tuple[Line, ...]
    feed: FeedBody
    tables: tuple[CardTable, ...]
    plan: tuple[PlanItem, ...]
    offers: PlanOffers
    people: tuple[PersonItem, ...]
    interests: tuple[Line, ...]
    history: tuple[Line, ...]
    reasons: tuple[Option, ...]
    roles: tuple[Option, ...]
    can_write: bool
    client_id: int
    me: Option | None
    today: str
    files: tuple[FileTile, ...] = ()
    can_upload: bool = False
    upload_url: str = ""
    upload_kinds: tuple[Option, ...] = ()
