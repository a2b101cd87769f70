"""`make bench`, or `python -m bench [--size S|M|L] [--times N] [--only WORD] [--database URL]`.

Everything runs in one process on one database, made anew in a temporary folder unless an empty one is named. The
yardstick (limit) is a bare view on the same server, one hand-written SQL question and a Jinja table of the rows and
columns that Kontora's list shows; beside it stand the same view in a Flask of its own, and as the scaffold a stock
Flask-AppBuilder list of the same rows. The machine drifts, the ratios within one run do not.
"""

import argparse
import json
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from app.cli.schema import upgrade
from app.clock import utc_now
from app.database import db, note_sizes
from app.factory import create_app
from bench import scaffold
from bench.checks import checks
from bench.data import HEAD, LOGIN, SIZES, World, build
from bench.measure import Measured, measure_together, ratio_beside, table
from bench.pages import LIMITS, Page, add_limit, alone, asking, first_of, limit_of, lists_of, others_of, signed_in
from bench.papers import paper
from bench.served import served
from bench.statements import statement
from config import Settings

ALONE = "bare page in a Flask of its own"
RESULTS = Path(__file__).parent / "results"


def main() -> int:
    """Measure, print the table, write the file."""
    asked = arguments()
    with tempfile.TemporaryDirectory(prefix="kontora-bench-") as folder:
        settings = Settings.read(
            {
                "KONTORA_DATA_DIR": folder,
                "KONTORA_SECRET_KEY": "only-for-benchmarks-0123456789",
                "KONTORA_DATABASE_URL": asked.database,
            }
        )
        upgrade(settings.database_url)
        app = create_app(settings)
        app.config["WTF_CSRF_ENABLED"] = False
        world = filled(app, asked.size)
        results = list(all_of(app, world, asked, settings))
        with app.app_context():
            db.engine.dispose()
    print(table(results))
    print(f"\n{written(results, asked)}")
    return 0


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Kontora beside a bare page.")
    parser.add_argument("--size", choices=sorted(SIZES), default="S", help="how many rows (M takes minutes to build)")
    parser.add_argument("--times", type=int, default=15, help="repetitions of each page")
    parser.add_argument("--only", default="", help="only operations whose name has this word")
    parser.add_argument("--database", default="", help="an empty database instead of a temporary SQLite file")
    return parser.parse_args()


def filled(app: Flask, size: str) -> World:
    """The data, and what they say about themselves."""
    begun = perf_counter()
    with app.app_context():
        world = build(db.session(), SIZES[size], utc_now())
        db.session.commit()
        settle(db.engine)
    print(f"data set {size}: {SIZES[size]}, built in {perf_counter() - begun:.1f} s\n", file=sys.stderr)
    return world


def settle(engine: Engine) -> None:
    """What happens by itself some time after so many rows came: the databases note their sizes, and tidy up."""
    note_sizes(engine)
    if engine.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("vacuum analyze"))
    engine.dispose()


def all_of(app: Flask, world: World, asked: argparse.Namespace, settings: Settings) -> Iterator[Measured]:
    """Every measurement that was asked for; the yardstick always, since the others are ratios to it."""
    add_limit(app, world.manager_id)
    sales, head = signed_in(app, LOGIN), signed_in(app, HEAD)
    stock = asking(stocked(app, world, Path(settings.data_dir)), "/firmview/list/")
    lists = [(ALONE, alone(app, world), ""), ("scaffold: stock Flask-AppBuilder", stock, "")]
    every = list(lists_of(world, sales, head))
    lists += [page for page in every if asked.only in page[0] or page[0] in LIMITS.values()]
    others = [page for page in others_of(world, sales, head) if asked.only in page[0]]
    # Apart: what takes a tenth of a second empties the caches of the processor for whatever is measured after it.
    found = measure_together(lists, times=asked.times) + measure_together(others, times=asked.times)
    page_of = {page[0]: page for page in [*every, *lists, *others]}
    for each in with_ratios(found):
        page, limit = page_of[each.name], page_of[limit_of(each.name)]
        yield each if page is limit else beside(each, page, limit, first_of(page, every), times=asked.times)
    parts: dict[str, Callable[[], Iterator[Measured]]] = {
        "duplicates while typing": lambda: checks(sales, world),
        "invoice PDF": lambda: paper(app),
        "statement": lambda: statement(app, world),
        "served": lambda: served(world, settings),
    }
    for word, part in parts.items():
        if asked.only in word:
            yield from part()


def beside(each: Measured, page: Page, limit: Page, first: Page | None, *, times: int) -> Measured:
    """A page that was measured, with its ratios to its limit and to the first page of its list, in turn with each."""
    return replace(
        each,
        ratio=ratio_beside(page[1], limit[1], times=times),
        ratio_first=ratio_beside(page[1], first[1], times=times) if first else None,
    )


def with_ratios(found: list[Measured]) -> Iterator[Measured]:
    """Each beside the bare page on the same server, of the same person, and beside the one that stands alone.

    Other pages stood between them, and left little of them in the caches of the processor.
    """
    best = {each.name: each.best for each in found}
    for each in found:
        yield replace(each, ratio_mixed=each.best / best[limit_of(each.name)], ratio_alone=each.best / best[ALONE])


def stocked(app: Flask, world: World, folder: Path) -> FlaskClient:
    """A browser of the scaffold's administrator."""
    with app.app_context():
        address = db.engine.url.render_as_string(hide_password=False)
    client = scaffold.make_scaffold(folder, address, world.manager_id).test_client()
    client.post("/login/", data={"username": scaffold.LOGIN, "password": scaffold.LOGIN})
    return client


# --- Results -----------------------------------------------------------------------------------------------------


def written(results: list[Measured], asked: argparse.Namespace) -> Path:
    """Write bench/results/<instant>.json and give its path."""
    RESULTS.mkdir(exist_ok=True)
    now = utc_now()
    facts = {
        "at": now.isoformat(),
        "size": asked.size,
        "times": asked.times,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "database": asked.database.partition(":")[0] or "sqlite",
        "results": [result.as_json() for result in results],
    }
    path = RESULTS / f"{now:%Y-%m-%dT%H%M%S}-{asked.size}.json"
    path.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    sys.exit(main())
