"""The whole menu as one table: its sections, their lines, and what «+ Create» offers."""

from dataclasses import dataclass

from app.permissions import READ, WRITE
from app.texts import lazy
from app.views.sections import CRM, HOME, REPORTS, SALES, SERVICE, SETTINGS, TREASURY


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A line of the sections panel: words, where it leads, and the right without which it is not shown.

    Known by itself: to compare its words they would be translated each time.
    """

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
            Item(lazy("Interest by product"), "InterestView.report", "Interest"),
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
            Item(lazy("Templates of letters"), "LetterTemplateView.list", "LetterTemplates"),
            Item(lazy("Templates of plans of deals"), "PlanTemplateView.list", "FollowUps"),
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
QUICK = (
    Item(lazy("My day"), "MyDayView.index", "MyDay", icon="sun"),
    Item(lazy("Clients"), "ClientView.list", "Clients", icon="users"),
)
QUICK_LAST = (Item(lazy("Calendar"), "CalendarView.calendar", "Calendar", icon="calendar"),)
"""The bar of a telephone: what is used away from the desk, before and after its «+»."""
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
