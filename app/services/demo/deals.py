"""Deals of the demo company over all stages, each with the history of how it came there."""

from datetime import date, timedelta
from decimal import Decimal

from app.models.deals import (
    Deal,
    DealStage,
    DealStageChange,
    LossReason,
    PlanTemplate,
    PlanTemplateStep,
    StageOutcome,
    StepFor,
)
from app.services.deals import check_deal
from app.services.demo.catalogue import Catalogue
from app.services.demo.clients import Card
from app.services.demo.world import World

_STAGES = (
    ("Первичный контакт", 10, StageOutcome.OPEN), ("Выявление потребности", 25, StageOutcome.OPEN),
    ("Коммерческое предложение", 45, StageOutcome.OPEN), ("Согласование условий", 65, StageOutcome.OPEN),
    ("Счёт выставлен", 85, StageOutcome.OPEN), ("Успешно завершена", 100, StageOutcome.WON),
    ("Проиграна", 0, StageOutcome.LOST),
)  # fmt: skip
_PLANS: tuple[tuple[str, str, tuple[tuple[str, int, StepFor], ...]], ...] = (
    (
        "Поставка оборудования", "Выявление потребности",
        (
            ("Уточнить потребность и бюджет", 0, StepFor.RESPONSIBLE), ("Проверить совместимость", 2, StepFor.ENGINEER),
            ("Отправить коммерческое предложение", 3, StepFor.RESPONSIBLE), ("Узнать решение", 8, StepFor.RESPONSIBLE),
        ),
    ),
    (
        "Подписание договора", "Согласование условий",
        (
            ("Отправить проект договора", 1, StepFor.RESPONSIBLE), ("Согласовать с юристами клиента", 4, StepFor.HELPS),
            ("Получить подписанный договор", 10, StepFor.RESPONSIBLE),
        ),
    ),
)  # fmt: skip
_REASONS = ("Выбрали другого поставщика", "Не устроила цена", "Не устроил срок", "Потребность отпала", "Нет бюджета")
_STEPS = ("Позвонить и уточнить потребность", "Отправить коммерческое предложение", "Согласовать спецификацию",
          "Договориться о показе оборудования", "Уточнить срок оплаты", "Подготовить договор")  # fmt: skip
LONGEST_DAYS = 110
"""How long a deal takes at most; an older one has ended."""


def _make_plans(world: World, stages: dict[str, DealStage]) -> None:
    """Templates of plans, offered at stages."""
    for name, stage, steps in _PLANS:
        rows = [
            PlanTemplateStep(position=place, task=task, after_days=days, who=who)
            for place, (task, days, who) in enumerate(steps, start=1)
        ]
        world.named(PlanTemplate, name, stage=stages[stage], steps=rows)


def make_deals(world: World, catalogue: Catalogue, cards: list[Card]) -> dict[int, list[Deal]]:
    """Make the deals; gives them by the client's id."""
    stages = [
        world.named(DealStage, name, position=position, probability=probability, outcome=outcome)
        for position, (name, probability, outcome) in enumerate(_STAGES, start=1)
    ]
    _make_plans(world, {stage.name: stage for stage in stages})
    reasons = [world.named(LossReason, name) for name in _REASONS]
    by_client: dict[int, list[Deal]] = {card.client.id: [] for card in cards}
    changes: list[tuple[Deal, list[tuple[date, DealStage]]]] = []
    for number in range(world.scaled(520)):
        card = cards[number % len(cards)] if number < len(cards) else world.pick(cards)
        deal, way = _deal(world, catalogue, card, stages)
        if deal.stage.outcome is StageOutcome.LOST:
            deal.loss_reason = world.pick(reasons)
        check_deal(deal, today=world.today)
        by_client[card.client.id].append(deal)
        changes.append((deal, way))
    world.save([deal for deal, _way in changes])
    for deal, way in changes:
        world.session.add_all(_history(world, deal, way))
    world.session.flush()
    return by_client


def _deal(
    world: World, catalogue: Catalogue, card: Card, stages: list[DealStage]
) -> tuple[Deal, list[tuple[date, DealStage]]]:
    product = world.pick(catalogue.machines if world.chance(70) else catalogue.services)
    quantity = world.number(1, 3)
    is_fresh = world.chance(10)
    begun = world.working_day(max(card.since, world.ago(9 if is_fresh else 720)), world.ago(1))
    way = _way(world, begun, stages)
    last_day, stage = way[-1]
    price = catalogue.price(product, catalogue.price_types[0], begun)
    deal = Deal(
        title=f"Поставка: {product.name}" if product in catalogue.machines else product.name,
        client=card.client,
        contact=card.contacts[0],
        stage=stage,
        responsible=card.manager,
        amount=(price * quantity).quantize(Decimal("0.01")),
        expected_on=begun + timedelta(days=LONGEST_DAYS),
        created_at=world.office_time(begun),
    )
    if stage.outcome is StageOutcome.OPEN:
        deal.next_step = world.pick(_STEPS)
        if world.chance(90):
            deal.next_step_on = world.ago(world.number(1, 9) if world.chance(40) else -world.number(0, 25))
    else:
        deal.closed_on = last_day
    return deal, way


def _way(world: World, begun: date, stages: list[DealStage]) -> list[tuple[date, DealStage]]:
    """The days on which the deal came to its stages, up to today; what has had time enough has ended."""
    way = [(begun, stages[0])]
    will_win = world.chance(58)
    length = world.number(2, 5)
    for stage in [*stages[1:length], stages[5] if will_win else stages[6]]:
        day = way[-1][0] + timedelta(days=world.number(3, LONGEST_DAYS // 5))
        if day >= world.today:
            break
        way.append((day, stage))
    return way


def _history(world: World, deal: Deal, way: list[tuple[date, DealStage]]) -> list[DealStageChange]:
    before: int | None = None
    changes = []
    for day, stage in way:
        user_id = deal.responsible.user_id
        at = world.moment(day, 12, deal.id % 60)
        changes.append(DealStageChange(deal_id=deal.id, from_id=before, to_id=stage.id, at=at, by_user_id=user_id))
        before = stage.id
    return changes
