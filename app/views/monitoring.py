"""For machines that watch: is the process alive, can it work, how much and how fast does it answer.

The counts are of this process since its start: with several, each tells its own.
"""

import time
from bisect import bisect_left
from collections import Counter, defaultdict
from ipaddress import ip_address
from threading import Lock

from flask import Blueprint, Flask, Response, abort, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from app.database import db
from app.services.trigram_indexes import NO_RUSSIAN, finds_russian

BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper ends of the histogram's buckets, in seconds."""

monitoring = Blueprint("monitoring", __name__)


class Counts:
    """How many requests each endpoint answered with which status, and how long they took."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._buckets: dict[str, list[int]] = defaultdict(lambda: [0] * (len(BOUNDS) + 1))
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def add(self, endpoint: str, method: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        with self._lock:
            self._requests[endpoint, method, status] += 1
            self._buckets[endpoint][bisect_left(BOUNDS, seconds)] += 1
            self._seconds[endpoint] += seconds

    def lines(self) -> list[str]:
        """Prometheus' text format, version 0.0.4."""
        with self._lock:
            found = [
                "# HELP kontora_requests_total Requests answered.",
                "# TYPE kontora_requests_total counter",
            ]
            for (endpoint, method, status), count in sorted(self._requests.items()):
                labels = f'endpoint="{endpoint}",method="{method}",status="{status}"'
                found.append(f"kontora_requests_total{{{labels}}} {count}")
            found.append("# HELP kontora_request_seconds Time taken to answer, in seconds.")
            found.append("# TYPE kontora_request_seconds histogram")
            for endpoint in sorted(self._buckets):
                found.extend(self._histogram(endpoint))
            return found

    def _histogram(self, endpoint: str) -> list[str]:
        name, label, total, found = "kontora_request_seconds", f'endpoint="{endpoint}"', 0, []
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), self._buckets[endpoint], strict=True):
            total += count
            found.append(f'{name}_bucket{{{label},le="{bound}"}} {total}')
        return [
            *found,
            f"{name}_sum{{{label}}} {self._seconds[endpoint]:.6f}",
            f"{name}_count{{{label}}} {total}",
        ]


def install(app: Flask) -> None:
    """Count every request, and answer /healthz, /readyz and /metrics."""
    app.extensions["kontora_counts"] = Counts()
    app.before_request(_start)
    app.after_request(_count)
    app.register_blueprint(monitoring)


@monitoring.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@monitoring.get("/readyz")
def ready() -> Response:
    """The database answers too, and search finds Russian words in it; 503 when not."""
    try:
        is_searched = finds_russian(db.session())
    except SQLAlchemyError:
        current_app.logger.exception("the database does not answer")
        return Response("the database does not answer\n", 503, mimetype="text/plain")
    if not is_searched:
        return Response(f"{NO_RUSSIAN}\n", 503, mimetype="text/plain")
    return Response("ready\n", mimetype="text/plain")


@monitoring.get("/metrics")
def metrics() -> Response:
    """Counts and times; only for machines of the own network."""
    if not _is_near(request.remote_addr or ""):
        abort(404)
    lines = current_app.extensions["kontora_counts"].lines()
    return Response("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _is_near(address: str) -> bool:
    try:
        return ip_address(address).is_private
    except ValueError:
        return False


def _start() -> None:
    g.started = time.perf_counter()


def _count(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    counts: Counts = current_app.extensions["kontora_counts"]
    counts.add(request.endpoint or "none", request.method, response.status_code, seconds)
    return response
