"""How gunicorn serves Kontora: the same for `make run` and `make serve`."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from config import settings_or_exit

settings = settings_or_exit()  # a bad one ends the start here, with one line
bind = f"[{settings.host}]:{settings.port}" if ":" in settings.host else f"{settings.host}:{settings.port}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
timeout = 120  # an import or a long PDF inside one request
graceful_timeout = 20
keepalive = 15
control_socket_disable = True  # one file per user: two servers would fight over it
loglevel = "warning"
# A heartbeat file on a slow disk makes healthy workers look dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 (gunicorn makes a private file)


def post_worker_init(worker: Any) -> None:
    """Tell the person at the terminal once, when the first worker is able to answer."""
    if worker.age == 1 and (message := os.environ.get("START_MESSAGE")):
        print(message, flush=True)  # noqa: T201 (the terminal is where it belongs)


def when_ready(_server: Any) -> None:
    """Beside the pages of `make run` start the worker of long jobs, which ends with this process."""
    if os.environ.get("WITH_WORKER"):
        command = ["-m", "flask", "--app", "app.factory", "kontora", "worker", "--with-parent"]
        subprocess.Popen([sys.executable, *command])
