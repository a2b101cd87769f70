"""A small demo company to order, and questions that count its records."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, Select, distinct, func, select

from app.database import User
from app.models.clients import Client
from app.models.ledger import DueItem
from app.models.staff import Employee
from app.services.demo import DemoOrder, DemoSummary

TODAY = date(2026, 11, 23)
ZONE = ZoneInfo("Europe/Moscow")
SMALL = DemoOrder(TODAY, ZONE, seed=7, clients=30)
LOGINS = ("admin", "director", "saleshead", "servicehead", "accountant", "buyer", "office", "anna", "boris", "egor")


@dataclass(frozen=True)
class Built:
    url: str
    engine: Engine
    files: Path
    summary: DemoSummary


Build = Callable[[DemoOrder], Built]


def overdue_between(first: int, last: int) -> Select[Any]:
    due = DueItem.due_on.between(TODAY - timedelta(days=last), TODAY - timedelta(days=first))
    return select(func.count(distinct(DueItem.client_id))).where(DueItem.balance > 0, due)


def of_login(login: str) -> Select[Any]:
    """Overdue clients of one manager."""
    return (
        overdue_between(1, 999)
        .join(Client, Client.id == DueItem.client_id)
        .join(Employee, Employee.id == Client.responsible_id)
        .join(User, User.id == Employee.user_id)
        .where(User.username == login)
    )


def count(*conditions: Any) -> Select[Any]:
    return select(func.count()).where(*conditions)
