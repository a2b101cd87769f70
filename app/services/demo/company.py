"""Our own side of the demo company: organisations with accounts, departments, employees with logins, absences."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from app.clock import start_of
from app.models.staff import Absence, AbsenceKind, BankAccount, Department, Employee, Organisation
from app.permissions import Role
from app.services.demo import numbers
from app.services.demo.people import Name, PhoneBook, make_name
from app.services.demo.world import World
from app.services.security_setup import create_user, init_security

PASSWORD = "kontora-demo"  # noqa: S105 (published in the README, refused in production)
MANAGERS, ENGINEERS = 12, 8
_SALES, _SERVICE = "Отдел продаж", "Отдел сервиса"
_OFFICE = (
    ("admin", "Администрация", "Системный администратор", Role.ADMIN),
    ("director", "Администрация", "Генеральный директор", Role.DIRECTOR),
    ("saleshead", _SALES, "Руководитель отдела продаж", Role.SALES_HEAD),
    ("servicehead", _SERVICE, "Руководитель сервисной службы", Role.SERVICE_HEAD),
    ("accountant", "Бухгалтерия", "Главный бухгалтер", Role.ACCOUNTANT),
    ("buyer", "Отдел снабжения", "Специалист по снабжению", Role.PURCHASING),
    ("office", "Бэк-офис", "Офис-менеджер", Role.BACK_OFFICE),
)
_HOME_TOWNS = ("Москва", "Подольск", "Тула", "Калуга", "Владимир", "Рязань", "Тверь", "Ярославль")


@dataclass
class Company:
    """Our own side, ready to work. `by_login` has everyone who can sign in."""

    trade: Organisation
    """ООО, pays VAT."""
    repairs: Organisation
    """ИП, without VAT."""
    accounts: list[BankAccount]
    """Two of the first organisation, one of the second."""
    departments: dict[str, Department]
    managers: list[Employee]
    engineers: list[Employee]
    by_login: dict[str, Employee]


def make_company(world: World, phones: PhoneBook) -> Company:
    """Make everything on our own side."""
    trade, repairs = _organisations(world)
    accounts = _accounts(world, trade, repairs)
    names = ("Администрация", _SALES, _SERVICE, "Бухгалтерия", "Отдел снабжения", "Бэк-офис")
    departments = {name: world.named(Department, name) for name in names}
    init_security(world.session)
    by_login = {}
    for login, department, position, role in _OFFICE:
        by_login[login] = _employee(world, phones, departments[department], position, login)
        _give_login(world, by_login[login], login, role)
    company = Company(trade, repairs, accounts, departments, [], [], by_login)
    _add_managers(world, phones, company)
    _add_engineers(world, phones, company)
    _directors(company)
    _add_absences(world, company)
    return company


def _organisations(world: World) -> tuple[Organisation, Organisation]:
    trade = Organisation(
        name="ООО «Контора-Сервис»",
        full_name="Общество с ограниченной ответственностью «Контора-Сервис»",
        inn=numbers.company_inn(world.random, "77"),
        kpp="779901001",
        ogrn=numbers.company_ogrn(world.random, "77", 2015),
        address="101000, г. Москва, ул. Примерная, д. 1, офис 15",
        phone="+7 (909) 000-00-01",
        director="",
        number_prefix="КС",
    )
    repairs = Organisation(
        name="ИП Примеров",
        full_name="Индивидуальный предприниматель Примеров Пример Примерович",
        inn=numbers.person_inn(world.random, "77"),
        ogrn=numbers.person_ogrn(world.random, "77", 2018),
        address="101000, г. Москва, ул. Примерная, д. 1, офис 16",
        phone="+7 (909) 000-00-02",
        director="Примеров П. П.",
        director_genitive="Примерова Примера Примеровича",
        number_prefix="ИП",
    )
    world.save([trade, repairs])
    return trade, repairs


def _accounts(world: World, trade: Organisation, repairs: Organisation) -> list[BankAccount]:
    facts = (
        (trade, "Основной", "40702", 1, "3500000"),
        (trade, "Резервный", "40702", 2, "800000"),
        (repairs, "Счёт ИП", "40802", 3, "400000"),
    )
    accounts = [
        BankAccount(
            organisation=organisation,
            name=name,
            account=numbers.account(kind, number),
            bank_name=numbers.DEMO_BANK,
            bik=numbers.DEMO_BIK,
            correspondent_account=numbers.DEMO_CORRESPONDENT,
            opening_balance=Decimal(opening),
        )
        for organisation, name, kind, number, opening in facts
    ]
    world.save(accounts)
    return accounts


def _employee(world: World, phones: PhoneBook, department: Department, position: str, login: str = "") -> Employee:
    given, is_man = {"anna": ("Анна", False), "boris": ("Борис", True), "egor": ("Егор", True)}.get(login, ("", None))
    name = make_name(world, given=given, is_man=is_man)
    employee = Employee(
        family_name=name.family,
        given_name=name.given,
        patronymic=name.patronymic,
        department=department,
        position=position,
        phone=phones.next(),
        email=f"{login}@example.ru" if login else None,
        hired_on=world.ago(world.number(900, 2600)),
    )
    world.save([employee])
    return employee


def _give_login(world: World, employee: Employee, login: str, role: Role) -> None:
    employee.user = create_user(
        world.session, login, role, PASSWORD,
        first_name=employee.given_name, last_name=employee.family_name, email=f"{login}@example.ru",
    )  # fmt: skip
    world.session.flush()


def _add_managers(world: World, phones: PhoneBook, company: Company) -> None:
    """The sales managers; the first two have logins."""
    for number in range(MANAGERS):
        login = ("anna", "boris")[number] if number < 2 else ""
        manager = _employee(world, phones, company.departments[_SALES], "Менеджер по продажам", login)
        manager.is_manager = True
        company.managers.append(manager)
        if login:
            _give_login(world, manager, login, Role.SALES)
            company.by_login[login] = manager


def _add_engineers(world: World, phones: PhoneBook, company: Company) -> None:
    """The service engineers; the first one has a login."""
    for number in range(ENGINEERS):
        login = "" if number else "egor"
        engineer = _employee(world, phones, company.departments[_SERVICE], "Сервисный инженер", login)
        engineer.is_engineer = True
        engineer.home_town = _HOME_TOWNS[number]
        company.engineers.append(engineer)
        if login:
            _give_login(world, engineer, login, Role.ENGINEER)
            company.by_login[login] = engineer


def _directors(company: Company) -> None:
    """Put those who sign into the requisites."""
    director, accountant = company.by_login["director"], company.by_login["accountant"]
    company.trade.director = str(director)
    company.trade.director_genitive = _genitive(director)
    company.trade.accountant = str(accountant)


def _genitive(person: Employee) -> str:
    """«Примеров Олег Львович» as «Примерова О. Л.»: initials spare us the declension of given names."""
    is_man = (person.patronymic or "").endswith("ич")
    ending = "а" if is_man else "ой"
    stem = person.family_name if is_man else person.family_name.removesuffix("а")
    name = Name(stem + ending, person.given_name, person.patronymic or "—", is_man)
    return name.short


def _add_absences(world: World, company: Company) -> None:
    """Leave of everyone in the past year, and who is away now or soon."""
    people = [*company.managers, *company.engineers]
    for employee in people:
        _absent(world, employee, AbsenceKind.LEAVE, world.ago(world.number(60, 330)), 14)
    _absent(world, company.managers[6], AbsenceKind.ILLNESS, world.ago(2), 5)
    _absent(world, company.engineers[3], AbsenceKind.LEAVE, world.ago(-4), 14)
    _absent(world, company.engineers[5], AbsenceKind.TRAINING, world.ago(-2), 2)
    _absent(world, company.managers[1], AbsenceKind.LEAVE, world.ago(-9), 7)


def _absent(world: World, employee: Employee, kind: AbsenceKind, first: date, days: int) -> None:
    after = first + timedelta(days=days)
    zone = world.order.zone
    absence = Absence(employee=employee, kind=kind, starts_at=start_of(first, zone), ends_at=start_of(after, zone))
    world.save([absence])
    world.away |= {(employee.id, first + timedelta(days=number)) for number in range(days)}
