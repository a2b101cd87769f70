"""Builds the demo company «Контора-Сервис» in an empty database: the same from the same order."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.access import Setting
from app.models.agreements import Contract
from app.models.claims import Claim
from app.models.clients import Client, ClientComment, ClientTurnover, Contact, ContactEmail, ContactPhone
from app.models.deals import Deal, DealStageChange
from app.models.interactions import Interaction
from app.models.ledger import DueItem
from app.models.money import Payment
from app.models.sales import Invoice, Order, Quote
from app.models.service import Equipment, Visit
from app.models.staff import Employee, Organisation
from app.services.audit import log_event
from app.services.demo.catalogue import make_catalogue
from app.services.demo.claims import Grounds, make_claims
from app.services.demo.clients import make_clients
from app.services.demo.company import PASSWORD, make_company
from app.services.demo.consents import make_consents
from app.services.demo.control import make_control
from app.services.demo.correspondence import make_correspondence
from app.services.demo.deals import make_deals
from app.services.demo.doubles import make_doubles
from app.services.demo.equipment import make_equipment
from app.services.demo.follow_ups import make_follow_ups
from app.services.demo.handovers import make_handovers
from app.services.demo.interactions import make_interactions
from app.services.demo.money import make_money
from app.services.demo.notices import make_notices
from app.services.demo.offers import make_offers
from app.services.demo.people import PhoneBook
from app.services.demo.sales import Seller, make_sales
from app.services.demo.saved_views import make_saved_views
from app.services.demo.terms import make_terms
from app.services.demo.visits import make_visits
from app.services.demo.world import DemoOrder, World
from app.services.files import FileStore
from app.services.notices.telling import SILENT
from app.services.search import prepare_key
from app.texts import _

FEWEST_CLIENTS, MOST_CLIENTS = 20, 5000
SETTING = "demo"
"""Its row says that this database holds the demo company, and from which seed."""
_Kept = TypeVar("_Kept", Interaction, Equipment)

_COUNTED: dict[str, type[Any]] = {
    "clients": Client,
    "contacts": Contact,
    "deals": Deal,
    "interactions": Interaction,
    "contracts": Contract,
    "quotes": Quote,
    "orders": Order,
    "invoices": Invoice,
    "payments": Payment,
    "equipment": Equipment,
    "visits": Visit,
    "claims": Claim,
}


@dataclass(frozen=True)
class DemoSummary:
    """What was built: numbers of records by kind, and who can sign in with which password."""

    counts: dict[str, int]
    logins: tuple[str, ...]
    password: str


def build_demo(session: Session, order: DemoOrder, files: FileStore) -> DemoSummary:
    """Build the company; the caller commits.

    Raises RuleError when the database has an organisation already, or for a size that cannot be built.
    """
    if not FEWEST_CLIENTS <= order.clients <= MOST_CLIENTS:
        raise RuleError(
            _("The demo company has %(least)s to %(most)s clients.", least=FEWEST_CLIENTS, most=MOST_CLIENTS)
        )
    if session.scalars(select(Organisation.id).limit(1)).first() is not None:
        raise RuleError(_("The demo company is built in an empty database only; this one holds data."))
    session.info[SILENT] = True
    world = World(session, order, files, Random(order.seed))  # noqa: S311 (the same company from the same seed)
    phones = PhoneBook()
    company = make_company(world, phones)
    catalogue = make_catalogue(world)
    cards = make_clients(world, company, phones)
    terms = make_terms(world, company, catalogue, cards)
    deals = make_deals(world, catalogue, cards)
    talks = make_interactions(world, catalogue, cards, deals)
    world.forget(Interaction, DealStageChange, ContactPhone, ContactEmail, ClientComment, ClientTurnover)
    seller = Seller(company, catalogue, terms, deals)
    sales = make_sales(world, seller, cards)
    make_money(world, seller, cards, sales)
    world.forget(Payment, DueItem)
    machines = make_equipment(world, catalogue, cards)
    make_visits(world, company, cards, machines)
    make_claims(world, Grounds(company, sales, _by_client(machines), _by_client(talks)))
    make_consents(world, cards)
    session.flush()
    make_saved_views(session, company)
    make_offers(world, seller, cards, company.by_login["buyer"])
    make_follow_ups(world, company.by_login)
    make_control(world, company)
    _make_news(world, company.by_login)
    return _finish(world, company.by_login)


def _make_news(world: World, by_login: dict[str, Employee]) -> None:
    """What people are told of, and what they must sign."""
    del world.session.info[SILENT]
    make_notices(world, by_login)
    make_correspondence(world, by_login)
    make_handovers(world, by_login)
    make_doubles(world, by_login)


def _finish(world: World, by_login: dict[str, Employee]) -> DemoSummary:
    session = world.session
    for employee in session.scalars(select(Employee)):
        prepare_key(employee)
    session.add(Setting(name=SETTING, value=str(world.order.seed)))
    session.flush()
    counts = {name: session.scalar(select(func.count()).select_from(model)) or 0 for name, model in _COUNTED.items()}
    log_event(session, "demo", user_id=None, changes={"seed": world.order.seed, **counts})
    return DemoSummary(counts, tuple(by_login), PASSWORD)


def _by_client(records: Iterable[_Kept]) -> dict[int, list[_Kept]]:
    grouped: defaultdict[int, list[_Kept]] = defaultdict(list)
    for record in records:
        grouped[record.client_id].append(record)
    return grouped
