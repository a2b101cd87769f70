"""Looking for duplicates while a person types a new client: the answer that the quick registration waits for."""

from collections.abc import Iterator
from statistics import quantiles
from time import perf_counter
from urllib.parse import urlencode

from flask.testing import FlaskClient

from bench.data import World
from bench.measure import Measured

ROUNDS = 6


def checks(sales: FlaskClient, world: World) -> Iterator[Measured]:
    """The time of the slowest twentieth of the answers, after a round to warm up."""
    asked = [f"/clients/quick/check?{urlencode(each)}" for each in typed(world)]
    took = [_ask(sales, address) for _round in range(ROUNDS + 1) for address in asked][len(asked) :]
    yield Measured(
        "duplicates while typing, p95",
        quantiles(took, n=20)[-1],
        min(took),
        goal="<= 50 ms PostgreSQL, 150 ms SQLite at L",
    )


def typed(world: World) -> list[dict[str, str]]:
    """Names with slips of the pen, common words alone, telephones, INNs, and all of it together."""
    number = world.clients // 2 + 417
    return [
        {"name": "Вектар Сервис", "town": "Казань"},
        {"name": f"Гранит Техника {number}"},
        {"name": "Прогрес"},
        {"name": f"Сервис Орбита {number}", "town": "Пермь"},
        {"name": "ООО «Заря»", "town": "Москва"},
        {"name": f"Кпскад Строй {number}", "town": "Томск"},
        {"name": "Совсем Другое Предприятие", "phone": "+7 495 417-00-05"},
        {"name": "Маяк Мебел", "inn": world.inn_of[777]},
        {
            "name": f"Импулс Лаборатория {number}",
            "town": "Самара",
            "phone": "8 (495) 417-00-05",
            "inn": world.inn_of[778],
        },
    ]


def _ask(sales: FlaskClient, address: str) -> float:
    begun = perf_counter()
    answer = sales.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"bench: {address} answered {answer.status_code}")
    return (perf_counter() - begun) * 1000
