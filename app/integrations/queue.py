"""The queue between web processes and the worker: a file of this machine, or Redis. It carries numbers of jobs only.

The database knows which jobs there are; a number that is lost on the way is found there again.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.errors import IntegrationError

LOOK_EVERY_SECONDS = 1.0
_NAME = "kontora"


class JobQueue:
    """Sends numbers of jobs to the worker, and is what the worker consumes."""

    def __init__(self, folder: Path, redis_url: str = "") -> None:
        self._folder = folder
        self._redis_url = redis_url
        self._lock = threading.Lock()
        self._made: tuple[Any, Any] | None = None
        self._run: Callable[[int], None] = lambda _job_id: None

    def send(self, job_id: int) -> None:
        """Tell a worker of a job. Raises IntegrationError when the queue does not answer."""
        try:
            _huey, task = self._opened()
            task(job_id)
        except Exception as error:
            raise IntegrationError(f"the queue of jobs does not answer: {error}", retry=True) from error

    def consume(self, run: Callable[[int], None], recover: Callable[[], None], workers: int = 1) -> Any:
        """What works on jobs until it is told to stop: call `run()` of it in the main thread of a process.

        `recover` is called at the start and once a minute, to find jobs that were lost.
        """
        from huey import crontab  # a page needs none of it, and every process would pay for it at its start

        from app.integrations.consumer import GentleConsumer  # as above

        self._run = run
        huey, _task = self._opened()
        look = huey.periodic_task(crontab(minute="*"), name="recover")(recover)
        look()
        return GentleConsumer(
            huey, workers=workers, max_delay=LOOK_EVERY_SECONDS, graceful_signal="TERM", check_worker_health=False
        )

    def _opened(self) -> tuple[Any, Any]:
        """The queue, opened by the first who needs it: a process that only shows pages never does."""
        with self._lock:
            if self._made is None:
                huey = self._open()
                self._made = huey, huey.task(name="run")(self._do)
            return self._made

    def _open(self) -> Any:
        from huey import RedisHuey, SqliteHuey  # as above

        if self._redis_url:
            return RedisHuey(_NAME, url=self._redis_url, results=False)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return SqliteHuey(_NAME, filename=str(self._folder / "queue.db"), results=False, timeout=15)

    def _do(self, job_id: int) -> None:
        self._run(job_id)
