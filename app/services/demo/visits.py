"""Service requests and visits of the demo company: done, today's, ahead, forgotten, done in part."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from app.clock import day_of
from app.models.files import AttachmentKind
from app.models.ledger import ActivityKind, DocumentKind
from app.models.service import (
    Equipment,
    RequestStatus,
    ServiceRequest,
    Visit,
    VisitPurpose,
    VisitStatus,
    WorkKind,
)
from app.models.staff import Employee
from app.services.demo.clients import Card
from app.services.demo.company import Company
from app.services.demo.equipment import is_compressor, photo_of
from app.services.demo.pictures import draw_machine
from app.services.demo.world import World
from app.services.files import Stored, store_file
from app.services.ledger import ActivityEntry, Registrar
from app.services.ledger.loading import load_activity
from app.services.service import number_request

_KINDS = (("Техническое обслуживание", 120, True), ("Ремонт", 180, False), ("Пусконаладка", 240, False),
          ("Диагностика", 60, False))  # fmt: skip
_COMPLAINTS = ("Не запускается", "Падает давление", "Замятие бумаги", "Полосы на отпечатках", "Течь масла",
               "Посторонний шум", "Перегрев", "Ошибка узла закрепления")  # fmt: skip
_DONE = ("Заменены фильтры и масло, проверено давление, работает штатно.", "Выполнена чистка, отпечаток без полос.",
         "Заменён узел, выполнены испытания под нагрузкой.", "Проведены замеры, регулировка, инструктаж.")  # fmt: skip
_PARTS = ("Фильтр воздушный ФВ-100, 1 шт", "Масло компрессорное КМ-46, 5 л", "Ролик захвата бумаги, 2 шт", None, None)
_TALKS = ("Обсуждение договора на следующий год", "Осмотр площадки под новый компрессор", "Показ оборудования")
_LENGTH = timedelta(minutes=110)


@dataclass
class Yard:
    """What visits take from."""

    company: Company
    kinds: list[WorkKind]
    cards: dict[int, Card]
    machines: list[Equipment]


def make_visits(world: World, company: Company, cards: list[Card], machines: list[Equipment]) -> list[Visit]:
    """Make requests and visits; visits of managers are counted as activity."""
    kinds = [
        world.named(WorkKind, name, usual_minutes=minutes, is_maintenance=maintenance)
        for name, minutes, maintenance in _KINDS
    ]
    yard = Yard(company, kinds, {card.client.id: card for card in cards}, machines)
    visits = [*_of_engineers(world, yard), *_of_managers(world, cards)]
    visits.sort(key=lambda visit: (visit.starts_at, visit.employee.id))
    _number(world, visits)
    world.save(visits)
    _add_waiting(world, yard)
    _renew_maintenance(world, visits)
    _count(world, visits)
    _photograph(world, visits)
    return visits


def _of_engineers(world: World, yard: Yard) -> Iterator[Visit]:
    """More and more visits towards today, then two weeks of plans."""
    for engineer in yard.company.engineers:
        for days in range(360, 0, -1):
            day = world.ago(days)
            for _slot in range(world.chance(8) if days > 120 else world.chance(45)):
                yield from _visit(world, yard, engineer, day, _status_before(world, days))
        for days in range(15):
            for _slot in range(3 if not days else world.number(0, 3)):
                yield from _visit(world, yard, engineer, world.ago(-days), VisitStatus.PLANNED)


def _status_before(world: World, days: int) -> VisitStatus:
    place = world.number(1, 100)
    if days < 25 and place <= 20:
        return VisitStatus.PLANNED  # forgotten
    if place <= 30 and days < 60:
        return VisitStatus.PARTLY_DONE
    return VisitStatus.CANCELLED if place > 97 else VisitStatus.DONE


def _visit(world: World, yard: Yard, engineer: Employee, day: date, status: VisitStatus) -> Iterator[Visit]:
    """One visit with its request, when the engineer is free on that day."""
    hour = world.free_slot(engineer.id, day)
    if hour is None:
        return
    machine = world.pick(yard.machines)
    card = yard.cards[machine.client_id]
    kind = world.pick(yard.kinds[:2] if machine.next_maintenance_on else yard.kinds[1:])
    if kind.is_maintenance and (machine.next_maintenance_on or day) < world.today:
        kind = yard.kinds[1]  # overdue maintenance must stay overdue
    starts_at = world.moment(day, hour)
    visit = Visit(
        status=status,
        client=card.client,
        contact=card.contacts[-1],
        equipment=machine,
        work_kind=kind,
        employee=engineer,
        starts_at=starts_at,
        ends_at=starts_at + _LENGTH,
        town=card.client.town,
        site=(card.client.actual_address or "")[:200] or None,
        task=kind.name if kind.is_maintenance else world.pick(_COMPLAINTS),
        request=_request(world, card, machine, kind, day),
    )
    _settle(world, visit)
    yield visit


def _request(world: World, card: Card, machine: Equipment, kind: WorkKind, day: date) -> ServiceRequest:
    first, last = min(day - timedelta(days=9), world.ago(5)), min(day - timedelta(days=1), world.ago(1))
    registered = world.working_day(first, last)
    return ServiceRequest(
        registered_on=registered,
        client=card.client,
        contact=card.contacts[0],
        equipment=machine,
        work_kind=kind,
        status=RequestStatus.PLANNED,
        description=f"{kind.name}: {machine.model}. {world.pick(_COMPLAINTS)}.",
        desired_on=max(registered, day - timedelta(days=world.number(0, 2))),
        promised_at=world.moment(day, 18),
        responsible=card.manager,
    )


def _settle(world: World, visit: Visit) -> None:
    """What the outcome of the visit means for it and for its request."""
    request = visit.request
    if request is None or visit.status is VisitStatus.PLANNED:
        return
    if visit.status is VisitStatus.CANCELLED:
        visit.work_done = "Отменено: клиент перенёс работы."
        request.status = RequestStatus.CANCELLED
        return
    visit.work_done = world.pick(_DONE)
    visit.parts_used = world.pick(_PARTS)
    visit.hours = Decimal(world.pick((1, 2, 2, 3)))
    if visit.status is VisitStatus.PARTLY_DONE:
        visit.next_step = "Привезти запасную часть и закончить ремонт."
        request.status = RequestStatus.IN_WORK
    else:
        request.status = RequestStatus.DONE


def _of_managers(world: World, cards: list[Card]) -> Iterator[Visit]:
    """Managers visit clients too: past ones are done, a few are ahead."""
    for _place in range(world.scaled(260)):
        card = world.pick(cards)
        is_ahead = world.chance(15)
        past = world.working_day(max(card.since, world.ago(700)), world.ago(1))
        day = world.ago(-world.number(1, 12)) if is_ahead else past
        hour = world.free_slot(card.manager.id, day)
        if hour is None:
            continue
        starts_at = world.moment(day, hour)
        yield Visit(
            purpose=VisitPurpose.MANAGER,
            status=VisitStatus.PLANNED if is_ahead else VisitStatus.DONE,
            client=card.client,
            contact=card.contacts[0],
            employee=card.manager,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            town=card.client.town,
            site=(card.client.actual_address or "")[:200] or None,
            task=world.pick(_TALKS),
            work_done=None if is_ahead else "Встретились, обсудили планы закупок.",
            next_step=None if is_ahead else "Подготовить предложение.",
        )


def _number(world: World, visits: list[Visit]) -> None:
    """Requests get their numbers in the order of registration, finished visits the numbers of their acts."""
    requests = [visit.request for visit in visits if visit.request is not None]
    requests.sort(key=lambda request: request.registered_on)
    with world.session.no_autoflush:
        for request in requests:
            number_request(world.session, request)
    finished = [visit for visit in visits if visit.request and visit.status is VisitStatus.DONE]
    for number, visit in enumerate(finished, start=1):
        visit.act_number = f"А-{number:05d}"


def _add_waiting(world: World, yard: Yard) -> None:
    """Requests that nobody has planned yet; some are past the day the client asked for."""
    waiting = []
    for place in range(world.scaled(45)):
        machine = world.pick(yard.machines)
        card = yard.cards[machine.client_id]
        registered = world.working_day(world.ago(14), world.ago(1))
        request = ServiceRequest(
            registered_on=registered,
            client=card.client,
            contact=card.contacts[0],
            equipment=machine,
            work_kind=yard.kinds[1],
            description=world.pick(_COMPLAINTS),
            desired_on=max(registered, world.ago(1 if place % 3 == 0 else -world.number(0, 9))),
            responsible=card.manager,
        )
        number_request(world.session, request)
        waiting.append(request)
    world.save(waiting)


def _renew_maintenance(world: World, visits: list[Visit]) -> None:
    """A maintenance that was done moves the next one on, as finishing the visit does."""
    for visit in visits:
        machine = visit.equipment
        is_maintenance = visit.work_kind is not None and visit.work_kind.is_maintenance
        if machine is None or visit.status is not VisitStatus.DONE or not is_maintenance:
            continue
        day = day_of(visit.starts_at, world.order.zone)
        next_on = day + relativedelta(months=machine.maintenance_months or 12)
        if machine.next_maintenance_on is None or machine.next_maintenance_on < next_on:
            machine.next_maintenance_on = next_on
    world.session.flush()


def _count(world: World, visits: list[Visit]) -> None:
    done = [visit for visit in visits if visit.purpose is VisitPurpose.MANAGER and visit.status is VisitStatus.DONE]
    zone = world.order.zone
    load_activity(
        world.session,
        [
            (
                Registrar(DocumentKind.VISIT, visit.id),
                ActivityEntry(day_of(visit.starts_at, zone), visit.employee_id, ActivityKind.VISIT, visit.client_id),
            )
            for visit in done
        ],
    )


def _photograph(world: World, visits: list[Visit]) -> None:
    """Before and after, at the newest finished visits; a dozen pairs of pictures serve them all."""
    done = [(visit, visit.equipment) for visit in visits if visit.equipment and visit.status is VisitStatus.DONE]
    album: dict[tuple[bool, int, bool], Stored] = {}
    for place, (visit, machine) in enumerate(done[-world.scaled(60) :]):
        day = day_of(visit.starts_at, world.order.zone)
        air = is_compressor(machine)
        plate = "Компрессор винтовой" if air else "Печатающее устройство"
        for kind, is_dirty, caption in (
            (AttachmentKind.PHOTO_BEFORE, True, "До работ"),
            (AttachmentKind.PHOTO_AFTER, False, "После работ"),
        ):
            key = (air, place % 3, is_dirty)
            if key not in album:
                content = draw_machine(plate, is_compressor=air, variant=place % 3, is_dirty=is_dirty)
                album[key] = store_file(world.session, content, f"{caption}.jpg", folder=world.files)
            world.session.add(photo_of(visit, album[key], kind, caption, world, day))
    world.session.flush()
