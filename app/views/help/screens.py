"""A few words about every screen: what it is for and what to do first."""

from dataclasses import dataclass

from app.texts import _, lazy
from app.views.tables import screens

_WORDS: dict[str, str] = {
    "HomeView": lazy(
        "What waits for you today: overdue events and debts, visits, claims. Every line leads to its record."
    ),
    "CalendarView": lazy(
        "Events by day, what is overdue in red. An event is moved by dragging or by its command «Move»; the feed shows"
        " the calendar on a phone."
    ),
    "ClientView": lazy(
        "Companies and people whom we sell to or hope to. Search by any part of the name, INN, phone or town, in any"
        " keyboard layout. A client in red has a debt past its day."
    ),
    "ClientCardView": lazy(
        "All about one client: contacts, timeline, deals and documents, equipment, visits, debts. Begin a call, deal,"
        " request or invoice here: the client is filled in."
    ),
    "ContactView": lazy(
        "People at clients, with phones and e-mails. Birth date and portrait are shown by a right and logged."
    ),
    "DealView": lazy(
        "One possible sale each. Keep the next step and its date filled in: a deal without one is forgotten. The"
        " funnel shows deals by stage."
    ),
    "DealBoardView": lazy("Deals by stage. Move a card by dragging, by its list of stages, or by Alt and an arrow."),
    "InteractionView": lazy(
        "Calls, meetings and letters, done and planned. Write down the result and the next contact; what is planned"
        " and past its day is red."
    ),
    "InterestView": lazy(
        "What clients asked about: talks and clients by product, and how many of them got a quote and an invoice."
    ),
    "ClaimView": lazy("Complaints of clients: who is to blame, what is decided, until when."),
    "ClaimBoardView": lazy("Claims by state. Move a card by dragging, by its list, or by Alt and an arrow."),
    "MapView": lazy("Clients on the map, coloured by debt. The list beside it names those in view."),
    "AgreementView": lazy("Terms given to a client: prices, discount, stages of payment, credit limit."),
    "InvoiceView": lazy(
        "Requests for payment. Pick the client and the goods, post, print. Lines can be pasted from a spreadsheet;"
        " amounts are counted by the server. A posted invoice is changed after its posting is cancelled."
    ),
    "ContractView": lazy("Signed papers with number, term and file; the file opens in the browser."),
    "PriceView": lazy("Prices of products by price type; a price holds from its day until the next one."),
    "ScheduleView": lazy(
        "The engineers' days: what is taken and where there is a free slot. Take a slot for a client; nobody is"
        " booked twice."
    ),
    "RequestView": lazy("What clients ask service for, on which machine, what was promised and when."),
    "VisitView": lazy("Trips of engineers and managers, planned and done, with the works and the act."),
    "EquipmentView": lazy("Machines at clients with serial number, warranty, photographs and date of maintenance."),
    "MaintenanceView": lazy("Equipment by the day of its next maintenance; overdue days are red."),
    "ReceivablesView": lazy("Who owes how much and for how long, as of any day. Sums lead to the documents."),
    "PaymentView": lazy("Money that came and went. A payment is matched to what it settles; the rest is an advance."),
    "BankImportView": lazy(
        "Load the bank's file, check, match, post. Every match says by what it was found; a load can be taken back"
        " whole."
    ),
    "ProductView": lazy("Goods and services with SKU, barcode, unit and VAT."),
    "HistoryView": lazy("Who changed what in a record, and when; the history cannot be altered."),
    "AuditView": lazy("The history of all changes, sign-ins and openings of personal data."),
    "SearchView": lazy("Looks in every table that you may read: part of a name in any layout, INN, phone, number."),
}
_KINDS = {
    "list": lazy(
        "Tabs above are ready selections, «Filters» narrows further; the address keeps what you chose, so it can be"
        " sent."
    ),
    "show": lazy("The pencil at the head of a group changes only that group. F2 opens the whole form."),
    "add": lazy("Fields with a star must be filled in. What you type is kept in this browser until it is saved."),
    "edit": lazy(
        "What you type is kept in this browser until it is saved. If somebody saves meanwhile, both values are shown"
        " and you choose."
    ),
}


@dataclass(frozen=True, slots=True)
class About:
    """Help on one screen."""

    title: str
    words: tuple[str, ...]


def words_about(endpoint: str) -> About | None:
    """The words about the screen of an endpoint; None for an unknown one. A table needs no words of its own."""
    view, _dot, method = endpoint.partition(".")
    words = tuple(str(text) for text in (_WORDS.get(view), _KINDS.get(method)) if text)
    titles = {type(screen).__name__: str(screen.title) for screen in screens()}
    return About(titles.get(view, _("This page")), words) if words else None
