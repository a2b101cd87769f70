"""Claims of the demo company in every status, with investigation plans, people at fault and overdue answers."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from app.models.claims import (
    Claim,
    ClaimChannel,
    ClaimDemand,
    ClaimEvent,
    ClaimOutcome,
    ClaimReason,
    ClaimStatus,
    ClaimStep,
)
from app.models.interactions import Interaction, InteractionState
from app.models.service import Equipment
from app.services.claims import check_claim, number_claim
from app.services.demo.clients import Card
from app.services.demo.company import Company
from app.services.demo.sales import Sale
from app.services.demo.world import World

_REASONS = ("Брак поставщика", "Ошибка комплектации", "Нарушен срок поставки", "Ошибка монтажа", "Ошибка в документах",
            "Неверная консультация")  # fmt: skip
_DEPARTMENTS = ("Отдел снабжения", "Отдел продаж", "Отдел продаж", "Отдел сервиса", "Бухгалтерия", "Отдел продаж")
"""Whose fault each reason usually is, in the order of reasons."""
_TEXTS = ("Оборудование пришло с повреждённым корпусом.", "В поставке не хватает двух фильтров.",
          "Поставка опоздала на неделю, цех простаивал.", "После пусконаладки течёт масло.",
          "В акте указан не тот серийный номер.", "Картридж не подошёл к нашей модели.")  # fmt: skip
_STEPS = ("Запросить фотографии и акт осмотра", "Опросить исполнителя", "Проверить документы поставки",
          "Подготовить ответ клиенту")  # fmt: skip
_ACTIONS = ("Позвонили клиенту, извинились, уточнили подробности.", "Запросили заключение инженера.",
            "Согласовали с клиентом замену.")  # fmt: skip
_RESULTS = ("Поставлена замена, клиент принял.", "Сделана скидка на следующую поставку.",
            "Случай признан не гарантийным, дано письменное разъяснение.")  # fmt: skip
_ORDER = (ClaimStatus.REGISTERED, ClaimStatus.INVESTIGATION, ClaimStatus.SETTLEMENT, ClaimStatus.CLOSED)


@dataclass
class Grounds:
    """What clients complain about: sales, machines, and the talks that went before."""

    company: Company
    sales: list[Sale]
    machines: dict[int, list[Equipment]]
    talks: dict[int, list[Interaction]]


def make_claims(world: World, grounds: Grounds) -> list[Claim]:
    """Make claims: the statuses come by turns, the old ones are mostly closed."""
    reasons = [world.named(ClaimReason, name) for name in _REASONS]
    shipped = [sale for sale in grounds.sales if sale.invoice.shipped_on and sale.invoice.shipped_on < world.ago(5)]
    chosen = []
    for number in range(world.scaled(64) + 8):
        status = _ORDER[number % 4] if number < 24 else ClaimStatus.CLOSED
        chosen.append((_day(world, number, status), status, world.pick(shipped)))
    chosen.sort(key=lambda each: each[0])
    with world.session.no_autoflush:
        claims = [_claim(world, grounds, reasons, each) for each in chosen]
    world.save(claims)
    world.save([event for claim in claims for event in _events(world, claim)])
    return claims


def _day(world: World, number: int, status: ClaimStatus) -> date:
    """An answer is due after thirty days: an open claim older than that is overdue, which every other one is."""
    if status is ClaimStatus.CLOSED:
        return world.working_day(world.ago(700), world.ago(35))
    if number % 8 < 4:
        return world.working_day(world.ago(70), world.ago(34))
    return world.working_day(world.ago(20), world.ago(1))


def _claim(world: World, grounds: Grounds, reasons: list[ClaimReason], chosen: tuple[date, ClaimStatus, Sale]) -> Claim:
    day, status, sale = chosen
    card = sale.card
    place = world.number(0, len(_TEXTS) - 1)
    day = max(day, sale.invoice.shipped_on or day)
    claim = Claim(
        registered_on=day,
        channel=world.pick(tuple(ClaimChannel)),
        status=status,
        client=card.client,
        contact=card.contacts[0],
        invoice=sale.invoice,
        product=sale.invoice.lines[0].product,
        equipment=next(iter(grounds.machines.get(card.client.id, [])), None),
        text=_TEXTS[place],
        demand=world.pick(tuple(ClaimDemand)),
        amount=Decimal(world.number(2, 90)) * 1000 if world.chance(60) else None,
        responsible=card.manager,
        interaction_id=_talk_before(grounds, card, day, world),
    )
    check_claim(claim)
    number_claim(world.session, claim)
    if status is not ClaimStatus.REGISTERED:
        _investigate(world, grounds, claim, reasons[place], _DEPARTMENTS[place])
    if status is ClaimStatus.CLOSED:
        _close(world, claim)
    return claim


def _talk_before(grounds: Grounds, card: Card, day: date, world: World) -> int | None:
    """The last talk before the claim: that is where the analysis begins."""
    limit = world.moment(day, 0)
    talks = [
        talk
        for talk in grounds.talks.get(card.client.id, [])
        if talk.state is InteractionState.DONE and talk.starts_at < limit
    ]
    return talks[-1].id if talks else None


def _investigate(world: World, grounds: Grounds, claim: Claim, reason: ClaimReason, department: str) -> None:
    claim.reason = reason
    claim.department_at_fault = grounds.company.departments[department]
    people = grounds.company.engineers if department == "Отдел сервиса" else grounds.company.managers
    claim.employee_at_fault = world.pick(people) if world.chance(70) else None
    claim.analysis = "До претензии клиенту обещали другой срок, условие не записали в счёт."
    for number, task in enumerate(_STEPS[: world.number(2, 4)]):
        due = claim.registered_on + timedelta(days=5 * (number + 1))
        is_done = claim.status is ClaimStatus.CLOSED or (number == 0 and due < world.today)
        claim.steps.append(
            ClaimStep(task=task, responsible=claim.responsible, due_on=due, done_on=due if is_done else None)
        )


def _close(world: World, claim: Claim) -> None:
    claim.result = world.pick(_RESULTS)
    claim.outcome = world.pick(tuple(ClaimOutcome))
    claim.settlement_cost = Decimal(world.number(0, 25)) * 1000
    closed = claim.registered_on + timedelta(days=world.number(4, 33))
    claim.closed_on = min(closed, world.today)


def _events(world: World, claim: Claim) -> list[ClaimEvent]:
    """The log: every status the claim has passed, with what was done."""
    author = claim.responsible.user_id
    passed = _ORDER[: _ORDER.index(claim.status) + 1]
    events = []
    before: ClaimStatus | None = None
    for number, status in enumerate(passed):
        day = min(claim.registered_on + timedelta(days=2 * number), claim.closed_on or world.today)
        at = world.moment(day, 10 + number, 15)
        text = "" if not number else world.pick(_ACTIONS)
        events.append(
            ClaimEvent(claim_id=claim.id, at=at, by_user_id=author, from_status=before, to_status=status, text=text)
        )
        before = status
    return events
