"""Money of the demo company: payments of clients with what they settle, and what we pay ourselves."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from app.models.ledger import DocumentKind, DueItem
from app.models.money import Allocation, ArticleKind, CashArticle, MoneyDirection, Payment
from app.models.sales import DocumentStatus, Invoice
from app.models.staff import BankAccount
from app.services.allocations import OWN_STAGE
from app.services.demo.clients import Card
from app.services.demo.company import Company
from app.services.demo.numbers import DEMO_BANK, account
from app.services.demo.sales import Due, Sale, Seller, new_invoice
from app.services.demo.world import PAST_DAYS, World
from app.services.invoices import cancel_invoice, post_invoice
from app.services.ledger import CashEntry, Registrar, SettlementEntry
from app.services.ledger.loading import load_cash, load_settlements
from app.services.payments import post_payment
from app.services.statements.articles import article_ids
from app.services.vat import round_kopecks

_RENT, _OFFICE = "Аренда и коммунальные услуги", "Хозяйственные расходы и связь"
_WEEKLY_SHARE = Decimal("0.13")
"""What suppliers get each week of the month's income: a little more than half of it in a month."""
_MONTHLY = (
    (10, "salary", Decimal("0.08"), "Перечисление заработной платы за вторую половину месяца по реестру"),
    (25, "salary", Decimal("0.07"), "Перечисление аванса по заработной плате по реестру"),
    (28, "tax", Decimal("0.09"), "Единый налоговый платёж"),
    (5, _RENT, Decimal("0.04"), "Арендная плата за офис и склад, в т. ч. НДС"),
    (15, _OFFICE, Decimal("0.02"), "Оплата услуг связи и хозяйственных расходов"),
    (27, "fee", Decimal("0.002"), "Комиссия за ведение счёта"),
)
"""Day of the month, article, share of the month's income, purpose."""
_SUPPLIERS = ("ООО «Учебный поставщик»", "АО «Макет-Импорт»", "ООО «Склад-Образец»", "ООО «Тонер-Тест»")


@dataclass
class _Receipt:
    """Money of one client on one day on one account, with the stages that it pays."""

    sale: Sale
    day: date
    parts: list[tuple[Due, Invoice, Decimal]] = field(default_factory=list)
    advance: Decimal = Decimal(0)

    @property
    def amount(self) -> Decimal:
        return sum((part for _due, _invoice, part in self.parts), self.advance)


def make_money(world: World, seller: Seller, cards: list[Card], sales: list[Sale]) -> list[Payment]:
    """Make payments in and out, and some acts that go through posting one by one."""
    articles = dict(article_ids(world.session))
    for name in (_RENT, _OFFICE):
        articles[name] = world.named(CashArticle, name, kind=ArticleKind.EXPENSE).id
    receipts = _receipts(world, sales)
    incoming = [_payment_of(world, receipt, articles["client_payment"]) for receipt in receipts]
    outgoing = list(_outgoing(world, seller.company, incoming, articles))
    made = sorted([*incoming, *outgoing], key=lambda payment: (payment.day, payment.direction.value))
    for number, payment in enumerate(made, start=1):
        payment.number = str(number)
    world.save(made)
    _write_settlements(world, receipts, incoming)
    _write_cash(world, made, seller.company.accounts)
    _act_by_hand(world, seller, cards, articles)
    return made


def _receipts(world: World, sales: list[Sale]) -> list[_Receipt]:
    """Stages paid by one client on one day go into one payment; a few clients then pay too much."""
    grouped: dict[tuple[date, int, int], _Receipt] = {}
    last: dict[int, _Receipt] = {}
    for sale in sales:
        for due in sale.dues:
            if due.paid_on is None or not due.amount:
                continue
            key = (due.paid_on, sale.invoice.client_id, sale.invoice.bank_account_id)
            receipt = grouped.setdefault(key, _Receipt(sale, due.paid_on))
            receipt.parts.append((due, sale.invoice, round_kopecks(due.amount * due.share)))
            known = last.get(sale.invoice.client_id)
            if known is None or known.day <= receipt.day:
                last[sale.invoice.client_id] = receipt
    newest = {sale.invoice.client_id: sale.invoice.day for sale in sales}
    for number, (client_id, receipt) in enumerate(sorted(last.items())):
        if number % 12 == 5 and receipt.day >= newest[client_id]:
            receipt.advance = Decimal(world.number(3, 40)) * 500
    return sorted(grouped.values(), key=lambda receipt: (receipt.day, receipt.sale.invoice.id))


def _payment_of(world: World, receipt: _Receipt, article_id: int) -> Payment:
    card, invoices = receipt.sale.card, list({invoice.id: invoice for _d, invoice, _p in receipt.parts}.values())
    taxes = (round_kopecks(invoice.vat_total * part / invoice.total) for _due, invoice, part in receipt.parts)
    vat = sum(taxes, Decimal(0))
    return Payment(
        direction=MoneyDirection.IN,
        day=receipt.day,
        document_day=receipt.day,
        status=DocumentStatus.POSTED,
        account=receipt.sale.invoice.bank_account,
        amount=receipt.amount,
        client=card.client,
        payer_name=card.client.name,
        payer_inn=card.client.inn,
        payer_account=card.account or None,
        purpose=purpose(invoices, vat),
        article_id=article_id,
        created_at=world.moment(receipt.day, 17),
    )


def purpose(invoices: list[Invoice], vat: Decimal) -> str:
    """The purpose of payment as an accountant writes it."""
    named = ", ".join(f"№ {invoice.number} от {invoice.day:%d.%m.%Y}" for invoice in invoices)
    tax = f"В т. ч. НДС {vat:.2f}" if vat else "Без НДС"
    return f"Оплата по счёту {named} за оборудование и услуги. {tax}"


def _write_settlements(world: World, receipts: list[_Receipt], payments: list[Payment]) -> None:
    """The same rows as posting and allocating would write: an advance first, then what it settles."""
    own_items = [
        DueItem(
            client_id=payment.client_id,
            organisation_id=payment.account.organisation_id,
            document_kind=DocumentKind.PAYMENT,
            document_id=payment.id,
            stage=OWN_STAGE,
            document_number=payment.number[:40],
            document_day=payment.day,
            balance=Decimal(0),
        )
        for payment in payments
    ]
    world.save(own_items)
    written: list[tuple[Registrar, SettlementEntry]] = []
    for receipt, payment, own in zip(receipts, payments, own_items, strict=True):
        registrar = Registrar(DocumentKind.PAYMENT, payment.id)
        written.append((registrar, SettlementEntry(own.id, payment.day, -payment.amount)))
        for due, invoice, part in receipt.parts:
            day = max(payment.day, invoice.day)
            written.append((registrar, SettlementEntry(own.id, day, part)))
            written.append((registrar, SettlementEntry(due.item.id, day, -part)))
            reason = f"Счёт № {invoice.number} назван в назначении платежа"
            world.session.add(Allocation(payment_id=payment.id, due_item_id=due.item.id, amount=part, reason=reason))
    load_settlements(world.session, written)


def _write_cash(world: World, payments: list[Payment], accounts: list[BankAccount]) -> None:
    by_number = {own.account: own.id for own in accounts}
    written = []
    for payment in payments:
        registrar = Registrar(DocumentKind.PAYMENT, payment.id)
        came = payment.amount if payment.direction is MoneyDirection.IN else -payment.amount
        written.append(
            (registrar, CashEntry(payment.account_id, payment.day, came, payment.article_id, payment.client_id))
        )
        if payment.direction is MoneyDirection.INTERNAL:
            received = by_number[payment.payer_account or ""]
            written.append((registrar, CashEntry(received, payment.day, payment.amount, payment.article_id)))
    load_cash(world.session, written)


def _outgoing(
    world: World, company: Company, incoming: list[Payment], articles: Mapping[str, int]
) -> Iterator[Payment]:
    """What we pay: suppliers each week, the rest each month, always less than has come in."""
    income: defaultdict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for payment in incoming:
        if payment.account is company.accounts[0]:
            income[payment.day.year, payment.day.month] += payment.amount
    first, second, _third = company.accounts
    day = world.ago(PAST_DAYS - 40)
    while day <= world.today:
        month_before = day.replace(day=1) - timedelta(days=1)
        base = income[month_before.year, month_before.month]
        if base and world.calendar.is_working(day):
            yield from _of_day(world, first, day, base, articles)
            if day.day <= 7 and day.weekday() == 2:
                yield _transfer(first, second, day, round_kopecks(base * Decimal("0.03")), articles["transfer"])
        day += timedelta(days=1)


def _of_day(world: World, own: BankAccount, day: date, base: Decimal, articles: Mapping[str, int]) -> Iterator[Payment]:
    if day.weekday() == 3:
        name = world.pick(_SUPPLIERS)
        amount = base * _WEEKLY_SHARE * world.number(80, 115) / 100
        yield _out(own, day, amount, articles["supplier"], name, "Оплата поставщику по договору поставки, в т. ч. НДС")
    before = world.ago((world.today - day).days + 1)
    for place, (month_day, article, share, text) in enumerate(_MONTHLY):
        is_due = any(passed.day == month_day for passed in _days_since(before, day, world))
        if is_due:
            name = ("Сотрудники по реестру", "Сотрудники по реестру", "Казначейство", "ООО «Бизнес-центр Образец»",
                    "ООО «Связь-Пример»", DEMO_BANK)[place]  # fmt: skip
            yield _out(own, day, base * share, articles[article], name, text)


def _days_since(before: date, day: date, world: World) -> Iterator[date]:
    """The day itself and the days off just before it: what falls on them is paid now."""
    yield day
    while not world.calendar.is_working(before):
        yield before
        before -= timedelta(days=1)


def _out(own: BankAccount, day: date, amount: Decimal, article_id: int, name_: str, text: str) -> Payment:  # noqa: PLR0913
    return Payment(
        direction=MoneyDirection.OUT,
        day=day,
        document_day=day,
        status=DocumentStatus.POSTED,
        account=own,
        amount=round_kopecks(amount),
        payer_name=name_,
        payer_account=account("40702", 900 + len(name_)),
        purpose=text,
        article_id=article_id,
    )


def _transfer(own: BankAccount, other: BankAccount, day: date, amount: Decimal, article_id: int) -> Payment:
    return Payment(
        direction=MoneyDirection.INTERNAL,
        day=day,
        document_day=day,
        status=DocumentStatus.POSTED,
        account=own,
        amount=amount,
        payer_name=own.organisation.name,
        payer_inn=own.organisation.inn,
        payer_account=other.account,
        purpose="Перевод собственных средств между счетами. НДС не облагается",
        article_id=article_id,
    )


def _act_by_hand(world: World, seller: Seller, cards: list[Card], articles: Mapping[str, int]) -> None:
    """What people do through the screens: advances taken, refunds, cancelled invoices, an unknown payer."""
    session, today = world.session, world.today
    buyers = [card for card in cards if card.client.id in seller.terms.agreements][: 3 * world.scaled(4) : 3]
    day = world.working_day(world.ago(9), world.ago(2))
    for place, card in enumerate(buyers):
        invoice = new_invoice(world, seller, card, day)
        advance = Payment(
            direction=MoneyDirection.IN, day=day, document_day=day, number=f"А-{place + 1}",
            account=invoice.bank_account,
            amount=round_kopecks(invoice.total * Decimal("1.2")), client=card.client, payer_name=card.client.name,
            payer_inn=card.client.inn, purpose="Аванс за оборудование", article_id=articles["client_payment"],
        )  # fmt: skip
        world.save([advance, invoice])
        post_payment(session, advance.id, today=today)
        post_invoice(session, invoice.id, today=today, calendar=world.calendar)
        cancelled = new_invoice(world, seller, card, day)
        world.save([cancelled])
        post_invoice(session, cancelled.id, today=today, calendar=world.calendar)
        cancel_invoice(session, cancelled.id)
        refund = Payment(
            direction=MoneyDirection.OUT, day=day, document_day=day, number=f"В-{place + 1}", account=advance.account,
            amount=round_kopecks(invoice.total / 20), client=card.client, payer_name=card.client.name,
            payer_inn=card.client.inn, purpose="Возврат излишне уплаченного аванса", article_id=articles["refund"],
        )  # fmt: skip
        world.save([refund])
        post_payment(session, refund.id, today=today)
    unknown = Payment(
        direction=MoneyDirection.IN, day=day, document_day=day, number="Н-1", account=seller.company.accounts[0],
        amount=Decimal(15000), payer_name="ООО «Неизвестный плательщик»", purpose="Оплата по договору",
        article_id=articles["other_in"],
    )  # fmt: skip
    world.save([unknown])
    post_payment(session, unknown.id, today=today)
