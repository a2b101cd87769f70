"""Every screen, and its registration."""

from flask_appbuilder import AppBuilder, BaseView

from app.models.calls import PhoneCall
from app.models.jobs import Job
from app.models.letters import IncomingMail
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
from app.views.letters.templates import LetterTemplateView
from app.views.lookup import LookupView, register_lookup
from app.views.map import MapView
from app.views.money import PaymentView
from app.views.my_day import MyDayView
from app.views.notices import NotificationView
from app.views.orders import OrderView
from app.views.personal import PersonalView
from app.views.personal_data import ConsentView, ErasureView, PersonalDataView
from app.views.plan_templates import PlanTemplateView
from app.views.plans import PlanView
from app.views.printing import PrintView
from app.views.purchasing import PurchaseOrderView
from app.views.quick_client import QuickClientView
from app.views.quotes import QuoteView
from app.views.radar import RadarRuleView, RadarView
from app.views.receivables import ReceivablesView
from app.views.reports import CompletenessReportView, FunnelView, InterestView, ManagerActivityView, PlanFactView
from app.views.sales import InvoiceView
from app.views.saved_views import SavedViewsView, register_list
from app.views.schedule import ScheduleView
from app.views.search import SearchView, register_searched
from app.views.service import EquipmentView, MaintenanceView, RequestView, VisitView
from app.views.staff import BankAccountView, DepartmentView, EmployeeView, OrganisationView
from app.views.tables import register_table

TABLES: tuple[type[CrudView], ...] = (
    ClientView,
    ContactView,
    DealView,
    InteractionView,
    FollowUpRuleView,
    PlanTemplateView,
    LetterTemplateView,
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
    InterestView,
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
