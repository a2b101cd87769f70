"""Takes the time of something several times, with its questions to the database and the bytes it gives."""

import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

_TRANSACTIONS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA")


@dataclass
class Measured:
    """One operation: median of its times in milliseconds, questions, bytes; `ratio` to the yardstick, `per_second`."""

    name: str
    milliseconds: float
    best: float
    queries: int = 0
    size: int = 0
    ratio: float | None = None
    goal: str = ""
    per_second: float | None = None

    def as_json(self) -> dict[str, Any]:
        """For the file of results."""
        return asdict(self)


def measure(name: str, act: Callable[[], int], *, times: int, goal: str = "") -> Measured:
    """Call `act`, which gives bytes, once to warm up and then `times` times."""
    act()
    with counting() as queries:
        size = act()
    found = []
    for _time in range(times):
        begun = perf_counter()
        act()
        found.append((perf_counter() - begun) * 1000)
    return Measured(name, statistics.median(found), min(found), len(queries), size, goal=goal)


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements run inside; marks of transactions are left out."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(_TRANSACTIONS):
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def table(results: list[Measured]) -> str:
    """The results as a person reads them."""
    head = f"{'operation':<34}{'median ms':>11}{'best ms':>10}{'× limit':>9}{'queries':>9}{'KB':>8}{'per s':>9}  goal"
    return "\n".join([head, "-" * (len(head) + 12), *map(_line, results)])


def _line(result: Measured) -> str:
    ratio = f"{result.ratio:.2f}" if result.ratio is not None else ""
    speed = f"{result.per_second:,.0f}" if result.per_second is not None else ""
    return (
        f"{result.name:<34}{result.milliseconds:>11.1f}{result.best:>10.1f}{ratio:>9}{result.queries or '':>9}"
        f"{result.size / 1024:>8.0f}{speed:>9}  {result.goal}"
    ).rstrip()
