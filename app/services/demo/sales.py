"""Invoices of two years with what fell due by them: paid ones, late ones, debts of every age, drafts."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.models.agreements import Agreement, Contract, PaymentEvent
from app.models.catalogue import Product, ProductKind, VatCode
from app.models.clients import ClientStatus
from app.models.deals import Deal, StageOutcome
from app.models.ledger import DocumentKind, DueItem
from app.models.sales import DocumentStatus, Invoice, InvoiceLine
from app.models.staff import BankAccount
from app.services.agreements import schedule_of
from app.services.demo.catalogue import Catalogue
from app.services.demo.clients import Card
from app.services.demo.company import Company
from app.services.demo.terms import Terms
from app.services.demo.world import PAST_DAYS, World
from app.services.documents import give_number, recalculate
from app.services.invoices import check_invoice
from app.services.ledger import Registrar, SettlementEntry
from app.services.ledger.loading import load_settlements
from app.services.schedules import DueStage, due_dates
from app.services.vat import standard_rate_on

_USUAL = {ClientStatus.LEAD: 0, ClientStatus.ACTIVE: 7, ClientStatus.SLEEPING: 3, ClientStatus.LOST: 2}
_LATENESS = (9, 16, 24, 44, 50, 74, 82, 105, 140, 230)
"""Days by which debts are overdue: at least two for each of 1-30, 31-60, 61-90 and more than 90 days."""


@dataclass
class Due:
    """A stage of an invoice: the day on which it will be paid, None when it stays open; or paid in part only."""

    item: DueItem
    amount: Decimal
    paid_on: date | None
    share: Decimal = Decimal(1)


@dataclass
class Sale:
    """An invoice with what falls due by it. `stays_open`: the last stage is a debt that must be seen."""

    card: Card
    invoice: Invoice
    stays_open: bool = False
    dues: list[Due] = field(default_factory=list)


@dataclass
class Seller:
    """What a new invoice takes from."""

    company: Company
    catalogue: Catalogue
    terms: Terms
    deals: dict[int, list[Deal]]


def make_sales(world: World, seller: Seller, cards: list[Card]) -> list[Sale]:
    """Make invoices and write their debts to the register; payments come later."""
    drafts = [draft for card in cards for draft in _of_client(world, seller, card)]
    drafts.sort(key=lambda sale: (sale.invoice.day, sale.card.client.id))
    for sale in drafts:
        check_invoice(sale.invoice, world.today)
        give_number(world.session, sale.invoice, DocumentKind.INVOICE)
        sale.invoice.status = DocumentStatus.POSTED
    world.save([sale.invoice for sale in drafts])
    for sale in drafts:
        _fall_due(world, sale)
    world.save([due.item for sale in drafts for due in sale.dues])
    load_settlements(world.session, [entry for sale in drafts for entry in _entries(sale)])
    _add_drafts(world, seller, cards)
    return drafts


def _entries(sale: Sale) -> list[tuple[Registrar, SettlementEntry]]:
    registrar = Registrar(DocumentKind.INVOICE, sale.invoice.id)
    return [(registrar, SettlementEntry(due.item.id, sale.invoice.day, due.amount)) for due in sale.dues]


def _of_client(world: World, seller: Seller, card: Card) -> list[Sale]:
    usual = _USUAL[card.client.status]
    count = world.number(usual // 2, usual + usual // 2 + 1) if usual else 0
    last = world.ago(200 if card.client.status in (ClientStatus.SLEEPING, ClientStatus.LOST) else 1)
    first = max(card.since, world.ago(PAST_DAYS))
    made = [_sale(world, seller, card, world.working_day(first, last)) for _number in range(count) if first <= last]
    if card.is_debtor and usual:
        for lateness in (_LATENESS[card.client.id % 10], _LATENESS[(card.client.id + 4) % 10]):
            made.append(_debt(world, seller, card, lateness))
    return made


def _sale(world: World, seller: Seller, card: Card, day: date) -> Sale:
    """An invoice of a day; shipped some days later when that has come."""
    invoice = new_invoice(world, seller, card, day)
    shipped = world.calendar.roll_forward(day + timedelta(days=world.number(1, 12)))
    if shipped <= world.today and not world.chance(4):
        invoice.shipped_on = shipped
    _set_vat(invoice)
    return Sale(card, invoice)


def _debt(world: World, seller: Seller, card: Card, lateness: int) -> Sale:
    """An invoice whose last stage is overdue by about so many days and is still open."""
    invoice = new_invoice(world, seller, card, world.ago(lateness))
    wanted = world.ago(lateness)
    for _attempt in range(3):
        invoice.shipped_on = world.calendar.roll_forward(invoice.day + timedelta(days=2))
        due = max(stage.due for stage in _stages(world, invoice) if stage.due)
        invoice.day -= due - wanted
    invoice.shipped_on = world.calendar.roll_forward(invoice.day + timedelta(days=2))
    invoice.contract = _contract(seller.terms.contracts.get(card.client.id, []), invoice.day)
    _set_vat(invoice)
    return Sale(card, invoice, stays_open=True)


def new_invoice(world: World, seller: Seller, card: Card, day: date) -> Invoice:
    """A draft with lines at the prices of the day, by the client's terms."""
    terms = seller.terms.agreements[card.client.id]
    invoice = Invoice(
        day=day,
        organisation=terms.organisation,
        organisation_id=terms.organisation_id,
        client=card.client,
        client_id=card.client.id,
        responsible=card.manager,
        agreement=terms,
        contract=_contract(seller.terms.contracts.get(card.client.id, []), day),
        deal=_deal(world, seller.deals[card.client.id], day),
        bank_account=_account(seller.company, terms),
        price_includes_vat=True,
        lines=document_lines(world, seller.catalogue, terms, day, InvoiceLine),
    )
    invoice.created_at = world.moment(day, 12)
    _set_vat(invoice)
    return invoice


def document_lines(world: World, catalogue: Catalogue, terms: Agreement, day: date, model: type[Any]) -> list[Any]:
    """Lines of a document at the prices of the day, with the discount of the terms."""
    lines = []
    for position, product in enumerate(_products(world, catalogue), start=1):
        is_single = product in catalogue.machines or product.kind is ProductKind.SERVICE
        lines.append(
            model(
                position=position,
                product=product,
                name=product.name,
                quantity=Decimal(1 if is_single else world.number(1, 12)),
                price=catalogue.price(product, terms.price_type, day),
                discount_percent=terms.discount_percent,
                vat=VatCode.VAT22,
            )
        )
    return lines


def _products(world: World, catalogue: Catalogue) -> list[Product]:
    """One machine with what belongs to it, or consumables and services."""
    chosen = {world.pick(catalogue.machines)} if world.chance(28) else set()
    for _line in range(world.number(1, 3)):
        chosen.add(world.pick(catalogue.consumables if world.chance(75) else catalogue.services))
    return sorted(chosen, key=lambda product: product.id)


def _account(company: Company, terms: Agreement) -> BankAccount:
    return next(account for account in company.accounts if account.organisation is terms.organisation)


def _contract(contracts: list[Contract], day: date) -> Contract | None:
    return next((contract for contract in contracts if contract.signed_on <= day), None)


def _deal(world: World, deals: list[Deal], day: date) -> Deal | None:
    """The deal that has led to the invoice, sometimes."""
    ended = [deal for deal in deals if deal.closed_on and deal.closed_on <= day]
    won = [deal for deal in ended if deal.stage.outcome is StageOutcome.WON]
    return world.pick(won) if won and world.chance(60) else None


def _set_vat(invoice: Invoice) -> None:
    """The rate of the day of shipment; a sole proprietor under the simplified system is free of VAT."""
    rate = VatCode(standard_rate_on(invoice.shipped_on or invoice.day).value)
    for line in invoice.lines:
        line.vat = rate if invoice.organisation.kpp else VatCode.NO_VAT
    recalculate(invoice)


def _stages(world: World, invoice: Invoice) -> list[DueStage]:
    days = {PaymentEvent.ORDER: invoice.day, PaymentEvent.INVOICE: invoice.day}
    if invoice.shipped_on is not None:
        days[PaymentEvent.SHIPMENT] = invoice.shipped_on
    terms = invoice.agreement
    return due_dates(invoice.total, schedule_of(terms), days, world.calendar) if terms else []


def _fall_due(world: World, sale: Sale) -> None:
    invoice = sale.invoice
    stages = _stages(world, invoice)
    for stage in stages:
        item = DueItem(
            client_id=invoice.client_id,
            organisation_id=invoice.organisation_id,
            document_kind=DocumentKind.INVOICE,
            document_id=invoice.id,
            stage=stage.number,
            document_number=invoice.number,
            document_day=invoice.day,
            due_on=stage.due,
            balance=Decimal(0),
        )
        due = Due(item, stage.amount, _paid_on(world, sale.card, invoice.day, stage.due))
        if sale.stays_open and stage is stages[-1]:
            due.paid_on = None
            if world.chance(30):
                due.paid_on, due.share = world.calendar.roll_forward(invoice.day + timedelta(days=3)), Decimal("0.4")
        sale.dues.append(due)


def _paid_on(world: World, card: Card, day: date, due: date | None) -> date | None:
    """Most pay in time, some late; some pay on Fridays only. None when that day has not come yet."""
    if due is None:
        return None
    place = world.number(1, 100)
    late = -world.number(0, 3) if place <= 72 else world.number(1, 12) if place <= 93 else world.number(13, 35)
    paid = max(day, due + timedelta(days=late))
    if card.pays_on_friday:
        paid += timedelta(days=(4 - paid.weekday()) % 7)
    paid = world.calendar.roll_forward(paid)
    return paid if paid <= world.today else None


def _add_drafts(world: World, seller: Seller, cards: list[Card]) -> None:
    """Invoices of the last days that nobody has posted yet."""
    buyers = [card for card in cards if card.client.status is ClientStatus.ACTIVE]
    drafts = []
    for _number in range(world.scaled(25)):
        day = world.working_day(world.ago(6), world.today)
        drafts.append(new_invoice(world, seller, world.pick(buyers), day))
    world.save(drafts)
