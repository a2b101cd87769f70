"""Clients of the demo company: invented firms in forty towns, their people, turnover, history of responsibility."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from app.models.clients import (
    Client,
    ClientBankAccount,
    ClientComment,
    ClientKind,
    ClientStatus,
    ClientTurnover,
    Contact,
    ContactEmail,
    ContactPhone,
    ContactRole,
    Pin,
    ResponsibilityChange,
    Segment,
)
from app.models.staff import Employee
from app.services.clients import check_client, check_contact
from app.services.demo import numbers
from app.services.demo.company import Company
from app.services.demo.people import PhoneBook, make_name
from app.services.demo.towns import TOWNS, DemoTown
from app.services.demo.world import World

ANNA_SHARE, BORIS_SHARE = 11, 9
"""Percent of all clients; the others are shared equally."""
_FIRST = ("Пример", "Образец", "Макет", "Шаблон", "Эталон", "Проба", "Тест", "Учебный", "Условный", "Демо", "Черновик",
          "Вымысел", "Модель", "Прототип", "Эскиз", "Набросок")  # fmt: skip
_SECOND = ("Сталь", "Пласт", "Мебель", "Агро", "Упаковка", "Хим", "Лес", "Авто", "Текстиль", "Печать", "Стекло",
           "Молоко", "Хлеб", "Керамика", "Металл", "Бетон", "Логистика", "Медтехника", "Полимер", "Станко",
           "Электро", "Окна", "Кабель", "Шина", "Картон", "Строй")  # fmt: skip
_SEGMENTS = ("Производство", "Торговля", "Офисы и услуги", "Медицина и образование", "Сельское хозяйство",
             "Строительство")  # fmt: skip
_SOURCES = ("Выставка", "Сайт", "Рекомендация", "Холодный звонок", "Повторное обращение", None)
_STREETS = ("Примерная", "Образцовая", "Тестовая", "Учебная", "Модельная", "Черновая", "Промышленная", "Складская")
_POSITIONS = (
    ("Генеральный директор", ContactRole.DECIDES), ("Главный инженер", ContactRole.INFLUENCES),
    ("Главный бухгалтер", ContactRole.PAYS), ("Начальник АХО", ContactRole.INFLUENCES), ("Механик", ContactRole.USES),
    ("Системный администратор", ContactRole.USES), ("Специалист по закупкам", ContactRole.INFLUENCES),
)  # fmt: skip
_PORTRAITS = (
    "Решает быстро, ценит короткие письма с цифрами. Не любит повторных звонков без повода.",
    "Осторожен, сравнивает три предложения. Убеждают расчёт окупаемости и отзывы соседей по отрасли.",
    "Общителен, охотно встречается на производстве. Решение принимает после осмотра оборудования.",
    "Требователен к срокам: обещанное записывает и проверяет. Важно предупреждать о задержке заранее.",
    "Предпочитает письма. Звонить лучше после обеда; торгуется до последнего дня, скидку ждёт в конце квартала.",
)
_COMMENTS = (
    "Пропуск на территорию заказывать за день.", "Просят присылать акт вместе со счётом.",
    "Планируют второй цех весной, вернуться к разговору о компрессоре.", "Звонить только на мобильный.",
    "Бухгалтерия принимает оригиналы по понедельникам.", "Интересовались арендой на время ремонта.",
    "Договор подписывают через ЭДО.", "Сменился главный инженер, представиться заново.",
)  # fmt: skip


@dataclass
class Card:
    """A client with what the other parts need to know about it."""

    client: Client
    town: DemoTown
    since: date
    manager: Employee
    contacts: list[Contact] = field(default_factory=list)
    account: str = ""
    is_debtor: bool = False
    pays_on_friday: bool = False


def make_clients(world: World, company: Company, phones: PhoneBook) -> list[Card]:
    """Make the clients, with everything that hangs on their cards."""
    segments = [world.named(Segment, name) for name in _SEGMENTS]
    cards = [_card(world, company, phones, number) for number in range(world.order.clients)]
    for card in cards:
        card.client.segment = world.pick(segments)
        check_client(card.client)
    world.save([card.client for card in cards])
    for card in cards:
        _add_contacts(world, phones, card)
        _add_requisites(world, card)
        _add_history(world, company, card)
    _add_comments(world, company, cards)
    world.session.flush()
    return cards


def _card(world: World, company: Company, phones: PhoneBook, number: int) -> Card:
    town = TOWNS[number % len(TOWNS)]
    is_debtor = number % 4 == 3
    since = world.ago(world.number(400 if is_debtor else 20, 1800))
    manager = _manager_of(world, company, number)
    is_company = not world.chance(12)
    name, full_name = _firm(number, is_company)
    head = make_name(world)
    created = world.office_time(since)
    client = Client(
        name=name,
        full_name=full_name,
        kind=ClientKind.COMPANY if is_company else ClientKind.ENTREPRENEUR,
        status=_status(number),
        responsible=manager,
        town=town.name,
        region=town.region,
        latitude=_near(world, town.latitude),
        longitude=_near(world, town.longitude),
        legal_address=_address(world, town),
        phone=phones.next(),
        email=f"info{number + 1}@example.ru",
        head_name=f"{head.family} {head.given} {head.patronymic}",
        head_position="Генеральный директор" if is_company else "Индивидуальный предприниматель",
        source=world.pick(_SOURCES),
        created_at=created,
        changed_at=created,
    )
    client.actual_address = client.legal_address if world.chance(70) else _address(world, town)
    _give_numbers(world, client, town, since)
    return Card(client, town, since, manager, is_debtor=is_debtor, pays_on_friday=world.chance(15))


def _manager_of(world: World, company: Company, number: int) -> Employee:
    """Spread by the place in a hundred, so that the shares are kept in a small company too."""
    place = number * 37 % 100
    if place < ANNA_SHARE:
        return company.managers[0]
    if place < ANNA_SHARE + BORIS_SHARE:
        return company.managers[1]
    return world.pick(company.managers[2:])


def _status(number: int) -> ClientStatus:
    place = number * 7 % 25
    if place < 2:
        return ClientStatus.LEAD
    if place == 2:
        return ClientStatus.LOST
    return ClientStatus.SLEEPING if place < 6 else ClientStatus.ACTIVE


def _firm(number: int, is_company: bool) -> tuple[str, str]:
    """Short and full name. Names repeat after all pairs are used, with a number."""
    pair, again = number % (len(_FIRST) * len(_SECOND)), number // (len(_FIRST) * len(_SECOND))
    words = f"{_FIRST[pair % len(_FIRST)]}{_SECOND[(pair // len(_FIRST) + pair) % len(_SECOND)]}"
    words = f"{words}-{again + 1}" if again else words
    if is_company:
        return f"ООО «{words}»", f"Общество с ограниченной ответственностью «{words}»"
    return f"ИП {words}", f"Индивидуальный предприниматель {words}"


def _near(world: World, degrees: Decimal) -> Decimal:
    """Up to some four kilometres from the centre."""
    return degrees + Decimal(world.number(-40_000, 40_000)).scaleb(-6)


def _address(world: World, town: DemoTown) -> str:
    region = "" if town.region == town.name else f"{town.region}, "
    return f"{region}г. {town.name}, ул. {world.pick(_STREETS)}, д. {world.number(1, 120)}"


def _give_numbers(world: World, client: Client, town: DemoTown, since: date) -> None:
    year = since.year - world.number(0, 8)
    if client.kind is ClientKind.COMPANY:
        client.inn = numbers.company_inn(world.random, town.code)
        client.kpp = f"{client.inn[:4]}01001"
        client.ogrn = numbers.company_ogrn(world.random, town.code, year)
    else:
        client.inn = numbers.person_inn(world.random, town.code)
        client.ogrn = numbers.person_ogrn(world.random, town.code, year)
    if client.status is ClientStatus.LEAD and world.chance(50):
        client.inn = client.kpp = client.ogrn = client.legal_address = None


def _add_contacts(world: World, phones: PhoneBook, card: Card) -> None:
    count = 1 + world.chance(70) + world.chance(40) + world.chance(20)
    for place in range(count):
        name = make_name(world)
        position, role = _POSITIONS[place] if place < 2 else world.pick(_POSITIONS[2:])
        contact = Contact(
            client=card.client,
            family_name=name.family,
            given_name=name.given,
            patronymic=name.patronymic,
            position=position,
            role=role,
            is_main=place == 0,
            is_active=place == 0 or not world.chance(6),
            phones=[ContactPhone(number=phones.next()) for _phone in range(1 + world.chance(15))],
        )
        if world.chance(75):
            contact.emails = [ContactEmail(address=f"contact{card.client.id}-{place + 1}@example.ru")]
        if world.chance(45):
            contact.birth_date = date(world.number(1960, 1999), world.number(1, 12), world.number(1, 28))
        if world.chance(35):
            contact.portrait = world.pick(_PORTRAITS)
        check_contact(contact)
        card.contacts.append(contact)
    world.session.add_all(card.contacts)


def _add_requisites(world: World, card: Card) -> None:
    client = card.client
    if client.inn and world.chance(85):
        kind = "40702" if client.kind is ClientKind.COMPANY else "40802"
        card.account = numbers.account(kind, 1000 + client.id)
        world.session.add(
            ClientBankAccount(client=client, account=card.account, bik=numbers.DEMO_BIK, bank_name=numbers.DEMO_BANK)
        )
    if client.kind is ClientKind.COMPANY and world.chance(80):
        amount = Decimal(world.number(8, 900)) * 1_000_000
        for year in range(world.today.year - 4, world.today.year):
            amount = (amount * world.number(88, 125) / 100).quantize(Decimal("1E3"))
            world.session.add(ClientTurnover(client=client, year=year, amount=amount.quantize(Decimal("0.01"))))


def _add_history(world: World, company: Company, card: Card) -> None:
    """Who answered for the client from the first day; one client in eight was handed over since."""
    begun = world.office_time(card.since)
    handed_on = card.since + timedelta(days=(world.today - card.since).days // 2)
    other = world.pick([manager for manager in company.managers if manager is not card.manager])
    was_handed = world.chance(12)
    first = other if was_handed else card.manager
    world.session.add(ResponsibilityChange(client_id=card.client.id, to_id=first.id, at=begun))
    if was_handed:
        world.session.add(
            ResponsibilityChange(
                client_id=card.client.id,
                from_id=other.id,
                to_id=card.manager.id,
                at=world.moment(handed_on, 18),
                reason="Передача клиентов другому менеджеру",
            )
        )


def _add_comments(world: World, company: Company, cards: list[Card]) -> None:
    author = company.by_login["office"].user_id
    pinned = []
    for _number in range(world.scaled(150)):
        card = world.pick(cards)
        comment = ClientComment(client=card.client, text=world.pick(_COMMENTS))
        if world.chance(15):
            pinned.append(comment)
        comment.created_by_id = card.manager.user_id or author
        comment.created_at = world.office_time(world.ago(world.number(1, 300)))
        world.session.add(comment)
    world.session.flush()
    for comment in pinned:
        world.session.add(
            Pin(client_id=comment.client_id, record_table=ClientComment.__tablename__, record_id=comment.id)
        )
