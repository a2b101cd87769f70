"""Terms of sale with payment schedules, and contracts with their signed papers."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from app.models.agreements import (
    Agreement,
    AgreementKind,
    AgreementStage,
    Contract,
    ContractKind,
    ContractStatus,
    DayKind,
    PaymentEvent,
)
from app.models.clients import ClientStatus
from app.models.files import AttachmentKind
from app.models.ledger import ActivityKind, DocumentKind
from app.services.agreements import check_agreement, check_contract
from app.services.demo.catalogue import Catalogue
from app.services.demo.clients import Card
from app.services.demo.company import Company
from app.services.demo.paper import Paper, draw_contract
from app.services.demo.world import World
from app.services.files import attach, store_file
from app.services.ledger import ActivityEntry, Registrar
from app.services.ledger.loading import load_activity

_INVOICE, _SHIPMENT = PaymentEvent.INVOICE, PaymentEvent.SHIPMENT
_CALENDAR, _BANKING = DayKind.CALENDAR, DayKind.BANKING
_Stages = tuple[tuple[int, PaymentEvent, int, DayKind], ...]
_PREPAID: _Stages = ((100, _INVOICE, 3, _BANKING),)
_TEN_BANKING: _Stages = ((100, _INVOICE, 10, _BANKING),)
_THIRTY_DAYS: _Stages = ((100, _SHIPMENT, 30, _CALENDAR),)
_STANDARD: tuple[tuple[str, int, _Stages], ...] = (
    ("Предоплата 100 %", 0, _PREPAID),
    ("Аванс 30 %, остаток после отгрузки", 1, ((30, _INVOICE, 3, _BANKING), (70, _SHIPMENT, 5, _BANKING))),
    ("Отсрочка 14 календарных дней", 1, ((100, _SHIPMENT, 14, _CALENDAR),)),
    ("Отсрочка 30 календарных дней", 1, _THIRTY_DAYS),
    ("Отсрочка 10 банковских дней", 1, _TEN_BANKING),
    ("Оплата по отгрузке", 0, ((100, _SHIPMENT, 0, _BANKING),)),
)
"""Name, place of the price type, stages: percent, event, days, kind of days."""
_SUBJECTS = {
    ContractKind.SUPPLY: "Поставка оборудования и расходных материалов",
    ContractKind.SERVICE: "Техническое обслуживание и ремонт оборудования",
    ContractKind.RENT: "Аренда компрессорного оборудования",
}
_COUNTED = (ContractStatus.SIGNED, ContractStatus.ENDED, ContractStatus.TERMINATED)


@dataclass
class Terms:
    """Under which terms each client buys, and its contracts; by the client's id."""

    agreements: dict[int, Agreement] = field(default_factory=dict)
    contracts: dict[int, list[Contract]] = field(default_factory=dict)


def make_terms(world: World, company: Company, catalogue: Catalogue, cards: list[Card]) -> Terms:
    """Make terms of sale and contracts."""
    terms = Terms()
    types = catalogue.price_types
    standard = []
    for name, place, stages in _STANDARD:
        usual = Agreement(name=name, organisation=company.trade, price_type=types[place], delivery_days=5)
        standard.append(_agreement(world, usual, stages))
    commission = Agreement(name="Комиссия: отчёт раз в месяц", organisation=company.trade, price_type=types[2])
    commission.kind = AgreementKind.COMMISSION
    standard.append(_agreement(world, commission, _THIRTY_DAYS))
    service = []
    for name, stages in (("Сервис: предоплата", _PREPAID), ("Сервис: отсрочка 10 банковских дней", _TEN_BANKING)):
        own = Agreement(name=name, organisation=company.repairs, price_type=types[0])
        service.append(_agreement(world, own, stages))
    for card in cards:
        if world.chance(8):
            own = Agreement(
                name=f"Индивидуальные условия: {card.client.name}"[:150], kind=AgreementKind.INDIVIDUAL,
                client=card.client, organisation=company.trade, price_type=types[1],
                discount_percent=Decimal(world.number(3, 10)), delivery_days=10,
            )  # fmt: skip
            terms.agreements[card.client.id] = _agreement(world, own, _THIRTY_DAYS)
        else:
            terms.agreements[card.client.id] = world.pick(service if world.chance(13) else standard)
    _add_contracts(world, terms, cards)
    return terms


def _agreement(world: World, agreement: Agreement, stages: _Stages) -> Agreement:
    agreement.stages = [
        AgreementStage(position=position, percent=Decimal(percent), event=event, shift_days=days, day_kind=kind)
        for position, (percent, event, days, kind) in enumerate(stages, start=1)
    ]
    agreement.valid_from = date(world.today.year - 3, 1, 1)
    check_agreement(agreement)
    world.save([agreement])
    return agreement


def _add_contracts(world: World, terms: Terms, cards: list[Card]) -> None:
    """Contracts of three clients in five who buy, in the order of their dates, which gives the numbers."""
    drafts = []
    for card in cards:
        if card.client.status is not ClientStatus.LEAD and world.chance(60):
            earliest = max(card.since, world.ago(900))
            drafts.append((world.working_day(earliest, world.ago(2)), card))
    drafts.sort(key=lambda draft: (draft[0], draft[1].client.id))
    contracts = []
    for number, (day, card) in enumerate(drafts, start=1):
        contract = _contract(world, terms, card, day, number)
        contracts.append(contract)
        terms.contracts.setdefault(card.client.id, []).append(contract)
    world.save(contracts)
    _attach_papers(world, contracts)
    counted = [contract for contract in contracts if contract.status in _COUNTED]
    load_activity(
        world.session,
        [
            (
                Registrar(DocumentKind.CONTRACT, contract.id),
                ActivityEntry(contract.signed_on, contract.responsible_id, ActivityKind.CONTRACT, contract.client_id),
            )
            for contract in counted
        ],
    )


def _contract(world: World, terms: Terms, card: Card, day: date, number: int) -> Contract:
    agreement = terms.agreements[card.client.id]
    kind = world.pick((ContractKind.SUPPLY, ContractKind.SUPPLY, ContractKind.SERVICE, ContractKind.RENT))
    contract = Contract(
        number=f"Д-{day.year}/{number:03d}",
        signed_on=day,
        client=card.client,
        organisation=agreement.organisation,
        agreement=agreement,
        kind=kind,
        subject=_SUBJECTS[kind],
        amount=Decimal(world.number(5, 300)) * 10_000 if world.chance(60) else None,
        responsible=card.manager,
        is_prolonged=world.chance(35),
    )
    contract.status, contract.valid_to = _fate(world, day, number)
    check_contract(contract)
    return contract


def _fate(world: World, day: date, number: int) -> tuple[ContractStatus, date]:
    """Status and last day: most are in force, some end soon or ended unnoticed, the newest wait for a signature."""
    if number % 12 == 0:
        return ContractStatus.SIGNED, max(day, world.ago(world.number(1, 25)))
    if number % 12 == 6:
        return ContractStatus.SIGNED, world.ago(-world.number(3, 29))
    year_later = day + timedelta(days=365)
    if (world.today - day).days < 25:
        return world.pick((ContractStatus.ON_SIGNATURE, ContractStatus.DRAFT)), year_later
    if year_later < world.today:
        return world.pick((ContractStatus.ENDED, ContractStatus.ENDED, ContractStatus.TERMINATED)), year_later
    return ContractStatus.SIGNED, year_later


def _attach_papers(world: World, contracts: list[Contract]) -> None:
    """A PDF for every contract that left the draft."""
    for contract in contracts:
        if contract.status is ContractStatus.DRAFT:
            continue
        is_signed = contract.status in _COUNTED
        content = draw_contract(Paper.of(contract, is_signed=is_signed))
        name = f"Договор {contract.number.replace('/', '-')}.pdf"
        stored = store_file(world.session, content, name, folder=world.files)
        kind = AttachmentKind.SIGNED if is_signed else AttachmentKind.OTHER
        attach(world.session, contract, stored, kind)
