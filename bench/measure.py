"""Takes the time of something several times, with its questions to the database and the bytes it gives."""

import math
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

WARM = 12
"""psycopg has PostgreSQL prepare a question after five times, and that keeps a plan after five more."""
_TRANSACTIONS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA")


@dataclass
class Measured:
    """One operation: times in milliseconds, questions, bytes.

    `ratio`: its best time to the best of the limit, both asked for in turn; `ratio_first`: to that of the first page of
    its list, in the same way; `ratio_mixed`: to the limit when other pages stood between them; `ratio_alone`: to the
    best of the bare page that stands alone.
    """

    name: str
    milliseconds: float
    best: float
    queries: int = 0
    size: int = 0
    ratio: float | None = None
    ratio_first: float | None = None
    ratio_mixed: float | None = None
    ratio_alone: float | None = None
    goal: str = ""
    per_second: float | None = None

    def as_json(self) -> dict[str, Any]:
        """For the file of results."""
        return asdict(self)


Act = Callable[[], int]
"""Something to measure; gives bytes."""


def measure(name: str, act: Act, *, times: int, goal: str = "") -> Measured:
    """Call `act` once to warm up, once to count, and then `times` times."""
    return measure_together([(name, act, goal)], times=times, warm=1)[0]


def measure_together(acts: Sequence[tuple[str, Act, str]], *, times: int, warm: int = WARM) -> list[Measured]:
    """Measure several acts in turns, so that a busy minute of the machine falls upon all of them."""
    found = [_counted(name, act, goal, warm) for name, act, goal in acts]
    took: list[list[float]] = [[] for _act in acts]
    for _time in range(times):
        for times_of, (_name, act, _goal) in zip(took, acts, strict=True):
            begun = perf_counter()
            act()
            times_of.append((perf_counter() - begun) * 1000)
    for result, times_of in zip(found, took, strict=True):
        result.milliseconds, result.best = statistics.median(times_of), min(times_of)
    return found


def ratio_beside(act: Act, limit: Act, *, times: int) -> float:
    """The best time of an act to the best of another, each done after the other: what slows one down slows both."""
    best = dict.fromkeys((act, limit), math.inf)
    for _time in range(times):
        for each in best:
            begun = perf_counter()
            each()
            best[each] = min(best[each], perf_counter() - begun)
    return best[act] / best[limit]


def _counted(name: str, act: Act, goal: str, warm: int) -> Measured:
    for _time in range(warm):
        act()
    with counting() as queries:
        size = act()
    return Measured(name, 0.0, 0.0, len(queries), size, goal=goal)


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
    columns = "".join(
        f"{name:>9}"
        for name in ("median", "best ms", "× limit", "× first", "× mixed", "× alone", "queries", "KB", "per s")
    )
    head = f"{'operation':<34}{columns}  goal"
    return "\n".join([head, "-" * (len(head) + 12), *map(_line, results)])


def _line(result: Measured) -> str:
    measured = (result.ratio, result.ratio_first, result.ratio_mixed, result.ratio_alone)
    ratios = "".join(f"{one:>9.2f}" if one is not None else f"{'':>9}" for one in measured)
    speed = f"{result.per_second:,.0f}" if result.per_second is not None else ""
    times = f"{result.milliseconds:>9.1f}{result.best:>9.1f}"
    size = f"{result.queries or '':>9}{result.size / 1024:>9.0f}{speed:>9}"
    return f"{result.name:<34}{times}{ratios}{size}  {result.goal}".rstrip()
