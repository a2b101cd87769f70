"""Data of a known size in a new database: the same seed gives the same rows.

Rows are inserted in bulk, past the ORM, so the search keys that it would keep are computed here.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.models.clients import Client, ClientKind, ClientStatus
from app.models.interactions import Interaction, InteractionKind, InteractionState
from app.models.ledger import DocumentKind, DueItem
from app.models.sales import DocumentStatus, Invoice
from app.models.staff import BankAccount, Employee, Organisation
from app.permissions import Role
from app.services.names import company_key, search_key
from app.services.security_setup import create_user, init_security
from tests import factories as make

LOGIN, PASSWORD = "bench", "Измеряем-честно-77"
CHUNK = 5_000
MANAGERS = 10
TOWNS = ("Москва", "Казань", "Пермь", "Тверь", "Самара", "Омск", "Уфа", "Томск")
WORDS = ("Альфа", "Вектор", "Гранит", "Заря", "Импульс", "Каскад", "Маяк", "Орбита", "Прогресс", "Сигнал")


@dataclass(frozen=True)
class Size:
    """How many rows of each kind."""

    clients: int
    interactions: int
    invoices: int


SIZES = {"S": Size(1_000, 3_000, 2_000), "M": Size(100_000, 300_000, 200_000)}


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


def build(session: Session, size: Size, now: datetime) -> World:
    """Fill an empty database; the caller commits."""
    init_security(session)
    user = create_user(session, LOGIN, Role.SALES, PASSWORD)
    create_user(session, f"{LOGIN}-head", Role.DIRECTOR, PASSWORD)
    managers: list[Employee] = [make.make_employee(session, user=user)]
    managers += [make.make_employee(session) for _each in range(MANAGERS - 1)]
    organisation = make.make_organisation(session)
    account = make.make_bank_account(session, organisation=organisation)
    first = make.make_client(session, name="ООО «Первый»", inn=inn(0), responsible=managers[0])
    make.make_invoice(session, client=first, organisation=organisation, bank_account=account, responsible=managers[0])
    session.flush()
    start, keys = first.id + 1, [manager.id for manager in managers]
    _fill(session, Client, (_client(number, start, keys) for number in range(size.clients)))
    _fill(session, Interaction, (_interaction(n, start, size, keys, now) for n in range(size.interactions)))
    _invoices(session, size, _Sellers(start, keys, organisation, account), now.date())
    session.flush()
    payers = tuple(inn(number) for number in range(min(size.clients, 2_000)))
    return World(keys[0], start, size.clients, account.account, organisation.id, now.date(), payers)


def inn(number: int) -> str:
    """A twelve-digit number that no taxpayer has: the region 00 does not exist."""
    return f"00{number:010d}"


def _fill(session: Session, model: type[Any], rows: Iterator[dict[str, Any]]) -> None:
    while chunk := list(islice(rows, CHUNK)):
        session.execute(insert(model.__table__), chunk)


def _client(number: int, start: int, managers: list[int]) -> dict[str, Any]:
    name = f"ООО «{WORDS[number % len(WORDS)]} {number}»"
    town = TOWNS[number % len(TOWNS)]
    return {
        "id": start + number,
        "name": name,
        "inn": inn(number),
        "kind": ClientKind.COMPANY,
        "status": ClientStatus.ACTIVE,
        "town": town,
        "phone": f"+7 495 {number % 1000:03d}-{number // 1000 % 100:02d}-{number % 97:02d}",
        "responsible_id": managers[number % len(managers)],
        "debt_threshold": Decimal(0),
        "search_key": search_key(name, inn(number), town),
        "company_key": company_key(name),
    }


def _interaction(number: int, start: int, size: Size, managers: list[int], now: datetime) -> dict[str, Any]:
    client = number % size.clients
    return {
        "kind": InteractionKind.CALL,
        "state": InteractionState.DONE if number % 7 else InteractionState.PLANNED,
        "client_id": start + client,
        "topic": f"Разговор {number}",
        "starts_at": now - timedelta(minutes=17 * number % 1_000_000),
        "responsible_id": managers[client % len(managers)],
        "search_key": f"разговор {number}",
    }


@dataclass(frozen=True)
class _Sellers:
    """Whose invoices they are: the first client's key, our managers, organisation and account."""

    start: int
    managers: list[int]
    organisation: Organisation
    account: BankAccount


def _invoices(session: Session, size: Size, ours: _Sellers, today: date) -> None:
    """Posted invoices, 60 % of them paid; what is owed falls due within a year around today."""
    chance = random.Random(77)  # the same sums in every run
    invoices, debts = [], []
    for number in range(size.invoices):
        client, day = number % size.clients, today - timedelta(days=number % 365)
        total = Decimal(chance.randrange(1_000_00, 900_000_00)).scaleb(-2)
        is_paid = number % 5 < 3
        invoices.append(
            {
                "id": 1_000 + number,
                "number": f"Б-{number}",
                "number_year": day.year,
                "day": day,
                "client_id": ours.start + client,
                "organisation_id": ours.organisation.id,
                "bank_account_id": ours.account.id,
                "responsible_id": ours.managers[client % len(ours.managers)],
                "status": DocumentStatus.POSTED,
                "total": total,
                "vat_total": Decimal(0),
                "search_key": f"б-{number}",
            }
        )
        debts.append(
            {
                "client_id": ours.start + client,
                "organisation_id": ours.organisation.id,
                "document_kind": DocumentKind.INVOICE,
                "document_id": 1_000 + number,
                "document_number": f"Б-{number}",
                "document_day": day,
                "stage": 1,
                "due_on": day + timedelta(days=30),
                "balance": Decimal(0) if is_paid else total,
            }
        )
    _fill(session, Invoice, iter(invoices))
    _fill(session, DueItem, iter(debts))
