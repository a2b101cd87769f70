"""Requests a second through gunicorn, as an office asks: two workers, eight connections that stay open.

Kontora and the scaffold are served one after the other on the same database. Whoever asks shares the two processors
with the servers, which costs the quicker one more.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from bench import scaffold
from bench.data import LOGIN, PASSWORD, World
from bench.measure import Measured
from bench.pages import LIMIT
from config import Settings

CONNECTIONS, WORKERS, SECONDS = 8, 2, 4.0
PORT = 8917
KONTORA, STOCK = "kontora", "stock"


def served(world: World, settings: Settings) -> Iterator[Measured]:
    """The bare page, list and card of Kontora, and the stock list."""
    found: dict[str, Measured] = {}
    for name, pages in (
        (
            KONTORA,
            {
                "served limit: bare page": f"{LIMIT}/clients/manager",
                "served list, first page": "/clients/list/?tab=all",
                "served client card": f"/clients/card/{world.client_id}",
            },
        ),
        (STOCK, {"served stock Flask-AppBuilder list": "/firmview/list/"}),
    ):
        with gunicorn(name, world, settings):
            cookie = sign_in(*((LOGIN, PASSWORD) if name == KONTORA else (scaffold.LOGIN, scaffold.LOGIN)))
            for label, address in pages.items():
                found[label] = asked_for(label, address, cookie)
    limit = found["served limit: bare page"]
    for each in found.values():
        each.ratio = each.best / limit.best
        yield each


def asked_for(label: str, address: str, cookie: str) -> Measured:
    """Times of one connection that asks alone, and requests a second of all connections together."""
    ask_during(address, cookie, 1.0)
    alone = ask_during(address, cookie, SECONDS / 2)
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        together = list(pool.map(lambda _number: ask_during(address, cookie, SECONDS), range(CONNECTIONS)))
    per_second = sum(map(len, together)) / SECONDS
    return Measured(label, median(alone) * 1000, min(alone) * 1000, per_second=per_second)


def ask_during(address: str, cookie: str, seconds: float) -> list[float]:
    """Ask on one connection again and again; gives how long each answer took."""
    connection = HTTPConnection("127.0.0.1", PORT, timeout=60)
    took, end = [], time.perf_counter() + seconds
    while (begun := time.perf_counter()) < end:
        connection.request("GET", address, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"bench: {address} answers {answer.status}")
        took.append(time.perf_counter() - begun)
    connection.close()
    return took


def sign_in(login: str, password: str) -> str:
    """The cookies of a person who has signed in."""
    connection = HTTPConnection("127.0.0.1", PORT, timeout=60)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/login/", urlencode({"username": login, "password": password}), form)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 302:
        raise SystemExit(f"bench: {login} could not sign in over the net")
    return "; ".join(each.partition(";")[0] for each in answer.headers.get_all("Set-Cookie") or ())


@contextmanager
def gunicorn(name: str, world: World, settings: Settings) -> Iterator[None]:
    """One of bench/wsgi.py, served by its own processes until the end."""
    with TemporaryDirectory(prefix="kontora-bench-stock-") as folder:
        environment = os.environ | {
            "KONTORA_DATA_DIR": str(settings.data_dir),
            "KONTORA_SECRET_KEY": settings.secret_key,
            "KONTORA_DATABASE_URL": settings.database_url,
            "BENCH_MANAGER": str(world.manager_id),
            "BENCH_FOLDER": folder,
        }
        options = ["--workers", str(WORKERS), "--threads", "4", "--worker-class", "gthread", "--keep-alive", "15"]
        options += ["--bind", f"127.0.0.1:{PORT}", "--log-level", "error", "--config", "/dev/null"]
        command = [sys.executable, "-m", "gunicorn", *options, f"bench.wsgi:{name}()"]
        server = subprocess.Popen(command, env=environment, cwd=Path(__file__).parent.parent)
        try:
            wait_for_it()
            yield
        finally:
            server.terminate()
            server.wait(30)


def wait_for_it() -> None:
    """Until it answers; SystemExit after half a minute."""
    for _time in range(120):
        try:
            connection = HTTPConnection("127.0.0.1", PORT, timeout=5)
            connection.request("GET", "/login/")
            connection.getresponse().read()
            connection.close()
        except OSError:
            time.sleep(0.25)
        else:
            return
    raise SystemExit("bench: gunicorn does not answer")
