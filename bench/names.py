"""Finding a client by a name with slips of the pen, as a person types it."""

from collections.abc import Iterator
from statistics import quantiles
from time import perf_counter

from flask import Flask

from app.database import ALL_ROWS, db
from app.services.names import company_key
from app.services.similar_names import similar_names
from bench.measure import Measured

TYPED = (
    "Вектар Сервис",
    "Гранит Техника 5431",
    "Прогрес",
    "Орбита Пром 777",
    "ООО «Заря»",
    "Маяк Мебел",
    "Кпскад Строй 12",
)


def names(app: Flask) -> Iterator[Measured]:
    """The time of the slowest twentieth of the questions."""
    with app.app_context():
        took = [_ask(name) for _round in range(4) for name in TYPED][len(TYPED) :]
        db.session.rollback()
    slowest = quantiles(took, n=20)[-1]
    yield Measured("similar names, p95", slowest, min(took), 0, 0, goal="<= 50 ms PostgreSQL, 150 ms SQLite at L")


def _ask(name: str) -> float:
    begun = perf_counter()
    similar_names(db.session(), company_key(name), options=ALL_ROWS)
    return (perf_counter() - begun) * 1000
