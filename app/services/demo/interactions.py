"""Two years of calls, meetings and letters, with those planned ahead and those that were forgotten."""

from datetime import date, timedelta

from app.clock import day_of
from app.models.clients import ClientStatus
from app.models.deals import Deal
from app.models.interactions import (
    Direction,
    Interaction,
    InteractionKind,
    InteractionState,
    InteractionSubject,
)
from app.models.ledger import ActivityKind, DocumentKind
from app.services.demo.catalogue import Catalogue
from app.services.demo.clients import Card
from app.services.demo.world import PAST_DAYS, World
from app.services.interactions import check_interaction
from app.services.ledger import ActivityEntry, Registrar
from app.services.ledger.loading import load_activity

_CALL, _MEETING, _LETTER = InteractionKind
_KINDS = (_CALL,) * 13 + (_MEETING,) * 2 + (_LETTER,) * 5
_TOPICS = (
    "Уточнить потребность в расходных материалах", "Обсудить замену оборудования", "Напомнить об оплате счёта",
    "Согласовать дату обслуживания", "Презентация нового компрессора", "Условия поставки", "Вопрос по гарантии",
    "Продление договора обслуживания", "Отзыв о работе инженера", "Сверка взаиморасчётов",
)  # fmt: skip
_COMMENTS = (
    "Подготовить прайс-лист и остатки.", "Просили перезвонить после планёрки.", "Взять с собой образцы.",
    "Уточнить, кто теперь принимает решение.", "Отправить после разговора краткое письмо.",
)  # fmt: skip
_RESULTS = (
    "Договорились о поставке, ждут счёт.", "Попросили вернуться через месяц.", "Интересует, запросили предложение.",
    "Оплату обещали до конца недели.", "Решение примут на совещании.", "Замечаний нет, всё работает.",
    "Передали контакты нового специалиста.",
)  # fmt: skip
_NOT_REACHED = "Не дозвонились, трубку не взяли."
_USUAL = {ClientStatus.LEAD: 6, ClientStatus.ACTIVE: 22, ClientStatus.SLEEPING: 10, ClientStatus.LOST: 6}
"""How many interactions a client of this status has had."""


def make_interactions(
    world: World, catalogue: Catalogue, cards: list[Card], deals: dict[int, list[Deal]]
) -> list[Interaction]:
    """Make interactions, past and planned; the done ones are counted as activity."""
    made = []
    for number, card in enumerate(cards):
        maker = _Maker(world, catalogue, card, deals[card.client.id])
        usual = _USUAL[card.client.status]
        for _place in range(world.number(usual // 2, usual + usual // 2)):
            made.append(maker.past())
        if number % 4 == 1:
            made.append(maker.planned(world.working_day(world.ago(18), world.ago(1))))
        if number % 3 == 0:
            made.append(maker.planned(world.calendar.next_working_day(world.ago(-world.number(0, 14)))))
        if number % 7 == 0:
            made.append(maker.planned(world.today))
    for interaction in made:
        check_interaction(interaction)
    made.sort(key=lambda interaction: (interaction.starts_at, interaction.client_id or 0))
    world.save(made)
    _count(world, made)
    return made


class _Maker:
    """Makes interactions with one client."""

    def __init__(self, world: World, catalogue: Catalogue, card: Card, deals: list[Deal]) -> None:
        self._world, self._catalogue, self._card, self._deals = world, catalogue, card, deals

    def past(self) -> Interaction:
        """One that is over: done, or rarely cancelled."""
        world = self._world
        day = world.working_day(max(self._card.since, world.ago(PAST_DAYS)), world.ago(1))
        made = self._begun(day)
        if world.chance(3):
            made.state = InteractionState.CANCELLED
            return made
        made.state = InteractionState.DONE
        made.is_reached = made.kind is not _CALL or not world.chance(18)
        made.result = world.pick(_RESULTS) if made.is_reached else _NOT_REACHED
        length = {_CALL: world.number(2, 25), _MEETING: 60, _LETTER: 0}[made.kind]
        made.ends_at = made.starts_at + timedelta(minutes=length)
        if world.chance(20):
            made.next_contact_on = day + timedelta(days=world.number(7, 45))
        return made

    def planned(self, day: date) -> Interaction:
        """One that is ahead, or was forgotten when the day has passed."""
        made = self._begun(day)
        if made.kind is _MEETING:
            made.ends_at = made.starts_at + timedelta(hours=1)
        return made

    def _begun(self, day: date) -> Interaction:
        world, card = self._world, self._card
        contact = world.pick(card.contacts)
        kind = world.pick(_KINDS)
        email = contact.emails[0].address if contact.emails else None
        starts_at = world.office_time(day)
        deal = next((deal for deal in self._deals if _is_open(deal, day)), None)
        made = Interaction(
            kind=kind,
            state=InteractionState.PLANNED,
            client=card.client,
            contact=contact,
            contact_details=email if kind is _LETTER and email else contact.phones[0].number,
            deal=deal,
            topic=world.pick(_TOPICS),
            comment=world.pick(_COMMENTS),
            direction=Direction.IN if world.chance(25) else Direction.OUT,
            starts_at=starts_at,
            place=card.client.actual_address[:200] if kind is _MEETING and card.client.actual_address else None,
            responsible=card.manager,
            created_at=min(starts_at, world.moment(world.ago(1), 9)),
        )
        if world.chance(40):
            products = {world.pick(self._catalogue.products) for _product in range(1 + world.chance(25))}
            ordered = sorted(products, key=lambda product: product.id)
            made.subjects = [InteractionSubject(product=product) for product in ordered]
        return made


def _is_open(deal: Deal, day: date) -> bool:
    """Tell whether a deal was in work on that day."""
    return deal.created_at.date() <= day and (deal.closed_on is None or day <= deal.closed_on)


def _count(world: World, made: list[Interaction]) -> None:
    zone = world.order.zone
    done = [interaction for interaction in made if interaction.state is InteractionState.DONE]
    load_activity(
        world.session,
        [
            (
                Registrar(DocumentKind.INTERACTION, interaction.id),
                ActivityEntry(
                    day_of(interaction.starts_at, zone),
                    interaction.responsible_id,
                    ActivityKind(interaction.kind.value),
                    interaction.client_id,
                ),
            )
            for interaction in done
        ],
    )
