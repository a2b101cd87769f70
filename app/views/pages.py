"""What the page templates are given: plain descriptions of a list, a card and a form, ready to be shown.

The base view (crud.py) makes them from a screen's declaration; templates/crud/ shows them and decides nothing.
"""

from dataclasses import dataclass, field

from markupsafe import Markup
from wtforms import Form


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as a person reads it. `kind`: text, money, quantity, date, moment, flag, number, chip, file."""

    text: str
    kind: str = "text"
    url: str = ""
    tone: str = ""
    """Tone of a chip (neutral, info, ok, warn, danger, plan); empty for a plain value."""
    icon: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ColumnHead:
    """The head of a column; `sorted` is '', 'asc' or 'desc'; no `sort_url` where the column cannot be sorted.

    `width`: pixels that the person has chosen, 0 for as wide as it comes, None where widths cannot be chosen.
    """

    name: str
    label: str
    kind: str
    sort_url: str = ""
    sorted: str = ""
    width: int | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """A button or link of the command bar, of a row's menu or of the bulk bar. POST commands carry the CSRF token."""

    label: str
    url: str
    icon: str = ""
    post: bool = False
    primary: bool = False
    danger: bool = False
    confirm: str = ""
    """Question to ask before; names the object and the effect."""
    name: str = ""
    new_tab: bool = False


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row of a list. The first cell is the record's name and links to its card; `tone` 'danger' marks overdue."""

    id: int
    url: str
    cells: tuple[Cell, ...]
    tone: str = ""
    commands: tuple[Command, ...] = ()
    """Commands of this row alone; where all rows share a menu, `can` names what the row allows of it, if not all."""
    can: tuple[str, ...] = ()
    html: Markup | None = None
    """The row as it is shown, where it was made before."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a wizard; the current one has no address, and one that cannot be opened neither."""

    label: str
    url: str = ""
    is_current: bool = False
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    """A preset of a list, or a tab of a card: a real link."""

    name: str
    label: str
    url: str
    is_active: bool = False
    count: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """A choice in a filter or select."""

    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class FilterControl:
    """One filter of the drawer. `kind`: choice, flag, relation (type-ahead from `lookup_url`), dates, numbers, text."""

    name: str
    label: str
    kind: str
    value: str = ""
    value_to: str = ""
    """Upper end of a range of dates or numbers."""
    value_label: str = ""
    """What a person reads for the chosen relation."""
    options: tuple[Option, ...] = ()
    lookup_url: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, with the address of the list without it."""

    label: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column that the list can show; the shown ones stand first, in their order. The first is always shown."""

    name: str
    label: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class ViewChoice:
    """A saved view of the list. `owner` is said of other people's; commands of a view come with the chosen one."""

    label: str
    url: str
    owner: str = ""
    is_active: bool = False
    is_pinned: bool = False


@dataclass(frozen=True, slots=True)
class ViewChoices:
    """The saved views of a list and what may be done with the one in force."""

    screen: str
    state: str
    """The query string that a view saved now would keep."""
    choices: tuple[ViewChoice, ...] = ()
    name: str = ""
    """Name of the view in force; empty where there is none."""
    is_changed: bool = False
    is_shared: bool = False
    may_share: bool = False
    save_url: str = ""
    remember_url: str = ""
    change_url: str = ""
    """Renames and shares; empty for whoever may not change the view in force. So are the two below."""
    update_url: str = ""
    pin: Command | None = None
    delete: Command | None = None


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list screen."""

    title: str
    section: str
    base_url: str
    heads: tuple[ColumnHead, ...]
    rows: tuple[ListRow, ...]
    count_text: str
    """«214 записей», or «более 10 000 записей»: counts are capped."""
    totals: tuple[Cell, ...] = ()
    """One cell per column when any column has a total over the whole selection; else empty."""
    tabs: tuple[Tab, ...] = ()
    q: str = ""
    q_hint: str = ""
    """What quick search looks in; empty when the list has no quick search."""
    hidden: tuple[tuple[str, str], ...] = ()
    """Name and value of URL arguments that the search form must keep."""
    filters: tuple[FilterControl, ...] = ()
    chips: tuple[Chip, ...] = ()
    reset_url: str = ""
    next_url: str = ""
    previous_url: str = ""
    page_sizes: tuple[Tab, ...] = ()
    commands: tuple[Command, ...] = ()
    """Of the page: create, import, export. The first primary one is the main command."""
    count: int = 0
    """Records in the selection; 0 where there are more than are counted."""
    figures_url: str = ""
    """The list with its count and totals, where it has more rows than are counted before the page is shown."""
    bulk: tuple[Command, ...] = ()
    """Acts on the chosen rows: posted with `rowid` once per row."""
    bulk_fields: tuple[FilterControl, ...] = ()
    """What may be set for all chosen rows at once."""
    row_menu: tuple[Command, ...] = ()
    """What the rows' one shared menu holds; `_key_` and `_name_` in it stand for the row's own."""
    order_text: str = ""
    """The order of the rows, where no column shows it."""
    row_from: int = 0
    row_to: int = 0
    rows_shown: int | None = None
    """How many rows there are where they stand in one piece."""
    mine: Tab | None = None
    """Switch «Mine», where the table names a responsible person."""
    columns: tuple[ColumnChoice, ...] = ()
    columns_url: str = ""
    """The list with its usual columns, where it shows others."""
    views: ViewChoices | None = None
    drawer: str = ""
    """Which drawer beside the search is open: filters, columns or views."""
    drawer_urls: tuple[tuple[str, str], ...] = ()
    """Where a drawer's content is to be had, for those that are empty until they are opened."""

    @property
    def is_longer(self) -> bool:
        """There are more records, and it is known how many, than the page shows."""
        return self.count > (len(self.rows) if self.rows_shown is None else self.rows_shown)

    @property
    def own_fields(self) -> tuple[str, ...]:
        """Names of the arguments that the filters shown here send: the search need not keep them besides."""
        return tuple(f"{control.name}{end}" for control in self.filters for end in ("", "_from", "_to"))


@dataclass(frozen=True, slots=True)
class CardField:
    """A labelled value of a card."""

    label: str
    cell: Cell
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class CardGroup:
    """A group of values of a card."""

    title: str
    fields: tuple[CardField, ...]
    edit_url: str = ""
    """The form of these fields alone; empty where the person may not change them."""


@dataclass(frozen=True, slots=True)
class CardTable:
    """A table inside a card: lines of a document, stages, related records."""

    title: str
    heads: tuple[ColumnHead, ...]
    rows: tuple[ListRow, ...]
    totals: tuple[Cell, ...] = ()
    empty_text: str = ""
    commands: tuple[Command, ...] = ()
    more_url: str = ""


@dataclass(frozen=True, slots=True)
class FileTile:
    """A file of a record: photograph with thumbnail, or document."""

    name: str
    url: str
    thumbnail_url: str = ""
    caption: str = ""
    note: str = ""
    """Date, author and size as a person reads them."""
    delete: Command | None = None


@dataclass(frozen=True, slots=True)
class CardPage:
    """The card of one record."""

    title: str
    section: str
    list_title: str
    list_url: str
    chips: tuple[Cell, ...] = ()
    commands: tuple[Command, ...] = ()
    groups: tuple[CardGroup, ...] = ()
    tables: tuple[CardTable, ...] = ()
    tabs: tuple[Tab, ...] = ()
    files: tuple[FileTile, ...] = ()
    can_upload: bool = False
    upload_url: str = ""
    upload_kinds: tuple[Option, ...] = ()
    note: str = ""
    """Who made and last changed the record, and when."""


@dataclass(frozen=True, slots=True)
class FormGroup:
    """Fields of a form that belong together; names of fields of `form`."""

    title: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that somebody else changed meanwhile: both values, to choose from."""

    label: str
    mine: str
    theirs: str
    name: str


@dataclass(frozen=True, slots=True)
class LinesEditor:
    """The table of lines in a document's form: names of the columns and the field that holds the lines.

    The field is a FieldList of forms; the template also gets one empty form (prefix `<field>-__n__-`) to copy from.
    """

    field: str
    title: str
    columns: tuple[ColumnHead, ...]
    empty: Form
    price_url: str = ""
    """Address that gives name, price and VAT of a product as JSON, for a line just picked."""
    totals_url: str = ""
    """Address that counts the lines of the posted form: JSON of `lines` (column -> text) and `totals`."""


@dataclass(frozen=True, slots=True)
class FormPage:
    """The form that makes or changes one record."""

    title: str
    section: str
    list_title: str
    list_url: str
    cancel_url: str
    form: Form
    groups: tuple[FormGroup, ...]
    lines: tuple[LinesEditor, ...] = ()
    version: int | None = None
    once: str = ""
    """Marks the form of a new record, so that sending it twice makes one record; empty where there is one already."""
    errors: tuple[tuple[str, str], ...] = ()
    """(id of the field or empty, text): the summary on top."""
    conflicts: tuple[Conflict, ...] = ()
    conflict_note: str = ""
    """Who saved meanwhile, and when."""
    in_place: bool = False
    """The form holds a few fields of the card, which are changed where they stand."""
    in_dialog: bool = False
    """The form stands in a dialog of another page, which waits for the new record."""
    save_label: str = ""
    post_label: str = ""
    """Label of «Провести и закрыть» where the form is a document's and the person may post; else empty."""
    wide: tuple[str, ...] = field(default=())
    """Names of fields that take the whole width."""
