"""Data of a known size in a new database: the same seed gives the same rows, registers and balances among them.

Rows are inserted in bulk, past the ORM, so the search keys that it would keep are computed here; what follows from
other rows (debts, payments, movements, balances) is made by the database out of them.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.models import guards, trigrams
from app.models.clients import Client, ClientKind, ClientStatus
from app.models.duplicates import ClientKey
from app.models.interactions import Interaction, InteractionKind, InteractionState
from app.models.ledger import DocumentKind, DueItem
from app.models.sales import DocumentStatus, Invoice
from app.models.staff import BankAccount, Employee, Organisation
from app.permissions import Role
from app.services.duplicates.cards import Card, Typed, card_of
from app.services.duplicates.keys import fingerprints
from app.services.names import company_key, search_key
from app.services.security_setup import create_user, init_security
from bench import registers
from tests import factories as make

LOGIN, HEAD, PASSWORD = "bench", "bench-head", "Измеряем-честно-77"
CHUNK = 5_000
SPREAD = 7_919_999_983
"""Has no part in common with a power of ten: different numbers stay different."""
KEYS_OF = 100_000
"""Clients whose fingerprints are put in order together."""
MANAGERS = 10
TOWNS = (
    ("Москва", 55.75, 37.62),
    ("Казань", 55.79, 49.12),
    ("Пермь", 58.01, 56.25),
    ("Тверь", 56.86, 35.91),
    ("Самара", 53.20, 50.15),
    ("Омск", 54.99, 73.37),
    ("Уфа", 54.74, 55.97),
    ("Томск", 56.50, 84.97),
)
WORDS = ("Альфа", "Вектор", "Гранит", "Заря", "Импульс", "Каскад", "Маяк", "Орбита", "Прогресс", "Сигнал")
SECOND = ("Сервис", "Техника", "Пром", "Снаб", "Лаборатория", "Мебель", "Строй")


@dataclass(frozen=True)
class Size:
    """How many rows of each kind."""

    clients: int
    interactions: int
    invoices: int


SIZES = {
    "S": Size(1_000, 3_000, 2_000),
    "M": Size(100_000, 300_000, 200_000),
    "L": Size(1_000_000, 3_000_000, 2_000_000),
}


@dataclass(frozen=True)
class World:
    """What the measurements need to know of the data."""

    manager_id: int
    client_id: int
    clients: int
    account: str
    organisation_id: int
    today: date
    inn_of: tuple[str, ...]
    """Payers of the statement, in the order of the first clients."""


@dataclass(frozen=True)
class _Ours:
    """Whose the documents are: the first client's key, our managers, organisation and account."""

    start: int
    managers: list[int]
    organisation: Organisation
    account: BankAccount


def build(session: Session, size: Size, now: datetime) -> World:
    """Fill an empty database; the caller commits."""
    ours = _people(session)
    _without_search_indexes(session)
    _fill(session, Client, (_client(number, ours) for number in range(size.clients)))
    _fill_keys(session, ours, size)
    _fill(session, Interaction, (_interaction(number, ours, size, now) for number in range(size.interactions)))
    _fill(session, Invoice, (_invoice(number, ours, size, now.date()) for number in range(size.invoices)))
    _fill(session, DueItem, (_debt(number, ours, size, now.date()) for number in range(size.invoices)))
    registers.fill(session, ours.account)
    guards.install(session.connection())
    payers = tuple(inn(number) for number in range(min(size.clients, 2_000)))
    account, organisation = ours.account.account, ours.organisation.id
    return World(ours.managers[0], ours.start, size.clients, account, organisation, now.date(), payers)


def inn(number: int) -> str:
    """A twelve-digit number that no taxpayer has: the region 00 does not exist. Its digits are spread as real ones."""
    return f"00{number * SPREAD % 10**10:010d}"


def _people(session: Session) -> _Ours:
    init_security(session)
    user = create_user(session, LOGIN, Role.SALES, PASSWORD)
    create_user(session, HEAD, Role.DIRECTOR, PASSWORD)
    managers: list[Employee] = [make.make_employee(session, user=user)]
    managers += [make.make_employee(session) for _each in range(MANAGERS - 1)]
    organisation = make.make_organisation(session)
    account = make.make_bank_account(session, organisation=organisation)
    first = make.make_client(session, name="ООО «Первый»", inn=inn(10**9), responsible=managers[0])
    make.make_invoice(session, client=first, organisation=organisation, bank_account=account, responsible=managers[0])
    session.flush()
    return _Ours(first.id + 1, [manager.id for manager in managers], organisation, account)


def _without_search_indexes(session: Session) -> None:
    """An index made at once, at the end, is quicker than one that grows row by row."""
    if session.get_bind().dialect.name == "sqlite":
        statements = list(trigrams.off_sqlite())
    else:
        statements = [f"drop index if exists {index.gin}" for index in trigrams.trigram_indexes()]
    for statement in statements:
        session.execute(text(statement))


def _fill(session: Session, model: type[Any], rows: Iterator[dict[str, Any]]) -> None:
    while chunk := list(islice(rows, CHUNK)):
        session.execute(insert(model.__table__), chunk)


def _fill_keys(session: Session, ours: _Ours, size: Size) -> None:
    """The fingerprints by which duplicates are found; in order, so that an index grows at its end."""
    for first in range(0, size.clients, KEYS_OF):
        numbers = range(first, min(first + KEYS_OF, size.clients))
        rows = sorted((key, ours.start + number) for number in numbers for key in fingerprints(_card(number, ours)))
        _fill(session, ClientKey, ({"key": key, "client_id": client} for key, client in rows))


def _card(number: int, ours: _Ours) -> Card:
    row = _client(number, ours)
    return card_of(Typed(row["name"], row["kind"], row["inn"], town=row["town"], phones=[row["phone"]]))


def _client(number: int, ours: _Ours) -> dict[str, Any]:
    name = f"ООО «{WORDS[number % len(WORDS)]} {SECOND[number // 10 % len(SECOND)]} {number}»"
    town, latitude, longitude = TOWNS[number // 3 % len(TOWNS)]
    phone = f"+7 495 {number % 1000:03d}-{number // 1000 % 100:02d}-{number // 100_000:02d}"
    return {
        "id": ours.start + number,
        "name": name,
        "inn": inn(number),
        "kind": ClientKind.COMPANY,
        "status": ClientStatus.ACTIVE if number % 4 else ClientStatus.LEAD,
        "town": town,
        "latitude": Decimal(f"{latitude + number % 97 / 500:.6f}"),
        "longitude": Decimal(f"{longitude + number % 89 / 400:.6f}"),
        "phone": phone,
        "responsible_id": ours.managers[number // 7 % len(ours.managers)],
        "debt_threshold": Decimal(0),
        "search_key": search_key(name, inn(number), phone, town),
        "company_key": company_key(name),
    }


def _interaction(number: int, ours: _Ours, size: Size, now: datetime) -> dict[str, Any]:
    client = number % size.clients
    return {
        "kind": InteractionKind.CALL,
        "state": InteractionState.DONE if number % 7 else InteractionState.PLANNED,
        "client_id": ours.start + client,
        "topic": f"Разговор {number}",
        "starts_at": now - timedelta(minutes=17 * number % 1_000_000),
        "responsible_id": ours.managers[client // 7 % len(ours.managers)],
        "search_key": f"разговор {number}",
    }


def _invoice(number: int, ours: _Ours, size: Size, today: date) -> dict[str, Any]:
    client, day = number % size.clients, today - timedelta(days=number % 365)
    return {
        "id": 1_000 + number,
        "number": f"Б-{number}",
        "number_year": day.year,
        "day": day,
        "client_id": ours.start + client,
        "organisation_id": ours.organisation.id,
        "bank_account_id": ours.account.id,
        "responsible_id": ours.managers[client // 7 % len(ours.managers)],
        "status": DocumentStatus.POSTED,
        "total": _total(number),
        "vat_total": Decimal(0),
        "search_key": f"б {number}",
    }


def _debt(number: int, ours: _Ours, size: Size, today: date) -> dict[str, Any]:
    """What an invoice is owed by: 60 % are paid, the rest falls due within a year around today."""
    day = today - timedelta(days=number % 365)
    return {
        "client_id": ours.start + number % size.clients,
        "organisation_id": ours.organisation.id,
        "document_kind": DocumentKind.INVOICE,
        "document_id": 1_000 + number,
        "document_number": f"Б-{number}",
        "document_day": day,
        "stage": 1,
        "due_on": day + timedelta(days=30),
        # In no step with the numbers that names, towns and managers go by: any page has clients who owe.
        "balance": Decimal(0) if number // 11 % 5 < 3 else _total(number),
    }


def _total(number: int) -> Decimal:
    """The same sum for the same number in every run, between a thousand and nine hundred thousand roubles."""
    return Decimal(random.Random(number).randrange(1_000_00, 900_000_00)).scaleb(-2)
