"""The whole menu as one table, and the registration of every screen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from flask import g, request, url_for
from flask_appbuilder import AppBuilder, BaseView

from app.clock import start_of
from app.database import db
from app.models.calls import PhoneCall
from app.models.jobs import Job
from app.models.letters import IncomingMail
from app.permissions import READ, WRITE
from app.reports.panel import MOST, UNREAD, Waiting, waiting
from app.reports.saved_views import KeptView
from app.texts import lazy
from app.views.access_why import AccessView
from app.views.agreements import AgreementView, ContractView
from app.views.api import table_api
from app.views.audit import AuditView
from app.views.bank import BankImportView
from app.views.batches import BatchView
from app.views.boards import ClaimBoardView, DealBoardView
from app.views.calendar import CalendarView
from app.views.calls import CallView
from app.views.catalogue import PriceView, ProductView
from app.views.claims import ClaimView
from app.views.client_card import ClientCardView
from app.views.clients import ClientView, ContactView
from app.views.completeness import CompletenessWeightView
from app.views.crud import CrudView
from app.views.crud.bulk import register_bulk
from app.views.crud.cells import register_card
from app.views.crud.creating import register_form
from app.views.crud.state import pinned_views
from app.views.current import today, viewer, zone
from app.views.deal_card import DealCardView
from app.views.deals import DealView
from app.views.duplicates import DuplicateView
from app.views.feed import FeedView
from app.views.files import FileView
from app.views.follow_ups import FollowUpRuleView
from app.views.handover import HandoverView, HandoverWizardView
from app.views.help import HelpView
from app.views.history import HistoryView
from app.views.imports import ImportView
from app.views.interactions import InteractionView
from app.views.jobs import JobView
from app.views.letters import LetterView
from app.views.letters.mailbox import MailboxView
from app.views.lookup import LookupView, register_lookup
from app.views.map import MapView
from app.views.money import PaymentView
from app.views.my_day import MyDayView
from app.views.notices import Bell, NotificationView, bell
from app.views.orders import OrderView
from app.views.personal import PersonalView, page_address
from app.views.personal_data import ConsentView, ErasureView, PersonalDataView
from app.views.plans import PlanView
from app.views.printing import PrintView
from app.views.purchasing import PurchaseOrderView
from app.views.quick_client import QuickClientView
from app.views.quotes import QuoteView
from app.views.radar import RadarRuleView, RadarView
from app.views.receivables import ReceivablesView
from app.views.reports import CompletenessReportView, FunnelView, ManagerActivityView, PlanFactView
from app.views.sales import InvoiceView
from app.views.saved_views import SavedViewsView, may_read_list, register_list
from app.views.schedule import ScheduleView
from app.views.search import SearchView, register_searched
from app.views.sections import CRM, HOME, REPORTS, SALES, SERVICE, SETTINGS, TREASURY
from app.views.service import EquipmentView, MaintenanceView, RequestView, VisitView
from app.views.staff import BankAccountView, DepartmentView, EmployeeView, OrganisationView
from app.views.tables import register_table


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the sections panel: words, where it leads, and the right without which it is not shown."""

    label: str
    endpoint: str
    area: str
    right: str = READ
    icon: str = ""
    also: str = ""
    """Other screens that are reached from this one, apart by blanks: the line is marked there too."""
    waits: str = ""
    """What is counted beside the line: a kind of `app.reports.panel`."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the panel."""

    name: str
    label: str
    icon: str
    items: tuple[Item, ...]


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


NOTICES = Item(lazy("Notifications"), "NotificationView.index", "Notifications")
SECTIONS = (
    Section(
        "home",
        HOME,
        "home",
        (
            Item(lazy("Dashboard"), "HomeView.index", "Home"),
            Item(lazy("My day"), "MyDayView.index", "MyDay"),
            Item(lazy("Nothing forgotten"), "RadarView.index", "Radar"),
            Item(lazy("Calendar"), "CalendarView.calendar", "Calendar"),
            Item(lazy("Jobs"), "JobView.list", "Jobs", also="BatchView"),
            NOTICES,
        ),
    ),
    Section(
        "crm",
        CRM,
        "users",
        (
            Item(lazy("Clients"), "ClientView.list", "Clients", also="QuickClientView"),
            Item(lazy("Contacts"), "ContactView.list", "Contacts"),
            Item(lazy("Duplicates"), "DuplicateView.pairs", "Duplicates"),
            Item(lazy("Deals"), "DealView.list", "Deals", also="DealBoardView DealCardView"),
            Item(lazy("Interactions"), "InteractionView.list", "Interactions", also="LetterView", waits="events"),
            Item(lazy("Incoming mail"), "MailboxView.index", "Mailbox", waits="letters"),
            Item(lazy("Unknown callers"), "CallView.index", "Interactions"),
            Item(lazy("Claims"), "ClaimView.list", "Claims", also="ClaimBoardView", waits="claims"),
            Item(
                lazy("Hand-overs of clients"),
                "HandoverView.list",
                "Handovers",
                also="HandoverWizardView",
                waits="handovers",
            ),
            Item(lazy("Map"), "MapView.map", "Map"),
        ),
    ),
    Section(
        "sales",
        SALES,
        "receipt",
        (
            Item(lazy("Terms of sale"), "AgreementView.list", "Agreements"),
            Item(lazy("Quotes"), "QuoteView.list", "Quotes"),
            Item(lazy("Orders of clients"), "OrderView.list", "Orders"),
            Item(lazy("Invoices"), "InvoiceView.list", "Invoices"),
            Item(lazy("Orders to suppliers"), "PurchaseOrderView.list", "PurchaseOrders"),
            Item(lazy("Contracts"), "ContractView.list", "Contracts"),
            Item(lazy("Prices"), "PriceView.list", "Prices"),
            Item(lazy("Plans of sales"), "PlanView.list", "Plans"),
        ),
    ),
    Section(
        "service",
        SERVICE,
        "wrench",
        (
            Item(lazy("Engineers' schedule"), "ScheduleView.schedule", "Schedule"),
            Item(lazy("Service requests"), "RequestView.list", "Requests"),
            Item(lazy("Visits"), "VisitView.list", "Visits", waits="visits"),
            Item(lazy("Equipment"), "EquipmentView.list", "Equipment"),
            Item(lazy("Planned maintenance"), "MaintenanceView.list", "Equipment"),
        ),
    ),
    Section(
        "treasury",
        TREASURY,
        "wallet",
        (
            Item(lazy("Receivables"), "ReceivablesView.receivables", "Receivables"),
            Item(lazy("Payments"), "PaymentView.list", "Payments", waits="payments"),
            Item(lazy("Statement import"), "BankImportView.start", "Statements"),
            Item(lazy("Bank accounts"), "BankAccountView.list", "BankAccounts"),
        ),
    ),
    Section(
        "reports",
        REPORTS,
        "chart-bar",
        (
            Item(lazy("Funnel of sales"), "FunnelView.report", "Funnel"),
            Item(lazy("Plan and fact"), "PlanFactView.report", "PlanFact"),
            Item(lazy("Activity of managers"), "ManagerActivityView.report", "ManagerActivity"),
            Item(lazy("How cards are filled"), "CompletenessReportView.report", "Completeness"),
        ),
    ),
    Section(
        "settings",
        SETTINGS,
        "settings",
        (
            Item(lazy("Products and services"), "ProductView.list", "Products"),
            Item(lazy("Our organisations"), "OrganisationView.list", "Organisations"),
            Item(lazy("Employees"), "EmployeeView.list", "Employees"),
            Item(lazy("Departments"), "DepartmentView.list", "Departments"),
            Item(lazy("Rules of the next step"), "FollowUpRuleView.list", "FollowUps"),
            Item(lazy("Reference tables"), "reference.index", "Reference"),
            Item(lazy("Rules of the radar"), "RadarRuleView.list", "RadarRules"),
            Item(lazy("Weights of the card's fields"), "CompletenessWeightView.list", "Completeness", WRITE),
            Item(lazy("Users"), "UserView.list", "Users"),
            Item(lazy("Roles"), "RoleView.list", "Roles"),
            Item(lazy("Personal data"), "PersonalDataView.desk", "PersonalData"),
            Item(lazy("Consents to data processing"), "ConsentView.list", "PersonalData"),
            Item(lazy("Requests to erase"), "ErasureView.list", "PersonalData"),
            Item(lazy("History of changes"), "AuditView.log", "Audit"),
        ),
    ),
)

CREATE = (
    Item(lazy("Client"), "QuickClientView.form", "Clients", WRITE, "building"),
    Item(lazy("Interaction"), "InteractionView.add", "Interactions", WRITE, "phone"),
    Item(lazy("Deal"), "DealView.add", "Deals", WRITE, "handshake"),
    Item(lazy("Quote"), "QuoteView.add", "Quotes", WRITE, "file-text"),
    Item(lazy("Invoice"), "InvoiceView.add", "Invoices", WRITE, "receipt"),
    Item(lazy("Service request"), "RequestView.add", "Requests", WRITE, "wrench"),
    Item(lazy("Claim"), "ClaimView.add", "Claims", WRITE, "alert-triangle"),
)

TABLES: tuple[type[CrudView], ...] = (
    ClientView,
    ContactView,
    DealView,
    InteractionView,
    FollowUpRuleView,
    ClaimView,
    AgreementView,
    QuoteView,
    OrderView,
    InvoiceView,
    PurchaseOrderView,
    ContractView,
    PriceView,
    RequestView,
    VisitView,
    EquipmentView,
    MaintenanceView,
    PaymentView,
    BankAccountView,
    ProductView,
    OrganisationView,
    EmployeeView,
    DepartmentView,
    ConsentView,
    ErasureView,
    HandoverView,
    RadarRuleView,
    CompletenessWeightView,
    PlanView,
)
PAGES: tuple[type[BaseView], ...] = (
    ClientCardView,
    FeedView,
    QuickClientView,
    DealCardView,
    LetterView,
    MailboxView,
    CallView,
    DuplicateView,
    HandoverWizardView,
    FileView,
    PrintView,
    LookupView,
    SearchView,
    HelpView,
    ScheduleView,
    DealBoardView,
    ClaimBoardView,
    CalendarView,
    MyDayView,
    RadarView,
    NotificationView,
    MapView,
    BankImportView,
    ReceivablesView,
    FunnelView,
    CompletenessReportView,
    ManagerActivityView,
    PlanFactView,
    HistoryView,
    AuditView,
    AccessView,
    JobView,
    PersonalDataView,
    SavedViewsView,
    PersonalView,
    BatchView,
    ImportView,
)
OPEN_SECTIONS = "kontora_sections"
"""The cookie with the sections that the person has left open, joined by dots: the panel is made as it was left."""
WAITS = {
    "events": lazy("Overdue events of mine"),
    "visits": lazy("Visits of mine not written up"),
    "claims": lazy("Claims of mine"),
    "payments": lazy("Payments without a client"),
    "letters": lazy("Letters to be sorted"),
    "handovers": lazy("Hand-overs that wait for my signature"),
}
"""What the number beside a line counts."""
LATE = frozenset({"events", "visits"})


def register(builder: AppBuilder) -> None:
    """Register every screen, the card of every table, and what type-ahead may search."""
    for page in PAGES:
        builder.add_view_no_menu(page)
    for table in TABLES:
        screen = builder.add_view_no_menu(table)
        builder.add_api(table_api(screen))
        register_list(screen)
        register_bulk(screen)
        if table.can_add:
            register_form(table.model, f"{table.__name__}.add", table.area)
        if table is not MaintenanceView:
            register_card(table.model, f"{table.__name__}.show")
            register_lookup(table.model, table.area)
            register_searched(screen)
            register_table(screen)
    register_card(ClientView.model, "ClientCardView.card")
    register_card(IncomingMail, "MailboxView.letter")
    register_card(PhoneCall, "CallView.open")
    register_card(DealView.model, "DealCardView.deal")
    register_card(Job, "JobView.show")


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
    return bell(_badge(_waiting().counts.get(UNREAD, 0)))


def _waiting() -> Waiting:
    """Asked once in a request, with what the person may read."""
    if "waiting" not in g:
        person = viewer()
        lines = [item for section in SECTIONS for item in section.items if item.waits and _may(item)]
        wanted = [*(item.waits for item in lines), *([UNREAD] if _may(NOTICES) else [])]
        g.waiting = waiting(db.session(), person, start_of(today(), zone()), wanted)
    kept: Waiting = g.waiting
    return kept


def _badge(count: int) -> str:
    return f"{MOST - 1}+" if count >= MOST else str(count or "")


def _shown(item: Item, counts: Mapping[str, int] = MappingProxyType({})) -> Shown:
    screen = (request.endpoint or "").partition(".")[0]
    active = screen in {item.endpoint.partition(".")[0], *item.also.split()}
    badge = _badge(counts.get(item.waits, 0))
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
