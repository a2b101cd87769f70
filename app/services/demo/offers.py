"""Quotes in every status, orders of clients, orders to suppliers and plans of deals: late ones among them."""

from datetime import date, timedelta
from typing import Any

from app.models.catalogue import VatCode
from app.models.clients import Client
from app.models.deals import Deal, DealParticipant, DealStep, ParticipantRole, StageOutcome
from app.models.ledger import ActivityKind, DocumentKind
from app.models.purchasing import PurchaseOrder, PurchaseOrderLine, PurchaseStatus
from app.models.sales import Order, OrderLine, OrderStatus, Quote, QuoteLine, QuoteStatus, QuoteStatusChange
from app.services.demo.clients import Card
from app.services.demo.sales import Seller, document_lines
from app.services.demo.world import World
from app.services.documents import copy_line, give_number, recalculate
from app.services.ledger import ActivityEntry, Registrar
from app.services.ledger.loading import load_activity
from app.services.quotes import AWAITING, VALID_DAYS
from app.services.vat import standard_rate_on

_RECENT_DAYS = 240
"""Quotes of older deals are left out: the company has kept them here for that long."""
_PLAN = ("Осмотреть место установки", "Согласовать спецификацию", "Получить согласие главного инженера",
         "Отправить договор на подпись", "Проверить готовность площадки")  # fmt: skip
_PREAMBLE = "Благодарим за обращение. Предлагаем рассмотреть поставку следующего оборудования и материалов:"
_ENDS = {StageOutcome.WON: QuoteStatus.ACCEPTED, StageOutcome.LOST: QuoteStatus.REJECTED}


def make_offers(world: World, seller: Seller, cards: list[Card], buyer: Any) -> None:
    """Make them for the deals of the last months."""
    suppliers = [card.client for card in cards if not card.is_debtor][-3:]
    for client in suppliers:
        client.is_supplier = True
    by_client = {card.client.id: card for card in cards}
    quotes: list[Quote] = []
    for key, deals in seller.deals.items():
        for deal in deals:
            if (world.today - world.day_of(deal.created_at)).days <= _RECENT_DAYS:
                quotes += _quotes(world, seller, by_client[key], deal)
    quotes.sort(key=lambda quote: (quote.day, quote.client_id, quote.edition))
    _save_quotes(world, quotes)
    orders = _orders(world, [quote for quote in quotes if quote.status is QuoteStatus.ACCEPTED])
    _purchases(world, orders, suppliers, buyer)
    _plans(world, seller, by_client)


def _quotes(world: World, seller: Seller, card: Card, deal: Deal) -> list[Quote]:
    """A quote of a deal that has come so far, with its first edition where it was changed."""
    if deal.stage.position < 3:  # the stages before the quote
        return []
    begun = world.day_of(deal.created_at)
    last = deal.closed_on or world.today
    day = world.working_day(min(begun + timedelta(days=3), last), last)
    status = _ENDS.get(deal.stage.outcome) or world.pick((QuoteStatus.SENT, QuoteStatus.VIEWED, QuoteStatus.DRAFT))
    quote = _quote(world, seller, card, deal, day)
    quote.status = status
    quote.loss_reason = deal.loss_reason if status is QuoteStatus.REJECTED else None
    quote.sent_on = day if status is not QuoteStatus.DRAFT else None
    is_over = quote.status in AWAITING and quote.valid_to is not None and quote.valid_to < world.today
    quote.status = QuoteStatus.EXPIRED if is_over and world.chance(50) else quote.status
    if status is QuoteStatus.DRAFT or not world.chance(12) or day >= last:
        return [quote]
    newer = _quote(world, seller, card, deal, world.working_day(day + timedelta(days=1), last))
    newer.edition, newer.status, newer.loss_reason, newer.sent_on = 2, status, quote.loss_reason, newer.day
    newer.previous = quote
    quote.status, quote.loss_reason = QuoteStatus.REPLACED, None
    return [quote, newer]


def _quote(world: World, seller: Seller, card: Card, deal: Deal, day: date) -> Quote:
    terms = seller.terms.agreements[card.client.id]
    quote = Quote(
        day=day,
        organisation=terms.organisation,
        organisation_id=terms.organisation_id,
        client_id=card.client.id,
        client=card.client,
        responsible=deal.responsible,
        responsible_id=deal.responsible_id,
        agreement=terms,
        price_type=terms.price_type,
        deal=deal,
        contact=deal.contact,
        edition=1,
        price_includes_vat=True,
        valid_to=day + timedelta(days=VALID_DAYS),
        preamble=_PREAMBLE,
        delivery_terms=f"Доставка до склада клиента, {world.pick((7, 14, 21, 30))} календарных дней",
        guarantee="12 месяцев со дня поставки",
        created_at=world.moment(day, 11),
        lines=document_lines(world, seller.catalogue, terms, day, QuoteLine),
    )
    rate = VatCode(standard_rate_on(day).value) if terms.organisation.kpp else VatCode.NO_VAT
    for line in quote.lines:
        line.vat = rate
    recalculate(quote)
    return quote


def _save_quotes(world: World, quotes: list[Quote]) -> None:
    for quote in quotes:
        if quote.previous is not None:
            quote.number, quote.number_year = quote.previous.number, quote.previous.number_year
        give_number(world.session, quote, DocumentKind.QUOTE)
    world.save(quotes)
    world.session.add_all(change for quote in quotes for change in _history(world, quote))
    sent = [quote for quote in quotes if quote.sent_on is not None and quote.edition == 1]
    load_activity(
        world.session,
        [
            (
                Registrar(DocumentKind.QUOTE, quote.id),
                ActivityEntry(quote.sent_on or quote.day, quote.responsible_id, ActivityKind.QUOTE, quote.client_id),
            )
            for quote in sent
        ],
    )


def _history(world: World, quote: Quote) -> list[QuoteStatusChange]:
    """From the draft over «sent» to where it is now."""
    way = [QuoteStatus.DRAFT]
    way += [QuoteStatus.SENT] if quote.sent_on is not None else []
    way += [quote.status] if quote.status not in way else []
    former = [None, *way[:-1]]
    return [
        QuoteStatusChange(
            quote_id=quote.id,
            from_status=before,
            to_status=to,
            at=world.moment(quote.day, 11 + place),
            by_user_id=quote.responsible.user_id,
            note=str(quote.loss_reason) if to is QuoteStatus.REJECTED else None,
        )
        for place, (before, to) in enumerate(zip(former, way, strict=True))
    ]


def _orders(world: World, quotes: list[Quote]) -> list[Order]:
    """Most accepted quotes have become orders: fulfilled ones, ones in work, some of them late."""
    orders = []
    for quote in quotes:
        if not world.chance(80):
            continue
        order = Order(
            day=quote.day,
            organisation=quote.organisation,
            organisation_id=quote.organisation_id,
            client_id=quote.client_id,
            client=quote.client,
            responsible=quote.responsible,
            agreement=quote.agreement,
            deal=quote.deal,
            quote=quote,
            price_includes_vat=True,
            promised_on=world.calendar.roll_forward(quote.day + timedelta(days=world.number(7, 40))),
            created_at=world.moment(quote.day, 15),
            lines=[copy_line(line, OrderLine) for line in quote.lines],
        )
        recalculate(order)
        is_old = order.promised_on is not None and order.promised_on < world.today
        order.status = OrderStatus.CLOSED if is_old and world.chance(85) else OrderStatus.POSTED
        orders.append(order)
    for order in orders:
        give_number(world.session, order, DocumentKind.ORDER)
    world.save(orders)
    return orders


def _purchases(world: World, orders: list[Order], suppliers: list[Client], buyer: Any) -> None:
    """Orders to suppliers for some of the orders: received, on the way, and overdue."""
    made = []
    for order in orders:
        if not world.chance(45):
            continue
        expected = world.calendar.roll_forward(order.day + timedelta(days=world.number(5, 25)))
        purchase = PurchaseOrder(
            day=order.day,
            organisation=order.organisation,
            organisation_id=order.organisation_id,
            supplier=world.pick(suppliers),
            responsible=buyer,
            deal=order.deal,
            order=order,
            expected_on=expected,
            price_includes_vat=True,
            created_at=world.moment(order.day, 16),
            lines=[
                copy_line(line, PurchaseOrderLine, price=(line.price * 3 / 4).quantize(line.price), discount_percent=0)
                for line in order.lines
            ],
        )
        recalculate(purchase)
        is_received = expected < world.today and (order.status is OrderStatus.CLOSED or world.chance(60))
        purchase.status = PurchaseStatus.RECEIVED if is_received else PurchaseStatus.ORDERED
        purchase.received_on = expected if is_received else None
        made.append(purchase)
    for purchase in made:
        give_number(world.session, purchase, DocumentKind.PURCHASE_ORDER)
    world.save(made)


def _plans(world: World, seller: Seller, by_client: dict[int, Card]) -> None:
    """Plans and people of the deals in work."""
    rows: list[Any] = []
    for key, deals in seller.deals.items():
        for deal in deals:
            if deal.stage.outcome is not StageOutcome.OPEN or deal.next_step_on is None or not world.chance(50):
                continue
            rows.append(
                DealStep(deal=deal, task=deal.next_step, due_on=deal.next_step_on, responsible=deal.responsible)
            )
            later = deal.next_step_on + timedelta(days=world.number(3, 12))
            rows.append(DealStep(deal=deal, task=world.pick(_PLAN), due_on=later, responsible=deal.responsible))
            decides = by_client[key].contacts[0]
            rows.append(DealParticipant(deal=deal, contact=decides, role=ParticipantRole.DECIDES))
    world.save(rows)
